"""The sweep: every amount of a running text, with its sign marks, currency, digits, scale word and unit in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from finproc.lexicon import numbers, scales
from finproc.lexicon.amount_brackets import with_shared_units
from finproc.lexicon.amount_ends import after_repeated_code, currency_at, end_at, scale_at
from finproc.lexicon.amount_ranges import second_end, with_list_scales
from finproc.lexicon.amount_roles import role_of
from finproc.lexicon.amount_units import unit_at
from finproc.lexicon.found_amount import AmountEnd, AmountUnit, FoundAmount
from finproc.lexicon.languages import KEPT_LENGTH, LAST_LENGTH, told_apart
from finproc.lexicon.part import Part, part
from finproc.model.text import Span

_APPROXIMATIONS = (
    "about|approximately|approx\\.?|around|roughly|some|nearly|almost|circa|ca\\.?|c\\.|more than|over|in "
    "excess of|exceeding|above|"
    "greater than|at least|as much as|as many as|up to|less than|under|below|fewer than|just over|just "
    "under|well over|slightly over|"
    "slightly more than|slightly under|slightly less than|close to|an estimated|estimated|not less than|upwards of|"
    "rund|etwa|ungefähr|knapp|fast|mehr als|über|bis zu|gut|environ|près de|plus de|quelque|moins de|jusqu'à"
)
_APPROXIMATION = re.compile(rf"(?:(?<![\w-])(?P<word>{_APPROXIMATIONS})[ \u00a0\n]|(?P<tilde>[~≈]))$", re.IGNORECASE)
_PLAIN_APPROXIMATIONS = re.sub(r"\\.\?|\\", "", _APPROXIMATIONS).split("|")
_APPROXIMATION_ENDS = (
    *(" ".join(words.split()[-2:]) if " " in words else f" {words}" for words in _PLAIN_APPROXIMATIONS),
    *(" approx.", " ca.", "~", "≈"),
)
"""The last words, or the last one, before a number that `_APPROXIMATION` is tried at."""
_NIL_BEFORE = re.compile(r"\b(?:of|was|were|is|at|to|be)\s(?:£|\$|€)?$")
_APPROXIMATION_ROOM = 24


def find_amounts(text: str, *, language: str | None = None) -> list[FoundAmount]:
    """All amounts of the text in order, none overlapping; dates, codes and the like carry another `role`."""
    if len(text) <= KEPT_LENGTH:
        return list(_kept(text, told_apart(language)))
    return list(_last(text, told_apart(language))) if len(text) <= LAST_LENGTH else _found(text, language)


def _found(text: str, language: str | None) -> list[FoundAmount]:
    return with_shared_units(text, with_list_scales(text, list(_sweep(text, language))), language)


@lru_cache(maxsize=8)
def _kept(text: str, language: str | None) -> tuple[FoundAmount, ...]:
    """Short texts are swept once for all who ask in turn; long ones are not held in memory."""
    return tuple(_found(text, language))


@lru_cache(maxsize=1)
def _last(text: str, language: str | None) -> tuple[FoundAmount, ...]:
    return tuple(_found(text, language))


def _sweep(text: str, language: str | None) -> Iterator[FoundAmount]:
    position, words = 0, _next_words(text, 0)
    while digits := numbers.DIGITS.search(text, position):
        while words and words.start() < digits.start():
            found = _in_words(text, words, language)
            position_after = found.span.end if found else words.end()
            if found:
                yield found
            words = _next_words(text, position_after)
            if found and found.span.end > digits.start():
                digits = None
                position = found.span.end
                break
        if digits is None:
            continue
        found = _amount(text, digits, language, position)
        yield found
        position = max(found.span.end, digits.end(), found.high.digits.span.end if found.high else 0)
    while words:
        found = _in_words(text, words, language)
        if found:
            yield found
        words = _next_words(text, found.span.end if found else words.end())


def _next_words(text: str, position: int) -> re.Match[str] | None:
    for start in numbers.WORD_STARTS.finditer(text, position):
        words = numbers.WORDS.match(text, start.start())
        if words:
            return words
    return None


def _amount(text: str, digits: re.Match[str], language: str | None, floor: int) -> FoundAmount:
    start, low = end_at(text, digits.start(), digits.end(), language, floor)
    role = role_of(text, low.digits.span, marked=bool(low.currency or low.scale))
    if role != "amount":
        return FoundAmount(low.digits.text, low.digits.span, "plain", AmountEnd(low.digits), role=role)
    return _finish(text, start, low, language)


def _finish(text: str, start: int, low: AmountEnd, language: str | None, *, in_words: bool = False) -> FoundAmount:
    end = low.end
    end = max(end, after_repeated_code(text, end, low.currency) if low.currency else end)
    unit, unit_part = unit_at(text, end, low)
    high = (
        None
        if in_words
        else second_end(text, Span(start, unit_part.span.end if unit_part else end), low, unit, language)
    )
    if high:
        end = high.end
        unit, high_part = unit_at(text, end, high)
        unit_part = high_part or unit_part
        if unit == "plain" and low.currency:
            unit = "currency"
    if unit_part and unit_part.span.start >= end:
        end = unit_part.span.end if unit != "count" else end
    enclosed = (
        Span(start - 1, end + 1) if text[start - 1 : start] == "(" and text[end : end + 1] == ")" and start else None
    )
    return FoundAmount(
        text[start:end],
        Span(start, end),
        unit,
        low,
        high,
        unit_part,
        _approximation(text, start),
        "amount",
        enclosed,
        in_words,
    )


def _approximation(text: str, start: int) -> Part | None:
    window = text[max(0, start - _APPROXIMATION_ROOM) : start]
    if not f" {' '.join(window.split()[-2:])}".lower().endswith(_APPROXIMATION_ENDS):
        return None
    found = _APPROXIMATION.search(window)
    if not found:
        return None
    group = "word" if found["word"] else "tilde"
    offset = max(0, start - _APPROXIMATION_ROOM)
    return (
        part(text, offset + found.start(group), offset + found.end(group)) if offset + found.start(group) >= 0 else None
    )


def _in_words(text: str, words: re.Match[str], language: str | None) -> FoundAmount | None:
    """A number in words counts as an amount where a scale, a currency, a percent sign or shares follow it."""
    digits = part(text, words.start(), words.end())
    position, scale, power = scale_at(text, words.end(), language, money=False)
    position, currency, word = currency_at(text, position, language, scaled=scale is not None)
    factor = (scales.factor(power) if power else Decimal(1)) * (word.factor if word else 1)
    end = AmountEnd(digits, currency, scale, factor, (), bool(word and word.factor < 1))
    found = _finish(text, words.start(), end, language, in_words=True)
    if found.unit in {"plain", "count"} and not scale and not _is_nil(text, words):
        return None
    return found


def _is_nil(text: str, words: re.Match[str]) -> bool:
    """The word nil as an amount: "net income of nil"."""
    return words[0].lower() == "nil" and bool(_NIL_BEFORE.search(text[max(0, words.start() - 6) : words.start()]))


__all__ = ["AmountEnd", "AmountUnit", "FoundAmount", "find_amounts"]
