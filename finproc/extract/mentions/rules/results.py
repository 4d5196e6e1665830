"""Results that a comparative only calls profit or loss: "an operating loss of $3m, compared to a profit of $2m"."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from finproc.extract.mentions.rules.bound import Bound
from finproc.extract.mentions.rules.phrases import Phrase
from finproc.extract.mentions.rules.roles import before
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import LOSSES, words
from finproc.model.text import Span

_BARE = words("profit profits loss losses deficit gewinn verlust gewinne verluste bénéfice perte gain")
_RESULTS = frozenset({
    "operating income", "adjusted operating income", "income before taxes", "net income", "adjusted net income",
    "ebitda", "adjusted ebitda", "income from continuing operations", "profit after financial items",
})  # fmt: skip


def same_result(line: Sequence[Token], place: int, level: Bound | None) -> Phrase | None:
    """The phrase of the level, as a profit or a loss, where the amount at `place` has a bare word for its result."""
    bare = _bare(line, place)
    while level is not None and (level.phrase is None or level.role.name not in ("level", "compared")):
        level = level.earlier
    if bare is None or level is None or level.phrase is None or not _result(line, level):
        return None
    phrase = level.phrase
    lost = bare.lower in LOSSES
    if lost or phrase.loss is None:
        return replace(phrase, loss=Span(bare.start, bare.end) if lost else None)
    return Phrase(Span(bare.start, bare.end), phrase.first, phrase.last, phrase.listed, _rest(phrase))


def _result(line: Sequence[Token], level: Bound) -> bool:
    phrase = level.phrase
    return phrase is not None and (phrase.listed in _RESULTS or line[phrase.last].lower in _BARE)


def _bare(line: Sequence[Token], place: int) -> Token | None:
    """The word for the result right before the amount ("a profit of …") or right behind it ("a … profit")."""
    left = before(line, place)
    if left > 0 and line[left].part == "of":
        left = before(line, left)
    right = place + 1
    spots = (spot for spot in (left, right) if 0 <= spot < len(line) and line[spot].lower in _BARE)
    return next((line[spot] for spot in spots), None)


def _rest(phrase: Phrase) -> Span | None:
    """What the level's words say besides the loss: "Operating" of "Operating loss"."""
    loss = phrase.loss
    if loss is None or phrase.listed == "net income":
        return None
    words_before = Span(phrase.words.start, max(phrase.words.start, loss.start - 1))
    words_behind = Span(min(phrase.words.end, loss.end + 1), phrase.words.end)
    return max((words_before, words_behind), key=len) if len(words_before) or len(words_behind) else None
