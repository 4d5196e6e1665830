"""Which listed metric an amount can reach: the nearest before it over plain words, or one right behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from finproc.extract.mentions.rules import governing, phrases, qualifiers
from finproc.extract.mentions.rules.phrases import Phrase
from finproc.extract.mentions.rules.roles import PASSED, before
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import CAUSES, Part, words
from finproc.lexicon.metrics import FoundMetric

BREAKING = words("""
    invested invest spent spend spending paid pay pays bought purchased sold issued raised borrowed repaid
    acquired used returned received contributed approved authorized declared committed redeemed retired
    refinanced transferred
""")
"""Verbs with an object of their own: an amount behind them is not the level of a metric before them."""
_SPENDING = words("spent spend spends spending invested invest used")
STOPS: frozenset[Part] = frozenset({"semicolon", "clause"})
NEAR, FAR = 3, 9
"""Other words that may stand between metric and amount: freely, and with a verb like "was" close before the amount."""
_TOTALS = words("total gross net proceeds combined additional further fresh initial about around")
_RELATIVES = frozenset({"which", "that", "who"})
_MOVED_ROOM, _WORD_ROOM, _BRACKET = 4, 3, 3


def metric_before(
    line: Sequence[Token], place: int, floor: int, metrics: Sequence[FoundMetric]
) -> tuple[Phrase, int] | None:
    """The nearest listed metric left of the amount that can reach it, and the number of foreign words between."""
    foreign = 0
    equal: int | None = None
    for spot in _outside_brackets(line, place, floor):
        token = line[spot]
        if token.part == "metric" and (_carried(line, spot) or _verb_of_another(line, spot, place)):
            continue
        if token.part == "metric":
            allowed = FAR if equal is not None and equal <= NEAR else NEAR
            if foreign > allowed:
                return None
            return _phrase(line, spot, floor, metrics), foreign
        if (token.part in STOPS and token.lower not in _RELATIVES) or token.lower in CAUSES:
            return None
        if token.lower in BREAKING and not (line[spot - 1].part == "metric" and line[spot + 1].part == "of"):
            return None
        if token.part == "comma" and foreign and _subject(line, spot + 1, place):
            return None
        if token.part in ("word", "name", "guidance"):
            foreign += 1
        elif token.part == "equals" and equal is None:
            equal = foreign
    return None


def _verb_of_another(line: Sequence[Token], spot: int, place: int) -> bool:
    """As in "raised its forecast to AMOUNT": money is raised only where the amount is what was raised."""
    if line[spot].lower != "raised":
        return False
    link = before(line, place)
    while link > spot and (line[link].part == "of" or line[link].lower in _TOTALS or line[link].part == "determiner"):
        link -= 1
    return link != spot


def _carried(line: Sequence[Token], spot: int) -> bool:
    """As in "property with a net book value of AMOUNT": the value is what the thing before is carried at."""
    if line[spot].lower not in ("book value", "market value"):
        return False
    return any(token.lower == "with" for token in line[max(0, spot - 3) : spot])


def _outside_brackets(line: Sequence[Token], place: int, floor: int) -> Iterator[int]:
    """The places before `place` down to `floor`, from the right, without what stands in closed brackets."""
    depth = 0
    for spot in range(place - 1, floor, -1):
        if line[spot].part == "close" and _said_again(line, spot):
            continue
        if line[spot].part == "close":
            depth += 1
        elif line[spot].part == "open":
            depth = max(0, depth - 1)
        if not depth:
            yield spot


def _said_again(line: Sequence[Token], close: int) -> bool:
    """As in "das operative Ergebnis (EBIT)": only the bracket names a listed metric."""
    return (
        close > _BRACKET
        and line[close - 1].part == "metric"
        and line[close - 2].part == "open"
        and line[close - _BRACKET].part in ("word", "name")
    )


def _subject(line: Sequence[Token], start: int, place: int) -> bool:
    """Whether behind the comma a clause with a subject of its own begins ("…, our selling costs increased to")."""
    spot = start
    while spot < place and line[spot].part in ("determiner", "and", "adverb"):
        spot += 1
    first = spot
    while spot < place and line[spot].part in ("word", "name"):
        spot += 1
    named = spot > first
    while named and spot < place and line[spot].part in ("preposition", "determiner", "period"):
        spot += 1
    return named and spot < place and line[spot].part in ("equals", "risen", "fallen", "verb")


def _phrase(line: Sequence[Token], spot: int, floor: int, metrics: Sequence[FoundMetric]) -> Phrase:
    """The phrase of the metric at `spot`, or of the noun or metric that it only explains."""
    head = _head(line, spot, floor)
    first, last = governing.governor(line, head, floor), governing.sold(line, head)
    if first is None and last is None:
        return phrases.listed_phrase(line, head, metrics[line[head].item].name)
    start = head if first is None else first
    return phrases.own_phrase(line, start, max(spot, last or spot))


def _head(line: Sequence[Token], spot: int, floor: int) -> int:
    """As in "gross profit from sales": the metric that the nearest one only qualifies."""
    link = before(line, spot)
    while link > floor + 1 and line[link].part == "adjusted" and line[link].item != qualifiers.BEHIND:
        link = before(line, link)
    if link > floor + 1 and line[link].lower in ("before", "after") and line[link - 1].part == "metric":
        return link - 1
    head = governing.explained(line, spot, floor)
    return spot if head is None else head


def _spent(line: Sequence[Token], place: int, link: int) -> bool:
    """As in "spent AMOUNT on capital expenditures"."""
    if line[link].lower not in ("on", "for"):
        return False
    return any(token.lower in _SPENDING for token in line[max(0, place - 4) : place])


def metric_after(line: Sequence[Token], place: int, metrics: Sequence[FoundMetric]) -> Phrase | None:
    """As in "$1.7 billion of net sales", "€2 million net loss", "100 Millionen Euro Umsatz"."""
    spot = place + 1
    moved = False
    while spot < len(line) and line[spot].part in ("rise", "fall", "relative", "adverb") and spot - place < _MOVED_ROOM:
        moved = moved or line[spot].part in ("rise", "fall")
        spot += 1
    linked = spot < len(line) and (line[spot].part == "of" or line[spot].lower == "in" or _spent(line, place, spot))
    if moved and not linked:
        return None
    spot += linked
    between = 0
    while spot < len(line) and between <= _WORD_ROOM:
        token = line[spot]
        if token.part == "metric":
            name = metrics[token.item].name
            paid = any(t.lower in BREAKING for t in line[max(0, place - 6) : place])
            instant = metrics[token.item].metric.kind == "instant"
            return None if paid and instant else phrases.listed_phrase(line, spot, name)
        if token.part in ("word", "name", "adjusted", "company"):
            between += 1
        elif token.part not in PASSED:
            return None
        spot += 1
    return None
