"""Digit strings and number words, read exactly; what can be read in two ways is answered as ambiguous."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from finproc.lexicon.part import words

COMMA_LANGUAGES = words("de fr it es pt nl sv no nb nn da fi pl cs sk hu ro bg ru uk tr el is id")
"""Languages that write the decimals behind a comma."""
SPACE_LANGUAGES = words("fr sv no nb nn da fi pl cs sk hu bg ru uk")
"""Languages that group digits by spaces."""
MAX_DIGITS = 34
"""What a decimal128 holds, in every store."""

_THREES = re.compile(r"[0-9]{1,3}(?:([.,'’\u00a0\u202f ])[0-9]{3})(?:\1[0-9]{3})*")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_FRACTIONS = {"½": ".5", "1/2": ".5", "¼": ".25", "1/4": ".25", "¾": ".75", "3/4": ".75"}
_MIXED = re.compile(r"([0-9]+)[ -]?([¼½¾]|1/2|1/4|3/4)")
DIGITS = re.compile(
    r"[.0-9](?:(?<=\.)(?<![0-9A-Za-z.,]\.)[0-9]+|(?<=[0-9])[0-9]*(?:[¼½¾]|[ -](?:1/2|1/4|3/4)(?![0-9/])|"
    r"(?:[.,'’\u00a0\u202f](?=[0-9]{2})[0-9]+|[.,][0-9]+)*))"
)
"""Digits with their separators, in one run: 500 is never found inside 1,500.

It begins with what every number begins with, so that a search skips to the next one.
"""
_SEPARATORS = re.compile(r"[.,'’\u00a0\u202f ]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A number read from characters. `value` is None where it is no number, or where `readings` are several.

    `decimals` counts the digits printed behind the decimal mark; it gives the printed precision.
    """

    value: Decimal | None
    decimals: int = 0
    readings: tuple[Decimal, ...] = ()
    problem: str | None = None
    """`ambiguous`, `malformed` or `too_long`."""


def is_comma_language(language: str | None) -> bool | None:
    """Whether the language writes decimals behind a comma; None where it is not known. Swiss German writes a point."""
    if language is None:
        return None
    lowered = language.lower()
    if lowered in {"de-ch", "it-ch", "es-mx", "de-li"}:
        return False
    return lowered[:2] in COMMA_LANGUAGES


def read_digits(digits: str, *, comma: bool | None = None) -> Reading:
    """Read digits with their separators. `comma` says whether the decimal mark is a comma; None where nobody knows.

    Grouping is strict: groups of three, or the Indian two-two-three; anything else is `malformed`. A lone mark before
    exactly three digits, and a lone comma before others, depend on `comma`: "1,234" is grouping unless the comma is
    known to be decimal (English is the trade's default), "1.234" and "5,3" stay ambiguous while nothing is known.
    """
    mixed = _MIXED.fullmatch(digits)
    if mixed:
        fraction = _FRACTIONS[mixed[2]]
        return Reading(Decimal(mixed[1] + fraction), len(fraction) - 1)
    marks = _SEPARATORS.findall(digits)
    if sum(map(str.isdigit, digits)) > MAX_DIGITS:
        return Reading(None, problem="too_long")
    kinds = list(dict.fromkeys(marks))
    if not marks:
        return _plain(digits, "")
    if len(kinds) == 1:
        return _one_kind(digits, kinds[0], len(marks), comma)
    if len(kinds) == 2 and marks.count(kinds[1]) == 1 and marks[-1] == kinds[1] and kinds[1] in ".,":  # noqa: PLR2004 - a grouping and a decimal mark
        whole, _, fraction = digits.rpartition(kinds[1])
        if _grouped(whole):
            return _plain(_SEPARATORS.sub("", whole), fraction)
    return Reading(None, problem="malformed")


def _one_kind(digits: str, mark: str, count: int, comma: bool | None) -> Reading:
    grouped = _grouped(digits)
    if count > 1 or mark not in ".,":
        return _plain(_SEPARATORS.sub("", digits), "") if grouped else Reading(None, problem="malformed")
    whole, _, fraction = digits.partition(mark)
    decimal = _plain(whole, fraction)
    if not grouped or whole == "0":
        if mark == "." or comma:
            return decimal
        problem = "ambiguous" if comma is None else "malformed"
        return Reading(None, problem=problem, readings=(decimal.value,) if decimal.value is not None else ())
    whole_number = _plain(whole + fraction, "")
    is_decimal = comma if mark == "," else None if comma is None else not comma
    if is_decimal is None:
        is_decimal = False if mark == "," else None
    if is_decimal is None:
        both = tuple(reading.value for reading in (decimal, whole_number) if reading.value is not None)
        return Reading(None, problem="ambiguous", readings=both)
    return decimal if is_decimal else whole_number


def _grouped(digits: str) -> bool:
    if digits.startswith("0") and len(digits) > 1:
        return False
    return bool(_THREES.fullmatch(digits) or _INDIAN.fullmatch(digits))


def _plain(whole: str, fraction: str) -> Reading:
    return Reading(Decimal(f"{whole or '0'}.{fraction}" if fraction else whole or "0"), len(fraction))


_UNITS = {
    "zero": 0, "nil": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
    "null": 0, "ein": 1, "eine": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9,
    "zehn": 10, "elf": 11, "zwölf": 12, "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60,
    "siebzig": 70,
    "achtzig": 80, "neunzig": 90, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
}  # fmt: skip
_TIMES = {"hundred": 100, "thousand": 1000, "hundert": 100, "cent": 100}
_POINTS = frozenset({"point", "komma", "virgule"})
_WORDS = sorted({*_UNITS, "hundred", "hundert"}, key=len, reverse=True)
_TENS = "twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety"
_ONE_WORD = "|".join(_WORDS)
WORDS = re.compile(
    rf"\b(?:half a|a half|a quarter of a|a(?=\s(?:million|billion|trillion|hundred)\b)|(?:{_ONE_WORD})"
    rf"(?:(?:[ -]|\sand\s)(?:{_ONE_WORD}|thousand(?=[ -](?:and )?(?:{_ONE_WORD})\b)))*"
    rf"(?:\s(?:point|komma|virgule)(?:\s(?:{_ONE_WORD}))+|\sand a half)?)\b",
    re.IGNORECASE,
)
"""Numbers in words: "five", "twenty-five", "one hundred and twelve", "five point three", "half a", "two and a half"."""
_A_STARTS = ("a half", "a quarter", "a hundred", "a million", "a billion", "a trillion")


def _by_letter(words: Iterable[str]) -> str:
    """A pattern of the words as they are, capitalized or in capitals, that looks at each first letter once."""
    tails: dict[str, list[str]] = {}
    for word in words:
        for form in (word, word.capitalize(), word.upper()):
            tails.setdefault(form[0], []).append(form[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in tails.items())


WORD_STARTS = re.compile(rf"\b(?:{_by_letter(('half', *_WORDS))})|{_by_letter(_A_STARTS)}")
"""Where a number in words can begin; quick, because most letters begin none."""


def read_words(words: str) -> Reading:
    """Read a number in English words (German and French below a hundred): "five point three" is 5.3."""
    lowered = re.sub(r"[\s-]+", " ", words.lower()).strip()
    if lowered in {"half a", "a half"}:
        return Reading(Decimal("0.5"), 1)
    if lowered == "a quarter of a":
        return Reading(Decimal("0.25"), 2)
    halves = lowered.endswith(" and a half")
    tokens = lowered.removesuffix(" and a half").split()
    fraction: list[str] = []
    for place, token in enumerate(tokens):
        if token in _POINTS:
            fraction = [str(_UNITS.get(word, "")) for word in tokens[place + 1 :]]
            tokens = tokens[:place]
            break
    if any(len(digit) != 1 for digit in fraction):
        return Reading(None, problem="malformed")
    whole = _whole(tokens)
    if whole is None:
        return Reading(None, problem="malformed")
    if halves:
        return Reading(Decimal(whole) + Decimal("0.5"), 1)
    return _plain(str(whole), "".join(fraction))


def _whole(tokens: list[str]) -> int | None:
    """Add up words by the rule of place: a smaller word may follow a greater one, never an equal or greater one."""
    total, current, last = 0, 0, 1000
    for word in tokens:
        if word == "a":
            current, last = 1, 1
        elif word in {"and", "und", "et"}:
            continue
        elif word in _TIMES and word != "cent":
            if word == "thousand":
                total, current, last = total + (current or 1) * 1000, 0, 1000
            else:
                current, last = (current or 1) * 100, 100
        elif word in _UNITS:
            value = _UNITS[word]
            room = 100 if last >= 100 else 10 if last in range(20, 100) and last % 10 == 0 else 0  # noqa: PLR2004 - decimal places
            if value >= room and last != 1000:  # noqa: PLR2004 - the start
                return None
            current, last = current + value, value
        else:
            return None
    return total + current
