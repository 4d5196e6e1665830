"""The sweep: every amount, period, metric and company of a text, found once and handed out by stretches."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from finproc.extract.mentions.rules.tokens import Found
from finproc.lexicon.amounts import FoundAmount, find_amounts
from finproc.lexicon.companies import FoundCompany, find_companies
from finproc.lexicon.metrics import FoundMetric, find_metrics
from finproc.lexicon.periods import FoundPeriod, find_periods
from finproc.model.text import Span


class Spanned(Protocol):
    """Anything with a place in the text."""

    @property
    def span(self) -> Span: ...


T = TypeVar("T", bound=Spanned)
_START = attrgetter("span.start")
_PLAIN = frozenset({"plain", "count"})
_YEAR_LENGTH = 4
_TITLE = re.compile(
    r"[ \u00a0](?:[A-Z][\w-]*[ \u00a0]){0,4}(?:Program(?:me)?|Plans?|Notes?|Agreement|Act|Facility|Offering|Bonds?|"
    r"Debentures?|Indenture|Reform|Annual Report|Form|Loan|Revolver|Term|Acquisition|Merger)\b"
)
_DATED = re.compile(r"\s+for\s+the\s+(?:year|period|quarter)$", re.IGNORECASE)


class Sweep(Struct, frozen=True):
    """What the lexicon finds in a text, each in order. `amounts` are true amounts only (no years, dates, codes)."""

    text: str
    amounts: tuple[FoundAmount, ...]
    periods: tuple[FoundPeriod, ...]
    metrics: tuple[FoundMetric, ...]
    companies: tuple[FoundCompany, ...]

    def found_in(self, span: Span) -> tuple[list[Found], Sweep]:
        """The findings within a span, as tokens to be, and the part of the sweep that their items count in."""
        part = Sweep(
            self.text,
            within(self.amounts, span),
            within(self.periods, span),
            within(self.metrics, span),
            within(self.companies, span),
        )
        found = [
            Found("amount", a.span, i, 0 if a.unit in _PLAIN and not a.scaled else 4)
            for i, a in enumerate(part.amounts)
        ]
        found += [
            Found("adverb", a.approximation.span, -1, 5)
            for a in part.amounts
            if a.approximation is not None and a.approximation.span.within(span)
        ]
        found += [Found("period", p.span, i, 3) for i, p in enumerate(part.periods)]
        found += [Found("metric", m.span, i, 2) for i, m in enumerate(part.metrics)]
        found += [
            Found("company", c.span, i, 3 if c.cue in ("suffix", "ticker", "generic") else 1)
            for i, c in enumerate(part.companies)
        ]
        return found, part


def sweep(text: str, language: str | None) -> Sweep:
    """Everything at once; linear in the text."""
    return Sweep(
        text,
        tuple(amount for amount in find_amounts(text, language=language) if amount.role == "amount"),
        tuple(period for period in find_periods(text, language=language) if not _titled(text, period)),
        tuple(_undated(metric) for metric in find_metrics(text)),
        tuple(find_companies(text)),
    )


def _titled(text: str, period: FoundPeriod) -> bool:
    """As in "the 2021 Stock Repurchase Program", "the 2026 Notes": a year that is part of a name."""
    return (
        period.kind == "year" and len(period.span) == _YEAR_LENGTH and _TITLE.match(text, period.span.end) is not None
    )


def _undated(metric: FoundMetric) -> FoundMetric:
    """As in "profit for the year": the words that say when are a period's, not the metric's."""
    dated = _DATED.search(metric.text)
    if dated is None:
        return metric
    end = metric.span.start + dated.start()
    return replace(metric, text=metric.text[: dated.start()], span=Span(metric.span.start, end))


def within(items: Sequence[T], span: Span) -> tuple[T, ...]:
    """The items that lie wholly inside the span (`items` in order, not overlapping)."""
    if not items:
        return ()
    first = bisect_left(items, span.start, key=_START)
    last = bisect_left(items, span.end, first, key=_START)
    return tuple([item for item in items[first:last] if item.span.end <= span.end])
