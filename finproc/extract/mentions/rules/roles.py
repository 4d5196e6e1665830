"""What an amount does in its sentence: a level, a comparative, a change, an effect, a price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import CAUSES, HIGHER_LOWER, Part, words

RoleName = Literal["level", "compared", "change", "effect", "share", "price"]
PASSED: frozenset[Part] = frozenset({"adverb", "determiner", "relative"})
_MOVED: frozenset[Part] = frozenset({"risen", "fallen"})
_MOVES: frozenset[Part] = frozenset({"rise", "fall", "change"})
_REACH, _PASSING = 9, 2
"""Tokens back to the verb of a change; words between an amount and the noun of change behind it."""
_NOUNS: frozenset[Part] = frozenset({"word", "metric", "adjusted", "and", "determiner", "comma", "of"})
_INCREMENTS = words("""
    increased higher lower decreased reduced additional incremental greater increases decreases reductions increasing
""")
_CAUSING = words(
    "due driven offset reflecting reflects reflected attributable result resulted resulting because caused"
)
_BOOKS = words("""
    recorded recognized recognised realized realised booked reported posted resulting resulted included including
    records recognizes generated yielding
""")
_BOOK_ROOM = 7
_RATE_OF = words("per pro par je mark threshold barrier")
"""What behind an amount makes it a price of something or a round number passed."""
_PIECES = words("barrel tonne ton ounce gallon litre liter bushel pound unit kilo kilogram month week hour day")
_ADDS = words("add adds adding contribute contributes contributed contributing")
"""Verbs whose object is a part of a level, not the level ("expected to add $700 million of revenue")."""
_LINKS: frozenset[Part] = frozenset({"comma", "and"})


class Role(Struct, frozen=True):
    """`name`; for a change the token that says which way (`moved`), for a comparative the cue (`cue`)."""

    name: RoleName
    moved: Token | None = None
    cue: int | None = None
    """Place of the token where the comparative begins ("compared", "from", the bracket)."""

    @property
    def falls(self) -> bool:
        return self.moved is not None and self.moved.part in ("fallen", "fall")


def before(line: Sequence[Token], place: int) -> int:
    """The nearest token left of `place` that is no article or adverb; -1 where there is none."""
    place -= 1
    while place >= 0 and line[place].part in PASSED:
        place -= 1
    return place


def role_at(line: Sequence[Token], place: int, *, percent: bool, earlier: Role | None) -> Role:  # noqa: C901, PLR0911, PLR0912 - one rule of the grammar after the other
    """The role of the amount token at `place`; `earlier` is the role of the amount before it in the sentence."""
    left = before(line, place)
    prior = line[left] if left >= 0 else None
    right = _right(line, place, percent=percent)
    if right is not None and right.part in ("rise", "fall", "change", "risen", "fallen", "effect"):
        return Role("effect" if right.part == "effect" else "change", right)
    if place + 1 < len(line) and (line[place + 1].lower in _RATE_OF or _of_piece(line, place)):
        return Role("price")
    alternative = _alternative(line, place)
    if alternative and earlier is not None and earlier.name in ("change", "effect"):
        return earlier
    following = _following(line, place)
    if following is not None:
        return Role("change", following)
    if prior is None:
        return Role("level")
    if prior.lower in _ADDS:
        return Role("effect")
    if prior.part == "by" or prior.part in _MOVED or (prior.part in ("rise", "fall") and left == place - 1):
        return _moved(line, left, prior)
    if prior.part == "of" and left > 0:
        step = _increment(line, left)
        if step is not None:
            return Role("change", step)
        noun = line[before(line, left)] if before(line, left) >= 0 else None
        if noun is not None and not percent and _booked(line, left):
            return Role("level")
        if noun is not None and (noun.part in _MOVES or (noun.part in _MOVED and prior.lower in ("de", "d", "von"))):
            return Role("change", noun)
        if noun is not None and noun.part == "effect":
            return Role("effect")
    if earlier is not None and earlier.name in ("level", "compared") and _bracketed(line, place):
        return Role("compared", cue=place - 1)
    cue = _comparative(line, place, left)
    return Role("level") if cue is None else Role("compared", cue=cue)


def _booked(line: Sequence[Token], link: int) -> bool:
    """As in "recorded a gain of $14 million on the sale": an item of the accounts, no change."""
    if line[link - 1].lower not in ("gain", "gains"):
        return False
    return any(token.lower in _BOOKS for token in line[max(0, link - _BOOK_ROOM) : link - 1])


def _increment(line: Sequence[Token], link: int) -> Token | None:
    """As in "due to increased salaries of AMOUNT", "a decrease in office and travel costs of AMOUNT": a change."""
    spot = link - 1
    while spot > 0 and link - spot <= _REACH and line[spot].part in _NOUNS and line[spot].lower not in _INCREMENTS:
        spot -= 1
    if spot < 1 or link - spot < _PASSING:
        return None
    if line[spot].lower in _INCREMENTS:
        cause = any(token.lower in _CAUSING for token in line[max(0, spot - _REACH) : spot])
        return line[spot] if cause else None
    noun = line[spot - 1]
    return noun if line[spot].lower == "in" and noun.part in _MOVES else None


def _of_piece(line: Sequence[Token], place: int) -> bool:
    """As in "$48.38 a barrel"."""
    ahead = [token.lower for token in line[place + 1 : place + 3]]
    return len(ahead) > 1 and ahead[0] in ("a", "an", "the") and ahead[1] in _PIECES


def _moved(line: Sequence[Token], left: int, prior: Token) -> Role:
    """As in "by AMOUNT", "rose AMOUNT": the verb says which way; a verb of effect makes it an effect."""
    if prior.part != "by":
        return Role("change", prior)
    for token in reversed(line[max(0, left - _REACH) : left]):
        if token.part == "effect":
            return Role("effect")
        if token.part in _MOVED or token.part in ("rise", "fall"):
            return Role("change", token)
    return Role("change")


def _right(line: Sequence[Token], place: int, *, percent: bool) -> Token | None:
    """The noun of change right behind an amount ("5% annual increase", "$13 million lower"), over at most two words."""
    for distance, token in enumerate(line[place + 1 : place + 4]):
        if token.part in ("rise", "fall", "change", "effect"):
            return token
        if token.lower in HIGHER_LOWER:
            return token if token.part in _MOVED else None
        passing = token.part in ("relative", "adverb", "adjusted") or (token.part == "word" and percent)
        if not passing or distance == _PASSING:
            return None
    return None


def _alternative(line: Sequence[Token], place: int) -> bool:
    """Whether the amount says the one before it again: "$31 million, or 48%"."""
    left = before(line, place)
    if left < 0 or line[left].part not in ("and", "open") or line[left].lower in ("and", "&", "und", "et"):
        return False
    left -= 1
    while left >= 0 and line[left].part == "comma":
        left -= 1
    return left >= 0 and line[left].part == "amount"


def _following(line: Sequence[Token], place: int) -> Token | None:
    """As in "$1.78 billion or 23% higher than": what the alternative behind says of both."""
    ahead = place + 1
    while ahead < len(line) and line[ahead].part in _LINKS:
        ahead += 1
    if (
        ahead == place + 1
        or ahead + 1 >= len(line)
        or line[ahead].part != "amount"
        or line[ahead - 1].lower not in ("or", "oder", "ou")
    ):
        return None
    token = _right(line, ahead, percent=True)
    return token if token is not None and token.part in ("rise", "fall", "risen", "fallen") else None


def _comparative(line: Sequence[Token], place: int, left: int) -> int | None:
    """Where "compared with …", "up from …", "versus …" or "(2014: …" begins, if the amount stands in it."""
    if line[left].part == "from" or _after_another(line, left):
        return left
    bracket: int | None = None
    for spot in range(place - 1, max(-1, place - 30), -1):
        token = line[spot]
        if token.part in ("amount", "semicolon") or token.lower in CAUSES or _reports(line, spot, place):
            break
        if token.part == "compared":
            if token.lower == "than" and spot == place - 1:
                return None
            return spot
        if token.part == "from" and _plain_start(line, spot, place):
            return spot
        if token.part == "open":
            bracket = spot
    if bracket is not None and any(t.part == "period" for t in line[bracket:place]) and bracket > 0:
        return bracket
    return None


def _after_another(line: Sequence[Token], link: int) -> bool:
    """As in "$5m, after $4m", "68 Mio. Euro nach 66 Mio. Euro"."""
    if link < 1:
        return False
    if line[link].lower == "nach":
        return line[link - 1].part in ("amount", "comma", "close", "period")
    return line[link].lower == "after" and line[link - 1].part == "comma"


def _reports(line: Sequence[Token], spot: int, place: int) -> bool:
    """A verb of its own between a metric and the amount: no comparative goes on over it ("…, and EPS is now $5")."""
    if line[spot].part not in ("equals", "risen", "fallen") or spot + _REACH < place:
        return False
    before_verb = line[max(0, spot - _REACH) : spot]
    return any(token.part == "metric" for token in before_verb)


def _bracketed(line: Sequence[Token], place: int) -> bool:
    """As in "EUR 13.1 mn (EUR 8.7 mn)": the figure of the year before, alone in brackets right behind."""
    behind = line[place + 1] if place + 1 < len(line) else None
    if place <= 1 or line[place - 1].part != "open" or line[place - 2].part != "amount" or behind is None:
        return False
    return behind.part == "close" or (
        behind.part == "preposition" and any(t.part == "close" for t in line[place + 2 : place + 4])
    )


def _plain_start(line: Sequence[Token], spot: int, place: int) -> bool:
    """As in "from Operating EBIT of $1,156 million", "from last year's $5 million": only names and periods between."""
    inner = line[spot + 1 : place]
    plain = all(
        t.part in ("metric", "period", "word", "name", "of", "company", "adjusted") or t.part in PASSED for t in inner
    )
    behind = line[spot - 1].part if spot else None
    return (
        plain
        and len(inner) <= _REACH
        and behind in ("amount", "risen", "fallen", "rise", "fall", "comma", "close", None)
    )
