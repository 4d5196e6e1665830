"""Percentages and amounts per share against the amounts that they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from finproc.normalize.checks.comparisons import Comparison, decisive, number
from finproc.normalize.checks.figures import Basis, Figure, Figures
from finproc.normalize.checks.intervals import exactly

MARGINS = {
    "gross margin": ("gross profit",),
    "operating margin": ("operating income",),
    "adjusted operating margin": ("adjusted operating income",),
    "ebitda margin": ("ebitda", "adjusted ebitda"),
    "net margin": ("net income",),
}
"""What a margin is the share of revenue of; the listed EBITDA margin goes by both names."""
PER_SHARE = {
    "earnings per share": "net income",
    "diluted earnings per share": "net income",
    "adjusted earnings per share": "adjusted net income",
}
_SHARES = "weighted average shares"
_GROWTH = " growth"
_HUNDRED = exactly(100)


def margins(figures: Figures) -> Iterator[Comparison]:
    """Stated margins against profit divided by revenue."""
    for basis, metric, stated in figures.stated("percent"):
        if metric not in MARGINS:
            continue
        found = decisive(
            _divided("margin", f"{metric} = {profit} ÷ revenue", (figure, above, below))
            for money in figures.money(basis)
            for profit in MARGINS[metric]
            for above, below in figures.combinations(money, (profit, "revenue"))
            for figure in stated
            if below.range.positive
        )
        if found is not None:
            yield found


def growth(figures: Figures) -> Iterator[Comparison]:
    """Stated growth of a listed metric against its two values, where both are positive."""
    for basis, metric, stated in figures.stated("percent"):
        if metric.endswith(_GROWTH):
            found = decisive(_grown(figures, basis, metric.removesuffix(_GROWTH), stated))
            if found is not None:
                yield found


def _grown(figures: Figures, basis: Basis, metric: str, stated: list[Figure]) -> Iterator[Comparison]:
    formula = f"{metric} growth = {metric} ÷ {metric} a year before − 1"
    for money in figures.money(basis):
        for earlier in figures.year_before(money):
            for now in figures.readings(money, metric):
                for then in figures.readings(earlier, metric):
                    if now.range.positive and then.range.positive:
                        for figure in stated:
                            yield _divided("growth", formula, (figure, now, then), over_one=True)


def _divided(code: str, formula: str, parts: tuple[Figure, Figure, Figure], *, over_one: bool = False) -> Comparison:
    """A percentage against one amount divided by another; `over_one`: what goes beyond 100 %."""
    stated, above, below = parts
    expected = above.range / below.range * _HUNDRED
    computed = f"100 × {number(above)} ÷ {number(below)}"
    if over_one:
        expected, computed = expected - _HUNDRED, f"{computed} − 100"
    return Comparison(code, formula, parts, expected, stated.range, computed)


def per_share(figures: Figures) -> Iterator[Comparison]:
    """Earnings per share times the average number of shares against the earnings.

    Any of the basic and diluted readings may fit. Where only one of them has its number of shares, and it is not known
    which, a difference proves nothing: so a finding takes a document that gives both, or speaks of one.
    """
    if _SHARES not in figures.metrics:
        return
    for basis, metric, stated in figures.stated("currency/share"):
        counts = figures.readings(basis._replace(currency=None), _SHARES)
        profit = PER_SHARE.get(metric)
        if profit is None or not counts:
            continue
        found = decisive(
            Comparison(
                "per_share",
                f"{profit} = {metric} × weighted average shares",
                (earned, each, count),
                each.range * count.range,
                earned.range,
                f"{number(each)} × {number(count)}",
            )
            for earned in figures.readings(basis, profit)
            for each in stated
            for count in counts
        )
        if found is not None and (found.agrees or len(counts) > 1):
            yield found
