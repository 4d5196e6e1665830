"""A figure and the one of the year before in brackets, with one unit behind both: "96,3 (84,1) Mio. €"."""

from __future__ import annotations

import re

from msgspec.structs import replace

from finproc.lexicon import scales
from finproc.lexicon.amount_ends import currency_at, scale_at
from finproc.lexicon.amount_units import unit_at
from finproc.lexicon.found_amount import AmountEnd, AmountUnit, FoundAmount
from finproc.model.text import Span

_OPENS = re.compile(
    r"[ \u00a0]\((?:(?:Vj\.?|VJ|i\.\s?Vj\.?|Vorjahr(?:eszeitraum|esquartal|eswert)?|zuvor|"
    r"prev(?:ious)?\.?|prior(?: year)?|last year|(?:Q[1-4]|H[12])?[ /]?(?:19|20)[0-9]{2})[ \u00a0]?:?[ \u00a0])?"
)
_LABEL = 3
"""Numbers at most in the label of a bracket ("Q1 2023: 184.1")."""


def with_shared_units(text: str, amounts: list[FoundAmount], language: str | None) -> list[FoundAmount]:
    """Both numbers get the scale, the currency or the percent sign that stands behind the closing bracket."""
    for place in range(len(amounts) - 1):
        behind = place + 1
        while amounts[behind].role != "amount" and behind - place < _LABEL and behind + 1 < len(amounts):
            behind += 1
        one, other = amounts[place], amounts[behind]
        if text[one.low.digits.span.end : one.low.digits.span.end + 2] not in (" (", "\u00a0(") or not _bare(
            one, other
        ):
            continue
        opens = _OPENS.fullmatch(text, one.low.digits.span.end, other.low.digits.span.start)
        closes = other.low.digits.span.end
        if opens is None or text[closes : closes + 1] != ")":
            continue
        shared = _shared(text, one, other, closes + 1, language)
        if shared is not None:
            amounts[place], amounts[behind] = shared
    return amounts


def _bare(one: FoundAmount, other: FoundAmount) -> bool:
    """Whether the first number says nothing of itself but perhaps its currency."""
    plain = one.role == "amount" and one.unit in ("plain", "count", "currency") and other.role == "amount"
    return plain and one.low.scale is None and one.high is None and other.high is None


def _shared(
    text: str, one: FoundAmount, other: FoundAmount, behind: int, language: str | None
) -> tuple[FoundAmount, FoundAmount] | None:
    end, scale, power = scale_at(text, behind, language, money=True)
    end, currency, word = currency_at(text, end, language, scaled=scale is not None)
    currency = currency or one.low.currency
    factor = (scales.factor(power) if power else 1) * (word.factor if word else 1)
    bare = AmountEnd(other.low.digits)
    unit, part = unit_at(text, behind, bare)
    if currency is not None and (scale is not None or word is not None):
        low = replace(bare, scale=scale, currency=currency, factor=one.low.factor * factor)
        first = replace(one.low, scale=scale, currency=currency, factor=one.low.factor * factor, signs=())
        money = _inside(text, other, low, "currency")
        return replace(one, low=first, unit="currency", unit_part=None, list_scale=None), money
    if unit == "percent" and part is not None and one.low.currency is None:
        return replace(one, unit=unit, unit_part=part), replace(_inside(text, other, bare, unit), unit_part=part)
    return None


def _inside(text: str, other: FoundAmount, low: AmountEnd, unit: AmountUnit) -> FoundAmount:
    """The number in the bracket, without the bracket."""
    span = Span(low.digits.span.start, low.digits.span.end)
    return FoundAmount(text[span.start : span.end], span, unit, low, approximation=other.approximation)
