"""Adverbs set off by commas, which say nothing of the grammar: "Operating profits, however, slid to $5m"."""

from __future__ import annotations

from collections.abc import Sequence

from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import words

_ADVERBS = words("""
    however though meanwhile too nevertheless nonetheless therefore thus consequently accordingly conversely instead
    overall notably importantly meantime hingegen dagegen jedoch allerdings indes derweil toutefois cependant
    néanmoins comparatively likewise similarly unsurprisingly surprisingly encouragingly
""")
_LINKS = words("in by as on at for")
_NOUNS = words("""
    turn contrast comparison result expected planned anticipated hand fact addition parallel total aggregate consequence
    usual meantime particular forecast predicted
""")
_LONGEST, _COMMAS = 5, 2


def fold(line: Sequence[Token]) -> list[Token]:
    """The line without the adverbs between two commas, and without their commas."""
    if sum(token.part == "comma" for token in line) < _COMMAS:
        return list(line)
    out: list[Token] = []
    place = 0
    while place < len(line):
        end = _aside_end(line, place) if line[place].part == "comma" and out else None
        if end is None:
            out.append(line[place])
            place += 1
        else:
            place = end
    return out


def _aside_end(line: Sequence[Token], comma: int) -> int | None:
    """The place behind the closing comma of an aside that begins at this one; None where none begins."""
    for close in range(comma + 2, min(len(line), comma + _LONGEST + 1)):
        if line[close].part == "comma":
            inner = [token.lower for token in line[comma + 1 : close]]
            adverb = len(inner) == 1 and inner[0] in _ADVERBS
            phrase = len(inner) > 1 and inner[0] in _LINKS and inner[-1] in _NOUNS
            return close + 1 if adverb or phrase else None
        if line[close].part in ("amount", "metric", "period"):
            return None
    return None
