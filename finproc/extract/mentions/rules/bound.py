"""An amount of a sentence once it is known what it does and which metric it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from finproc.extract.mentions.rules.phrases import Phrase
from finproc.extract.mentions.rules.roles import Role
from finproc.extract.mentions.rules.tokens import Token
from finproc.lexicon.amounts import FoundAmount

How = Literal["before", "after", "list", "continued", "own"]


class Bound(Struct, frozen=True):
    """An amount of a sentence, what it does and the metric it belongs to (None: none found). `place` is its token."""

    place: int
    amount: FoundAmount
    role: Role
    phrase: Phrase | None
    how: How | None = None
    group: int = -1
    """Amounts of one list ("$4 and $5 million") share a group."""
    distance: int = 0
    """Foreign words between metric and amount."""
    earlier: Bound | None = None
    """The amount before it in the sentence."""

    @property
    def percent(self) -> bool:
        return self.amount.unit in ("percent", "bps", "points")


def same_bracket(line: Sequence[Token], one: Bound, place: int) -> bool:
    """As in "(2013: £4.9m, representing 7.2% of turnover)": one bracket speaks of one period."""
    cue = one.role.cue
    if cue is None or line[cue].part != "open":
        return False
    return not any(token.part in ("open", "close") for token in line[one.place + 1 : place])
