"""What the name of a table's row says: its metric, the part of the company, what narrows it; or that it is no fact."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from finproc.extract.mentions.rules.grids import GridCell
from finproc.extract.mentions.rules.modifiers import NEUTRAL
from finproc.extract.mentions.rules.phrases import listed_phrase
from finproc.extract.mentions.rules.sweep import Sweep
from finproc.extract.mentions.rules.tokens import Token, tokens
from finproc.lexicon.metrics import FoundMetric, look_up
from finproc.model.text import Quote, Span

PARTED = frozenset(
    {"revenue", "cost of revenue", "gross profit", "operating income", "adjusted operating income", "ebitda",
     "adjusted ebitda", "order intake", "order backlog", "capital expenditures", "total assets",
     "depreciation and amortization"}
)  # fmt: skip
"""Metrics whose rows below a section head are parts of the company."""
_NOT_A_METRIC = re.compile(
    r"^\W*(?:net\s+)?(?:\(?(?:in|de)crease\)?|change|changes|effect|impact|note|page|seite|variance)s?\b", re.IGNORECASE
)
_GROWTH = re.compile(
    r"\b(?:(?:percent(?:age)?\s+)?(?:change|increase|growth)|wachstum|croissance)\b|\bchange\s*\(?%", re.IGNORECASE
)
_MARK = re.compile(
    r"(?:less|add|plus)\s*:?\s+(?=[A-Z])|[•·▪◦‣■●*–—-]\s+|\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)]\s+(?=[^\W\d_]{2})",
    re.IGNORECASE,
)
"""A bullet or a number before a row's name."""
_FOOTNOTE = re.compile(r"(?<![\s*†‡¹²³])(?:\s*+(?:\((?:[a-z]|\d{1,2}|[a-z]/[a-z])\)|[*†‡¹²³]|\[[a-z0-9]+\]))++\s*$")
_MARKS = 60
"""Characters at the end of a row's name that footnote marks may take."""
_RATIO = re.compile(
    r"(?<!period)(?<!profit)\s/\s(?!(?:year|period|\(?loss)\b)|\bratio\b|\btimes\b|multiple", re.IGNORECASE
)
_LEFTOVER = re.compile(
    r"[\s,;:.–—-]|\b(?:and|und|et|basic|diluted|net|total|group|consolidated|reported|of|the|"
    r"attributable to .*|"
    r"(?:at\s+|at\s+the\s+)?end\s+of\s+(?:the\s+)?(?:year|period)|"
    r"undiluted|(?:un-?\)?)?verwässert(?:es)?|in|usd|eur|gaap|ifrs|assuming|dilution|common|stock|ordinary|dilué|dilutive|based|measure)\b|"
    r"\((?:loss|losses|income|expense|unaudited|in [^)]*|\$|€|usd|eur|gaap|ifrs)\)|[$€£/()]",
    re.IGNORECASE,
)
_SHARE_OF_SALES = re.compile(
    r"(?:as\s+an?\s+|in\s+)?(?:percent(?:age)?|%)\s+of\s+(?:total\s+|net\s+)*(?:sales|revenues?)", re.IGNORECASE
)
_WITH_MARGIN = frozenset({"gross profit", "operating income", "net income", "ebitda", "adjusted ebitda"})
_CASES = re.compile(
    r"[\W_]*(?:basic|diluted|basic and diluted|assuming (?:no )?dilution|unverwässert|verwässert|dilué|de base)[\W_]*"
    r"(?:\([^)]*\))?[\W_]*(?:\(?(?:non-)?gaap\)?)?[\W_]*",
    re.IGNORECASE,
)
PER_SHARE = re.compile(r"per\s+(?:[\w-]+\s+){0,2}share\b|\beps\b|je\s+aktie|par\s+action|\bbnpa\b", re.IGNORECASE)
_OWN_UNIT = re.compile(
    r"\((?:in|en)?\s*(?:euros?|eur|€|usd|us\$|\$|rs\.?|₹|inr|chf|gbp|£|pence|cents?)\)|"
    r"[\s,](?:in|en)\s+(?:euros?|eur|€|usd|us\$|rs\.?|₹|inr|chf|gbp|£|pence|cents?)$",
    re.IGNORECASE,
)
"""A unit of the row's own ("BNPA (en euros)"): the table's scale is not its."""
_SHARE_COUNT = re.compile(r"\bshares\b|\baktien\b|\bactions\b|weighted[\s-]average.{0,30}\bshare", re.IGNORECASE)
_COUNTED = re.compile(
    r"weighted[\s-]average\s+(?:(?:number\s+of|basic|diluted|common|ordinary|and)\s+)*shares(?:\s+outstanding)?"
    r"|(?:common\s+|ordinary\s+)?shares\s+(?:used|outstanding)|number\s+of\s+(?:\w+\s+){0,2}shares"
    r"|(?:basic|diluted)\s+(?:weighted[\s-]average\s+)?(?:common\s+|ordinary\s+)?shares(?:\s+outstanding)?",
    re.IGNORECASE,
)
"""The words that count shares, of a head such as "Shares used in computing earnings per share"."""
_PRICED = re.compile(r"\bprice\b|\bvalue\b|\bexercise\b|\bcost\b|\brepurchase", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"\bnon[\s-]?gaap\b|\badjusted\b|\bunderlying\b|^core\b|\bbereinigt\w*|\bbefore\s+(?:special|exceptional)\s+items\b|"
    r"\b(?:excluding|ex)\s+(?:special|exceptional|one-?off|non-?recurring)\s+items\b|\bpro[\s-]?forma\b",
    re.IGNORECASE,
)
"""Words that make a plain metric an adjusted one, wherever in the name they stand."""
_OTHERS = re.compile(r"\bnon-?\s?controlling\b|\bminorit(?:y|ies)\b|nicht beherrschend|minoritaires", re.IGNORECASE)
"""The owners of parts of subsidiaries: their share of a metric is not the company's."""
_SUM = re.compile(r"(?:total|segment|identifiable)\s")
_QUOTA = re.compile(
    r"[^,(:/]*\b(?:ratio|margin|rate|yield|occupancy|utili[sz]ation|quote|marge)\b(?=\s*(?:[,(]|$))|return\s+on\s+[^,(:/]*[^,(:/\s]",
    re.IGNORECASE,
)
_ONE_SIDED = frozenset({"interest income", "interest expense"})
"""Metrics that a "net" before them turns into the balance of both."""
_BARE_PROFITS = frozenset({"profit", "profits", "earnings", "loss", "losses"})
_TOTAL = re.compile(r"(?:sub)?total\b|summe\b|gesamt", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:grand\s+)?total(?:\s+company)?|consolidated|summe|gesamt|insgesamt|group|konzern", re.IGNORECASE
)
_OFFSET = re.compile(r"\beliminat|\bintersegment|\binter-?company|konsolidierung|éliminations?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Label:
    """A row's name: metric words, what narrows them, and the listed metric if it is one."""

    metric: Quote
    listed: FoundMetric | None
    segment: Quote | None = None
    qualifier: Quote | None = None
    growth: bool = False
    share: bool = False
    """Its numbers are shares of sales."""
    counted: bool = False
    """Its numbers count shares."""
    ratio: bool = False
    """Its numbers are percentages of its own ("Combined ratio")."""
    priced: bool = False
    """Its numbers are amounts per share."""
    sign: Quote | None = None
    offset: bool = False
    """Its numbers balance others ("Eliminations"): printed signs count."""


@dataclass(frozen=True, slots=True)
class Section:
    """The head of rows: its words, the listed metric they name, and the words that count shares."""

    cell: GridCell
    metric: FoundMetric | None = None
    counted: Quote | None = None


def section_of(cell: GridCell, metrics: Sequence[FoundMetric]) -> Section:
    """What a row of words alone says about the rows below it; `metrics` are those that it names.

    A bare "Assets" or "Liabilities" heads a balance sheet, whose rows are no parts of the sum; a "segment profit" is no
    profit of the company's.
    """
    counted = counted_shares(cell.text, cell.span)
    if counted is not None:
        return Section(cell, None, counted)
    metric = metrics[0] if metrics else None
    text = cell.text.strip(" :").lower()
    balance = metric is not None and metric.metric.kind == "instant" and not _SUM.match(text)
    other = metric is not None and metric.text.lower() in _BARE_PROFITS and text != metric.text.lower()
    return Section(cell, None if balance or other else metric)


def counted_shares(text: str, span: Span) -> Quote | None:
    """The words that count shares, where a name does ("Weighted average shares outstanding - diluted")."""
    counted = _COUNTED.search(text)
    if counted is None or _PRICED.search(text):
        return None
    before = PER_SHARE.search(text[: counted.start()])
    return None if before else _part(text, counted.span(), span)


def share_of_sales(text: str, span: Span) -> Quote | None:
    """As in "Gross profit (as a percentage of net sales)": the words that make a percentage a margin."""
    share = _SHARE_OF_SALES.search(text)
    return _part(text, share.span(), span) if share else None


def bare_name(cell: GridCell) -> tuple[str, Span]:
    """A row's name without its bullet, its number and its footnote marks."""
    mark = _MARK.match(cell.text)
    cut = mark.end() if mark else 0
    notes = _FOOTNOTE.search(cell.text, max(cut, len(cell.text) - _MARKS))
    text = cell.text[cut : notes.start() if notes else None].rstrip(" :")
    return text, Span(cell.span.start + cut, cell.span.start + cut + len(text))


def label_of(
    cell: GridCell, found: Sweep, section: Section | None, *, parts: Collection[str] = (), parted: Quote | None = None,
    margin: bool = False,
) -> Label | None:  # fmt: skip
    """What a row's label says under its section; None where its numbers are no facts.

    `parted`: the words of a caption whose rows are parts; `parts`: names that were parts in rows above; `margin`: the
    rows are shares of sales.
    """
    text, span = bare_name(cell)
    growth = _GROWTH.search(text)
    if not re.search(r"[^\W\d]{2}", text) or (_NOT_A_METRIC.match(text) and not (growth and "%" in text)):
        return None
    counted = counted_shares(text, span)
    if counted is not None:
        return Label(counted, None, qualifier=_case_of(text, span), counted=True)
    if _OTHERS.search(text):
        return Label(Quote(text, span, "row"), None, priced=bool(PER_SHARE.search(text)))
    label = _named(text, span, found, growth)
    if label is None and (quota := _QUOTA.match(text)) is not None:
        label = Label(_part(text, quota.span(), span), None, ratio=True)
    if label is None and not _RATIO.search(text):
        label = _unlisted(text, span, section, parts, parted=parted, margin=margin)
    if label is None or label.counted:
        return label
    return replace(
        label, priced=any(p.search(text) for p in (PER_SHARE, _OWN_UNIT)) or bool(PER_SHARE.search(label.metric.text))
    )


def _named(text: str, span: Span, found: Sweep, growth: re.Match[str] | None) -> Label | None:
    """A row that names a listed metric; None where it names none in full, or a ratio of two."""
    findings, part = found.found_in(span)
    line = tokens(found.text, span, [f for f in findings if f.part == "metric"])
    places = [place for place, token in enumerate(line) if token.part == "metric"]
    share = share_of_sales(text, span)
    if places and share and share.span and line[places[0]].end <= share.span.start:
        return _share_of_sales(part.metrics[line[places[0]].item], share)
    if places and not _RATIO.search(text.replace("ratio", "") if "%" in text else text):
        return _listed(line, places[0], part.metrics, text, growth)
    return None


def _unlisted(
    text: str, span: Span, section: Section | None, parts: Collection[str], *, parted: Quote | None, margin: bool
) -> Label | None:
    """A row that names no listed metric: a case or a part of its section's, else its own words."""
    metric = section.metric if section is not None else None
    if section is not None and _CASES.fullmatch(text):
        return _case(section, Quote(text, span, "row"))
    if _WHOLE.fullmatch(text):
        return Label(Quote(metric.text, metric.span, "row"), metric) if metric is not None else None
    if metric is not None and metric.name in PARTED and not margin and not text.lower().startswith("total"):
        words = Quote(metric.text, metric.span, "row")
        return Label(words, metric, segment=Quote(text, span, "row"), offset=bool(_OFFSET.search(text)))
    if parted is not None and not _TOTAL.match(text):
        return Label(parted, None, segment=Quote(text, span, "row"), offset=bool(_OFFSET.search(text)))
    if section is not None and text.lower() in parts:
        return _part_again(section, Quote(text, span, "row"))
    return Label(Quote(text, span, "row"), None)


def _part_again(section: Section, part: Quote) -> Label | None:
    """A part named in rows above, under another head: that head's own words are the metric.

    None where they name a listed metric that is not told by parts: the "earnings" of a segment are not net income.
    """
    words = section.cell.text.rstrip(" :")
    start = section.cell.span.start
    if section.metric is not None or not words:
        return None
    return Label(Quote(words, Span(start, start + len(words)), "row"), None, segment=part)


def _share_of_sales(metric: FoundMetric, words: Quote) -> Label | None:
    """A margin, where the metric has one."""
    if metric.name not in _WITH_MARGIN:
        return None
    return Label(Quote(metric.text, metric.span, "row"), metric, qualifier=words, share=True)


def _case(section: Section, case: Quote) -> Label | None:
    """As in "Diluted" below "Net income per share:": the section names the metric, the row which of its cases."""
    if section.counted is not None:
        return Label(section.counted, None, qualifier=case, counted=True)
    if not PER_SHARE.search(section.cell.text):
        return None
    if section.metric is not None and section.metric.metric.kind == "per share":
        return Label(Quote(section.metric.text, section.metric.span, "row"), section.metric, qualifier=case)
    words = section.cell.text.rstrip(" :")
    start = section.cell.span.start
    return Label(Quote(words, Span(start, start + len(words)), "row"), None, qualifier=case)


def _case_of(text: str, span: Span) -> Quote | None:
    case = re.search(r"\b(?:basic and diluted|basic|diluted|assuming dilution)\b", text, re.IGNORECASE)
    return _part(text, case.span(), span) if case else None


def _listed(
    line: Sequence[Token], place: int, metrics: Sequence[FoundMetric], text: str, growth: re.Match[str] | None
) -> Label:
    """The label `text` whose token at `place` is a listed metric; it begins where the line does."""
    metric = metrics[line[place].item]
    span = Span(line[0].start, line[0].start + len(text))
    if growth is not None and metric.name in ("revenue", "same-store sales growth", "revenue growth"):
        words = _part(text, growth.span(), span)
        return Label(Quote(metric.text, metric.span, "row"), metric, qualifier=words, growth=True)
    phrase = listed_phrase(line, place, metric.name)
    outside = text[: phrase.words.start - span.start] + " " + text[phrase.words.end - span.start :]
    segment = None
    if phrase.segment is not None:
        segment = Quote(_cut(text, phrase.segment, span), phrase.segment, "row")
        outside = outside.replace(segment.text, " ")
    qualifier = Quote(_cut(text, phrase.qualifier, span), phrase.qualifier, "row") if phrase.qualifier else None
    if qualifier:
        outside = outside.replace(qualifier.text, " ")
    otherwise = _OTHERWISE.search(text)
    if qualifier is None and otherwise and "adjusted" not in metric.name:
        qualifier = _part(text, otherwise.span(), span)
        outside = outside.replace(otherwise[0], " ")
    sign = Quote(_cut(text, phrase.loss, span), phrase.loss, "row") if phrase.loss else None
    if re.match(r"net\s", text, re.IGNORECASE) and metric.name in _ONE_SIDED and not look_up(text):
        return Label(Quote(text, span, "row"), None, sign=sign)
    if metric.name == "total equity" and re.search(r"\battributable\b", text, re.IGNORECASE):
        return Label(Quote(text, span, "row"), None, sign=sign)
    left = " ".join(word for word in _LEFTOVER.sub(" ", outside).split() if word.lower() not in NEUTRAL)
    if phrase.listed and not left:
        diluted = re.search(r"\bdiluted\b|assuming\s+dilution", text, re.IGNORECASE)
        if qualifier is None and diluted and metric.metric.kind == "per share":
            qualifier = _part(text, diluted.span(), span)
        return Label(Quote(_cut(text, phrase.words, span), phrase.words, "row"), metric, segment, qualifier, sign=sign)
    return Label(Quote(text, span, "row"), None, sign=sign)


def _cut(text: str, part: Span, whole: Span) -> str:
    return text[part.start - whole.start : part.end - whole.start]


def _part(text: str, place: tuple[int, int], whole: Span) -> Quote:
    return Quote(text[slice(*place)], Span(whole.start + place[0], whole.start + place[1]), "row")
