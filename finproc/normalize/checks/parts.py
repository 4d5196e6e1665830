"""The parts of a company against the whole: the rows of a table's column above their total."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import reduce

from finproc.normalize.checks.comparisons import Comparison, decisive, number
from finproc.normalize.checks.figures import Figure, Figures
from finproc.normalize.checks.intervals import Interval
from finproc.normalize.checks.totals import summed

_FEWEST = 2
_MOST = 30
_ABOVE = 200
"""Characters above the first part in which another row of the same table would stand."""


def segments(figures: Figures) -> Iterator[Comparison]:
    """Figures of parts that stand in a row and run into the figure of the whole, against it.

    Only rows that stand together are known to be complete; parts named in prose rarely are. What is taken off between
    the parts (eliminations) may stand among them with either sign, and subtotals are counted once.
    """
    if not any(figure.basis.segment for figure in figures.items):
        return
    columns: dict[tuple[object, ...], list[Figure]] = {}
    of_metric: dict[str, set[int]] = {}
    for figure in sorted(figures.items, key=lambda figure: figure.fact.amount):
        if figure.fact.unit == "currency" and figure.listed is not None:
            columns.setdefault((figure.basis._replace(segment=""), figure.metric), []).append(figure)
            of_metric.setdefault(figure.metric, set()).add(figure.fact.amount.start)
    for column in columns.values():
        parts: list[Figure] = []
        for figure in column:
            if figure.basis.segment:
                parts.append(figure)
                continue
            found = _against(figure, parts[-_MOST:])
            if found and (found.agrees or _is_whole_table(found, figures, of_metric[figure.metric])):
                yield found
            parts = []


def _against(whole: Figure, parts: Sequence[Figure]) -> Comparison | None:
    if len(parts) < _FEWEST:
        return None
    found = decisive(_summed(whole, parts))
    return found if found is None or found.agrees else _compared(whole, _without_subtotals(parts), None)


def _is_whole_table(found: Comparison, figures: Figures, rows: Container[int]) -> bool:
    """Whether all that stands between the first part and the whole, and shortly above, are rows of the same metric."""
    whole, first = found.figures[0], min(found.figures, key=lambda figure: figure.fact.amount)
    between = figures.amounts_between(first.fact.amount.start - _ABOVE, whole.fact.amount.start)
    return all(start in rows for start in between)


def _without_subtotals(parts: Sequence[Figure]) -> list[Figure]:
    """The parts, with those that a subtotal below them adds up left to it."""
    kept: list[Figure] = []
    for part in parts:
        for count in range(len(kept), _FEWEST - 1, -1):
            if summed([one.range for one in kept[-count:]]).meets(part.range):
                del kept[-count:]
                break
        kept.append(part)
    return kept


def _summed(whole: Figure, parts: Sequence[Figure]) -> Iterator[Comparison]:
    for run in (_without_subtotals(parts), list(parts)):
        for first in range(len(run) - 1):
            yield _compared(whole, run[first:], None)
            for turned in run[first:]:
                yield _compared(whole, run[first:], turned)


def _compared(whole: Figure, parts: Sequence[Figure], turned: Figure | None) -> Comparison:
    ranges = [-part.range if part is turned else part.range for part in parts]
    terms = [f"({number(part)}) turned" if part is turned else number(part) for part in parts]
    total: Interval = reduce(Interval.__add__, ranges)
    return Comparison(
        "segments", f"{whole.metric} = sum of its parts", (whole, *parts), total, whole.range, " + ".join(terms)
    )
