"""Figures that add up to another by the definitions of the statements they stand in."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

from finproc.normalize.checks.comparisons import Comparison, decisive, number
from finproc.normalize.checks.figures import Basis, Figure, Figures
from finproc.normalize.checks.intervals import Interval

Term = tuple[int, str]
"""A sign and a metric."""


@dataclass(frozen=True, slots=True)
class Total:
    """A metric and the ways in which companies arrive at it; any one of them may hold."""

    code: str
    metric: str
    ways: tuple[tuple[Term, ...], ...]

    def is_stated(self, metrics: Container[str]) -> bool:
        """Whether the metric is among these, and all terms of one of its ways."""
        return self.metric in metrics and any(all(metric in metrics for _, metric in way) for way in self.ways)


TOTALS = (
    Total("balance_sheet", "total assets", (((1, "total liabilities"), (1, "total equity")),)),
    Total("working_capital", "working capital", (((1, "current assets"), (-1, "current liabilities")),)),
    Total("gross_profit", "gross profit", (((1, "revenue"), (-1, "cost of revenue")),)),
    Total(
        "operating_income",
        "operating income",
        (
            ((1, "gross profit"), (-1, "operating expenses")),
            ((1, "revenue"), (-1, "operating expenses")),
            ((1, "revenue"), (-1, "cost of revenue"), (-1, "operating expenses")),
        ),
    ),
    Total("net_income", "net income", (((1, "income before taxes"), (-1, "income tax expense")),)),
    Total(
        "free_cash_flow",
        "free cash flow",
        (
            ((1, "operating cash flow"), (-1, "capital expenditures")),
            ((1, "operating cash flow"), (1, "investing cash flow")),
            ((1, "operating cash flow"), (-1, "capital expenditures"), (-1, "dividends paid")),
            ((1, "operating cash flow"), (1, "investing cash flow"), (-1, "dividends paid")),
        ),
    ),
)  # fmt: skip
"""Definitions: FASB Accounting Standards Codification 205, 210, 230; IAS 1, IAS 7. Free cash flow has none."""
_ONE_WAY_NEEDS = {"operating_income": "gross profit"}
"""Operating expenses are printed with and without the cost of revenue: only a printed gross profit decides which."""


_MOST_LINES = 12
"""Beyond this many lines some two of them would fit anything."""


def totals(figures: Figures) -> Iterator[Comparison]:
    """Every total whose terms a document states for one company, part, currency and period."""
    stated = [total for total in TOTALS if total.is_stated(figures.metrics)]
    for basis in figures.by_basis if stated else ():
        for total in stated:
            found = decisive(_ways(figures, basis, total))
            if found is None or (not found.agrees and not _is_contradiction(figures, basis, total, found)):
                continue
            yield found


def _ways(figures: Figures, basis: Basis, total: Total) -> Iterator[Comparison]:
    for way in total.ways:
        metrics = [total.metric, *(metric for _, metric in way)]
        for stated, *parts in figures.combinations(basis, metrics):
            yield _compared(total, way, stated, parts)


def _compared(total: Total, way: Sequence[Term], stated: Figure, parts: Sequence[Figure]) -> Comparison:
    ranges = [part.range if sign > 0 else -part.range for (sign, _), part in zip(way, parts, strict=True)]
    signs = ["+" if sign > 0 else "−" for sign, _ in way]
    formula = _joined(signs, [metric for _, metric in way])
    computed = _joined(signs, [number(part) for part in parts])
    return Comparison(
        total.code, f"{total.metric} = {formula}", (stated, *parts), summed(ranges), stated.range, computed
    )


def summed(ranges: Sequence[Interval]) -> Interval:
    """The sum of one or more intervals."""
    return reduce(Interval.__add__, ranges)


def _joined(signs: Sequence[str], terms: Sequence[str]) -> str:
    text = " ".join(f"{sign} {term}" for sign, term in zip(signs, terms, strict=True))
    return text.removeprefix("+ ")


def _is_contradiction(figures: Figures, basis: Basis, total: Total, found: Comparison) -> bool:
    """Whether nothing that the document prints for the same period accounts for the difference.

    Minority interests, restructuring, leases and other lines stand between the terms of a definition; where one such
    line, or two together, make up the gap, the statement is right and the definition too short.
    """
    needed = _ONE_WAY_NEEDS.get(total.code)
    if needed and not figures.readings(basis, needed):
        return False
    return not accounted_for(figures, basis, found.expected - found.actual, found.figures)


def accounted_for(figures: Figures, basis: Basis, gap: Interval, used: Sequence[Figure]) -> bool:
    """Whether a gap is another figure of the same basis, or the sum of two that stand between those involved.

    Only a figure printed as precisely as the gap is known accounts for it; "about a million" would account for much.
    """
    places = {figure.place for figure in used}
    lines = [one for one in figures.by_basis[basis] if one.place not in places and one.range.half <= gap.half]
    first, *_, last = sorted(figure.fact.amount for figure in used)
    between = [one.range for one in lines if first < one.fact.amount < last][:_MOST_LINES]
    both = (one + two for one, two in combinations([*between, *(-line for line in between)], 2))
    return any(gap.meets(line) or gap.meets(-line) for line in (*(one.range for one in lines), *both))
