"""Quarters, halves and stretches of months in words and codes: third quarter of fiscal 2024, six months to June."""

from __future__ import annotations

import re
from dataclasses import replace

from finproc.lexicon import dates
from finproc.lexicon.found_period import FoundPeriod, PeriodKind, found_period
from finproc.lexicon.months import COUNT_PATTERN, ORDINALS, count_of, last_day

_ENDED = r"(?:ended|ending|to|up\sto|until|through|bis(?:\szum)?|zum|au|clos(?:e|ed)?(?:\sle)?)"
_ENDED_AFTER = re.compile(rf",?\s(?:which\s|that\s)?{_ENDED}(?:\s(?:on\s|the\s)?|(?=[A-Z]))", re.IGNORECASE)
_TAIL = (
    rf"(?:(?:\s|-|/|\sof\s|\sin\s)?(?P<tail>(?:{dates.FISCAL_WORD}\s)?{dates.YEAR}|"
    rf"(?:{dates.FISCAL_CODE}[ '’-]{{0,2}}|['’])"
    rf"(?:{dates.YEAR}|[0-9]{{2}})|[0-9]{{2}}(?![\w%]|[.,][0-9]))(?:[/–-](?P<second>[0-9]{{2}})(?![0-9-]))?)?(?!\w)"
)
_QUARTER_CODE = re.compile(
    rf"(?:(?P<front>{dates.YEAR}|{dates.FISCAL_CODE}[ ]?(?:20)?[0-9]{{2}})[ -]?)?"
    rf"(?:(?:Q|T(?=[1-4]\s(?:19|20)))(?P<number>[1-4])|(?P<lead>[1-4])[QT](?=[ '’/-]?(?:F?Y?[0-9]{{2}}|\W|$)))" + _TAIL
)
_STRETCH_CODE = re.compile(
    rf"(?:(?:(?P<front>{dates.YEAR})[ -]?)?(?:H|S(?=[12][ '’/-]?(?:20)?[0-9]{{2}}(?![\w.,])))(?P<half>[12])"
    r"|(?P<lead>[12])[HS](?=[ '’/-]?[0-9]{2}|\W|$|FY)"
    r"|(?P<months>[369]|12)M(?=[ '’/-]?(?:FY)?[ ]?(?:20)?[0-9]{2}(?![0-9])|\s?(?:$|[,.;)])))" + _TAIL
)
_ORDINAL = "|".join(re.escape(word) for word in sorted(ORDINALS, key=len, reverse=True))
_ORDINAL_WORDS = re.compile(
    rf"(?:(?P<front>{dates.YEAR})\s)?(?P<ordinal>{_ORDINAL}|last|final)[\s-](?:fiscal[\s-]|financial[\s-])?"
    r"(?:(?P<quarter>quarters?|Quartals?|trimestre)|(?P<half>half(?:[\s-]year)?|Halbjahr(?:es|s)?|semestre)"
    r"|(?P<count>three|six|nine|drei|sechs|neun|trois|neuf|[369])[\s-](?:months?(?:\speriod)?|Monaten?|mois))\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"(?:(?P<front>{dates.YEAR})\s)?(?P<count>three|six|nine|twelve)[\s-]month(?:s|[\s-]periods?)\b", re.IGNORECASE
)
_COMPOUND = re.compile(r"(?P<nine>Neunmonatszeitraums?)|Halbjahres?zeitraums?|Halbjahr(?=\s(?:19|20))", re.IGNORECASE)
_STRETCH = re.compile(
    rf"(?P<count>{COUNT_PATTERN})(?:[\s-]|\s\([0-9]+\)\s)(?P<unit>months?|mos\.|weeks?|wks\.|Monate|mois)(?:[\s-]periods?)?"
    rf"(?=,?\s(?:which\s|that\s)?{_ENDED})",
    re.IGNORECASE,
)
_UNIT_ENDED = re.compile(
    r"(?P<unit>(?:fiscal\s|financial\s)?(?:first\s|second\s|third\s|fourth\s)?quarters?|half[\s-]years?|"
    r"(?:fiscal\s|financial\s|full\s)?years?|Geschäftsjahr|Quartal|period|Halbjahr|exercice|trimestre|"
    rf"semestre)(?=,?\s(?:that\s)?{_ENDED})",
    re.IGNORECASE,
)
_JAPANESE = re.compile(
    r"(?:(?P<year>(?:19|20)[0-9]{2})年(?:度)?)?(?:(?P<month>1?[0-9])月期)?の?"
    r"(?:第(?P<quarter>[1-4１-４])四半期|(?P<half>上半期|上期|下半期|下期)|(?P<whole>通期))"
    r"|(?P<only>(?:19|20)[0-9]{2})年(?:(?P<end>1?[0-9])月期|度)"
)


def quarter_code_at(text: str, position: int) -> FoundPeriod | None:
    """Q1 2024, 1Q24, 2024-Q1, Q1 FY24, Q1'24."""
    match = _QUARTER_CODE.match(text, position)
    return _coded(text, match, "quarter", int(match["number"] or match["lead"])) if match else None


def stretch_code_at(text: str, position: int) -> FoundPeriod | None:
    """H1 2024, 1H24, S1 2024, 9M 2024."""
    match = _STRETCH_CODE.match(text, position)
    if not match:
        return None
    if match["months"]:
        return _coded(text, match, "months", int(match["months"]))
    return _coded(text, match, "half", int(match["half"] or match["lead"]))


def _coded(text: str, match: re.Match[str], kind: PeriodKind, number: int) -> FoundPeriod:
    words = match.groupdict().get("front") or match["tail"] or ""
    year = dates.year_of(words)
    year_to = dates.second_year(year, match["second"])
    fiscal = dates.is_fiscal(words)
    return found_period(
        text, match.start(), match.end(), kind, number=number, year=year, fiscal=fiscal, year_to=year_to
    )


def ordinal_at(text: str, position: int, language: str | None) -> FoundPeriod | None:
    """First quarter of 2024, zweites Halbjahr, 2018 second quarter, last three months of 2004."""
    match = _ORDINAL_WORDS.match(text, position)
    if not match:
        return None
    word = match["ordinal"].lower()
    last = word in {"last", "final"}
    number = ORDINALS.get(word, 4)
    if match["count"]:
        months = count_of(match["count"]) or 0
        kind: PeriodKind = "quarter" if months == 3 else "half" if months == 6 else "months"  # noqa: PLR2004 - a quarter and a half year
        number = {"quarter": 4 if last else number, "half": 2 if last else number}.get(kind, months)
    else:
        kind = "quarter" if match["quarter"] else "half"
        if word == "last":
            return None
    if kind == "half" and number > 2:  # noqa: PLR2004 - a year has two halves
        return None
    return _with_year(text, match, kind, number, language)


def counted_at(text: str, position: int, language: str | None) -> FoundPeriod | None:
    """The six-month period of a year: "2018 six-month period"; only where a year stands with it."""
    match = _COUNTED.match(text, position)
    found = _with_year(text, match, "months", count_of(match["count"]), language) if match else None
    return found if found and found.year else None


def compound_at(text: str, position: int, language: str | None) -> FoundPeriod | None:
    """Neunmonatszeitraum, Halbjahr 2024."""
    match = _COMPOUND.match(text, position)
    if not match:
        return None
    kind, number = ("months", 9) if match["nine"] else ("half", 1)
    return _with_year(text, match, "months" if kind == "months" else "half", number, language)


def _with_year(
    text: str, match: re.Match[str], kind: PeriodKind, number: int | None, language: str | None
) -> FoundPeriod:
    """A worded period, the year before or behind it, and the date on which the text says that it ended."""
    front = match.groupdict().get("front")
    end, fiscal = match.end(), "fiscal" in match[0].lower()
    year, year_to, month, day = (int(front) if front else None), None, None, None
    after = None if front else dates.year_after(text, end)
    if after:
        end, year, year_to, own = after
        fiscal = fiscal or own
    ending = _ending(text, end, language)
    if ending:
        end, month, day = ending.span.end, ending.month, ending.day
        year = year or ending.year
    return found_period(
        text, match.start(), end, kind, number=number, year=year, year_to=year_to, month=month, day=day, fiscal=fiscal
    )


def _ending(text: str, position: int, language: str | None) -> FoundPeriod | None:
    ended = _ENDED_AFTER.match(text, position)
    return dates.end_at(text, ended.end(), language) if ended else None


def stretch_at(text: str, position: int, language: str | None) -> FoundPeriod | None:
    """Three months ended March 31, 2024; 52 weeks to 28 January 2024."""
    match = _STRETCH.match(text, position)
    if not match:
        return None
    kind: PeriodKind = "weeks" if match["unit"].lower().startswith(("week", "wk")) else "months"
    return _until(text, match, kind, count_of(match["count"]), language)


def unit_at(text: str, position: int, language: str | None) -> FoundPeriod | None:
    """Quarter ended March 31, 2024; fiscal year ended June 30, 2019; half-year to 30 June."""
    match = _UNIT_ENDED.match(text, position)
    if not match:
        return None
    unit = match["unit"].lower()
    if "quarter" in unit or unit in {"quartal", "trimestre"}:
        number = next((ORDINALS[word] for word in unit.split() if word in ORDINALS), None)
        found = _until(text, match, "quarter", number, language)
    elif "half" in unit or unit in {"halbjahr", "semestre"}:
        found = _until(text, match, "half", None, language)
    else:
        found = _until(text, match, "months" if unit == "period" else "year", None, language)
    return replace(found, fiscal="fiscal" in unit or "financial" in unit) if found else None


def _until(
    text: str, match: re.Match[str], kind: PeriodKind, number: int | None, language: str | None
) -> FoundPeriod | None:
    ending = _ending(text, match.end(), language)
    if not ending or ending.month is None:
        return None
    end, parts = ending.span.end, {"year": ending.year, "month": ending.month, "day": ending.day}
    return found_period(text, match.start(), end, kind, number=number, **parts)


def japanese_at(text: str, position: int) -> FoundPeriod | None:
    """2024年第1四半期, 2024年3月期, 上半期."""
    match = _JAPANESE.match(text, position)
    if not match:
        return None
    start, end = match.span()
    if match["only"]:
        year, month = int(match["only"]), int(match["end"]) if match["end"] else None
        day = last_day(year, month).day if month and month <= 12 else None  # noqa: PLR2004 - a month
        return found_period(text, start, end, "year", year=year, month=month if day else None, day=day, fiscal=True)
    year_number = int(match["year"]) if match["year"] else None
    if match["quarter"]:
        return found_period(
            text, start, end, "quarter", number=int(match["quarter"]), year=year_number, fiscal=bool(match["month"])
        )
    if match["half"]:
        return found_period(text, start, end, "half", number=1 if match["half"][0] == "上" else 2, year=year_number)
    return found_period(text, start, end, "year", year=year_number)
