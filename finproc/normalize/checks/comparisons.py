"""Two values of one thing, as computed and as stated, and what their difference says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from finproc.model.check import Finding
from finproc.normalize.checks.figures import Figure
from finproc.normalize.checks.intervals import Interval, shown


@dataclass(frozen=True, slots=True)
class Comparison:
    """One check that could be made. The stated figure stands first among `figures`."""

    code: str
    formula: str
    figures: tuple[Figure, ...]
    expected: Interval
    actual: Interval
    computed: str

    @property
    def agrees(self) -> bool:
        return self.expected.meets(self.actual)

    @property
    def gap(self) -> Decimal:
        return abs((self.expected - self.actual).middle)

    def finding(self) -> Finding:
        """The comparison as it is shown and kept."""
        tolerance = (self.expected - self.actual).half
        return Finding(
            code=self.code,
            formula=self.formula,
            computed=f"{self.computed} = {shown(self.expected.middle)}, stated {shown(self.actual.middle)}, "
            f"tolerance {shown(tolerance)}",
            facts=tuple(dict.fromkeys(figure.place for figure in self.figures)),
            expected=self.expected.middle,
            actual=self.actual.middle,
            tolerance=tolerance,
        )


def decisive(comparisons: Iterable[Comparison]) -> Comparison | None:
    """One comparison for several readings of the figures: one that agrees, else the closest; None without any."""
    closest: Comparison | None = None
    for comparison in comparisons:
        if comparison.agrees:
            return comparison
        if closest is None or comparison.gap < closest.gap:
            closest = comparison
    return closest


def number(figure: Figure) -> str:
    """A figure's value for a person; a negative one in brackets."""
    text = shown(figure.range.middle)
    return f"({text})" if text.startswith("-") else text
