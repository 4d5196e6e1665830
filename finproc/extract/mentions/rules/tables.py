"""Mentions of tables: the row names the metric, the column's head the period, the caption scale and currency."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from finproc.extract.mentions.rules.captions import power_of, stated
from finproc.extract.mentions.rules.cells import amount_of, leading_currency, names_currency
from finproc.extract.mentions.rules.columns import Head, is_dated, is_head
from finproc.extract.mentions.rules.grids import Grid, GridCell
from finproc.extract.mentions.rules.heads import Heads
from finproc.extract.mentions.rules.labels import (
    PARTED,
    Label,
    Section,
    label_of,
    section_of,
    share_of_sales,
)
from finproc.extract.mentions.rules.measures import metric_head
from finproc.extract.mentions.rules.summing import parts_by_sum
from finproc.extract.mentions.rules.sweep import Sweep, within
from finproc.extract.mentions.rules.transposed import crossed, marked
from finproc.lexicon.companies import key
from finproc.lexicon.scales import find_captions
from finproc.model.mention import Mention
from finproc.model.text import Quote, Span

_BREAKDOWN = re.compile(
    r"\b(?:by|nach|par)\s+(?:\w+\s+){0,2}(?:segments?|categor\w+|source|products?|regions?|geograph\w+|countr\w+|types?|divisions?|"
    r"lines?|channels?|destinations?|business\w*|Segmenten?|Regionen|Ländern)\b|disaggregat|breakdown|breakup",
    re.IGNORECASE,
)
_MOVING = re.compile(
    r"^(?:net\s+)?changes?\s+in\b.*\b(?:assets|liabilities|capital|items|accounts)|^changes?\s+in:", re.IGNORECASE
)
_OPENING = re.compile(r"^balances?\b|\b(?:at|,)\s*(?:the\s+)?beginning\s+of|\bopening\b|zu beginn|début", re.IGNORECASE)
_PRESENTED = re.compile(
    r"(?:presents?|shows?|sets?\s+forth|summari[sz]es?|details?|provides?)\s+(?:the\s+|our\s+|its\s+)?"
    r"((?:[a-z][\w-]*\s+){0,4}[a-z][\w-]*)\s+by\s",
)
_COUNTED = frozenset({"employees", "customers", "units sold"})
_SHARE_COUNT = re.compile(r"\bshares\b|\baktien\b|\bactions\b", re.IGNORECASE)
_MAX_LABEL, _TOP, _WIDEST = 140, 6, 100
"""Characters of a row's label; rows at the top of a table that may be its heads; cells of a row of a statement, not of
a set of data."""
_BARE_SHARE = re.compile(r"\(?\d{1,3}(?:\.\d+)?\)?")
_DASH_ONLY = re.compile(r"[-–—]+")
_SERIAL = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]?(?:\d[.)]?)?", re.IGNORECASE)
"""The number of a row in a column of its own."""
_DUE = re.compile(r"\b(?:payments?\s+due|due\s+by\s+period|maturing\s+in|contractual\s+obligations)\b", re.IGNORECASE)
"""Heads of a table of what falls due in later years: its rows are no balances."""
_COSTS = frozenset(
    {"cost of revenue", "operating expenses", "research and development expense", "sales and marketing expense",
     "selling, general and administrative expense", "general and administrative expense", "interest expense",
     "depreciation and amortization"}
)  # fmt: skip
_TWO_WAYS = frozenset({"income tax expense"})
"""Costs that can be an income, so that their sign counts."""
_MINUS = re.compile(r"[A-Z$€£¥₹\s]*[(–−-]")
_TOTAL_OF = re.compile(r"(?:total|consolidated)\s+(.+)", re.IGNORECASE)
_ONE_DECIMAL = re.compile(r"\d[.,]\d\)?$")
"""Money has two decimals or none: one shows a scale, and nobody said which."""
_NAME = 4
"""Letters of a name that a caption excepts."""
_MOST_SHARES = 12
"""Digits of a count of shares: no company has a trillion of them."""


@dataclass(slots=True)
class _State:
    """What the rows read so far say about the next."""

    heads: Heads
    counted: bool = False
    """A row of numbers came since the last head."""
    section: Section | None = None
    scale: Quote | None = None
    shares: Quote | None = None
    """The scale of share counts, where it is not that of money; `exempt`: they have none."""
    exempt: bool = False
    excepted: str = ""
    """What the caption's scale does not touch, in its own words ("per share amounts and RevPAR")."""
    currency: Quote | None = None
    company: Quote | None = None
    margin: Quote | None = None
    parted: Quote | None = None
    """The words of a caption whose rows are parts ("premiums written by region")."""
    reporting: Quote | None = None
    reconciling: bool = False
    """Some rows are marked as reported or as adjusted: the others lead from the one to the other."""
    percents: set[int] = field(default_factory=set)
    """Columns whose first number carries a percent sign that those below go without."""
    summed: dict[Span, Section] = field(default_factory=dict)
    """Rows that add up to a total below them."""
    parts: set[str] = field(default_factory=set)
    """Names of the rows so far that are parts of the company."""
    negative: bool = False
    """Costs are printed as negative numbers."""
    moving: bool = False
    """Rows below are changes of balances ("Changes in operating assets and liabilities:")."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a table takes from around it.

    The scale of the table before, the currency of any of its cells, whom the document is about, and the period that it
    reports, which heads without a year count from.
    """

    scale: Quote | None = None
    currency: Quote | None = None
    company: Quote | None = None
    reporting: Quote | None = None


def read_grid(
    grid: Grid, found: Sweep, language: str | None = None, inherited: Inherited | None = None
) -> Iterator[Mention]:
    """The mentions of one table, row by row."""
    around = inherited or Inherited()
    if any(len(row) > _WIDEST for row in grid.rows):
        return
    if any(_DUE.search(cell.text) for row in grid.rows[:_TOP] if is_head(row) for cell in row):
        return
    state = _State(
        Heads(found), scale=around.scale, currency=around.currency, company=around.company, reporting=around.reporting
    )
    state.summed = parts_by_sum(grid, found)
    state.reconciling = any(marked(row[0].text) for row in grid.rows if row and not is_head(row))
    for caption in grid.captions:
        _caption(state, found, caption, language)
        state.heads.caption(caption)
    for row in grid.rows:
        captioned = any(cell.span.within(caption) for cell in row for caption in grid.captions)
        if row and not (captioned and not is_head(row)):
            yield from _read(state, row, found, language)


def _read(state: _State, row: Sequence[GridCell], found: Sweep, language: str | None) -> Iterator[Mention]:
    """One row: a head, words alone, or a name and its numbers."""
    named = _named(row)
    numbers = [cell for cell in named[1:] if cell.numeric]
    if _unanswered(state, row) and not numbers:
        return
    if is_head(row):
        _head(state, row, found, language)
    elif not numbers:
        _section(state, row[0], found, language)
    elif not named[0].numeric and len(named[0].text) <= _MAX_LABEL:
        state.counted = True
        yield from _row(state, named[0], numbers, found)


def _unanswered(state: _State, row: Sequence[GridCell]) -> bool:
    """A named row below numbers whose cells hold words ("N/A", "see note"): no head, but a row without numbers."""
    return state.counted and len(row) > 1 and row[0].first == 0 and not is_dated(row)


def _named(row: Sequence[GridCell]) -> Sequence[GridCell]:
    """The row from its name on: a number of the row before it is left out."""
    if len(row) > 1 and not row[1].numeric and _SERIAL.fullmatch(row[0].text):
        return row[1:]
    return row


def _caption(state: _State, found: Sweep, span: Span, language: str | None) -> None:
    """Scale and currency that a caption or a head states; the last one counts."""
    text = found.text[span.start : span.end]
    says = stated(text, span, language)
    if says.scale is not None:
        state.excepted = says.excepted
        state.scale, state.shares, state.exempt = says.scale, says.shares, says.exempt
        state.currency = says.currency or state.currency
    breakdown = _BREAKDOWN.search(text)
    metrics = within(found.metrics, span) if breakdown else ()
    if metrics and (state.section is None or state.section.metric is None) and metrics[0].name in PARTED:
        state.section = Section(GridCell(text, span, 0, 0), metrics[0])
    presented = _PRESENTED.search(text) if breakdown and not metrics else None
    if presented:
        place = span.start + presented.start(1)
        state.parted = Quote(presented[1], Span(place, place + len(presented[1])), "caption")


def _head(state: _State, row: Sequence[GridCell], found: Sweep, language: str | None) -> None:
    if state.counted:
        state.heads.begin()
        state.counted, state.section, state.margin = False, None, None
        state.percents, state.parted = set(), None
    state.heads.add(row)
    for cell in row:
        _caption(state, found, cell.span, language)
    corner = row[0]
    named = metric_head((Quote(corner.text, corner.span, "column"),)) if corner.first == 0 and len(row) > 1 else None
    if named is not None and named.metric.name in PARTED:
        state.section = section_of(corner, within(found.metrics, corner.span))


def _section(state: _State, cell: GridCell, found: Sweep, language: str | None) -> None:
    """A row of words alone: a caption, or the head of the rows below it."""
    if find_captions(cell.text, language):
        _caption(state, found, cell.span, language)
        return
    state.moving = bool(_MOVING.search(cell.text))
    state.margin = share_of_sales(cell.text, cell.span)
    state.section = section_of(cell, () if state.margin else within(found.metrics, cell.span))


def _row(state: _State, cell: GridCell, numbers: Sequence[GridCell], found: Sweep) -> Iterator[Mention]:
    if re.match(r"(?:total|net)\b(?!.*\bchanges?\b)", cell.text, re.IGNORECASE):
        state.moving = False
    state.currency = next((sign for number in numbers if (sign := leading_currency(number))), state.currency)
    if state.heads.metrics:
        yield from _crossed(state, cell, numbers)
        return
    label = (
        None
        if state.moving or _OPENING.search(cell.text)
        else label_of(
            cell,
            found,
            _section_over(state, cell),
            parts=state.parts,
            parted=state.parted,
            margin=state.margin is not None,
        )
    )
    if label is None:
        return
    if label.segment is not None:
        state.parts.add(label.segment.text.lower())
    numbers = [number for number in numbers if state.heads.of(number).counts]
    turned = _turned(label, numbers)
    state.negative = state.negative or _negative(label, numbers)
    negated = state.negative and label.listed is not None and label.listed.name in _TWO_WAYS
    negated = negated and any(_MINUS.match(number.text) for number in numbers)
    for number in numbers:
        if _is_share(state, number, numbers):
            continue
        mention = _mention(state, label, number, state.heads.of(number), negated=negated)
        if mention is not None and number in turned:
            mention = replace(mention, sign=Quote(mention.amount.text, mention.amount.span, "row"))
        if mention is not None:
            yield mention


def _section_over(state: _State, cell: GridCell) -> Section | None:
    """The head of a row: its section's, unless that names no metric and the row adds up to a total below it."""
    if state.section is not None and (state.section.metric is not None or state.section.counted is not None):
        return state.section
    return state.summed.get(cell.span) or state.section


def _crossed(state: _State, cell: GridCell, numbers: Sequence[GridCell]) -> Iterator[Mention]:
    """A row of a table whose columns are metrics."""
    for number in numbers:
        mention = crossed(state.heads, cell, number, reconciling=state.reconciling)
        if mention is None:
            continue
        named = state.heads.metrics[number.first]
        counts = named.metric.name in _COUNTED or named.metric.kind == "ratio"
        shares = bool(_SHARE_COUNT.search(named.words)) and not named.per_share
        priced = named.per_share or named.metric.kind == "per share"
        measured = _measured(
            state, mention, "count" if counts else "shares" if shares else "price" if priced else "money"
        )
        if measured is not None:
            yield replace(measured, company=state.company)


def _turned(label: Label, numbers: Sequence[GridCell]) -> frozenset[GridCell]:
    """The cells whose parentheses mean minus though the metric is positive by convention."""
    if label.offset:
        return frozenset(cell for cell in numbers if "(" in cell.text)
    return _credits(numbers) if label.listed is None or label.listed.metric.sign == "+" else frozenset()


def _negative(label: Label, numbers: Sequence[GridCell]) -> bool:
    """Whether a row of costs prints all its numbers as negative ones."""
    if label.listed is None or label.listed.name not in _COSTS:
        return False
    money = [cell for cell in numbers if "%" not in cell.text and any(map(str.isdigit, cell.text))]
    return len(money) > 1 and all(_MINUS.match(cell.text) for cell in money)


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


def _mention(state: _State, label: Label, number: GridCell, head: Head, *, negated: bool) -> Mention | None:
    percent = "%" in number.text
    kind = label.listed.metric.kind if label.listed else None
    if label.growth and not percent:
        return None
    if head.period is None and state.heads.dated:
        return None
    ratio = label.growth or label.share or label.ratio or kind == "ratio" or state.margin is not None
    if percent != ratio:
        return None
    amount = amount_of(number)
    counts = label.listed is not None and label.listed.name in _COUNTED
    shares = label.counted or (bool(_SHARE_COUNT.search(label.metric.text)) and not label.priced)
    if label.listed is None and not (label.priced or label.counted) and (shares or state.scale is None):
        return None
    if (
        head.segment is not None
        and not _whole(state, head.segment)
        and (label.listed is None or label.segment is not None or head.stacked)
    ):
        return None
    mention = Mention(
        amount=amount,
        metric=label.metric,
        quote=Span(min(label.metric.span.start, amount.span.start), amount.span.end)
        if label.metric.span and amount.span
        else number.span,
        company=state.company,
        period=head.period,
        period_parts=head.pieces,
        period_anchor=state.reporting if head.period is not None and head.open else None,
        segment=label.segment or (None if _whole(state, head.segment) else head.segment),
        qualifier=head.qualifier or label.qualifier or (state.margin if percent else None),
        sign=label.sign if not percent else None,
        negated=negated,
        status="guidance" if head.forward else "actual",
        status_cue=head.forward,
    )
    priced = label.priced or kind == "per share"
    return _measured(
        state, mention, "count" if percent or counts else "shares" if shares else "price" if priced else "money"
    )


def _whole(state: _State, segment: Quote | None) -> bool:
    """Whether a column is that of the company itself ("Total NIKE, Inc.")."""
    name = _TOTAL_OF.match(segment.text) if segment is not None else None
    return name is not None and state.company is not None and key(name[1]) == key(state.company.text)


def _measured(state: _State, mention: Mention, kind: Literal["money", "price", "shares", "count"]) -> Mention | None:
    """The mention with the scale and the currency of the table that its kind of number takes."""
    if kind == "count":
        return mention
    if kind == "shares":
        scale = state.shares or (None if state.exempt else state.scale)
        whole = re.sub(r"[^\d.]", "", mention.amount.text).partition(".")[0]
        if scale is not None and len(whole) + power_of(scale.text) > _MOST_SHARES:
            return None
        return replace(mention, scale=scale)
    if kind == "money" and state.scale is None and _ONE_DECIMAL.search(mention.amount.text):
        return None
    currency = None if names_currency(mention.amount.text) else state.currency
    scaled = kind == "money" and not _excepted(state, mention)
    return replace(mention, scale=state.scale if scaled else None, currency=currency)


def _excepted(state: _State, mention: Mention) -> bool:
    name = mention.metric.text.lower()
    return len(name) >= _NAME and name in state.excepted
