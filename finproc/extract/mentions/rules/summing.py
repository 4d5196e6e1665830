"""Rows that add up to the total below them: they are its parts, though no head says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from finproc.extract.mentions.rules.grids import Grid, GridCell
from finproc.extract.mentions.rules.labels import PARTED, Section, bare_name
from finproc.extract.mentions.rules.sweep import Sweep, within
from finproc.lexicon.metrics import FoundMetric
from finproc.model.text import Span

_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LEAST = 2
"""Parts, and columns in which they add up where a table has as many."""
_MOST = 40
"""Rows above a total that may be its parts: each is tried as the first of them."""


def parts_by_sum(grid: Grid, found: Sweep) -> dict[Span, Section]:
    """The rows, by the span of their name, that add up to a listed metric's total right below them.

    In every column that all of them fill, within the rounding of the printed digits.
    """
    parts: dict[Span, Section] = {}
    above: list[tuple[GridCell, dict[int, Decimal]]] = []
    for row in grid.rows:
        numbers = _numbers(row)
        if not numbers:
            above = []
            continue
        name, span = bare_name(row[0])
        metrics = within(found.metrics, span)
        if not metrics and name:
            above.append((row[0], numbers))
            continue
        metric = metrics[0] if metrics else None
        if metric is not None and metric.name in PARTED and metric.metric.kind == "flow":
            parts.update(_parts(above, row[0], numbers, metric))
        above = []
    return parts


def _parts(
    above: Sequence[tuple[GridCell, dict[int, Decimal]]],
    total: GridCell,
    numbers: dict[int, Decimal],
    metric: FoundMetric,
) -> Iterator[tuple[Span, Section]]:
    for first in range(max(0, len(above) - _MOST), len(above) - _LEAST + 1):
        rows = above[first:]
        columns = [column for column in numbers if all(column in own for _, own in rows)]
        if len(columns) >= min(_LEAST, len(numbers)) and all(
            abs(sum(own[column] for _, own in rows) - numbers[column]) <= _rounding(numbers[column]) * len(rows)
            for column in columns
        ):
            return ((cell.span, Section(total, metric)) for cell, _ in rows)
    return iter(())


def _rounding(value: Decimal) -> Decimal:
    """Half of the last printed digit."""
    exponent = value.as_tuple().exponent
    return Decimal("0.5").scaleb(exponent if isinstance(exponent, int) else 0)


def _numbers(row: Sequence[GridCell]) -> dict[int, Decimal]:
    """The plain numbers of a row by their columns."""
    found: dict[int, Decimal] = {}
    for cell in row[1:]:
        digits = _DIGITS.search(cell.text) if cell.numeric and "%" not in cell.text else None
        if digits is None:
            continue
        try:
            value = Decimal(digits[0].replace(",", ""))
        except InvalidOperation:
            continue
        found[cell.first] = value.copy_negate() if re.match(r"[^\d]*[(–−-]", cell.text) else value
    return found
