"""What a period expression says, before anything is resolved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from finproc.model.text import Span

PeriodKind = Literal["quarter", "half", "months", "weeks", "year", "years", "month", "date", "relative"]
Relative = Literal[
    "this_quarter", "last_quarter", "next_quarter", "the_quarter", "the_half", "this_year", "last_year", "next_year",
    "the_year", "this_month", "last_month", "next_month", "year_ago", "same_period_last_year",
    "year_to_date", "the_period",
    "last_period",
]  # fmt: skip
"""`the_…` point at the period spoken of ("the quarter"); `year_ago` and `same_period_last_year` count from another
period."""


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """A period expression. What it leaves open (a quarter without a year, relative words) is None.

    Nothing is resolved here.
    """

    text: str
    span: Span
    kind: PeriodKind
    number: int | None = None
    """Which quarter or half; how many months or weeks."""
    year: int | None = None
    year_to: int | None = None
    """The last year of a range of years, and the second of "2023/24"."""
    month: int | None = None
    day: int | None = None
    """With `month`: the date itself, or the date on which quarter, months, weeks or year end."""
    fiscal: bool = False
    """The text says fiscal, FY or the like."""
    relative: Relative | None = None
    inherits: Span | None = None
    """A bare year in a list ("six months ended June 30, 2025 and 2024") takes the form of the period at this span."""

    @property
    def date(self) -> date | None:
        """The date named (for a stretch the day on which it ends), or None where it lacks day or year."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None

    @property
    def is_absolute(self) -> bool:
        """Whether the words alone say which period it is."""
        return self.relative is None and self.year is not None


def found_period(text: str, start: int, end: int, kind: PeriodKind, **parts: Any) -> FoundPeriod:
    """The expression `[start, end)` of `text`; `parts` are fields of FoundPeriod."""
    return FoundPeriod(text[start:end], Span(start, end), kind, **parts)
