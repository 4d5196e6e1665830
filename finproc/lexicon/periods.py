"""Period expressions of a text: quarters, halves, years, stretches up to a date, dates, and words that count from another period."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from finproc.lexicon.months import (
    CAPITAL_MONTH,
    COUNT_PATTERN,
    MONTH_PATTERN,
    ORDINALS,
    count_of,
    full_year,
    last_day,
    month_of,
)
from finproc.model.text import Span

PeriodKind = Literal["quarter", "half", "months", "weeks", "year", "years", "month", "date", "relative"]
Relative = Literal[
    "this_quarter", "last_quarter", "next_quarter", "the_quarter", "the_half", "this_year", "last_year", "next_year", "the_year",
    "this_month", "last_month", "next_month", "year_ago", "same_period_last_year", "year_to_date", "the_period", "last_period",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """A period expression. What it leaves open (a quarter without a year, relative words) is None; nothing is resolved here."""

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


_YEAR = r"(?:19|20)[0-9]{2}"
_FY = r"(?:FY|F\.Y\.|CY)"
_APOSTROPHE = r"['’]"
_FISCAL_WORD = (
    r"(?:the\s)?(?:full\s|same\s)?(?:fiscal(?:\s(?:year|years))?|financial\syear|calendar(?:\syear)?|business\syear|reporting\syear|"
    r"Geschäftsjahres?|Gj\.?|Jahres|l['’]exercice|l['’]année|exercice)"
)
_ANY_YEAR = rf"(?:(?P<fiscal>{_FISCAL_WORD}\s|{_FY}[ -]?)?(?:{_APOSTROPHE}(?P<short>[0-9]{{2}})\b|(?P<year>{_YEAR})(?:[/–-](?P<second>(?:20)?[0-9]{{2}})(?![0-9-]))?|(?P<bare>(?<=FY)[0-9]{{2}}|(?<=FY[ -])[0-9]{{2}}|(?<=fiscal )[0-9]{{2}})\b))"
_ORDINAL = "|".join(re.escape(word) for word in sorted(ORDINALS, key=len, reverse=True))
_DATE_US = rf"(?P<month>{CAPITAL_MONTH})\.?\s(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<year>{_YEAR}))?(?![0-9])"
_DATE_DAY = rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|\.|er)?\s(?:of\s)?(?P<month>{MONTH_PATTERN})\b\.?(?:,?\s(?P<year>{_YEAR}))?(?![0-9])"
_DATE_ISO = rf"(?P<year>{_YEAR})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9])"
_DATE_POINTS = rf"(?P<day>[0-3]?[0-9])\.\s?(?P<month>[01]?[0-9])\.\s?(?P<year>{_YEAR})(?![0-9])"
_DATE_SLASHES = rf"(?P<first>[0-3]?[0-9])/(?P<second>[0-3]?[0-9])/(?P<year>{_YEAR})(?![0-9])"
_DATES = tuple(
    re.compile(form, re.IGNORECASE) for form in (_DATE_US, _DATE_DAY, _DATE_ISO, _DATE_POINTS, _DATE_SLASHES)
)
_YEAR_AFTER = re.compile(
    rf"(?:,?\s(?:of\s|in\s|for\s|im\s|du\s|de\s|des\s|der\s|du\s)?(?:the\s)?|[/-]|\s?)?{_ANY_YEAR}", re.IGNORECASE
)
_ENDED = r"(?:ended|ending|to|up\sto|until|through|bis(?:\szum)?|zum|au|clos(?:e|ed)?(?:\sle)?|that\sended)"
_ENDED_AFTER = re.compile(rf",?\s(?:which\s)?{_ENDED}\s(?:on\s)?", re.IGNORECASE)

_QUARTER_CODE = re.compile(
    rf"(?<![\w$€£-])(?:(?P<front>{_YEAR}|{_FY}[ ]?(?:20)?[0-9]{{2}})[ -]?)?(?:(?:Q|T(?=[1-4]\s(?:19|20)))(?P<number>[1-4])|(?P<lead>[1-4])[QT](?=[ '’/-]?(?:F?Y?[0-9]{{2}}|\W|$)))"
    rf"(?:(?:\s|-|/|\sof\s|\sin\s)?(?P<tail>(?:{_FISCAL_WORD}\s|{_FY}[ '’-]{{0,2}}|['’])?(?:{_YEAR}|[0-9]{{2}}(?![\w.,%])))(?:[/–-](?P<second>[0-9]{{2}})(?![0-9-]))?)?(?![\w])"
)
_STRETCH_CODE = re.compile(
    rf"(?<![\w$€£-])(?:(?:(?P<front>{_YEAR})[ -]?)?H(?P<half>[12])|(?P<lead>[12])H(?=[ '’/-]?[0-9]{{2}}|\W|$)|(?P<months>[369]|12)M(?=[ '’/-]?(?:FY)?[ ]?(?:20)?[0-9]{{2}}(?![0-9])|\s?(?:$|[,.;)])))"
    rf"(?:(?:\s|-|/|\sof\s)?(?P<tail>(?:{_FISCAL_WORD}\s|{_FY}[ '’-]{{0,2}}|['’])?(?:{_YEAR}|[0-9]{{2}}(?![\w.,%])))(?:[/–-](?P<second>[0-9]{{2}})(?![0-9-]))?)?(?!\w)"
)
_QUARTER_WORDS = re.compile(
    rf"(?<![\w.])(?:(?:the\s)?(?P<ordinal>{_ORDINAL})[\s-](?:fiscal[\s-]|financial[\s-])?(?:(?P<quarter>quarters?|Quartals?|trimestre)|(?P<half>half(?:[\s-]year)?|Halbjahr(?:es|s)?|semestre)|(?P<count>three|six|nine|drei|sechs|neun|trois|neuf|[369])\s(?:months|Monaten?|mois))\b)",
    re.IGNORECASE,
)
_NINE_MONTHS = re.compile(r"\b(?:Neunmonatszeitraums?|Halbjahres?zeitraums?)\b", re.IGNORECASE)
_STRETCH_WORDS = re.compile(
    rf"(?<![\w.])(?P<count>{COUNT_PATTERN})(?:[\s-]|\s\([0-9]+\)\s)(?P<unit>months?|weeks?|Monate|mois)(?:[\s-]period)?\s(?=(?:that\s)?{_ENDED}\s)",
    re.IGNORECASE,
)
_UNIT_ENDED = re.compile(
    rf"\b(?P<unit>(?:fiscal\s|financial\s)?(?:first\s|second\s|third\s|fourth\s)?quarters?|half[\s-]years?|(?:fiscal\s|financial\s|full\s)?years?|Geschäftsjahr|Quartal|period|Halbjahr|exercice|trimestre|semestre)\s(?={_ENDED}\s)",
    re.IGNORECASE,
)
_YEAR_WORDS = re.compile(
    rf"(?<![\w$€£.,-])(?:(?P<word>(?:full[\s-]|fiscal[\s-]?)?(?:fiscal|financial|calendar|full|business)[\s-]?years?\s|fiscal\s|year\s|Geschäftsjahr(?:es)?\s|Gj\.?\s|Jahre?s?\s|exercice\s|année\s)|(?P<code>{_FY})[ -]?{_APOSTROPHE}?)"
    rf"(?P<year>{_YEAR}|(?<=[Yy ])[0-9]{{2}}|(?<=['’])[0-9]{{2}})(?:[/–-](?P<second>(?:20)?[0-9]{{2}})(?![0-9-]))?(?![\w%]|[.,][0-9])",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(rf"\b(?P<month>{CAPITAL_MONTH})\.?,?\s(?:of\s)?(?P<year>{_YEAR})\b", re.IGNORECASE)
_BARE_YEARS = re.compile(
    rf"(?<![\w$€£.,/'’-])(?<!\$ )(?P<year>{_YEAR})(?:(?P<joint>[/–-])(?P<second>(?:(?:19|20)[0-9]{{2}}|[0-9]{{2}}))(?![0-9-]))?(?![\w%]|[.,/][0-9]|-[0-9A-Za-z]|\s?(?:%|percent|per\scent|million|billion|Mio|Mrd|shares|employees)\b)"
)
_JAPANESE = re.compile(
    r"(?:(?P<year>(?:19|20)[0-9]{2})年(?:度)?)?(?:(?P<month>1?[0-9])月期)?の?(?:第(?P<quarter>[1-4１-４])四半期|(?P<half>上半期|上期|下半期|下期)|(?P<whole>通期))|(?P<only>(?:19|20)[0-9]{2})年(?:(?P<end>1?[0-9])月期|度)"
)
_RELATIVE_WORDS: tuple[tuple[str, Relative], ...] = (
    (r"(?:the\s)?(?:same|corresponding|comparable|equivalent|like|year[- ]ago|prior[- ]year|previous[- ]year|year[- ]earlier|prior[- ]year's|last year's)\s(?:[a-z0-9-]+\s){0,2}?(?:period|quarter|half|months|weeks)(?:\s(?:a\syear\s(?:ago|earlier|before)|(?:of|in)\s(?:the\s)?(?:last|prior|previous|preceding)\s(?:fiscal\s|financial\s)?year|last\syear|one\syear\s(?:ago|earlier)|the\s(?:year\sbefore|(?:previous|prior|preceding)\syear)))?", "same_period_last_year"),
    (r"(?:the\s)?(?:first|second|third|fourth)?\s?(?:quarter|period|half)\s(?:of\s(?:last|the\s(?:prior|previous|preceding))\s(?:fiscal\s)?year|a\syear\s(?:ago|earlier|before)|last\syear|one\syear\s(?:ago|earlier))", "same_period_last_year"),
    (r"(?:a|one)\syear\s(?:ago|earlier|before|previously)|year[- ]earlier|year[- ]ago|the\syear[- ]earlier|(?:im|des|vom|den|zum)\sVorjahr(?:es|s)?(?:zeitraums?|quartals?)?|Vorjahr(?:es)?(?:zeitraum|quartal|wert|periode)s?|(?:im|gegenüber dem)\sVorjahr|l['’]année\sprécédente|un\san\s(?:plus\stôt|auparavant)|l['’]an\sdernier|the\syear\sbefore", "year_ago"),
    (r"(?:the\s)?(?:prior|previous|preceding|last)[\s-](?:fiscal[\s-]|financial[\s-])?years?(?:['’]s)?(?![\w-])|the\sprior[- ]year", "last_year"),
    (r"(?:the\s)?(?:prior|previous|preceding|last|immediately\spreceding)[\s-](?:fiscal[\s-])?quarter(?:['’]s)?", "last_quarter"),
    (r"(?:the\s)?(?:current|this|present)[\s-](?:fiscal[\s-])?quarter(?:['’]s)?|im\slaufenden\sQuartal|dieses\sQuartal", "this_quarter"),
    (r"(?:the\s)?(?:next|coming|upcoming|following)[\s-](?:fiscal[\s-])?quarter(?:['’]s)?|(?:im\s)?nächsten\sQuartal|kommenden\sQuartal", "next_quarter"),
    (r"(?:the\s)?(?:current|this)[\s-](?:fiscal[\s-]|financial[\s-])?year(?:['’]s)?|im\slaufenden\s(?:Geschäfts)?[Jj]ahr|dieses\sJahr|cette\sannée", "this_year"),
    (r"(?:the\s)?(?:next|coming|upcoming|following)[\s-](?:fiscal[\s-]|financial[\s-])?year(?:['’]s)?|(?:im\s)?(?:nächsten|kommenden)\s(?:Geschäfts)?[Jj]ahr|l['’]année\sprochaine|l['’]an\sprochain", "next_year"),
    (r"year[\s-]to[\s-]date|\bYTD\b|since\sthe\s(?:beginning|start)\sof\sthe\syear|so\sfar\sthis\syear", "year_to_date"),
    (r"(?:the\s)?(?:next|coming|following)[\s-]month", "next_month"), (r"(?:the\s)?(?:last|previous|prior)[\s-]month", "last_month"), (r"this[\s-]month|the\scurrent\smonth", "this_month"),
    (r"(?:the\s)?(?:latest|most\srecent|recently\s(?:ended|completed)|just[- ]ended)\s(?:fiscal\s)?quarter|the\squarter(?!\s(?:ended|ending|to))|im\s(?:abgelaufenen\s)?Quartal|au\scours\sdu\strimestre", "the_quarter"),
    (r"the\shalf[- ]year(?!\s(?:ended|ending|to))|the\s(?:latest\s)?half(?=[,.]|\sunder)", "the_half"),
    (r"the\speriod(?!\s(?:ended|ending|to|from|of|between|during|in))|the\sreporting\speriod|im\sBerichtszeitraum|the\s(?:current|present)\speriod", "the_period"),
    (r"(?:the\s)?(?:prior|previous|preceding)\s(?:period)", "last_period"),
    (r"the\s(?:full\s|fiscal\s|financial\s)?year(?!\s(?:ended|ending|to|19|20))|the\stwelve\smonths(?!\s(?:ended|ending|to))", "the_year"),
)  # fmt: skip
_RELATIVES = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(f"(?P<r{place}>{words})" for place, (words, _) in enumerate(_RELATIVE_WORDS))
    + r")(?!\w)",
    re.IGNORECASE,
)
_JOINT = re.compile(r",?\s(?:and|und|et|or|vs\.?|versus|to|from|over|compared\s(?:to|with))\s|,\s")


def find_periods(text: str, *, language: str | None = None) -> list[FoundPeriod]:
    """All period expressions in order, none overlapping; of those that begin together the longest wins.

    `language` decides how 03/04/2024 is read: day first unless it is "en" or unknown.
    """
    found = [period for finder in _FINDERS for period in finder(text, language)]
    found.sort(key=lambda period: (period.span.start, -period.span.end))
    kept: list[FoundPeriod] = []
    for period in found:
        if not kept or period.span.start >= kept[-1].span.end:
            kept.append(period)
        elif period.span.end > kept[-1].span.end and len(period.span) > len(kept[-1].span):
            kept[-1] = period
    return _inherited(text, kept)


def _inherited(text: str, periods: list[FoundPeriod]) -> list[FoundPeriod]:
    """Bare years that continue a list take the form of its head."""
    linked: list[FoundPeriod] = []
    head: FoundPeriod | None = None
    for period in periods:
        joins = linked and _JOINT.fullmatch(text, linked[-1].span.end, period.span.start)
        continues = period.kind == "year" and not period.fiscal and period.year_to is None and period.month is None
        continues = continues or (period.kind == "date" and head is not None and head.month is not None and head.kind != "date")
        if joins and head and continues:
            linked.append(replace(period, inherits=head.span))
            continue
        shaped = period.kind != "year" or period.fiscal or period.month
        head = period if period.relative is None and shaped and period.kind not in {"years", "month"} else None
        linked.append(period)
    return linked


def _found(text: str, start: int, end: int, kind: PeriodKind, **parts: Any) -> FoundPeriod:
    return FoundPeriod(text[start:end], Span(start, end), kind, **parts)


def _year_of(words: str) -> tuple[int | None, bool]:
    digits = re.search(r"[0-9]{4}|[0-9]{2}", words)
    return (full_year(digits[0]) if digits else None), bool(
        re.search(r"fiscal|FY|F\.Y\.|financial|Geschäftsjahr|exercice", words, re.IGNORECASE)
    )


def _second_year(year: int | None, second: str | None) -> int | None:
    if not second or year is None:
        return None
    return (
        int(second) if len(second) == 4 else year // 100 * 100 + int(second) + (100 if int(second) < year % 100 else 0)
    )  # noqa: PLR2004


def _quarter_codes(text: str, language: str | None) -> Iterator[FoundPeriod]:  # noqa: ARG001 - all finders are called alike
    for match in _QUARTER_CODE.finditer(text):
        year, fiscal = _year_of(match["front"] or match["tail"] or "")
        number = int(match["number"] or match["lead"])
        yield _found(
            text,
            match.start(),
            match.end(),
            "quarter",
            number=number,
            year=year,
            fiscal=fiscal,
            year_to=_second_year(year, match["second"]),
        )


def _stretch_codes(text: str, language: str | None) -> Iterator[FoundPeriod]:  # noqa: ARG001
    for match in _STRETCH_CODE.finditer(text):
        year, fiscal = _year_of(match["front"] or match["tail"] or "")
        parts = {"year": year, "fiscal": fiscal, "year_to": _second_year(year, match["second"])}
        if match["months"]:
            yield _found(text, match.start(), match.end(), "months", number=int(match["months"]), **parts)
        else:
            yield _found(text, match.start(), match.end(), "half", number=int(match["half"] or match["lead"]), **parts)


def _ordinal_words(text: str, language: str | None) -> Iterator[FoundPeriod]:
    for match in _QUARTER_WORDS.finditer(text):
        number = ORDINALS.get(match["ordinal"].lower())
        if number is None or (match["half"] and number > 2):  # noqa: PLR2004 - a year has two halves
            continue
        kind: PeriodKind = "quarter" if match["quarter"] else "half" if match["half"] else "months"
        number = count_of(match["count"]) if match["count"] else number
        yield _with_year(text, match.start(), match.end(), kind, number, language)
    for match in _NINE_MONTHS.finditer(text):
        kind, number = ("months", 9) if match[0].lower().startswith("neun") else ("half", 1)
        yield _with_year(text, match.start(), match.end(), kind, number, language)


def _with_year(
    text: str, start: int, end: int, kind: PeriodKind, number: int | None, language: str | None
) -> FoundPeriod:
    """A worded period, the year behind it, and the date on which the text says that it ended."""
    year = year_to = month = day = None
    fiscal = "fiscal" in text[start:end].lower()
    after = _YEAR_AFTER.match(text, end)
    if after and not _is_amount_year(text, after):
        year = full_year(after["year"] or after["short"] or after["bare"])
        fiscal = fiscal or bool(after["fiscal"] and "calendar" not in after["fiscal"].lower())
        year_to = _second_year(year, after["second"])
        end = after.end()
    ended = _ENDED_AFTER.match(text, end)
    ending = _date_at(text, ended.end(), language) if ended else None
    if ending:
        end, month, day = ending.span.end, ending.month, ending.day
        year = year or ending.year
    return _found(
        text, start, end, kind, number=number, year=year, year_to=year_to, month=month, day=day, fiscal=fiscal
    )


def _is_amount_year(text: str, after: re.Match[str]) -> bool:
    return (
        not after["year"]
        and not after["short"]
        and not after["bare"]
        or bool(re.match(r"[.,]?[0-9]|%|\s(?:million|billion)", text[after.end() : after.end() + 9]))
    )


def _stretch_words(text: str, language: str | None) -> Iterator[FoundPeriod]:
    for match in _STRETCH_WORDS.finditer(text):
        number = count_of(match["count"])
        kind: PeriodKind = "weeks" if match["unit"].lower().startswith("week") else "months"
        found = _until(text, match.start(), match.end() - 1, kind, number, language)
        if found:
            yield found
    for match in _UNIT_ENDED.finditer(text):
        unit = match["unit"].lower()
        kind, number = _unit_kind(unit)
        found = _until(text, match.start(), match.end() - 1, kind, number, language)
        if found:
            yield replace(found, fiscal="fiscal" in unit or "financial" in unit)


def _unit_kind(unit: str) -> tuple[PeriodKind, int | None]:
    if "quarter" in unit or unit in {"quartal", "trimestre"}:
        return "quarter", next((ORDINALS[word] for word in unit.split() if word in ORDINALS), None)
    if "half" in unit or unit in {"halbjahr", "semestre"}:
        return "half", None
    return ("months", None) if unit == "period" else ("year", None)


def _until(
    text: str, start: int, end: int, kind: PeriodKind, number: int | None, language: str | None
) -> FoundPeriod | None:
    ended = _ENDED_AFTER.match(text, end)
    ending = _date_at(text, ended.end(), language) if ended else None
    if not ending or ending.month is None:
        return None
    return _found(
        text, start, ending.span.end, kind, number=number, year=ending.year, month=ending.month, day=ending.day
    )


def _date_at(text: str, position: int, language: str | None) -> FoundPeriod | None:
    best: FoundPeriod | None = None
    for form in _DATES:
        match = form.match(text, position)
        dated = _dated(text, match, language) if match else None
        if dated and (best is None or dated.span.end > best.span.end):
            best = dated
    if best:
        return best
    month = _MONTH_YEAR.match(text, position)
    if not month:
        return None
    number, year = month_of(month["month"]), int(month["year"])
    return _found(
        text,
        month.start(),
        month.end(),
        "date",
        year=year,
        month=number,
        day=last_day(year, number).day if number else None,
    )


def _dated(text: str, match: re.Match[str], language: str | None) -> FoundPeriod | None:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    if "first" in parts:
        first, second = int(match["first"]), int(match["second"])
        day_first = (language or "en")[:2] != "en" or (language or "").lower() == "en-gb" or first > 12  # noqa: PLR2004 - no month 13
        day, month = (first, second) if day_first and second <= 12 else (second, first)  # noqa: PLR2004
    else:
        day = int(match["day"])
        month = int(match["month"]) if match["month"].isdigit() else month_of(match["month"]) or 0
    try:
        date(year or 2024, month, day)
    except ValueError:
        return None
    return _found(text, match.start(), match.end(), "date", year=year, month=month, day=day)


def _dates(text: str, language: str | None) -> Iterator[FoundPeriod]:
    for form in _DATES:
        for match in form.finditer(text):
            if text[match.start() - 1 : match.start()].isalnum() and match.start():
                continue
            dated = _dated(text, match, language)
            if dated:
                yield dated


def _years(text: str, language: str | None) -> Iterator[FoundPeriod]:  # noqa: ARG001
    for match in _YEAR_WORDS.finditer(text):
        year = full_year(match["year"])
        fiscal = bool(match["code"] and match["code"].upper() != "CY") or bool(
            re.search(r"fiscal|financial|Geschäfts|exercice", match["word"] or "", re.IGNORECASE)
        )
        yield _found(
            text,
            match.start(),
            match.end(),
            "year",
            year=year,
            fiscal=fiscal,
            year_to=_second_year(year, match["second"]),
        )
    for match in _MONTH_YEAR.finditer(text):
        yield _found(text, match.start(), match.end(), "month", year=int(match["year"]), month=month_of(match["month"]))
    for match in _BARE_YEARS.finditer(text):
        year = int(match["year"])
        second = _second_year(year, match["second"])
        if second is not None and not year < second < year + 40:
            continue
        kind: PeriodKind = (
            "years" if second and (len(match["second"]) == 4 or match["joint"] != "/") and second > year + 1 else "year"
        )  # noqa: PLR2004 - 2019-2021
        yield _found(text, match.start(), match.end(), kind, year=year, year_to=second)


def _relatives(text: str, language: str | None) -> Iterator[FoundPeriod]:  # noqa: ARG001
    for match in _RELATIVES.finditer(text):
        relative = _RELATIVE_WORDS[int((match.lastgroup or "r0")[1:])][1]
        ordinal = next((ORDINALS[word] for word in match[0].lower().split() if word in ORDINALS), None)
        yield _found(text, match.start(), match.end(), "relative", relative=relative, number=ordinal)


def _japanese(text: str, language: str | None) -> Iterator[FoundPeriod]:  # noqa: ARG001
    for match in _JAPANESE.finditer(text):
        if match["only"]:
            month = int(match["end"]) if match["end"] else None
            year = int(match["only"])
            yield _found(
                text,
                match.start(),
                match.end(),
                "year",
                year=year,
                month=month,
                fiscal=True,
                day=last_day(year, month).day if month else None,
            )
            continue
        year_number = int(match["year"]) if match["year"] else None
        if match["quarter"]:
            yield _found(
                text,
                match.start(),
                match.end(),
                "quarter",
                number=int(match["quarter"]),
                year=year_number,
                fiscal=bool(match["month"]),
            )
        elif match["half"]:
            yield _found(
                text, match.start(), match.end(), "half", number=1 if match["half"][0] == "上" else 2, year=year_number
            )
        else:
            yield _found(text, match.start(), match.end(), "year", year=year_number)


_FINDERS: tuple[Callable[[str, str | None], Iterator[FoundPeriod]], ...] = (
    _quarter_codes, _stretch_codes, _ordinal_words, _stretch_words, _dates, _years, _relatives, _japanese,
)  # fmt: skip
