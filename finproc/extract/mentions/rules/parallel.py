"""Metrics and amounts in step: "total assets and liabilities of $27 million and $16 million, respectively"."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from finproc.extract.mentions.rules import phrases
from finproc.extract.mentions.rules.bound import Bound
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import Part
from finproc.lexicon.metrics import FoundMetric

_STEPS = frozenset({"respectively", "resp", "beziehungsweise", "bzw", "respectivement"})
_JOINTS: frozenset[Part] = frozenset({"and", "comma", "determiner", "adverb"})
_BETWEEN = 2


def in_step(line: Sequence[Token], bound: Sequence[Bound], metrics: Sequence[FoundMetric]) -> list[Bound]:
    """Amounts of a list that are as many as the metrics before them, each with its own.

    The text says so ("respectively"), or there are not as many periods that the amounts could belong to instead.
    """
    out = list(bound)
    groups = _groups(bound)
    if not groups:
        return out
    said = any(token.lower in _STEPS for token in line)
    periods = sum(token.part == "period" for token in line)
    for group in groups:
        if not said and periods >= len(group):
            continue
        places = _run(line, out[group[0]])
        if len(places) != len(group) or len(places) < _BETWEEN:
            continue
        for item, spot in zip(group, places, strict=True):
            own = phrases.listed_phrase(line, spot, metrics[line[spot].item].name)
            out[item] = replace(out[item], phrase=own, how="list" if item != group[0] else out[item].how)
    return out


def _groups(bound: Sequence[Bound]) -> list[list[int]]:
    """The lists of amounts, each by the places of its items."""
    groups: list[list[int]] = []
    for place, item in enumerate(bound):
        if groups and item.how == "list" and item.group == bound[groups[-1][0]].group:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [group for group in groups if len(group) > 1]


def _run(line: Sequence[Token], first: Bound) -> list[int]:
    """The metrics that stand joined by commas and "and" up to the one that the list's first amount belongs to."""
    if first.phrase is None or first.phrase.last >= first.place or first.phrase.listed is None:
        return []
    spot = next((s for s in range(first.phrase.last, -1, -1) if line[s].part == "metric"), -1)
    run = [spot] if spot >= 0 else []
    while run:
        place, foreign = run[0] - 1, 0
        while place >= 0 and (line[place].part in _JOINTS or (line[place].part == "word" and foreign < _BETWEEN)):
            foreign += line[place].part == "word"
            place -= 1
        joined = any(token.part in ("and", "comma") for token in line[place + 1 : run[0]])
        if place < 0 or line[place].part != "metric" or not joined:
            break
        run.insert(0, place)
    return run
