"""The same amount in another currency, in brackets or right behind: "£933m ($1.78bn)", "849,000 euro $1.1 mln"."""

from __future__ import annotations

from collections.abc import Sequence

from finproc.extract.mentions.rules.tokens import Token
from finproc.lexicon.amounts import FoundAmount

_LEAST = 2
"""Currencies of a sentence in which one amount may be another."""
_SEPARATORS = frozenset({"semicolon", "comma", "and", "adverb"})


def fold(line: Sequence[Token], amounts: Sequence[FoundAmount]) -> tuple[list[Token], dict[int, FoundAmount]]:
    """The line without its conversions, and for each converted amount (by item) the first conversion."""
    out: list[Token] = []
    converted: dict[int, FoundAmount] = {}
    if len({amount.currency for amount in amounts} - {None}) < _LEAST:
        return list(line), converted
    place = 0
    while place < len(line):
        token = line[place]
        before = out[-1] if out else None
        if before is not None and before.part == "amount":
            end = _conversion_end(line, place, amounts, before)
            if end is not None:
                first = next(t for t in line[place:end] if t.part == "amount")
                converted.setdefault(before.item, amounts[first.item])
                place = end
                continue
        out.append(token)
        place += 1
    return out, converted


def _conversion_end(line: Sequence[Token], place: int, amounts: Sequence[FoundAmount], before: Token) -> int | None:
    """Where a conversion that begins at `place` ends; None where there is none."""
    token = line[place]
    if token.part == "amount":
        return place + 1 if _other_currency(amounts[before.item], amounts[token.item]) else None
    if token.part != "open":
        return None
    end = place + 1
    seen = False
    while end < len(line) and line[end].part != "close":
        inner = line[end]
        if inner.part == "amount":
            if not _other_currency(amounts[before.item], amounts[inner.item]):
                return None
            seen = True
        elif inner.part not in _SEPARATORS and inner.text not in ("/", "US"):
            return None
        end += 1
    return end + 1 if seen else None


def _other_currency(one: FoundAmount, other: FoundAmount) -> bool:
    return one.is_money and other.is_money and bool(one.currency and other.currency) and one.currency != other.currency
