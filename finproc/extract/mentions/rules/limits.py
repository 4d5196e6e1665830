"""Amounts that nobody has: ceilings, minimums and what a contract, a covenant or a rule requires."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import words
from finproc.lexicon.amounts import FoundAmount

_REQUIRES = words("require requires required requiring must obliged covenant covenants threshold thresholds permits")
_KEEPS = words("maintain maintained maintaining have hold keep exceed least minimum than meet")
_GOES = words("went goes go gone going was were moved moves crept shot came edged ticked")
_NOMINAL = words("face par nominal stated")
_CLAUSE = 30
TELLING = _REQUIRES | {"value", "hands"}
"""One of them stands in every sentence that has an amount which a rule requires, or a paper's."""


def ceiling(line: Sequence[Token], place: int, amount: FoundAmount) -> bool:
    """As in "up to $500 million": what may be, no level; not so in "went up to $500 million"."""
    spot = place - 1
    while spot >= 0 and line[spot].lower in ("up", "to", "up to"):
        spot -= 1
    if spot >= 0 and line[spot].lower in _GOES:
        return False
    return amount.is_money and amount.approximation is not None and amount.approximation.text.lower() == "up to"


def of_paper(line: Sequence[Token], place: int) -> bool:
    """As in "face value of Rs 2", "shares changed hands, a turnover of Rs 14 crore": no level of the company."""
    left = line[max(0, place - _CLAUSE) : place]
    if len(left) > 1 and left[-1].part == "of" and left[-2].lower == "value" and left[-3:-2]:
        return left[-3].lower in _NOMINAL
    return any(one.lower == "changed" and two.lower == "hands" for one, two in pairwise(left))


def required(line: Sequence[Token], place: int) -> bool:
    """As in "the rule requires that we maintain $2.5 million in equity"."""
    kept = False
    for spot in range(place - 1, max(-1, place - _CLAUSE), -1):
        token = line[spot]
        if token.part == "semicolon":
            return False
        kept = kept or token.lower in _KEEPS
        if token.lower in _REQUIRES:
            return kept
    return False
