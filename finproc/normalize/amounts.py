"""Amounts: from the characters to an exact value, or the answer that they can be read in more than one way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Literal

from finproc.lexicon import currencies, numbers, scales
from finproc.lexicon.amounts import AmountEnd, AmountUnit, FoundAmount, find_amounts
from finproc.lexicon.part import words
from finproc.normalize.signs import SignSource, loss_word

EXACT = Context(prec=200)
"""Wide enough that no product of a 34-digit number and a power of ten is ever rounded."""
_HALF = Decimal("0.5")
_HUNDREDTH = Decimal("0.01")
_ZEROS = re.compile(r"1[.,'’ ]?000(?:[.,'’ ]?000)?")
_COMMA_CURRENCIES = words("EUR SEK NOK DKK ISK PLN CZK HUF RON BGN TRY RUB UAH BRL ARS CLP COP IDR VND")
"""Currencies whose home writes decimals behind a comma."""
_ENGLISH_SCALES = words("thousand million billion trillion bn mn mm m b k tn lakh lakhs crore crores cr lac")


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount in base units.

    A range has `low` and `high` and no `value`. Percent, also from basis points, as printed: 12.5.
    """

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: AmountUnit
    currency: str | None
    factor: Decimal
    """What the digits were multiplied with: the scale word, hundredths, a scale stated elsewhere."""
    sign: SignSource | None
    """How it is known to be negative; None for a positive amount."""
    precision: Decimal
    """Half of the last printed digit, in base units."""
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Characters that can be read in several ways, or are no well-formed number: no value, and why."""

    problem: Literal["ambiguous", "malformed", "too_long", "several"]
    text: str
    readings: tuple[Decimal, ...] = ()


def parse_amount(
    text: str, *, language: str | None = None, currency: str | None = None, scale: str | None = None
) -> Amount | Ambiguous | None:
    """Read the one amount of a short text ("net loss of $40K" is -40000 USD); None where it holds none.

    `currency` (sign, code or name) and `scale` ("in thousands", "million", "$000") are what the surroundings say; a
    currency or scale of the amount's own goes before them. "5.3m" is read as 5.3 million: nothing in finance is
    measured in metres. A comma that only a typing error or another locale explains ("$5,3 million") is ambiguous.
    Source: references/extraction.md §4.
    """
    found = [amount for amount in find_amounts(text, language=language) if amount.role == "amount"]
    if not found:
        return None
    if len(found) > 1:
        return Ambiguous("several", text)
    amount = found[0]
    enclosed = amount.enclosed is not None and len(amount.enclosed) == len(text.strip())
    words = text[: amount.span.start]
    return evaluate(
        amount,
        language=language,
        currency=currency,
        scale=scale,
        enclosed=enclosed,
        negative_word=bool(loss_word(words)),
    )


def evaluate(
    found: FoundAmount,
    *,
    language: str | None = None,
    currency: str | None = None,
    scale: str | None = None,
    enclosed: bool = False,
    negative_word: bool = False,
    comma: bool | None = None,
) -> Amount | Ambiguous:
    """The exact amount of a found one. `enclosed`: parentheses around all of it mean minus here (a table cell).

    `comma`: whether the numbers around it show their decimals behind a comma; None where they do not tell.
    """
    code = found.currency or (currency_code(currency, language) if currency else None)
    unit = _unit(found, code)
    low_scale = found.low if found.low.scale or not found.high else found.high
    outside = (
        0
        if found.scaled or found.low.minor or unit in {"percent", "bps", "points", "currency/share"}
        else power_of(scale, language)
    )
    ends: list[tuple[Decimal, int]] = []
    for end in (found.low, found.high) if found.high else (found.low,):
        reading = _read(end, found, code, language, comma)
        if reading.value is None:
            readings = tuple(plain(EXACT.multiply(value, end.factor)) for value in reading.readings)
            return Ambiguous(_problem_of(reading), found.text, readings)
        factor = low_scale.factor if end is found.low and not end.scale and found.high and not end.minor else end.factor
        factor = EXACT.multiply(factor, Decimal(10) ** outside) if outside else factor
        factor = EXACT.multiply(factor, _HUNDREDTH) if unit == "bps" else factor
        value = plain(EXACT.multiply(reading.value, factor))
        if len(value.as_tuple().digits) > numbers.MAX_DIGITS:
            return Ambiguous("too_long", found.text)
        ends.append((value, reading.decimals))
    return _signed(found, ends, unit, code, factor, enclosed=enclosed, negative_word=negative_word)


def _problem_of(reading: numbers.Reading) -> Literal["ambiguous", "malformed", "too_long"]:
    if reading.problem == "too_long":
        return "too_long"
    return "malformed" if reading.problem == "malformed" and not reading.readings else "ambiguous"


def _signed(
    found: FoundAmount,
    ends: list[tuple[Decimal, int]],
    unit: AmountUnit,
    code: str | None,
    factor: Decimal,
    *,
    enclosed: bool,
    negative_word: bool,
) -> Amount | Ambiguous:
    source: SignSource | None = (
        found.low.sign or ("parentheses" if enclosed else None) or ("loss" if negative_word else None)
    )
    values = [plain(value.copy_negate()) if source and value else value for value, _ in ends]
    precision = plain(EXACT.multiply(_HALF.scaleb(-ends[-1][1]), factor))
    approximate = found.approximation is not None
    if len(values) == 1:
        return Amount(values[0], None, None, unit, code, factor, source, precision, approximate)
    low, high = (values[1], values[0]) if source else (values[0], values[1])
    if low > high and found.unit in {"percent", "bps", "points"} and not found.low.signs:
        low, high = high, low  # "a decrease of 38.8% to 25.4%" names its ends from the worse to the better
    if low > high:
        return Ambiguous("ambiguous", found.text, (low, high))
    return Amount(None, low, high, unit, code, factor, source, precision, approximate)


def _unit(found: FoundAmount, code: str | None) -> AmountUnit:
    if found.unit in {"currency", "currency/share", "percent", "bps", "points", "shares"}:
        return found.unit
    return "currency" if code else found.unit


def _read(
    end: AmountEnd, found: FoundAmount, code: str | None, language: str | None, comma: bool | None
) -> numbers.Reading:
    if found.in_words:
        return numbers.read_words(end.digits.text)
    scale = end.scale or (found.high.scale if found.high else None)
    word = scale.text if scale else None
    if comma is None:
        comma = _comma(end.digits.text, word, found, code, language)
    return numbers.read_digits(end.digits.text, comma=comma)


def _comma(digits: str, scale: str | None, found: FoundAmount, code: str | None, language: str | None) -> bool | None:
    """Whether the decimal mark is a comma, by the strongest witness.

    The scale word, the language, the currency's home.
    """
    given_away = scales.LANGUAGE_OF.get(scale.lower()) if scale else None
    if given_away:
        return numbers.is_comma_language(given_away)
    known = numbers.is_comma_language(language)
    if known is not None:
        return known
    before_three = len(digits.replace(",", ".").rpartition(".")[2]) == 3  # noqa: PLR2004 - could be grouping
    if code in _COMMA_CURRENCIES and not before_three:
        return True
    pointed = bool(code and code not in _COMMA_CURRENCIES) or bool(scale and scale.lower() in _ENGLISH_SCALES)
    if before_three and "." in digits and pointed:
        return False
    if found.unit == "percent" and not before_three:
        return True
    return None


def power_of(scale: str | None, language: str | None = None) -> int:
    """The power of ten that a scale stated elsewhere means ("in thousands", "$000", "Mio. €", "million").

    0 for none.
    """
    if not scale:
        return 0
    if _ZEROS.fullmatch(scale):
        return scale.count("0")
    power = scales.power_of(scale.strip(" ()"), language)
    if power is not None:
        return power
    captions = {found[2] for found in scales.find_captions(scale, language)}
    if not captions:
        captions = {
            power
            for word in scale.replace("(", " ").replace(")", " ").split()
            if (power := scales.power_of(word, language))
        }
    return captions.pop() if len(captions) == 1 else 0


def currency_code(words: str, language: str | None = None) -> str | None:
    """The ISO 4217 code that a sign, a code, a name or a caption means, or None."""
    stripped = words.strip(" ()")
    word = currencies.before(stripped, language) or currencies.NAMES.get(stripped.lower())
    return word.code if word else scales.currency_of_caption(words)


def plain(value: Decimal) -> Decimal:
    """The same value without an exponent above zero and without idle zeros behind the point."""
    short = value.normalize(EXACT)
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1), context=EXACT) if isinstance(exponent, int) and exponent > 0 else short
