"""Dates and years as texts write them: 31 December 2024, 2024-12-31, 31.12.2024, fiscal 2024, FY24, 2023/24."""

from __future__ import annotations

import re
from datetime import date

from finproc.lexicon.found_period import FoundPeriod, PeriodKind, found_period
from finproc.lexicon.months import CAPITAL_MONTH, MONTH_PATTERN, full_year, last_day, month_of

YEAR = r"(?:19|20)[0-9]{2}"
FISCAL_CODE = r"(?:FY|F\.Y\.|CY)"
FISCAL_WORD = (
    r"(?:the\s)?(?:full\s|same\s)?(?:fiscal(?:\s(?:year|years))?|financial\syear|calendar(?:\syear)?|business\syear|"
    r"reporting\syear|Geschäftsjahres?|Gj\.?|Jahres|l['’]exercice|l['’]année|exercice)"
)
_APOSTROPHE = "['’]"
_SECOND = r"(?:[/–-](?P<second>(?:20)?[0-9]{2})(?![0-9-]))?"
_DATES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<month>{CAPITAL_MONTH})\.?\s(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:(?:,?\s|,)(?P<year>{YEAR}))?(?![0-9])",
        (
            rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|\.|"
            rf"er)?\s(?:of\s)?(?P<month>{MONTH_PATTERN})\b\.?(?:,?\s(?P<year>{YEAR}))?(?![0-9])"
        ),
        rf"(?P<day>[0-9]{{1,2}})[ -](?P<month>{CAPITAL_MONTH})[-'’](?P<year>(?:20)?[0-9]{{2}})(?![\w-])",
        rf"(?P<year>{YEAR})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9])",
        rf"(?P<day>[0-3]?[0-9])\.\s?(?P<month>[01]?[0-9])\.\s?(?P<year>{YEAR})(?![0-9])",
        rf"(?P<first>[0-3]?[0-9])/(?P<second>[0-3]?[0-9])/(?P<year>{YEAR}|[0-9]{{2}})(?![0-9/])",
    )
)
_MONTH_YEAR = re.compile(
    rf"(?P<month>{CAPITAL_MONTH})(?:\.?,?\s(?:of\s)?(?P<year>{YEAR})\b|[-'’](?P<joined>(?:20)?[0-9]{{2}})(?![\w-]))",
    re.IGNORECASE,
)
_YEAR_WORDS = re.compile(
    r"(?:(?P<word>(?:full[\s-])?(?:fiscal|financial|calendar|full|business)[\s-]?years?\s|fiscal\s|years?\s|"
    r"Geschäftsjahr(?:es)?\s|"
    rf"Gj\.?\s|Jahre?s?\s|exercice\s|année\s)|(?P<code>{FISCAL_CODE})[ -]?{_APOSTROPHE}?)"
    rf"(?P<year>{YEAR}|(?<=[Yy ])[0-9]{{2}}|(?<=['’])[0-9]{{2}}){_SECOND}(?![\w%]|[.,][0-9])",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(
    rf"(?P<year>{YEAR})(?:(?P<joint>[/–-])(?P<second>(?:(?:19|20)[0-9]{{2}}|[0-9]{{2}}))(?![0-9-]))?"
    r"(?![\w%]|[.,/][0-9]|-[0-9A-Za-z]|\s?(?:%|percent|per\scent|million|billion|Mio|Mrd|shares|employees)\b)"
)
_YEAR_AFTER = re.compile(
    r"(?:,?\s(?:of\s|in\s|for\s|im\s|du\s|de\s|des\s|der\s)?(?:the\s)?|[/-]|\s?)?"
    rf"(?:(?P<fiscal>{FISCAL_WORD}\s|{FISCAL_CODE}[ -]?)?(?:{_APOSTROPHE}(?P<short>[0-9]{{2}})\b|"
    rf"(?P<year>{YEAR}){_SECOND}"
    r"|(?P<bare>(?<=FY)[0-9]{2}|(?<=FY[ -])[0-9]{2}|(?<=fiscal )[0-9]{2})\b))"
    r"(?![.,]?[0-9]|%|\s(?:million|billion)\b)",
    re.IGNORECASE,
)
_NOT_CALENDAR = re.compile(r"fiscal|FY|F\.Y\.|financial|Geschäftsjahr|exercice|Gj", re.IGNORECASE)


def is_fiscal(words: str | None) -> bool:
    """Whether words say that the year is the company's own."""
    return bool(words and _NOT_CALENDAR.search(words))


def year_of(words: str) -> int | None:
    """The year in words like "FY24" or "fiscal 2024"."""
    digits = re.search(r"[0-9]{4}|[0-9]{2}", words)
    return full_year(digits[0]) if digits else None


def second_year(year: int | None, second: str | None) -> int | None:
    """The second year of "2023/24" or "2023-2024"."""
    if not second or year is None:
        return None
    if len(second) == 4:  # noqa: PLR2004 - written in full
        return int(second)
    return year // 100 * 100 + int(second) + (100 if int(second) < year % 100 else 0)


def year_after(text: str, position: int) -> tuple[int, int, int | None, bool] | None:
    """The year that belongs to the words before `position`: (where it ends, year, second year, fiscal), or None."""
    after = _YEAR_AFTER.match(text, position)
    if not after:
        return None
    year = full_year(after["year"] or after["short"] or after["bare"])
    return after.end(), year, second_year(year, after["second"]), is_fiscal(after["fiscal"])


def date_at(text: str, position: int, language: str | None = None) -> FoundPeriod | None:
    """The date that begins at `position`, in the form that reads most of it."""
    matches = (form.match(text, position) for form in _DATES)
    dated = [found for match in matches if match and (found := _dated(text, match, language))]
    return max(dated, key=lambda found: found.span.end) if dated else None


def month_at(text: str, position: int) -> FoundPeriod | None:
    """The month of a year that begins at `position`: "March 2024"."""
    match = _MONTH_YEAR.match(text, position)
    if not match:
        return None
    return found_period(
        text,
        match.start(),
        match.end(),
        "month",
        year=full_year(match["year"] or match["joined"]),
        month=month_of(match["month"]),
    )


def end_at(text: str, position: int, language: str | None = None) -> FoundPeriod | None:
    """The date on which a stretch ends; of a month its last day."""
    dated = date_at(text, position, language)
    if dated:
        return dated
    month = month_at(text, position)
    if not month or not month.year or not month.month:
        return None
    last = last_day(month.year, month.month)
    return found_period(text, month.span.start, month.span.end, "date", year=last.year, month=last.month, day=last.day)


def _dated(text: str, match: re.Match[str], language: str | None) -> FoundPeriod | None:
    parts = match.groupdict()
    year = full_year(parts["year"]) if parts.get("year") else None
    if "first" in parts:
        first, second = int(match["first"]), int(match["second"])
        american = (language or "en").lower() in {"en", "en-us"}
        day_first = not american or first > 12  # noqa: PLR2004 - there is no month 13
        day, month = (first, second) if day_first and second <= 12 else (second, first)  # noqa: PLR2004
    else:
        day = int(match["day"])
        month = int(match["month"]) if match["month"].isdigit() else month_of(match["month"]) or 0
    try:
        date(year or 2024, month, day)
    except ValueError:
        return None
    return found_period(text, match.start(), match.end(), "date", year=year, month=month, day=day)


def worded_year_at(text: str, position: int) -> FoundPeriod | None:
    """A year with its word: fiscal 2024, FY24, full year 2024, Geschäftsjahr 2023/24."""
    match = _YEAR_WORDS.match(text, position)
    if not match:
        return None
    year = full_year(match["year"])
    fiscal = is_fiscal(match["word"]) or bool(match["code"] and match["code"].upper() != "CY")
    return found_period(
        text, match.start(), match.end(), "year", year=year, fiscal=fiscal, year_to=second_year(year, match["second"])
    )


def bare_year_at(text: str, position: int) -> FoundPeriod | None:
    """A year, two joined years of one business year (2023/24) or a range of years (2019-2021)."""
    match = _BARE_YEAR.match(text, position)
    if not match:
        return None
    year = int(match["year"])
    second = second_year(year, match["second"])
    if second is not None and not year < second < year + 40:
        return None
    kind: PeriodKind = "years" if second and second > year + 1 else "year"
    return found_period(text, match.start(), match.end(), kind, year=year, year_to=second)
