"""A figure against itself, where a document states it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from finproc.normalize.checks.comparisons import Comparison, number
from finproc.normalize.checks.figures import Figure, Figures
from finproc.normalize.checks.ratios import MARGINS, PER_SHARE
from finproc.normalize.checks.totals import TOTALS, accounted_for

SINGLE = frozenset(
    {
        *(total.metric for total in TOTALS),
        *(metric for total in TOTALS for way in total.ways for _, metric in way),
        *MARGINS,
        *PER_SHARE,
        *("ebitda", "adjusted ebitda", "adjusted net income", "effective tax rate", "financing cash flow"),
        *("cash and cash equivalents", "inventories", "goodwill", "accounts receivable", "accounts payable"),
    }
) - {"capital expenditures", "dividends paid"}
"""Metrics of which a company has one in a period. There may be many impairments, purchases and dividends."""


_SCOPES = ("attributable", "restricted")
"""Words in a row's name that make it wider or narrower: without minorities, with cash that is bound."""


def repetitions(figures: Figures) -> Iterator[Comparison]:
    """Figures that are stated more than once, in whatever precision, against the most precise statement.

    A difference that another line accounts for is none: net income before and after minority interests.
    """
    single = [figure for figure in figures.items if figure.metric in SINGLE]
    times = Counter((figure.basis, figure.metric) for figure in single)
    stated: dict[tuple[object, ...], list[Figure]] = {}
    for figure in single:
        if times[figure.basis, figure.metric] > 1:
            stated.setdefault((figure.basis, figure.metric, figure.fact.unit, _scope(figure)), []).append(figure)
    for again in stated.values():
        exact = min(again, key=lambda figure: figure.range.half)
        others = [figure for figure in again if figure is not exact]
        apart = [figure for figure in others if not figure.range.meets(exact.range)]
        if not others or (apart and accounted_for(figures, exact.basis, exact.range - apart[0].range, (exact, *apart))):
            continue
        shown = (apart or others)[0]
        formula = f"{exact.metric} is one figure in {exact.fact.period}"
        yield Comparison("stated_again", formula, (*(apart or [shown]), exact), exact.range, shown.range, number(exact))


def _scope(figure: Figure) -> tuple[str, ...]:
    named = [item.quote.text for item in figure.fact.evidence if item.field == "metric"]
    words = " ".join((figure.fact.quote, *named)).casefold()
    return tuple(word for word in _SCOPES if word in words)
