"""Stretches named by their months: July-September 2008, April to June, the September quarter."""

from __future__ import annotations

import re

from finproc.lexicon.dates import YEAR
from finproc.lexicon.found_period import FoundPeriod, found_period
from finproc.lexicon.months import CAPITAL_MONTH, last_day, month_of

_STRETCH = r"(?:[ \u00a0-](?:quarter|period|half(?:-year)?|months?))"
_RANGE = re.compile(
    rf"(?P<first>{CAPITAL_MONTH})\.?(?:\s?[-–—/]\s?|\s(?:to|through|until|bis|à)\s)(?P<last>{CAPITAL_MONTH})\b\.?"
    rf"(?:{_STRETCH})?(?:,?\s(?:of\s|in\s)?(?P<year>{YEAR})\b)?(?!\s?[0-9])"
)
_NAMED = re.compile(
    rf"(?P<last>{CAPITAL_MONTH})[ -](?:(?P<quarter>quarter)|half(?:-year)?)"
    rf"(?:\s(?:of\s|in\s)?(?P<year>{YEAR})\b)?(?!\w)"
)
_YEAR_OF_NO_LEAP = 2001
_QUARTER, _HALF, _MONTHS = 3, 6, 12


def month_range_at(text: str, position: int) -> FoundPeriod | None:
    """The stretch of months that begins at `position`; it ends with the last day of its last month."""
    named = _NAMED.match(text, position)
    match = named or _RANGE.match(text, position)
    if not match:
        return None
    last = month_of(match["last"])
    if last is None:
        return None
    if named:
        number = _QUARTER if named["quarter"] else _HALF
    else:
        number = (last - (month_of(match["first"]) or last)) % _MONTHS + 1
    year = int(match["year"]) if match["year"] else None
    day = last_day(year or _YEAR_OF_NO_LEAP, last).day
    return found_period(text, *match.span(), "months", number=number, year=year, month=last, day=day)
