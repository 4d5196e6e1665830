"""Figures that can be compared: exact, actual, proven numbers, by whose they are and when."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import NamedTuple

from finproc.lexicon.companies import key
from finproc.lexicon.metrics import Metric, look_up
from finproc.lexicon.part import words
from finproc.model.fact import FactContent
from finproc.model.text import Span
from finproc.normalize.checks.intervals import Interval
from finproc.normalize.metrics import only_cue

MOST_READINGS = 4
"""A document that states one figure in more ways than this is no witness about it."""
_NEUTRAL = words("total consolidated reported gaap ifrs record group")
_YEARLY = re.compile(r"(Q[1-4] |H[12] |9M |FY)(\d{4})")
_YEAR_DAYS = range(357, 373)
"""A year of 52 or 53 weeks, or a calendar's."""


class Basis(NamedTuple):
    """Whose figures, of which part, in which currency and when: figures of one basis can be added.

    `currency` is None for what has none (percent, shares); `end` is None where no date says when the period ended.
    """

    company: str
    segment: str
    currency: str | None
    period: str
    end: date | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A fact that can be compared, at its place among the document's facts."""

    place: int
    fact: FactContent
    basis: Basis
    range: Interval

    @property
    def metric(self) -> str:
        return self.fact.metric

    @property
    def listed(self) -> Metric | None:
        return look_up(self.fact.metric)


@dataclass(frozen=True)
class Figures:
    """All comparable figures of a document, found by basis and metric."""

    items: Sequence[Figure]
    amounts: Sequence[int] = ()
    """Where the document's amounts begin, in order."""

    @classmethod
    def of(cls, facts: Sequence[FactContent], amounts: Iterable[Span] = ()) -> Figures:
        """The figures among facts.

        A range, an "approximately" and a guidance bind nobody to their digits; what is in review may be bound wrongly;
        a qualifier ("organic") makes another metric of it. A label without a date takes the date that the document
        gives the same label elsewhere, if it gives one. `amounts` are the places of all amounts of the document.
        """
        comparable = [(place, fact) for place, fact in enumerate(facts) if _is_comparable(fact)]
        ends: dict[tuple[str, str | None], set[date]] = {}
        for _, fact in comparable:
            if fact.period_end:
                ends.setdefault((_owner(fact), fact.period), set()).add(fact.period_end)
        begin = sorted(span.start for span in amounts)
        return cls([_figure(place, fact, ends) for place, fact in comparable], begin)

    def amounts_between(self, start: int, end: int) -> Sequence[int]:
        """Where amounts begin in `[start, end)`."""
        return self.amounts[bisect_left(self.amounts, start) : bisect_left(self.amounts, end)]

    @cached_property
    def metrics(self) -> frozenset[str]:
        """Every metric that there is a figure of."""
        return frozenset(figure.metric for figure in self.items)

    @cached_property
    def by_metric(self) -> dict[tuple[Basis, str], list[Figure]]:
        """Figures by basis and metric; equal ones once, and no more than show that there are too many."""
        found: dict[tuple[Basis, str], list[Figure]] = {}
        for figure in self.items:
            alike = found.setdefault((figure.basis, figure.metric), [])
            if len(alike) <= MOST_READINGS and all(figure.range != other.range for other in alike):
                alike.append(figure)
        return found

    @cached_property
    def by_basis(self) -> dict[Basis, list[Figure]]:
        """All figures by basis."""
        found: dict[Basis, list[Figure]] = {}
        for figure in self.items:
            found.setdefault(figure.basis, []).append(figure)
        return found

    @cached_property
    def _money(self) -> dict[Basis, list[Basis]]:
        found: dict[Basis, list[Basis]] = {}
        for basis in self.by_basis:
            if basis.currency:
                found.setdefault(basis._replace(currency=None), []).append(basis)
        return found

    def money(self, basis: Basis) -> list[Basis]:
        """The bases in money that a basis without a currency (percent, shares) goes with."""
        return self._money.get(basis, [])

    def readings(self, basis: Basis, metric: str) -> list[Figure]:
        """The ways in which the document states a figure; none where there are too many."""
        alike = self.by_metric.get((basis, metric), [])
        return alike if len(alike) <= MOST_READINGS else []

    def stated(self, unit: str) -> Iterator[tuple[Basis, str, list[Figure]]]:
        """Every figure of a unit, with its readings."""
        for (basis, metric), alike in self.by_metric.items():
            if alike[0].fact.unit == unit and len(alike) <= MOST_READINGS:
                yield basis, metric, alike

    def combinations(self, basis: Basis, metrics: Sequence[str]) -> Iterator[tuple[Figure, ...]]:
        """One figure for each metric, in every way; nothing where one is missing."""
        return product(*(self.readings(basis, metric) for metric in metrics))

    def year_before(self, basis: Basis) -> list[Basis]:
        """The same stretch of the year before, where its label and its dates say so."""
        label = _YEARLY.fullmatch(basis.period)
        if label is None:
            return []
        wanted = f"{label[1]}{int(label[2]) - 1}"
        return [
            other
            for other in self.by_basis
            if other.period == wanted and other[:3] == basis[:3] and _a_year(other.end, basis.end)
        ]


def _is_comparable(fact: FactContent) -> bool:
    exact = fact.value is not None and fact.precision is not None and not fact.approximate
    known = fact.status == "actual" and fact.proof != "review" and fact.period is not None and fact.unit != "count"
    return exact and known and not _is_narrowed(fact)


def _is_narrowed(fact: FactContent) -> bool:
    """Whether the qualifier makes it another figure than its metric's: not "total", nor "as a % of sales"."""
    qualifier = fact.qualifier
    if not qualifier or qualifier in _NEUTRAL or qualifier in fact.metric:
        return False
    return not (fact.unit == "percent" and only_cue(qualifier))


def _owner(fact: FactContent) -> str:
    return key(fact.entity or fact.company)


def _figure(place: int, fact: FactContent, ends: Mapping[tuple[str, str | None], set[date]]) -> Figure:
    value, precision = fact.value, fact.precision
    if value is None or precision is None:
        raise ValueError("not comparable")
    company = _owner(fact)
    known = ends.get((company, fact.period), set())
    basis = Basis(
        company,
        " ".join((fact.segment or "").casefold().split()),
        fact.currency if fact.unit in ("currency", "currency/share") else None,
        fact.period or "",
        fact.period_end or (next(iter(known)) if len(known) == 1 else None),
    )
    return Figure(place, fact, basis, Interval.around(value, precision))


def _a_year(earlier: date | None, later: date | None) -> bool:
    return earlier is None or later is None or (later - earlier).days in _YEAR_DAYS
