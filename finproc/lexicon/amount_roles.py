"""What a number is when it is no amount: dates, years, codes, notes, phones, times, ordinals and spans of time."""

from __future__ import annotations

import re
from typing import Literal

from finproc.lexicon.months import MONTHS
from finproc.lexicon.part import words
from finproc.model.text import Span

Role = Literal["amount", "date", "year", "duration", "code", "reference", "ordinal", "phone", "time"]

_REFERENCE_WORDS = words(
    "iso ifrs ias asc asu fasb sfas fas fin eitf frs rule rules form forms section sections sec item items "
    "note notes page pages pp no nos nr "
    "number article articles chapter exhibit schedule table figure fig appendix annex part level levels tier "
    "phase step volume vol paragraph "
    "regulation directive windows boeing airbus basel stage category route highway suite room grade ftse stoxx "
    "nikkei dax cac russell fortune "
    "forbes msci nasdaq s&p anhang seite ziffer artikel punkt kapitel see footnote release ref"
)
"""Words before a number that make it a name or a place in a document."""
_MONTH_RIGHT = frozenset(MONTHS)
_ORDINAL_MARKS = words("st nd rd th ème er")
_DURATIONS = words(
    "month months week weeks year years day days hour hours minute minutes quarter quarters decade decades "
    "monat monate monaten woche wochen jahr jahre "
    "jahren tag tage tagen quartal quartale quartalen mois an ans année années jour jours semaine semaines "
    "trimestre trimestres"
)
_DURATION_LINKS = words("fiscal full consecutive trading business calendar additional more straight to")
_DURATION_RIGHT = re.compile(
    r"[ \u00a0-](?:to [0-9]+[ -])?(?:(?:fiscal|full|consecutive|trading|business|calendar|additional|more|"
    r"straight)\s)?(?P<unit>[^\W\d_]+)"
)
_TIMES = words("am pm a p uhr o")
_TIME_RIGHT = re.compile(r"\s?(?:[ap]\.\s?m\b|[ap]m\b|o'clock|Uhr\b)", re.IGNORECASE)
_NEXT_WORD = re.compile(r"[ \u00a0-]?([^\W\d_]+)")
_CODE_RIGHT = re.compile(r"-?[A-Z](?![A-Za-z]*\s?[$€£])(?:[-/ ,.;)]|$)|-(?=[A-Z]\b)|[A-Za-z]*[0-9]*-?[a-z]*[A-Z]{2,}")
_PHONE = re.compile(
    r"(?:\+[0-9]{1,3}[ .-]?)?(?:\([0-9]{2,4}\)[ .-]?|[0-9]{2,4}[ .-])[0-9]{3,4}[ .-][0-9]{3,4}(?![0-9])"
)
_DATE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{4}|[0-9]{2})?")
_GROUPED = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+(?:,[0-9]+)?")
_SLASHES = re.compile(r"[0-9]{1,4}[/-][0-9]{1,2}[/-][0-9]{1,4}(?![0-9])")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_NO_YEAR_RIGHT = re.compile(r"[ \u00a0]?(?:%|per ?cent|basis points|shares|employees|Mitarbeiter)")
_ROOM = 18


def role_of(text: str, digits: Span, *, marked: bool) -> Role:  # noqa: PLR0911 - one return a role
    """What the digits are; `marked` says that a currency or a scale word stands with them: then they are an amount."""
    start, end = digits.start, digits.end
    if _near_slashes(text, start, end):
        return "date"
    if marked:
        return "amount"
    token = text[start:end]
    nearby = text[max(0, start - _ROOM) : start]
    before = nearby[-1:]
    if before and (before.isalpha() or before in "_#§" or (before == "-" and nearby[-2:-1].isalpha())):
        return "code"
    words = nearby.split()
    last = words[-1].strip("(.,;:").lower() if words and before.isspace() else ""
    if last in _REFERENCE_WORDS:
        return "reference"
    if token.count(".") > 1 and not _GROUPED.fullmatch(token):
        return "date" if _DATE.fullmatch(token) else "code"
    if before == ":" and nearby[-2:-1].isdigit():
        return "time"
    bare = token.isdigit()
    return _right_role(text, end, bare=bare) or (_bare_role(text, digits, before, last) if bare else "amount")


def _near_slashes(text: str, start: int, end: int) -> bool:
    if text[end : end + 1] not in {"/", "-"} and text[start - 1 : start] not in {"/", "-"}:
        return False
    begin = start
    while begin > 0 and start - begin < 8 and text[begin - 1] in "0123456789/-":  # noqa: PLR2004 - as long as a date before its last part
        begin -= 1
    dated = _SLASHES.match(text, begin)
    return bool(dated and dated.end() >= end and dated.start() <= start)


def _right_role(text: str, end: int, *, bare: bool) -> Role | None:  # noqa: PLR0911 - one return a role
    if text[end : end + 1] == ":" and text[end + 1 : end + 3].isdigit():
        return "time"
    following = _NEXT_WORD.match(text, end)
    if not following:
        return None
    word = following[1].lower()
    if word in _TIMES and _TIME_RIGHT.match(text, end):
        return "time"
    if bare and word in _MONTH_RIGHT and (word != "may" or following[1] == "May"):
        return "date"
    if bare and following.start(1) == end and word in _ORDINAL_MARKS:
        return "ordinal"
    if word in _DURATIONS or word in _DURATION_LINKS:
        lasting = _DURATION_RIGHT.match(text, end)
        if lasting and lasting["unit"].lower() in _DURATIONS:
            return "duration"
    return None


def _bare_role(text: str, digits: Span, before: str, last: str) -> Role:
    start, end = digits.start, digits.end
    token = text[start:end]
    if last in MONTHS and len(token) <= 4:  # noqa: PLR2004 - a day or a year
        return "year" if len(token) == 4 else "date"  # noqa: PLR2004
    if before in {"'", "’"} and len(token) == 2:  # noqa: PLR2004 - '24
        return "year"
    if _YEAR.fullmatch(token) and not _NO_YEAR_RIGHT.match(text, end):
        return "year"
    if _is_phone(text, start, end):
        return "phone"
    if _CODE_RIGHT.match(text, end) and text[end : end + 1].strip(" ,.;)"):
        return "code"
    return "amount"


def _is_phone(text: str, start: int, end: int) -> bool:
    if text[end : end + 1] not in {"-", ".", ")", " "} and text[start - 1 : start] not in {"-", ".", ")", " ", "+"}:
        return False
    window = text[max(0, start - 14) : end + 14]
    if window.count("-") + window.count(".") + window.count("(") + window.count("+") == 0:
        return False
    begin = max(0, start - 14)
    for found in _PHONE.finditer(text, begin, end + 14):
        if found.start() <= start and end <= found.end():
            return found[0].count("-") + found[0].count(".") >= 2 or "(" in found[0] or found[0].startswith("+")  # noqa: PLR2004 - 555-123-4567
    return False
