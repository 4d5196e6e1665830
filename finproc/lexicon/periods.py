"""The finder of period expressions: one pass over the words of a text, each tried only where its first word stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from finproc.lexicon import dates, period_words
from finproc.lexicon.date_ranges import date_range_at
from finproc.lexicon.found_period import FoundPeriod, PeriodKind, Relative
from finproc.lexicon.languages import KEPT_LENGTH, LAST_LENGTH, told_apart
from finproc.lexicon.month_ranges import month_range_at
from finproc.lexicon.months import COUNTS, MONTHS, ORDINALS
from finproc.lexicon.part import words
from finproc.lexicon.relative_periods import FIRST_WORDS, relative_at

_TOKEN = re.compile(r"(?P<word>[^\W\d_]+(?!\d))|(?P<code>\w+)")
_ORDINALS = frozenset(word for word in ORDINALS if " " not in word) | {"last", "final"}
_UNITS = words(
    "fiscal financial full first second third fourth quarter quarters half year years geschäftsjahr "
    "quartal period halbjahr exercice "
    "trimestre semestre"
)
_YEAR_WORDS = words(
    "full fiscal financial calendar business year years geschäftsjahr geschäftsjahres gj jahr jahre jahres "
    "exercice année fy cy f"
)
_COMPOUNDS = words("neunmonatszeitraum neunmonatszeitraums halbjahreszeitraum halbjahreszeitraums halbjahr")
_COUNTED = frozenset(word.split("-")[0] for word in COUNTS)
_QUARTER_CODES = frozenset("qt")
_TRIGGERS = _ORDINALS | _UNITS | _YEAR_WORDS | _COMPOUNDS | _COUNTED | FIRST_WORDS | frozenset(MONTHS)
_EAST = re.compile(r"[0-9]{4}年|第[1-4１-４]四半期|[上下]半?期|通期")
_EAST_SIGNS = ("年", "期")
"""One of them stands in all that `_EAST` finds."""
_LOOK = 6
"""Characters behind digits that decide which forms are tried there."""
_CODE_STARTS = frozenset("QTqtHh1234")
_COUNT_JOINTS = frozenset("(.")
_BLOCKING = frozenset("$€£-")
_JOINT = re.compile(r",?\s(?:and|und|et|or|vs\.?|versus|to|from|over|compared\s(?:to|with))\s|,\s")


def find_periods(text: str, *, language: str | None = None) -> list[FoundPeriod]:
    """All period expressions in order, none overlapping; of two that overlap the first, or the longer, wins.

    `language` decides how 03/04/2024 is read: day first unless it is American English or unknown.
    """
    if len(text) <= KEPT_LENGTH:
        return list(_kept(text, told_apart(language)))
    return list(_last(text, told_apart(language))) if len(text) <= LAST_LENGTH else _found(text, language)


@lru_cache(maxsize=64)
def _kept(text: str, language: str | None) -> tuple[FoundPeriod, ...]:
    """Short texts, and the heads that many cells share, are read once; long ones are not held in memory."""
    return tuple(_found(text, language))


@lru_cache(maxsize=1)
def _last(text: str, language: str | None) -> tuple[FoundPeriod, ...]:
    return tuple(_found(text, language))


def _found(text: str, language: str | None) -> list[FoundPeriod]:
    found = sorted(_candidates(text, language), key=lambda period: (period.span.start, -period.span.end))
    kept: list[FoundPeriod] = []
    for period in found:
        if not kept or period.span.start >= kept[-1].span.end:
            kept.append(period)
        elif period.span.end > kept[-1].span.end and len(period.span) > len(kept[-1].span):
            kept[-1] = period
    return _inherited(text, kept)


def _candidates(text: str, language: str | None) -> Iterator[FoundPeriod]:
    for token in _TOKEN.finditer(text):
        start = token.start()
        if token.lastgroup == "word":
            word = token[0].lower()
            if word in _TRIGGERS and not (start and text[start - 1] == "-"):
                yield from _at_word(text, start, word, language)
        elif not (start and text[start - 1] in _BLOCKING):
            yield from _at_code(text, start, token[0], language)
    if any(sign in text for sign in _EAST_SIGNS):
        for match in _EAST.finditer(text):
            found = period_words.japanese_at(text, match.start())
            if found:
                yield found


def _at_word(text: str, start: int, word: str, language: str | None) -> Iterator[FoundPeriod]:
    tries: list[FoundPeriod | None] = []
    if word in MONTHS:
        tries += [dates.date_at(text, start, language), dates.month_at(text, start), month_range_at(text, start)]
        tries.append(date_range_at(text, start, language))
    if word in _ORDINALS:
        tries.append(period_words.ordinal_at(text, start, language))
    if word in _COUNTED:
        tries += [period_words.stretch_at(text, start, language), period_words.counted_at(text, start, language)]
    if word in _UNITS:
        tries.append(period_words.unit_at(text, start, language))
    if word in _YEAR_WORDS:
        tries += [
            dates.worded_year_at(text, start),
            period_words.quarter_code_at(text, start) if word in {"fy", "cy"} else None,
        ]
    if word in _COMPOUNDS:
        tries.append(period_words.compound_at(text, start, language))
    if word in FIRST_WORDS:
        tries.append(relative_at(text, start))
    yield from (found for found in tries if found)


def _at_code(text: str, start: int, code: str, language: str | None) -> Iterator[FoundPeriod]:
    """Each form is tried only where the characters behind can belong to it."""
    tries: list[FoundPeriod | None] = []
    first = code[0]
    mixed = first.isdigit() and not code.isdigit()
    if mixed or (first in "QTFC" and _digit_within(code, text, start)):
        tries.append(period_words.quarter_code_at(text, start))
    if mixed or (first in "HS" and _digit_within(code, text, start)):
        tries.append(period_words.stretch_code_at(text, start))
    if first in "FfCc":
        tries.append(dates.worded_year_at(text, start))
    if first.isdigit() and not _in_number(text, start):
        behind = text[start + len(code) : start + len(code) + _LOOK]
        tries += _at_digits(text, start, code, behind, language)
    yield from (found for found in tries if found)


def _at_digits(text: str, start: int, code: str, behind: str, language: str | None) -> list[FoundPeriod | None]:
    tries: list[FoundPeriod | None] = []
    next_char = behind.lstrip(" -\n\u00a0")[:1]
    if len(code) == 4:  # noqa: PLR2004 - a year
        tries.append(dates.bare_year_at(text, start))
        if next_char in _CODE_STARTS:
            tries += [period_words.quarter_code_at(text, start), period_words.stretch_code_at(text, start)]
        if next_char.isalnum():
            tries += [period_words.ordinal_at(text, start, language), period_words.counted_at(text, start, language)]
        if behind[:1] == "-":
            tries.append(dates.date_at(text, start, language))
        return tries
    if next_char.isalpha() or next_char in _COUNT_JOINTS or not code.isdigit():
        tries += [period_words.stretch_at(text, start, language), period_words.ordinal_at(text, start, language)]
    if next_char.isalpha() or behind[:1] in {".", "/"} or not code.isdigit():
        tries.append(dates.date_at(text, start, language))
        if code.lstrip("0").startswith("1"):
            tries.append(date_range_at(text, start, language))
    return tries


def _digit_within(code: str, text: str, start: int) -> bool:
    """Whether a code is followed by a digit, in itself or right behind ("FY 24", "Q'1")."""
    return any(map(str.isdigit, code)) or any(map(str.isdigit, text[start + len(code) : start + len(code) + _LOOK]))


def _in_number(text: str, start: int) -> bool:
    """Whether the digits go on to the left: "1,999" or "v2.2024"."""
    before = text[start - 1] if start else ""
    if before in {"/", "'", "’"} or (start > 1 and before == " " and text[start - 2] in "$€£"):
        return True
    return before in {".", ","} and start > 1 and text[start - 2].isdigit()


def _inherited(text: str, periods: list[FoundPeriod]) -> list[FoundPeriod]:
    """Bare years (and dates) that continue a list take the form of its head."""
    linked: list[FoundPeriod] = []
    head: FoundPeriod | None = None
    for period in periods:
        joins = linked and _JOINT.fullmatch(text, linked[-1].span.end, period.span.start)
        continues = period.kind == "year" and not period.fiscal and period.year_to is None and period.month is None
        continues = continues or (
            period.kind == "date" and head is not None and head.month is not None and head.kind != "date"
        )
        if joins and head and continues:
            linked.append(replace(period, inherits=head.span))
            continue
        shaped = period.kind != "year" or period.fiscal or period.month
        head = period if period.relative is None and shaped and period.kind not in {"years", "month"} else None
        linked.append(period)
    return linked


__all__ = ["FoundPeriod", "PeriodKind", "Relative", "find_periods"]
