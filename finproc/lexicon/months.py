"""Month names, ordinals and small counts, as dates and periods use them, in English, German and French."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

_NAMES = (
    "january jan januar jänner janvier janv enero gennaio janeiro",
    "february feb februar februar février fevrier févr febrero febbraio fevereiro",
    "march mar märz mär mars marzo março",
    "april apr avril avr abril aprile",
    "may mai mayo maggio maio",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet juil julio luglio julho",
    "august aug août aout agosto",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dicembre dezembro",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
"""Month names and their short forms in lower case, without a point."""
MONTH_PATTERN = "|".join(sorted(MONTHS, key=len, reverse=True))
CAPITAL_MONTH = "|".join(sorted((name.capitalize() for name in MONTHS), key=len, reverse=True))

ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "final": 4,
    "ersten": 1, "erstes": 1, "erste": 1, "1.": 1, "zweiten": 2, "zweites": 2, "zweite": 2, "2.": 2, "dritten": 3,
    "drittes": 3, "dritte": 3,
    "3.": 3, "vierten": 4, "viertes": 4, "vierte": 4, "4.": 4,
    "premier": 1, "première": 1, "1er": 1, "1ère": 1, "1re": 1, "deuxième": 2, "second semestre": 2, "2e": 2,
    "2ème": 2, "2nde": 2, "troisième": 3,
    "3e": 3, "3ème": 3, "quatrième": 4, "4e": 4, "4ème": 4,
}  # fmt: skip
COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "sixteen": 16, "twenty-six": 26, "thirty-nine": 39, "fifty-two": 52,
    "fifty-three": 53,
    "drei": 3, "sechs": 6, "neun": 9, "zwölf": 12, "trois": 3, "neuf": 9, "douze": 12,
}  # fmt: skip
COUNT_PATTERN = "|".join(sorted(COUNTS, key=len, reverse=True)) + "|[0-9]{1,2}"


def count_of(word: str) -> int | None:
    """A small number in digits or words."""
    return int(word) if word.isdigit() else COUNTS.get(word.lower())


def month_of(word: str) -> int | None:
    """The month that a name or its short form means."""
    return MONTHS.get(word.lower().rstrip("."))


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def full_year(digits: str) -> int:
    """Two digits are of this century ("24" → 2024) up to 79, else of the last."""
    number = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - already in full
        return number
    return 2000 + number if number < 80 else 1900 + number  # noqa: PLR2004 - no filing of 2080 is at hand
