"""Periods: from found words to a label and its dates; relative words count from an anchor or the publication."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from finproc.lexicon.months import last_day
from finproc.lexicon.periods import FoundPeriod, find_periods

PeriodType = Literal["quarter", "half", "months", "year", "years", "month", "instant"]
_MONTHS_OF_WEEKS = {
    12: 3, 13: 3, 14: 3, 16: 3, 17: 3, 24: 6, 26: 6, 27: 6, 28: 6, 36: 9, 39: 9, 40: 9, 52: 12, 53: 12,
}  # fmt: skip
"""Weeks to months; companies that count in four weeks have quarters of 12 and 16."""
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A resolved period. `label` is as the fact standard writes it.

    Dates are None where neither text nor calendar gives them.
    """

    label: str
    type: PeriodType
    start: date | None
    end: date | None
    year: int
    number: int | None = None
    """Which quarter or half; how many months."""
    rule: str = "words"
    """`words`, `relative_to` (an anchor) or `published`."""
    fiscal: bool = False


def parse_period(
    text: str,
    *,
    anchor: Period | None = None,
    published: date | None = None,
    fiscal_year_end: int | None = None,
    language: str | None = None,
) -> Period | None:
    """The period that a short text names; None where it names none, or one that nothing resolves."""
    found = find_periods(text, language=language)
    if not found:
        return None
    longest = max(found, key=lambda period: len(period.span))
    return resolve_period(longest, anchor=anchor, published=published, fiscal_year_end=fiscal_year_end)


def resolve_period(
    found: FoundPeriod,
    *,
    anchor: Period | None = None,
    published: date | None = None,
    fiscal_year_end: int | None = None,
    completed: bool = True,
) -> Period | None:
    """Label and dates of a found period, or None where it stays open.

    A period given by its end date takes the calendar quarter or the year that it ends in, unless the text itself
    gives a label (spec: fact-standard.md, Periods). `anchor` is what relative words and missing years count from, and
    goes before `published`. `fiscal_year_end` is the month in which the company's year ends; fiscal labels without it
    carry no dates. `completed` says that the period lies in the past ("the quarter" of an actual is the last one that
    ended before `published`, of guidance the next to end).
    """
    if found.relative:
        return _relative(found, anchor, published, completed=completed)
    if found.year is None:
        dated = _with_year(found, anchor, published, completed=completed)
        if dated is None:
            return None
        rule = "relative_to" if anchor else "published"
        resolved = _absolute(dated, fiscal_year_end)
        return replace(resolved, rule=rule) if resolved else None
    return _absolute(found, fiscal_year_end)


def continued(found: FoundPeriod, head: FoundPeriod) -> FoundPeriod:
    """The period that a bare year (or date) in a list or a column head means, in the form of the list's head.

    "six months ended June 30, 2025 and 2024": the second is six months ended June 30, 2024. A quarter,
    half or date without a year takes
    the year of a head that names one.
    """
    if head.relative:
        return found
    if found.relative == "same_period_last_year" and found.year:
        return replace(head, text=found.text, span=found.span, year=found.year)
    if found.kind == "year" and not found.month and found.year_to is None and (head.kind != "year" or head.month):
        return replace(
            head, text=found.text, span=found.span, year=found.year, year_to=None, fiscal=head.fiscal or found.fiscal
        )
    if found.kind == "date" and head.kind in {"months", "weeks", "quarter", "half", "year"} and head.month:
        return replace(head, text=found.text, span=found.span, year=found.year, month=found.month, day=found.day)
    if found.year is None and not found.relative and head.year is not None:
        return replace(found, year=head.year, fiscal=found.fiscal or head.fiscal)
    return found


def shifted(period: Period, years: int) -> Period:
    """The same stretch that many years later."""

    def moved(day: date | None) -> date | None:
        if day is None:
            return None
        whole_month = day == last_day(day.year, day.month)
        return last_day(day.year + years, day.month) if whole_month else date(day.year + years, day.month, day.day)

    year, start, end = period.year + years, moved(period.start), moved(period.end)
    label = _label(period.type, period.number, year)
    if period.type == "instant" and end:
        label = end.isoformat()
    elif period.type == "month" and start:
        label = f"{year}-{start.month:02}"
    return replace(period, label=label, start=start, end=end, year=year, rule="relative_to")


def _label(kind: PeriodType, number: int | None, year: int) -> str:
    if kind == "quarter":
        return f"Q{number} {year}"
    if kind == "half":
        return f"H{number} {year}"
    if kind == "months":
        return f"{number}M {year}"
    return f"FY{year}"


def _absolute(found: FoundPeriod, fiscal_year_end: int | None) -> Period | None:  # noqa: PLR0911 - one return a form
    if found.year is None:
        return None
    year = found.year_to if found.year_to and found.kind != "years" else found.year
    end = found.date
    if found.kind == "years":
        return Period(
            f"{found.year}-{found.year_to}",
            "years",
            date(found.year, 1, 1),
            date(found.year_to or year, _DECEMBER, 31),
            found.year,
        )
    if found.kind == "date":
        return Period(end.isoformat(), "instant", end, end, year) if end else None
    if found.kind == "month" and found.month:
        return Period(
            f"{year}-{found.month:02}", "month", date(year, found.month, 1), last_day(year, found.month), year
        )
    kind, number = _form(found)
    if kind is None:
        return None
    if end and not (found.number is not None and found.kind in {"quarter", "half"}):
        by_end = _by_end(kind, number, end, fiscal=found.fiscal)
        if found.kind == "weeks" and found.number:
            return replace(by_end, start=end - timedelta(weeks=found.number) + timedelta(days=1))
        return by_end
    if end and number is not None:
        first = _back(end, 3 if kind == "quarter" else 6)
        return Period(_label(kind, number, year), kind, first, end, year, number, fiscal=found.fiscal)
    if number is None and kind != "year":
        return None
    start, end = _bounds(kind, number or 1, year, found, fiscal_year_end)
    return Period(_label(kind, number, year), kind, start, end, year, number, fiscal=found.fiscal)


def _form(found: FoundPeriod) -> tuple[PeriodType | None, int | None]:
    """Which form a stretch has: three months are a quarter, 52 weeks a year."""
    if found.kind in {"quarter", "half"}:
        return ("quarter" if found.kind == "quarter" else "half"), found.number
    if found.kind == "year":
        return "year", None
    months = _MONTHS_OF_WEEKS.get(found.number or 0) if found.kind == "weeks" else found.number
    forms: dict[int, tuple[PeriodType, int | None]] = {3: ("quarter", 1), 6: ("half", 1), 12: ("year", None)}
    return forms.get(months or 0, ("months", months) if months else (None, None))


def _by_end(kind: PeriodType, number: int | None, end: date, *, fiscal: bool) -> Period:
    """A stretch known by the date on which it ends."""
    lengths = {"quarter": 3, "half": 6, "year": _DECEMBER}
    start = _back(end, lengths.get(kind) or number or 1)
    if kind == "quarter":
        number = (end.month + 2) // 3
    elif kind == "half":
        number = 1 if end.month <= 8 else 2  # noqa: PLR2004 - up to August most of the six months lie in the first half
    return Period(_label(kind, number, end.year), kind, start, end, end.year, number, fiscal=fiscal)


def _back(end: date, months: int) -> date:
    """The first day of so many months that end on a day.

    For an end within a month the day after the same day back then.
    """
    index = end.year * 12 + end.month - 1 - months
    year, month = divmod(index, 12)
    last = last_day(year, month + 1)
    if end == last_day(end.year, end.month):
        return last + timedelta(days=1)
    return date(year, month + 1, min(end.day, last.day)) + timedelta(days=1)


def _bounds(
    kind: PeriodType, number: int, year: int, found: FoundPeriod, year_end: int | None
) -> tuple[date | None, date | None]:
    if found.fiscal or found.year_to:
        if year_end is None:
            return None, None
    else:
        year_end = _DECEMBER
    months = {"quarter": 3, "half": 6, "year": _DECEMBER}.get(kind, number)
    first = year * 12 + (year_end - _DECEMBER) + (months * (number - 1) if kind in {"quarter", "half"} else 0)
    start_year, start_month = divmod(first, 12)
    end_year, end_month = divmod(first + months - 1, 12)
    return date(start_year, start_month + 1, 1), last_day(end_year, end_month + 1)


def _with_year(
    found: FoundPeriod, anchor: Period | None, published: date | None, *, completed: bool
) -> FoundPeriod | None:
    """A period without a year.

    Of the anchor's year, else the last one completed before publication (the next, for guidance).
    """
    if anchor:
        return replace(found, year=anchor.year, fiscal=found.fiscal or anchor.fiscal)
    if published is None:
        return None
    for year in range(published.year, published.year - 2, -1):
        resolved = _absolute(replace(found, year=year, fiscal=False), None)
        if resolved is None or resolved.end is None:
            return None
        if completed and resolved.end <= published:
            return replace(found, year=year)
        if not completed:
            return replace(found, year=year if resolved.end >= published else year + 1)
    return None


def _quarter(index: int, rule: str, *, fiscal: bool = False) -> Period:
    year, place = divmod(index, 4)
    found = FoundPeriod("", _NOWHERE, "quarter", number=place + 1, year=year, fiscal=fiscal)
    resolved = _absolute(found, None)
    assert resolved is not None  # noqa: S101 - a quarter with number and year always resolves
    return replace(resolved, rule=rule)


_NOWHERE = find_periods("2024")[0].span


def _year(year: int, rule: str, *, fiscal: bool = False) -> Period:
    start, end = (None, None) if fiscal else (date(year, 1, 1), date(year, _DECEMBER, 31))
    return Period(f"FY{year}", "year", start, end, year, None, rule, fiscal)


def _relative(found: FoundPeriod, anchor: Period | None, published: date | None, *, completed: bool) -> Period | None:  # noqa: PLR0911
    words = found.relative or ""
    if words in {"year_ago", "same_period_last_year"} or (words == "last_year" and anchor):
        return _year_before(found, anchor, published)
    if words in {"the_period", "last_period"}:
        return (replace(anchor, rule="relative_to") if words == "the_period" else _before(anchor)) if anchor else None
    if words.endswith("quarter"):
        return _relative_quarter(words, anchor, published, completed=completed)
    if words.endswith("month"):
        return _relative_month(words, published)
    if words == "the_half":
        return _half(anchor, published)
    if words == "year_to_date":
        return _to_date(anchor, published)
    return _relative_year(words, anchor, published, completed=completed)


def _year_before(found: FoundPeriod, anchor: Period | None, published: date | None) -> Period | None:
    if found.number and "quarter" in found.text.lower():
        base = anchor.year if anchor else published.year if published else None
        return (
            None
            if base is None
            else _quarter((base - 1) * 4 + found.number - 1, "relative_to" if anchor else "published")
        )
    return shifted(anchor, found.year - anchor.year if found.year else -1) if anchor else None


def _before(anchor: Period) -> Period | None:
    if anchor.type == "quarter" and anchor.number:
        return _quarter(anchor.year * 4 + anchor.number - 2, "relative_to", fiscal=anchor.fiscal)
    return shifted(anchor, -1)


def _relative_quarter(words: str, anchor: Period | None, published: date | None, *, completed: bool) -> Period | None:
    step = {"last_quarter": -1, "next_quarter": 1}.get(words, 0)
    if anchor and anchor.type == "quarter" and anchor.number:
        moved = _quarter(anchor.year * 4 + anchor.number - 1 + step, "relative_to", fiscal=anchor.fiscal)
        return moved if step else replace(anchor, rule="relative_to")
    if published is None:
        return None
    current = published.year * 4 + (published.month - 1) // 3
    if step == 0:
        step = -1 if completed else 0
    return _quarter(current + step, "published")


def _relative_month(words: str, published: date | None) -> Period | None:
    if published is None:
        return None
    step = {"last_month": -1, "next_month": 1}.get(words, 0)
    year, month = divmod(published.year * 12 + published.month - 1 + step, 12)
    return Period(
        f"{year}-{month + 1:02}", "month", date(year, month + 1, 1), last_day(year, month + 1), year, rule="published"
    )


def _half(anchor: Period | None, published: date | None) -> Period | None:
    if anchor and anchor.type == "half":
        return replace(anchor, rule="relative_to")
    if published is None:
        return None
    number, year = (1, published.year) if published.month > 6 else (2, published.year - 1)  # noqa: PLR2004 - June
    start, end = (date(year, 1, 1), date(year, 6, 30)) if number == 1 else (date(year, 7, 1), date(year, _DECEMBER, 31))
    return Period(f"H{number} {year}", "half", start, end, year, number, "published")


def _to_date(anchor: Period | None, published: date | None) -> Period | None:
    """From the beginning of the year to the end of the anchor, or of the last quarter completed before publication."""
    last = anchor if anchor and anchor.type == "quarter" else None
    if last is None:
        if published is None:
            return None
        last = _quarter(published.year * 4 + (published.month - 1) // 3 - 1, "published")
    number = last.number or 1
    forms: dict[int, tuple[PeriodType, int | None]] = {
        1: ("quarter", 1),
        2: ("half", 1),
        3: ("months", 9),
        4: ("year", None),
    }
    kind, label_number = forms[number]
    start = date(last.year, 1, 1) if last.end and not last.fiscal else None
    rule = "relative_to" if anchor else "published"
    return Period(
        _label(kind, label_number, last.year), kind, start, last.end, last.year, label_number, rule, last.fiscal
    )


def _relative_year(words: str, anchor: Period | None, published: date | None, *, completed: bool) -> Period | None:
    step = {"last_year": -1, "next_year": 1}.get(words, 0)
    if anchor:
        if words == "the_year" and anchor.type == "year":
            return replace(anchor, rule="relative_to")
        return _year(anchor.year + step, "relative_to", fiscal=anchor.fiscal)
    if published is None:
        return None
    if words == "the_year" and completed:
        step = -1
    return _year(published.year + step, "published")
