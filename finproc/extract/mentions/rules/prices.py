"""Prices of shares: "Shares in BlueSky rose 3% to 256p", "the stock hit a 52-week high of Rs 793", "auf 25,48 Euro"."""

from __future__ import annotations

from collections.abc import Sequence

from finproc.extract.mentions.rules.phrases import Phrase
from finproc.extract.mentions.rules.roles import before
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import words
from finproc.lexicon.amounts import FoundAmount
from finproc.model.text import Span

_SHARES = words("shares share stock stocks aktie aktien titel papier papiere titre action")
_LEADS = words("to at auf bei à of")
_LEVELS = words("high low price close record hoch tief")
_MOVES = words("closed ended finished opened traded trading up down higher lower minus plus hit touched")
_REACHES = words("hit hits touched touches reached scaled")
_FAR, _NEAR, _THOUSAND, _NAME = 16, 8, 1000, 4


def share_price(line: Sequence[Token], place: int, amount: FoundAmount) -> Phrase | None:
    """The price that a share has moved to, with the name behind the noun as its owner."""
    link = before(line, place)
    if not amount.is_money or amount.low.factor >= _THOUSAND or link < 1 or line[link].lower not in _LEADS:
        return None
    if line[link].lower == "of":
        if line[link - 1].lower not in _LEVELS:
            return None
        hit = next((s for s in range(link - 2, max(-1, link - _NEAR), -1) if line[s].lower in _REACHES), None)
        if hit is not None:
            return Phrase(Span(line[hit].start, line[link].end), hit, link, "share price")
    for spot in range(link - 1, max(-1, link - _FAR), -1):
        token = line[spot]
        if token.part in ("semicolon", "metric"):
            return None
        if token.lower in _SHARES:
            between = line[spot + 1 : link]
            moves = any(t.part in ("risen", "fallen", "rise", "fall") or t.lower in _MOVES for t in between)
            owner = _owner(line, spot) if moves else None
            return Phrase(Span(token.start, line[link].end), spot, link, "share price", owner=owner) if moves else None
    return None


def _owner(line: Sequence[Token], noun: int) -> Span | None:
    """As in "shares in BlueSky", "Titel der voestalpine", "Ford shares"."""
    if noun + 2 >= len(line) or line[noun + 1].lower not in ("in", "of", "der", "des", "von", "de"):
        return None
    first = noun + 2
    last = first
    while last + 1 < len(line) and last - first < _NAME and line[last + 1].part in ("name", "company"):
        last += 1
    named = line[first].part in ("name", "company") or line[noun + 1].lower in ("der", "des")
    return Span(line[first].start, line[last].end) if named else None
