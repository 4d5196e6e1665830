"""Two numbers that are one range, and numbers that share the scale word of the last in their list."""

from __future__ import annotations

import re
from dataclasses import replace

from finproc.lexicon import numbers
from finproc.lexicon.amount_ends import end_at
from finproc.lexicon.amount_roles import role_of
from finproc.lexicon.amount_units import unit_at
from finproc.lexicon.found_amount import AmountEnd, AmountUnit, FoundAmount

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
    r"\b(?:from|by|of|von|um|de|increas\w+|decreas\w+|rose|risen|fell|fallen|grew|grown|declin\w+|up|down|"
    r"gain\w*|dropp\w+|climb\w+|jump\w+|rais\w+|improv\w+|cut|lower\w*|slipp\w+|advanc\w+)"
    r"\s(?:about\s|approximately\s|some\s|nearly\s)?$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:from|by|von|um|de)\s(?:about\s|approximately\s|some\s|nearly\s)?$", re.IGNORECASE)
_LIST = re.compile(r"(?:,|,?[ \u00a0](?:and|or|und|et|to|from|versus|vs\.?|compared (?:to|with)))[ \u00a0]")
_LISTED_DIGITS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")
_BETWEEN_ROOM = 60


def with_list_scales(text: str, amounts: list[FoundAmount]) -> list[FoundAmount]:
    """A small number without a scale, in a list whose next number has one, is told of it; whether it applies is the reader's to judge."""
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
            and _LIST.fullmatch(text, amount.span.end, following.span.start)
            and _LISTED_DIGITS.fullmatch(amount.low.digits.text)
        ):
            amounts[place] = replace(amount, list_scale=scale)
    return amounts


def second_end(
    text: str, start: int, end: int, low: AmountEnd, unit: AmountUnit, language: str | None, floor: int
) -> AmountEnd | None:
    link = _RANGE.match(text, end)
    if not link or not _RANGE_START.match(text, link.end()):
        return None
    digits = numbers.DIGITS.search(text, link.end())
    if not digits or digits.start() - link.end() > 6:  # noqa: PLR2004 - room for a currency code and a space
        return None
    _, high = end_at(text, digits.start(), digits.end(), language, link.end())
    if role_of(text, high.digits.span, marked=bool(high.currency or high.scale)) != "amount":
        return None
    after = max(mark.span.end for mark in (high.digits, high.currency, high.scale, *high.signs) if mark)
    high_unit = unit_at(text, after, high)[0]
    if not _is_range(text, start, link, low, high, unit, high_unit, floor):
        return None
    return high


def _is_range(
    text: str,
    start: int,
    link: re.Match[str],
    low: AmountEnd,
    high: AmountEnd,
    unit: AmountUnit,
    high_unit: AmountUnit,
    floor: int,
) -> bool:
    """Two numbers are one range where they agree in kind and nothing says that the first is a change or a start."""
    low_code = low.currency.meaning if low.currency else ""
    high_code = high.currency.meaning if high.currency else ""
    if low_code and high_code and low_code != high_code:
        return False
    kinds = {unit, high_unit} - {"plain", "count"}
    if len(kinds - {"currency/share"}) > 1 or (low.scale and not high.scale and not high.currency):
        return False
    if low.currency and not high.currency and high_unit not in {"plain", "count"}:
        return False
    before = text[max(0, start - _BETWEEN_ROOM) : start]
    if _BETWEEN.search(before):
        return link["word"] != "or"
    word = link["word"]
    if word in {"and", "or", "und", "et", "a", "e"}:
        return False
    if word is None:
        return bool(kinds) or not (
            low.digits.text.isdigit() and high.digits.text.isdigit() and len(high.digits.text) > 4
        )  # noqa: PLR2004 - phone numbers
    if not kinds and not (low.scale or high.scale):
        return False
    large = not low.scale and sum(map(str.isdigit, low.digits.text.partition(".")[0])) > 3  # noqa: PLR2004 - nobody writes 1,200 to 1.4 billion for billions
    complete = (large or bool(low.scale) == bool(high.scale)) and unit in {
        "currency",
        "percent",
        "bps",
        "points",
        "currency/share",
        "plain",
        "count",
    }
    stopped = _FROM if unit in {"percent", "bps", "points"} else _NO_RANGE
    return not (complete and stopped.search(before))
