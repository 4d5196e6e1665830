"""Whether an amount is reported or looked forward to: the words that tell guidance from an actual."""

from __future__ import annotations

from collections.abc import Sequence

from finproc.extract.mentions.rules.bound import Bound
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import words

_NEEDS_TO = words(
    "plan plans project projects target aims aim hopes hope seeking likely intends intend will sees potential"
)
_FORECASTS = words("forecast forecasts guidance outlook target targets prognose ausblick")
_REVISES = words(
    "revised raised raises raising lowered lowering increased cut trimmed narrowed upgraded downgraded hob"
)
_MEASURED = words("line above below beat beats beating exceeded exceeding exceeds ahead missed topped within than")
"""What tells a figure against a forecast: the figure itself is reported."""
_NOUNS = words("plant table")
_BEFORE_NOUNS = words(
    "the a an its our this that each new power production manufacturing assembly following first second"
)
"""What tells the English noun from the German and the French verb."""
OTHERS = words("analysts analyst analysts' economists brokers consensus pundits analysten market's")
"""Whose expectations are no guidance."""
_BEHIND, _NEARBY, _CLAUSE = 5, 60, 14


def cues(line: Sequence[Token], bound: Sequence[Bound]) -> list[Token | None]:
    """For each amount the word that makes it guidance, or None for a reported one."""
    out: list[Token | None] = []
    last: Token | None = None
    for place, item in enumerate(bound):
        start = bound[place - 1].place + 1 if place else 0
        cue = _between(line, start, item)
        if cue is None:
            cue = last if last is not None and _revised(line, last, item) else _from_forecast(line, item)
        if cue is None and place and last is not None and _goes_on(line, start, item):
            cue = last
        if cue is None:
            cue = _behind(line, item.place)
        if item.role.name != "compared" or (cue is not None and last is None):
            last = cue
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
        if token.part == "guidance" and _governs(line, spot, item) and not _agreed(line, spot):
            return token
    return None


def _governs(line: Sequence[Token], spot: int, item: Bound) -> bool:
    token = line[spot]
    if token.lower in _NOUNS and spot and line[spot - 1].lower in _BEFORE_NOUNS:
        return False
    if token.lower in _NEEDS_TO and not _leads_to_verb(line, spot):
        return False
    if (spot and line[spot - 1].lower in ("as", "than", "better-than")) or token.lower.startswith("as-"):
        return False
    if item.role.cue is not None and spot < item.role.cue:
        return False
    if _measured(line, spot, item.place):
        return False
    return not _reported(line, spot, item.place)


def _agreed(line: Sequence[Token], spot: int) -> bool:
    """As in "said it will buy Peltec for $5m": a deal that is made."""
    if line[spot].lower not in ("will", "would"):
        return False
    return any(token.lower in ("buy", "acquire", "sell", "purchase") for token in line[spot + 1 : spot + 3])


def _measured(line: Sequence[Token], spot: int, place: int) -> bool:
    """As in "In line with our guidance, revenue grew to $5m": what is held against a forecast is reported."""
    against = any(token.lower in _MEASURED for token in line[max(0, spot - _BEHIND) : spot])
    return against and any(t.part in ("metric", "equals", "risen", "fallen", "verb") for t in line[spot + 1 : place])


def of_others(line: Sequence[Token], place: int) -> bool:
    """As in "analysts had forecast $5m", "the £330m that the market expected": no word of the company's."""
    behind = line[place + 1 : place + 1 + _BEHIND]
    for offset, token in enumerate(behind):
        if token.part in ("comma", "amount", "semicolon"):
            break
        if token.lower in OTHERS:
            return any(t.part == "guidance" for t in behind[offset:])
    for spot in range(place - 1, max(-1, place - _CLAUSE), -1):
        token = line[spot]
        if token.part in ("semicolon", "amount") or (token.part == "comma" and line[spot - 1].part != "guidance"):
            return False
        if token.lower in OTHERS and line[max(0, spot - 1)].lower not in ("told", "to"):
            between = line[spot + 1 : place]
            return any(t.part == "guidance" for t in between) and not any(t.part == "equals" for t in between)
    return False


def _revised(line: Sequence[Token], last: Token, item: Bound) -> bool:
    """As in "raised its forecast to 2.4 trillion yen from 2.3 trillion yen": the earlier one was guidance too."""
    cue = item.role.cue
    if cue is None or line[cue].part != "from" or last.lower not in _FORECASTS:
        return False
    nearby = [token for token in line[:cue] if abs(token.start - last.start) <= _NEARBY]
    return any(token.lower in _REVISES for token in nearby)


def _from_forecast(line: Sequence[Token], item: Bound) -> Token | None:
    """As in "raised our forecast from $2.10": what the forecast was before it was revised."""
    cue = item.role.cue
    if cue is None or line[cue].part != "from":
        return None
    for spot in range(cue - 1, max(-1, cue - _BEHIND), -1):
        if line[spot].lower in _FORECASTS:
            revised = any(token.lower in _REVISES for token in line[max(0, spot - _CLAUSE) : spot])
            return line[spot] if revised else None
        if line[spot].part in ("amount", "semicolon", "clause"):
            return None
    return None


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
        (token.part in ("equals", "verb", "clause", "semicolon") and token.lower not in ("be", "is", "are"))
        or (token.part in ("risen", "fallen") and token.lower.endswith(("ed", "rose", "fell", "grew")))
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
