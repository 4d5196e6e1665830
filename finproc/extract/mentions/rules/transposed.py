"""Tables whose columns are metrics: a row is then a part of the company, a period, or a measure of the same numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from finproc.extract.mentions.rules.cells import amount_of
from finproc.extract.mentions.rules.grids import GridCell
from finproc.extract.mentions.rules.heads import Heads
from finproc.extract.mentions.rules.labels import bare_name
from finproc.lexicon.metrics import find_metrics
from finproc.lexicon.periods import find_periods
from finproc.model.mention import Mention
from finproc.model.text import Quote, Span

_ADJUSTED = re.compile(
    r"\bnon[\s-]?gaap\b|\badjusted\b|^core\b|\bunderlying\b|\bcomparable\b|\bbereinigt\w*", re.IGNORECASE
)
_REPORTED = re.compile(r"\b(?:gaap|as\s+reported|reported|ifrs|statutory)\b", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:(?:grand\s+)?total|consolidated|group|company|summe|gesamt|konzern|all)(?:\s+(?:company|group|consolidated|total))?",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"\b(?:change|variance|increase|decrease|growth|difference|adjust\w+|impact|effect)\b|%", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Row:
    """What the name of a row says where the columns are metrics. `fact` is False for what is only a step."""

    segment: Quote | None = None
    qualifier: Quote | None = None
    period: Quote | None = None
    fact: bool = True


def row_of(cell: GridCell, *, reconciling: bool) -> Row:
    """`reconciling`: other rows of the table are marked as reported or as adjusted."""
    text, span = bare_name(cell)
    quote = Quote(text, span, "row")
    adjusted = _ADJUSTED.search(text)
    if adjusted:
        place = Span(span.start + adjusted.start(), span.start + adjusted.end())
        return Row(qualifier=Quote(adjusted[0], place, "row"))
    if _REPORTED.search(text) or _WHOLE.fullmatch(text):
        return Row()
    periods = find_periods(text)
    if periods and len(periods[0].text) >= len(text) // 2:
        return Row(period=quote, fact=periods[0].is_absolute)
    if not text or reconciling or _DIFFERENCE.search(text) or find_metrics(text):
        return Row(fact=False)
    return Row(segment=quote)


def marked(name: str) -> bool:
    """Whether a row's name says that its numbers are those reported, or adjusted ones."""
    return bool(_ADJUSTED.search(name) or (_REPORTED.search(name) and not find_metrics(name)))


def crossed(heads: Heads, cell: GridCell, number: GridCell, *, reconciling: bool) -> Mention | None:
    """The mention of a number under a metric; scale and currency are the table's, and still to come."""
    named = heads.metrics.get(number.first)
    row = row_of(cell, reconciling=reconciling)
    if named is None or not row.fact or ("%" in number.text) != (named.metric.kind == "ratio"):
        return None
    head = heads.of(number)
    amount = amount_of(number)
    metric = named.parts[-1]
    return Mention(
        amount=amount,
        metric=metric,
        metric_parts=named.parts if len(named.parts) > 1 else (),
        quote=amount.span or number.span,
        period=row.period or head.period,
        period_parts=() if row.period else head.pieces,
        segment=row.segment,
        qualifier=row.qualifier or named.qualifier,
        status="guidance" if head.forward else "actual",
        status_cue=head.forward,
    )
