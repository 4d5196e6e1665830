"""What narrows a metric from behind, or from the head of its sentence: "before special items", "Excluding fuel, …"."""

from __future__ import annotations

from collections.abc import Sequence

from finproc.extract.mentions.rules.modifiers import verbal
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import Part, words
from finproc.model.text import Span

_FRENCH = words("ajusté ajustée normalisé normalisée récurrent récurrente")
"""Adjectives that stand behind their metric."""
BEHIND, AHEAD = -2, -3
"""Marks (`Token.item`) of a qualifier folded into one token: behind its metric, or at the head of its sentence."""
_EXCLUDE = words("excluding ex excl excl. before pre ohne vor hors")
_BEFORE = words("before vor pre")
_OPENING = _EXCLUDE - _BEFORE
"""Words that open a sentence with a qualifier by themselves; those of `_BEFORE` may as well be of time."""
_INCLUDE = words("including incl incl. inklusive einschließlich")
_ADJUST = words("adjusted adjusting normalized normalised corrected stripping")
_ALONE = words("adjusted underlying non-gaap normalized normalised bereinigt ajusté")
"""Words that qualify by themselves where brackets or commas set them off ("EBITDA (adjusted)")."""
_SPECIAL = words(
    "exceptional exceptionals special one-off one-offs one-time non-recurring nonrecurring extraordinary restructuring"
)
_SALES_SHARE = words("percent percentage % share proportion")
_LONGEST, _FARTHEST = 12, 40
"""Tokens of a qualifier, and from the head of a sentence to a metric that it still governs."""
_INSIDE: frozenset[Part] = frozenset(
    {"word", "name", "metric", "adjusted", "determiner", "of", "effect", "rise", "fall", "change", "number"}
)
_LINKS = words("from on in for and und et & to with related relating associated or")
_ENDS: frozenset[Part] = frozenset({"comma", "close"})


def fold(text: str, line: Sequence[Token]) -> list[Token]:
    """The line with every qualifier behind a metric, and one that opens the sentence, as a single token."""
    out: list[Token] = []
    place = _leading_end(line)
    if place:
        out.append(_folded(text, line, 0, place - 1, AHEAD))
    while place < len(line):
        token = line[place]
        out.append(token)
        place += 1
        if token.part == "metric":
            end = _behind_end(line, place, token)
            if end > place:
                out.append(_folded(text, line, place, end, BEHIND))
                place = end
    return out


def around(line: Sequence[Token], last: int, place: int, before: Span | None) -> Span | None:
    """The qualifier right behind the token at `last`, else the one before, else the one that opens the sentence."""
    following = line[last + 1] if last + 1 < len(line) else None
    if (
        following is not None
        and following.part == "adjusted"
        and (following.item == BEHIND or following.lower in _FRENCH)
    ):
        return Span(following.start, following.end)
    head = _leading(line, place) if before is None else None
    return Span(head.start, head.end) if head is not None else before


def _leading(line: Sequence[Token], place: int) -> Token | None:
    """The qualifier at the head of the sentence, where no new clause begins before the metric at `place`."""
    if line[0].item != AHEAD or line[0].part != "adjusted" or place > _FARTHEST:
        return None
    return None if any(token.part in ("clause", "semicolon") for token in line[1:place]) else line[0]


def _folded(text: str, line: Sequence[Token], start: int, end: int, mark: int) -> Token:
    inner = [token for token in line[start:end] if token.part not in ("comma", "open", "close")]
    first, last = inner[0].start, inner[-1].end
    part: Part = "adverb" if inner[0].lower in _INCLUDE else "adjusted"  # an aside says nothing of the metric
    words = text[first:last]
    return Token(part, words, first, last, words.lower(), mark)


def _behind_end(line: Sequence[Token], place: int, metric: Token) -> int:  # noqa: PLR0911 - one return a form
    """The token behind a qualifier that begins at `place`, or `place` where none does."""
    start = place
    opened = line[start].part if start < len(line) and line[start].part in ("comma", "open") else None
    start += opened is not None
    word = line[start].lower if start < len(line) else ""
    following = line[start + 1].lower if start + 1 < len(line) else ""
    if opened is not None and (word in _ALONE or (word == "as" and following == "adjusted")):
        end = start + (2 if word == "as" else 1)
        if end < len(line) and line[end].part in _ENDS:
            return end + 1
        start += word == "as"
        word, following = (line[start].lower, line[start + 1].lower if start + 1 < len(line) else "")
    if word == "as" and _share_of_sales(line, start):
        first = next(s for s in range(start, start + 4) if line[s].lower in _SALES_SHARE)
        return _phrase_end(line, first + 1, opened=opened)
    if "before" in metric.lower and (word == "and" or (opened == "comma" and following)):
        end = _phrase_end(line, start + (word == "and"), opened=None)
        special = any(token.lower in _SPECIAL for token in line[start:end])
        return end if special else place
    if word in _EXCLUDE:
        return _phrase_end(line, start + 1, opened=opened) or place
    if opened == "comma" and word in _INCLUDE:
        return _phrase_end(line, start + 1, opened=opened) or place
    if word in _ADJUST and following in ("for", "to", "um"):
        return _phrase_end(line, start + 2, opened=opened) or place
    return place


def _share_of_sales(line: Sequence[Token], start: int) -> bool:
    ahead = [token.lower for token in line[start + 1 : start + 5]]
    return any(word in _SALES_SHARE and "of" in ahead[spot + 1 :] for spot, word in enumerate(ahead))


def _phrase_end(line: Sequence[Token], start: int, *, opened: Part | None) -> int:
    """The token behind the noun phrase from `start` on; 0 where none stands there. Its closing mark belongs to it."""
    spot = start
    named = False
    while spot < len(line) and spot - start < _LONGEST:
        token = line[spot]
        inside = token.part in _INSIDE and not (verbal(token) and token.lower not in _SPECIAL and spot > start)
        if not inside and not (token.lower in _LINKS and named) and not (token.part == "comma" and _lists(line, spot)):
            break
        named = named or token.part not in ("determiner", "of", "number", "comma")
        spot += 1
    while spot > start and (line[spot - 1].lower in _LINKS or line[spot - 1].part in ("determiner", "of", "comma")):
        spot -= 1
    if not named or spot == start:
        return 0
    if opened is not None:
        return spot + 1 if spot < len(line) and line[spot].part in _ENDS else 0
    return spot


def _lists(line: Sequence[Token], comma: int) -> bool:
    """A comma in a list of nouns that an "and" closes ("interest, tax, depreciation and amortisation")."""
    for spot in range(comma + 1, min(len(line), comma + 7)):
        if line[spot].part == "metric" and " and " in line[spot].lower:
            return True
        if line[spot].lower in ("and", "&", "und", "et"):
            return spot + 1 < len(line) and line[spot + 1].part in ("word", "metric", "adjusted")
        if line[spot].part not in ("word", "metric", "adjusted", "comma"):
            return False
    return False


def _leading_end(line: Sequence[Token]) -> int:
    """The token behind the comma of a qualifier that opens the sentence; 0 where none does."""
    if not line or not (
        line[0].lower in _OPENING
        or (line[0].lower in _ADJUST)
        or (line[0].lower in _BEFORE and any(token.lower in _SPECIAL for token in line[1:5]))
    ):
        return 0
    for spot in range(1, min(len(line), _FARTHEST // 2)):
        if line[spot].part in ("amount", "equals", "verb", "metric") and not (
            line[spot].part == "metric" and spot + 1 < len(line)
        ):
            return 0
        if line[spot].part == "comma" and not _lists(line, spot):
            return spot + 1
    return 0
