"""Dates and times of sheets: days since a first day, shown by the letters of a number format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, Protocol

Dating = Literal["1900", "1904"]
"""Which day a workbook counts from."""
_FIRST = {"1900": datetime(1899, 12, 30), "1904": datetime(1904, 1, 1)}  # noqa: DTZ001 - sheets know no zones
_LAST = 2_958_465
"""The serial number of 9999-12-31."""
_NO_LEAP_DAY = 60
"""1900 counts as a leap year: days before this one are a day later than counted from the first."""
_DAY = 86_400_000
_MONTHS = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
}
_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}


class Token(Protocol):
    """A piece of a number format."""

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...


def shown_date(serial: Decimal, tokens: Sequence[Token], language: str, dating: Dating) -> str | None:
    """The date or time that a format shows for a serial number of days; None for one outside the calendar."""
    if not 0 <= serial <= _LAST:
        return None
    parts = _milliseconds(tokens)
    unit = 10 ** (3 - min(3, parts))
    milliseconds = int((serial * _DAY / unit).to_integral_value(ROUND_HALF_UP)) * unit
    days, clock = divmod(milliseconds, _DAY)
    early = dating == "1900" and days < _NO_LEAP_DAY
    if days > _LAST:
        return None
    moment = _FIRST[dating] + timedelta(days=days + early, milliseconds=clock)
    halved = any(token.kind == "half" for token in tokens)
    pieces: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind == "time":
            pieces.append(_part(token.text, moment, language, halved=halved, minutes=_is_minutes(tokens, index)))
        elif token.kind == "elapsed":
            pieces.append(
                str(milliseconds // {"h": 3_600_000, "m": 60_000, "s": 1_000}[token.text[0]]).zfill(len(token.text))
            )
        elif token.kind == "half":
            word = "AM" if moment.hour < 12 else "PM"  # noqa: PLR2004 - noon
            pieces.append(word if len(token.text) > 3 else word[0])  # noqa: PLR2004 - "A/P"
        elif token.kind == "0" and index and parts:
            pieces.append(f"{clock % 1000:03}"[_place(tokens, index)] if _place(tokens, index) < 3 else "0")  # noqa: PLR2004 - thousandths
        else:
            pieces.append(token.text)
    return "".join(pieces)


def _part(letters: str, moment: datetime, language: str, *, halved: bool, minutes: bool) -> str:
    kind, length = letters[0], len(letters)
    if kind in "ye":
        return f"{moment.year % 100:02}" if length < 3 and kind == "y" else str(moment.year)  # noqa: PLR2004 - yy
    if kind == "m" and not minutes:
        return _name(_MONTHS, language, moment.month - 1, length) or str(moment.month).zfill(length)
    if kind == "d":
        return _name(_WEEKDAYS, language, moment.weekday(), length) or str(moment.day).zfill(length)
    hour = moment.hour % 12 or 12 if halved else moment.hour
    return str({"m": moment.minute, "h": hour, "s": moment.second}[kind]).zfill(min(2, length))


def _name(names: Mapping[str, Sequence[str]], language: str, number: int, length: int) -> str | None:
    """`mmm` is short, `mmmm` whole, `mmmmm` a letter; shorter ones are numbers."""
    name = names.get(language, names["en"])[number]
    return {1: None, 2: None, 3: name[:3], 5: name[0]}.get(length, name)


def _is_minutes(tokens: Sequence[Token], index: int) -> bool:
    """`m` after hours or before seconds is minutes."""
    times = [(place, token.text[0]) for place, token in enumerate(tokens) if token.kind in {"time", "elapsed"}]
    here = next(number for number, (place, _) in enumerate(times) if place == index)
    return (here > 0 and times[here - 1][1] == "h") or (here + 1 < len(times) and times[here + 1][1] == "s")


def _milliseconds(tokens: Sequence[Token]) -> int:
    """How many digits of a second are shown: zeros behind a point."""
    point = next((index for index, token in enumerate(tokens) if token.kind == "."), None)
    return 0 if point is None else sum(token.kind == "0" for token in tokens[point:])


def _place(tokens: Sequence[Token], index: int) -> int:
    point = next(place for place, token in enumerate(tokens) if token.kind == ".")
    return sum(token.kind == "0" for token in tokens[point:index])
