"""Stretches of whole months given by their first and last day: 01.04.–30.06.2024, 1 January to 30 June 2024."""

from __future__ import annotations

import re

from finproc.lexicon.dates import YEAR, date_at
from finproc.lexicon.found_period import FoundPeriod, found_period
from finproc.lexicon.months import CAPITAL_MONTH, last_day, month_of

_FIRST_DAY = re.compile(
    rf"(?:0?1\.\s?(?P<dotted>1[0-2]|0?[1-9])\.(?:\s?(?P<year>{YEAR}))?"
    rf"|0?1/(?P<slashed>1[0-2]|0?[1-9])/(?P<year_behind>{YEAR})"
    rf"|1(?:st|er|\.)?\s(?P<named>{CAPITAL_MONTH})\b(?:,?\s(?P<year_after>{YEAR}))?"
    rf"|(?P<leading>{CAPITAL_MONTH})\s1(?:st)?(?:,?\s(?P<year_last>{YEAR}))?)"
    r"\s?(?:[–—-]|\b(?:to|bis(?:\szum)?|au|through|until)\b)\s?",
    re.IGNORECASE,
)
_MONTHS = 12


def date_range_at(text: str, position: int, language: str | None = None) -> FoundPeriod | None:
    """The stretch that begins at `position` with the first day of a month and ends with the last of one."""
    start = _FIRST_DAY.match(text, position)
    end = date_at(text, start.end(), language) if start else None
    if start is None or end is None or end.date is None or end.month is None or end.year is None:
        return None
    numbered = start["dotted"] or start["slashed"]
    first = int(numbered) if numbered else month_of(start["named"] or start["leading"])
    if first is None or end.date != last_day(end.year, end.month):
        return None
    year = start["year"] or start["year_behind"] or start["year_after"] or start["year_last"]
    begun = int(year) if year else end.year - (first > end.month)
    number = (end.year - begun) * _MONTHS + end.month - first + 1
    if not 0 < number <= _MONTHS:
        return None
    return found_period(
        text, position, end.span.end, "months", number=number, year=end.year, month=end.month, day=end.day
    )
