"""Two numbers that are one range, and numbers that share the scale word of the last in their list."""

from __future__ import annotations

import re

from msgspec.structs import replace

from finproc.lexicon import numbers
from finproc.lexicon.amount_ends import end_at
from finproc.lexicon.amount_roles import role_of
from finproc.lexicon.amount_units import unit_at
from finproc.lexicon.found_amount import AmountEnd, AmountUnit, FoundAmount
from finproc.model.text import Span

_RANGE = re.compile(
    r"(?P<dash>[ \u00a0]?(?:-|–|—|−|~|\.\.\.?)[ \u00a0]?)|[ \u00a0](?P<word>to|and|or|bis|und|à|et|a|e)[ \u00a0]"
)
_RANGE_START = re.compile(
    r"(?:(?:[A-Z]{1,3}\.?|[A-Z]{1,3})?[$€£¥₹][ \u00a0]?|(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|INR|Rs\.?|RMB|JPY|CAD|"
    r"AUD)[ \u00a0]?)?[(\-−]?\.?[0-9]"
)
_BETWEEN = re.compile(
    r"(?:\b(?:between|zwischen|entre)\s(?:\S+\s){0,2}|\brang(?:e|es|ed|ing)\b[^.;]{0,25}|\bSpanne\b[^.;]{0,25})$",
    re.IGNORECASE,
)
_NO_RANGE = re.compile(
    r"\b(?:from|by|(?:increase|decrease|rise|fall|growth|decline|drop|gain|reduction|change|improvement|anstieg|rückgang|"
    r"hausse|baisse)\s(?:of|von|de)|um|increas\w+|decreas\w+|rose|risen|fell|fallen|grew|grown|declin\w+|up|down|"
    r"gain\w*|dropp\w+|climb\w+|jump\w+|rais\w+|improv\w+|cut|lower\w*|slipp\w+|advanc\w+)"
    r"\s(?:about\s|approximately\s|some\s|nearly\s)?$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:from|by|von|um|de)\s(?:about\s|approximately\s|some\s|nearly\s)?$", re.IGNORECASE)
_LIST = re.compile(
    r"(?:,|,?[ \u00a0](?:and|or|und|et)|[ \u00a0](?:to|from|versus|vs\.?|compared (?:to|with)))[ \u00a0]"
)
_LISTED_DIGITS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")
_BETWEEN_ROOM = 60
_PHONE_DIGITS, _LARGE_DIGITS = 5, 4
_PERCENTS: frozenset[AmountUnit] = frozenset({"percent", "bps", "points"})
_OPEN: frozenset[AmountUnit] = frozenset({"plain", "count"})
"""Units that do not say what a number counts."""


def with_list_scales(text: str, amounts: list[FoundAmount]) -> list[FoundAmount]:
    """A small number without a scale, in a list whose next number has one, is told of it.

    Whether it applies is the reader's to judge.
    """
    for place in range(len(amounts) - 2, -1, -1):
        amount, following = amounts[place], amounts[place + 1]
        scale = following.low.scale or following.list_scale
        if (
            scale is None
            or amount.scaled
            or amount.role != "amount"
            or amount.unit not in {"currency", "plain"}
            or amount.high
        ):
            continue
        same = amount.currency == following.currency or not following.currency
        if (
            same
            and (
                _LIST.fullmatch(text, amount.span.end, following.span.start)
                or (following.low.sign == "parentheses" and text[amount.span.end : following.span.start] == " ")
            )
            and _LISTED_DIGITS.fullmatch(amount.low.digits.text)
        ):
            amounts[place] = replace(amount, list_scale=scale)
    for place in range(1, len(amounts)):
        amount, earlier = amounts[place], amounts[place - 1]
        if amount.enclosed and earlier.low.scale and _bracketed(text, earlier, amount):
            amounts[place] = replace(amount, list_scale=earlier.low.scale)
    return amounts


def _bracketed(text: str, earlier: FoundAmount, amount: FoundAmount) -> bool:
    """As in "EUR 12.4 million (11.8)": the figure of the year before, in the scale of the one it stands behind."""
    return (
        not amount.scaled
        and amount.unit == "plain"
        and amount.role == "amount"
        and amount.high is None
        and text[earlier.span.end : amount.span.start] == " ("
        and _LISTED_DIGITS.fullmatch(amount.low.digits.text) is not None
    )


def second_end(text: str, span: Span, low: AmountEnd, unit: AmountUnit, language: str | None) -> AmountEnd | None:
    """The second number of a range whose first stands at `span`; None where the two are no range."""
    start, end = span.start, span.end
    link = _RANGE.match(text, end)
    if not link or not _RANGE_START.match(text, link.end()):
        return None
    if low.signs and link["dash"] and link["dash"][0].isspace() and not link["dash"][-1].isspace():
        return None  # "-0.04 -0.06" are two negative numbers
    digits = numbers.DIGITS.search(text, link.end())
    if not digits or digits.start() - link.end() > 6:  # noqa: PLR2004 - room for a currency code and a space
        return None
    _, high = end_at(text, digits.start(), digits.end(), language, link.end())
    if role_of(text, high.digits.span, marked=bool(high.currency or high.scale)) != "amount":
        return None
    high_unit = unit_at(text, high.end, high)[0]
    before = text[max(0, start - _BETWEEN_ROOM) : start]
    if not _agree(low, high, {unit, high_unit}) or (low.currency and not high.currency and high_unit not in _OPEN):
        return None
    return high if _is_range(before, link["word"], low, high, {unit, high_unit}) else None


def _agree(low: AmountEnd, high: AmountEnd, units: set[AmountUnit]) -> bool:
    """Whether two numbers are of one kind, so that they can be the ends of a range."""
    codes = {end.currency.meaning for end in (low, high) if end.currency and end.currency.meaning}
    if units & _PERCENTS and units - _OPEN - _PERCENTS:
        return False
    if len(codes) > 1 or len(units - _OPEN - {"currency/share"}) > 1:
        return False
    return not (low.scale and not high.scale and not high.currency)


def _is_range(before: str, word: str | None, low: AmountEnd, high: AmountEnd, units: set[AmountUnit]) -> bool:
    """Whether the words before and between say range, and none says that the first number is a change or a start."""
    if _BETWEEN.search(before):
        return word != "or"
    if word in {"and", "or", "und", "et", "a", "e"}:
        return False
    kinds = units - _OPEN
    if word is None:
        bare = low.digits.text.isdigit() and high.digits.text.isdigit()
        return bool(kinds) or not bare or len(high.digits.text) < _PHONE_DIGITS
    if not kinds and not (low.scale or high.scale):
        return False
    # nobody writes "1,200 to 1.4 billion" where the first is in billions too
    large = not low.scale and sum(map(str.isdigit, low.digits.text.partition(".")[0])) >= _LARGE_DIGITS
    complete = (large or bool(low.scale) == bool(high.scale)) and "shares" not in units
    stopped = _FROM if units & {"percent", "bps", "points"} else _NO_RANGE
    return not (complete and stopped.search(before))
