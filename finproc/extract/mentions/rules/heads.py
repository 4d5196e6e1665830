"""The heads of a table as they stand while its rows are read: what they say of each column, and of all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from finproc.extract.mentions.rules.columns import Head, head_of
from finproc.extract.mentions.rules.grids import GridCell
from finproc.extract.mentions.rules.measures import MetricHead, metric_head
from finproc.extract.mentions.rules.sweep import Sweep, within
from finproc.model.text import Quote, Span

_STRETCHES = ("quarter", "half", "months", "weeks", "year", "date")
_LEAST = 2
"""Columns headed by metrics that make a table whose rows are something else."""


@dataclass(slots=True)
class Heads:
    """The head rows since the last numbers, from top to bottom, and the period that captions alone state."""

    found: Sweep
    rows: list[Sequence[GridCell]] = field(default_factory=list)
    _columns: dict[tuple[int, int], Head] = field(default_factory=dict)
    _metrics: Mapping[int, MetricHead] | None = None
    _reconciles: bool | None = None
    _captions: list[Quote] = field(default_factory=list)

    def caption(self, span: Span) -> None:
        """A caption stands above the table: a period in it holds where no head has any."""
        self._captions += [
            Quote(period.text, period.span, "caption")
            for period in within(self.found.periods, span)
            if period.is_absolute and period.kind in _STRETCHES
        ]

    def begin(self) -> None:
        """New heads follow upon rows of numbers."""
        self.rows = []
        self._forget()

    def add(self, row: Sequence[GridCell]) -> None:
        """One more row of heads."""
        self.rows.append(row)
        self._forget()

    def _forget(self) -> None:
        self._columns.clear()
        self._metrics = self._reconciles = None

    def of(self, number: GridCell) -> Head:
        """What stands above a number."""
        place = (number.first, number.last)
        head = self._columns.get(place)
        if head is None:
            head = self._columns[place] = self._settled(head_of(number, self.rows))
        return head

    def _settled(self, head: Head) -> Head:
        """In a reconciliation what is neither reported nor adjusted leads from one to the other."""
        if self._reconciles is None:
            measures = {head_of(cell, self.rows).measure for cell in self._places()}
            self._reconciles = {"reported", "adjusted"} <= measures
        if self._reconciles and head.measure is None and head.words:
            return replace(head, measure="adjustment")
        if head.period is None and not self.dated and len(self._captions) == 1:
            return replace(head, period=self._captions[0])
        return head

    @property
    def dated(self) -> bool:
        """Whether any column has a period of its own."""
        return any(head_of(cell, self.rows).period is not None for cell in self._places())

    @property
    def metrics(self) -> Mapping[int, MetricHead]:
        """The metric of each column, where the heads of several columns name one; else none."""
        if self._metrics is None:
            named = {
                cell.first: metric
                for cell in self._places()
                if (metric := metric_head(head_of(cell, self.rows).words)) is not None
            }
            self._metrics = named if len({metric.words for metric in named.values()}) >= _LEAST else {}
        return self._metrics

    def _places(self) -> list[GridCell]:
        width = max((cell.last for row in self.rows for cell in row), default=0)
        return [GridCell("", Span(0, 0), column, column) for column in range(1, width + 1)]
