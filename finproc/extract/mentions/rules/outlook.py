"""Whether an amount is reported or looked forward to: the words that tell guidance from an actual."""

from __future__ import annotations

from collections.abc import Sequence

from finproc.extract.mentions.rules.binding import Bound
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import words

_NEEDS_TO = words(
    "plan plans project projects target aims aim hopes hope seeking likely intends intend will sees potential"
)
_BEHIND = 5


def cues(line: Sequence[Token], bound: Sequence[Bound]) -> list[Token | None]:
    """For each amount the word that makes it guidance, or None for a reported one."""
    out: list[Token | None] = []
    for place, item in enumerate(bound):
        start = bound[place - 1].place + 1 if place else 0
        cue = _between(line, start, item)
        if cue is None and place and out[-1] is not None and _goes_on(line, start, item):
            cue = out[-1]
        if cue is None:
            cue = _behind(line, item.place)
        out.append(cue)
    return out


def supposed(line: Sequence[Token], cue: Token | None) -> bool:
    """As in "would have been": a past that did not happen is no fact, nor guidance."""
    if cue is None or cue.part != "conditional":
        return False
    if cue.lower in ("if", "wenn", "falls", "si", "assuming", "hypothetical", "illustrative"):
        return True
    place = line.index(cue)
    return any(token.lower == "have" for token in line[place + 1 : place + 3])


def _between(line: Sequence[Token], start: int, item: Bound) -> Token | None:
    """A cue left of the amount in its own clause; one behind "than" speaks of something else."""
    for spot in range(item.place - 1, start - 1, -1):
        token = line[spot]
        if token.part == "semicolon" or (token.part == "clause" and token.lower not in ("which", "that", "who")):
            return None
        if token.part == "conditional" and item.role.name != "compared":
            return token if _forward(line, spot) else None
        if token.part == "guidance" and _governs(line, spot, item):
            return token
    return None


def _governs(line: Sequence[Token], spot: int, item: Bound) -> bool:
    token = line[spot]
    if token.lower in _NEEDS_TO and not _leads_to_verb(line, spot):
        return False
    if (spot and line[spot - 1].lower in ("as", "than", "better-than")) or token.lower.startswith("as-"):
        return False
    if item.role.cue is not None and spot < item.role.cue:
        return False
    return not _reported(line, spot, item.place)


def _leads_to_verb(line: Sequence[Token], spot: int) -> bool:
    ahead = line[spot + 1] if spot + 1 < len(line) else None
    if line[spot].lower in ("will", "sees"):
        return True
    return ahead is not None and (ahead.lower in ("to", "for", "of", "on") or ahead.part == "amount")


def _reported(line: Sequence[Token], spot: int, place: int) -> bool:
    """A finished verb between cue and amount ("beat forecasts and was $5 million") reports it."""
    finished = {"was", "were", "totaled", "totalled", "amounted", "reached", "came", "reported", "posted", "stood"}
    return (
        any(token.lower in finished for token in line[spot + 1 : place])
        and line[spot].part == "guidance"
        and not any(token.part == "conditional" for token in line[spot + 1 : place])
        and line[spot].lower not in ("forecast", "guidance", "outlook", "target", "expectations", "consensus")
    )


def _forward(line: Sequence[Token], spot: int) -> bool:
    """As in "may" and "can" as such; not the "can" of "as can be seen"."""
    return not (spot and line[spot - 1].lower in ("as", "you"))


def _goes_on(line: Sequence[Token], start: int, item: Bound) -> bool:
    """A list under the same verb: no reported verb and no comparative in between."""
    if item.role.name == "compared":
        return False
    gap = line[start : item.place]
    return not any(
        token.part in ("equals", "verb", "clause", "semicolon") and token.lower not in ("be", "is", "are")
        for token in gap
    )


def _behind(line: Sequence[Token], place: int) -> Token | None:
    """As in "… € 9 billion are expected to be converted": a cue behind a verb right behind the amount."""
    ahead = line[place + 1 : place + 1 + _BEHIND]
    for offset, token in enumerate(ahead):
        if token.part in ("comma", "amount", "semicolon", "not", "clause", "compared"):
            return None
        if token.part == "guidance" and offset and ahead[offset - 1].part in ("equals", "adverb"):
            return token
    return None
