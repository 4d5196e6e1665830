"""Quarters, halves and nine months against the longer period that they fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from finproc.normalize.checks.comparisons import Comparison, decisive, number
from finproc.normalize.checks.figures import Basis, Figure, Figures
from finproc.normalize.checks.totals import summed

_DAY = timedelta(days=1)
_MOST_PARTS = 4
"""A year has four quarters."""
_QUARTER_DAYS = 80
_TRIES = 64


def spans(figures: Figures) -> Iterator[Comparison]:
    """Shorter periods that fill a longer one day by day, for every listed amount that covers time."""
    if max(map(_days, figures.items), default=0) < 2 * _QUARTER_DAYS:
        return
    flows: dict[tuple[Basis, str], list[Figure]] = {}
    for (basis, metric), readings in figures.by_metric.items():
        if figures.readings(basis, metric) and _is_additive(readings[0]):
            flows.setdefault((basis._replace(period="", end=None), metric), []).extend(readings)
    for alike in flows.values():
        fillings: dict[tuple[str | None, ...], list[Comparison]] = {}
        for whole in alike:
            for parts in _fillings(whole, alike):
                labels = (whole.fact.period, *(part.fact.period for part in parts))
                fillings.setdefault(labels, []).append(_added(whole, parts))
        for comparisons in fillings.values():
            found = decisive(comparisons)
            if found is not None:
                yield found


def _is_additive(figure: Figure) -> bool:
    """Whether the figure of a year is the sum of the figures of its quarters."""
    dated = figure.fact.period_start is not None and figure.fact.period_end is not None
    return dated and figure.fact.unit == "currency" and figure.listed is not None and figure.listed.kind == "flow"


def _fillings(whole: Figure, alike: Sequence[Figure]) -> Iterator[tuple[Figure, ...]]:
    """Ways to fill a period with two to four shorter ones, without gap or overlap."""
    start, end = whole.fact.period_start, whole.fact.period_end
    shorter = [part for part in alike if _QUARTER_DAYS <= _days(part) < _days(whole)]
    unfinished: list[tuple[Figure, ...]] = [(part,) for part in shorter if part.fact.period_start == start]
    for _ in range(_TRIES):
        if not unfinished:
            return
        parts = unfinished.pop()
        reached = parts[-1].fact.period_end
        if reached == end:
            yield parts
        elif reached and end and reached < end and len(parts) < _MOST_PARTS:
            unfinished += [(*parts, part) for part in shorter if part.fact.period_start == reached + _DAY]


def _days(figure: Figure) -> int:
    start, end = figure.fact.period_start, figure.fact.period_end
    return (end - start).days if start and end else 0


def _added(whole: Figure, parts: Sequence[Figure]) -> Comparison:
    labels = " + ".join(part.fact.period or "" for part in parts)
    return Comparison(
        "periods",
        f"{whole.metric}: {whole.fact.period} = {labels}",
        (whole, *parts),
        summed([part.range for part in parts]),
        whole.range,
        " + ".join(number(part) for part in parts),
    )
