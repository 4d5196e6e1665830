"""Mentions of tables: the row names the metric, the column's head the period, the caption scale and currency."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from finproc.extract.mentions.rules.columns import Head, head_of, is_head
from finproc.extract.mentions.rules.grids import Grid, GridCell
from finproc.extract.mentions.rules.phrases import listed_phrase
from finproc.extract.mentions.rules.surroundings import CAPTION
from finproc.extract.mentions.rules.sweep import Sweep, within
from finproc.extract.mentions.rules.tokens import Token, tokens
from finproc.lexicon.metrics import FoundMetric
from finproc.lexicon.scales import currency_of_caption, find_captions
from finproc.model.mention import Mention
from finproc.model.text import Quote, Span

_PARTED = frozenset(
    {"revenue", "cost of revenue", "gross profit", "operating income", "adjusted operating income", "ebitda",
     "adjusted ebitda",
     "order intake", "order backlog", "capital expenditures", "total assets", "depreciation and amortization"}
)  # fmt: skip
"""Metrics whose rows below a section head are parts of the company."""
_NOT_A_METRIC = re.compile(
    r"^\W*(?:net\s+)?(?:\(?(?:in|de)crease\)?|change|changes|effect|impact|note|page|seite|variance)s?\b", re.IGNORECASE
)
_GROWTH = re.compile(
    r"\b(?:(?:percent(?:age)?\s+)?(?:change|increase|growth)|wachstum|croissance)\b|\bchange\s*\(?%", re.IGNORECASE
)
_BULLET = re.compile(r"[•·▪◦‣■●*–—-]\s+")
_FOOTNOTE = re.compile(r"(?:\s*(?:\((?:[a-z]|\d{1,2}|[a-z]/[a-z])\)|[*†‡¹²³]+|\[[a-z0-9]+\]))+\s*$")
_RATIO = re.compile(r"\s/\s|\bratio\b|\btimes\b|multiple", re.IGNORECASE)
_BARE_SCALE = re.compile(r"^\W*(?:dollars\s+in\s+|amounts\s+in\s+)?(thousands|millions|billions)\b", re.IGNORECASE)
_LEFTOVER = re.compile(
    r"[\s,;:.–—-]|\b(?:and|basic|diluted|net|total|group|consolidated|reported|of|the|attributable to .*|"
    r"undiluted|unverwässert|verwässert|in|usd|eur)\b|"
    r"\((?:loss|income|expense|unaudited|in [^)]*|\$|€|usd|eur)\)|[$€£]",
    re.IGNORECASE,
)
_SHARE_OF_SALES = re.compile(
    r"(?:as\s+an?\s+|in\s+)?(?:percent(?:age)?|%)\s+of\s+(?:total\s+|net\s+)*(?:sales|revenues?)", re.IGNORECASE
)
_WITH_MARGIN = frozenset({"gross profit", "operating income", "net income", "ebitda", "adjusted ebitda"})
_BREAKDOWN = re.compile(
    r"\b(?:by|nach|par)\s+(?:\w+\s+){0,2}(?:segments?|categor\w+|source|products?|regions?|geograph\w+|countr\w+|types?|divisions?|"
    r"lines?|channels?|destinations?|business\w*|Segmenten?|Regionen|Ländern)\b|disaggregat|breakdown|breakup",
    re.IGNORECASE,
)
_MOVING = re.compile(r"^(?:net\s+)?changes?\s+in\b.*\b(?:assets|liabilities|capital|items|accounts)", re.IGNORECASE)
_OPENING = re.compile(r"\b(?:at|,)\s*(?:the\s+)?beginning\s+of|\bopening\b|zu beginn|début", re.IGNORECASE)
_CASES = re.compile(r"(?:basic|diluted|basic and diluted|assuming dilution|unverwässert|verwässert)", re.IGNORECASE)
_PER_SHARE = re.compile(r"per\s+(?:\w+\s+){0,2}share|\beps\b|je\s+aktie|par\s+action", re.IGNORECASE)
_SHARE_COUNT = re.compile(r"\bshares\b|\baktien\b|\bactions\b", re.IGNORECASE)
_COUNTED = frozenset({"employees", "customers", "units sold"})
_MAX_LABEL, _TOP = 140, 6
"""Characters of a row's label; rows at the top of a table that may be its heads."""
_PRESENTED = re.compile(
    r"(?:presents?|shows?|sets?\s+forth|summari[sz]es?|details?|provides?)\s+(?:the\s+|our\s+|its\s+)?"
    r"((?:[a-z][\w-]*\s+){0,4}[a-z][\w-]*)\s+by\s",
)
_TOTAL = re.compile(r"(?:sub)?total\b|summe\b|gesamt", re.IGNORECASE)
_BARE_SHARE = re.compile(r"\(?\d{1,3}(?:\.\d+)?\)?")
_DASH_ONLY = re.compile(r"[-–—]+")
_DUE = re.compile(r"\b(?:payments?\s+due|due\s+by\s+period|maturing\s+in|contractual\s+obligations)\b", re.IGNORECASE)
"""Heads of a table of what falls due in later years: its rows are no balances."""


@dataclass(slots=True)
class _State:
    """What the rows read so far say about the next."""

    heads: list[Sequence[GridCell]] = field(default_factory=list)
    counted: bool = False
    """A row of numbers came since the last head."""
    section: GridCell | None = None
    section_metric: FoundMetric | None = None
    scale: Quote | None = None
    currency: Quote | None = None
    margin: Quote | None = None
    parted: Quote | None = None
    """The words of a caption whose rows are parts ("premiums written by region")."""
    reporting: Quote | None = None
    columns: dict[tuple[int, int], Head] = field(default_factory=dict)
    """What the heads say of the columns looked at since the last head."""
    percents: set[int] = field(default_factory=set)
    """Columns whose first number carries a percent sign that those below go without."""
    moving: bool = False
    """Rows below are changes of balances ("Changes in operating assets and liabilities:")."""


def read_grid(
    grid: Grid, found: Sweep, language: str | None = None, carried: Quote | None = None, reporting: Quote | None = None
) -> Iterator[Mention]:
    """The mentions of one table, row by row.

    `carried`: the scale of the table before, for one that states none. `reporting`: the period that the document
    reports, which heads without a year count from.
    """
    state = _State(scale=carried, reporting=reporting)
    if any(_DUE.search(cell.text) for row in grid.rows[:_TOP] if is_head(row) for cell in row):
        return
    for caption in grid.captions:
        _caption(state, found, caption, language)
    for row in grid.rows:
        if row and any(cell.span.within(caption) for cell in row for caption in grid.captions) and not is_head(row):
            continue
        numbers = [cell for cell in row[1:] if cell.numeric]
        if not row or is_head(row):
            if row:
                _head(state, row, found, language)
        elif not numbers:
            _section(state, row[0], found, language)
        elif row[0].numeric or len(row[0].text) > _MAX_LABEL:
            continue
        else:
            state.counted = True
            yield from _row(state, row[0], numbers, found)


def _caption(state: _State, found: Sweep, span: Span, language: str | None) -> None:
    """Scale and currency that a caption or a head states; the last one counts."""
    text = found.text[span.start : span.end]
    for start, end, _power, _currency in find_captions(text, language)[:1]:
        state.scale = Quote(text[start:end], Span(span.start + start, span.start + end), "caption")
    bare = _BARE_SCALE.match(text)
    if bare:
        state.scale = Quote(bare[1], Span(span.start + bare.start(1), span.start + bare.end(1)), "caption")
    if state.scale is not None and state.scale.span and state.scale.span.within(span) and currency_of_caption(text):
        state.currency = Quote(text, span, "caption") if len(text) < CAPTION else state.currency
    breakdown = _BREAKDOWN.search(text)
    metrics = within(found.metrics, span) if breakdown else ()
    if metrics and state.section_metric is None and metrics[0].name in _PARTED:
        state.section_metric = metrics[0]
    presented = _PRESENTED.search(text) if breakdown and not metrics else None
    if presented:
        place = span.start + presented.start(1)
        state.parted = Quote(presented[1], Span(place, place + len(presented[1])), "caption")


def _head(state: _State, row: Sequence[GridCell], found: Sweep, language: str | None) -> None:
    if state.counted:
        state.heads, state.counted, state.section, state.section_metric, state.margin = [], False, None, None, None
        state.percents, state.parted = set(), None
    state.heads.append(row)
    state.columns.clear()
    for cell in row:
        _caption(state, found, cell.span, language)


def _section(state: _State, cell: GridCell, found: Sweep, language: str | None) -> None:
    """A row of words alone: a caption, or the head of the rows below it."""
    if find_captions(cell.text, language):
        _caption(state, found, cell.span, language)
        return
    state.moving = bool(_MOVING.search(cell.text))
    share = _SHARE_OF_SALES.search(cell.text)
    state.margin = (
        Quote(share[0], Span(cell.span.start + share.start(), cell.span.start + share.end()), "row") if share else None
    )
    state.section = cell
    metrics = () if share else within(found.metrics, cell.span)
    state.section_metric = metrics[0] if metrics else None


@dataclass(frozen=True, slots=True)
class _Label:
    """A row's name: metric words, what narrows them, and the listed metric if it is one."""

    metric: Quote
    listed: FoundMetric | None
    segment: Quote | None = None
    qualifier: Quote | None = None
    growth: bool = False
    share: bool = False
    """Its numbers are shares of sales."""
    sign: Quote | None = None


def _row(state: _State, cell: GridCell, numbers: Sequence[GridCell], found: Sweep) -> Iterator[Mention]:
    if re.match(r"(?:total|net)\s+cash\b", cell.text, re.IGNORECASE):
        state.moving = False
    label = None if state.moving or _OPENING.search(cell.text) else _label(state, cell, found)
    if label is None:
        return
    per_share = bool(_PER_SHARE.search(cell.text) or _PER_SHARE.search(label.metric.text))
    currency = state.currency
    for number in numbers:
        sign = re.match(r"[(\s]*([A-Z]{0,3}[$€£¥₹]|[A-Z]{3}\b)", number.text)
        if sign:
            start = number.span.start + sign.start(1)
            currency = Quote(sign[1], Span(start, start + len(sign[1])), "caption")
            state.currency = state.currency or currency
            break
    positive = label.listed is None or label.listed.metric.sign == "+"
    enclosed = _credits(numbers) if positive else frozenset()
    for number in numbers:
        if _is_share(state, number, numbers):
            continue
        place = (number.first, number.last)
        head = state.columns.get(place) or state.columns.setdefault(place, head_of(number, state.heads))
        mention = _mention(state, label, number, head, per_share=per_share, currency=currency)
        if mention is not None and number in enclosed:
            mention = replace(mention, sign=Quote(mention.amount.text, mention.amount.span, "row"))
        if mention is not None:
            yield mention


def _credits(numbers: Sequence[GridCell]) -> frozenset[GridCell]:
    """The cells in parentheses of a row that prints others without: there they do lower the cost."""
    money = [cell for cell in numbers if "%" not in cell.text and not _DASH_ONLY.fullmatch(cell.text)]
    enclosed = frozenset(cell for cell in money if "(" in cell.text)
    return enclosed if len(enclosed) < len(money) else frozenset()


def _is_share(state: _State, number: GridCell, numbers: Sequence[GridCell]) -> bool:
    """Whether a bare number stands below one with a percent sign, in a column of shares beside one of amounts."""
    if "%" in number.text:
        if any("%" not in other.text for other in numbers):
            state.percents.add(number.first)
        return False
    return number.first in state.percents and bool(_BARE_SHARE.fullmatch(number.text))


def _mention(
    state: _State, label: _Label, number: GridCell, head: Head, *, per_share: bool, currency: Quote | None
) -> Mention | None:
    percent = "%" in number.text
    kind = label.listed.metric.kind if label.listed else None
    if head.changes or (label.growth and not percent):
        return None
    ratio = label.growth or label.share or kind == "ratio" or state.margin is not None
    if percent != ratio:
        return None
    amount = _amount(number)
    counts = label.listed is not None and label.listed.name in _COUNTED
    shares = bool(_SHARE_COUNT.search(label.metric.text)) and not per_share
    money = not (percent or counts or shares)
    if label.listed is None and not per_share and (shares or state.scale is None):
        return None
    if head.segment is not None and (label.listed is None or label.segment is not None or head.stacked):
        return None
    scaled = (money and not per_share and kind != "per share") or shares
    return Mention(
        amount=amount,
        metric=label.metric,
        quote=Span(min(label.metric.span.start, amount.span.start), amount.span.end)
        if label.metric.span and amount.span
        else number.span,
        period=head.period,
        period_parts=head.pieces,
        period_anchor=state.reporting if head.period is not None and head.open else None,
        segment=label.segment or (head.segment if head.period is None or label.listed else None),
        qualifier=label.qualifier or (state.margin if percent else None),
        scale=state.scale if scaled else None,
        currency=currency if money and not sign_of(amount.text) else None,
        sign=label.sign if not percent else None,
        status="guidance" if head.forward else "actual",
        status_cue=head.forward,
    )


def sign_of(text: str) -> bool:
    """Whether a cell names its own currency."""
    return bool(re.search(r"[$€£¥₹]|[A-Z]{3}", text))


def _amount(cell: GridCell) -> Quote:
    """The number without its footnote mark."""
    bare = (
        re.sub(r"\s*\((?:[a-z]|\d)\)$", "", cell.text)
        if re.search(r"\d\)?\s*\((?:[a-z]|\d)\)$", cell.text)
        else cell.text
    )
    return Quote(bare, Span(cell.span.start, cell.span.start + len(bare)))


def _label(state: _State, cell: GridCell, found: Sweep) -> _Label | None:  # noqa: PLR0911 - one kind of row each
    """What a row's label says; None where its numbers are no facts."""
    bullet = _BULLET.match(cell.text)
    text = _FOOTNOTE.sub("", cell.text[bullet.end() if bullet else 0 :]).rstrip(" :")
    start = cell.span.start + (bullet.end() if bullet else 0)
    span = Span(start, start + len(text))
    growth = _GROWTH.search(text)
    if not text or not re.search(r"[^\W\d]{2}", text) or (_NOT_A_METRIC.match(text) and not (growth and "%" in text)):
        return None
    findings, part = found.found_in(span)
    line = tokens(found.text, span, [f for f in findings if f.part == "metric"])
    places = [place for place, token in enumerate(line) if token.part == "metric"]
    share = _SHARE_OF_SALES.search(text)
    if places and share and line[places[0]].end <= span.start + share.start():
        of_sales = Quote(share[0], Span(span.start + share.start(), span.start + share.end()), "row")
        return _share_of_sales(part.metrics[line[places[0]].item], of_sales)
    if places and not _RATIO.search(text.replace("ratio", "") if "%" in text else text):
        return _listed(line, places[0], part.metrics, text, growth)
    metric = state.section_metric
    if _RATIO.search(text):
        return None
    if _CASES.fullmatch(text) and state.section is not None:
        return _case(state.section, Quote(text, span, "row"), metric)
    if re.fullmatch(r"(?:grand\s+)?total|summe|gesamt|insgesamt", text, re.IGNORECASE):
        return _Label(Quote(metric.text, metric.span, "row"), metric) if metric is not None else None
    if metric is not None and metric.name in _PARTED and state.margin is None and not text.lower().startswith("total"):
        words = Quote(metric.text, metric.span, "row")
        return _Label(words, metric, segment=Quote(text, span, "row"))
    if state.parted is not None and not _TOTAL.match(text):
        return _Label(state.parted, None, segment=Quote(text, span, "row"))
    return _Label(Quote(text, span, "row"), None)


def _share_of_sales(metric: FoundMetric, words: Quote) -> _Label | None:
    """As in "Gross profit (as a percentage of net sales)": a margin, where the metric has one."""
    if metric.name not in _WITH_MARGIN:
        return None
    return _Label(Quote(metric.text, metric.span, "row"), metric, qualifier=words, share=True)


def _case(section: GridCell, case: Quote, metric: FoundMetric | None) -> _Label | None:
    """As in "Diluted" below "Net income per share:": the section names the metric, the row which of its cases."""
    if not (_PER_SHARE.search(section.text) or _SHARE_COUNT.search(section.text)):
        return None
    if metric is not None and metric.metric.kind == "per share":
        return _Label(Quote(metric.text, metric.span, "row"), metric, qualifier=case)
    words = section.text.rstrip(" :")
    return _Label(Quote(words, Span(section.span.start, section.span.start + len(words)), "row"), None, qualifier=case)


def _listed(
    line: Sequence[Token], place: int, metrics: Sequence[FoundMetric], text: str, growth: re.Match[str] | None
) -> _Label:
    """The label `text` whose token at `place` is a listed metric; it begins where the line does."""
    metric = metrics[line[place].item]
    span = Span(line[0].start, line[0].start + len(text))
    if growth is not None and metric.name in ("revenue", "same-store sales growth", "revenue growth"):
        words = Quote(growth[0], Span(span.start + growth.start(), span.start + growth.end()), "row")
        return _Label(Quote(metric.text, metric.span, "row"), metric, qualifier=words, growth=True)
    phrase = listed_phrase(line, place, metric.name)
    outside = text[: phrase.words.start - span.start] + " " + text[phrase.words.end - span.start :]
    segment = None
    if phrase.segment is not None:
        segment = Quote(_cut(text, phrase.segment, span), phrase.segment, "row")
        outside = outside.replace(segment.text, " ")
    qualifier = Quote(_cut(text, phrase.qualifier, span), phrase.qualifier, "row") if phrase.qualifier else None
    if qualifier:
        outside = outside.replace(qualifier.text, " ")
    sign = Quote(_cut(text, phrase.loss, span), phrase.loss, "row") if phrase.loss else None
    if phrase.listed and not _LEFTOVER.sub("", outside).strip():
        return _Label(Quote(_cut(text, phrase.words, span), phrase.words, "row"), metric, segment, qualifier, sign=sign)
    return _Label(Quote(text, span, "row"), None, sign=sign)


def _cut(text: str, part: Span, whole: Span) -> str:
    return text[part.start - whole.start : part.end - whole.start]
