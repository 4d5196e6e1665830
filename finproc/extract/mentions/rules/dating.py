"""Which period each amount of a sentence belongs to: those between two amounts are shared out by the words there."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from finproc.extract.mentions.rules.bound import Bound, same_bracket
from finproc.extract.mentions.rules.tokens import Token
from finproc.lexicon.periods import FoundPeriod

_OF_TODAY = frozenset({"last_year", "this_year", "next_year"})
"""Words that count from the day of the text: beside another figure's year they are not that year's neighbours."""
_ROOM = 16
"""Amounts to either side that are looked at for a period of the same phrase."""
_NEAR = 22
"""Tokens between an amount and a period behind it that still belongs to it."""


class Dated(Struct, frozen=True):
    """The period of an amount and the one that its words count from, or None. `own`: it stands with this amount."""

    period: FoundPeriod | None = None
    anchor: FoundPeriod | None = None
    own: bool = False
    doubtful: bool = False


def date_amounts(line: Sequence[Token], bound: Sequence[Bound], periods: Sequence[FoundPeriod]) -> list[Dated]:
    """One Dated for each Bound, in order."""
    if not bound:
        return []
    left, right, after = _zones(line, bound, periods)
    own = _lent(line, bound, _own(line, bound, left, right, periods))
    main = next(
        (
            found
            for (found, _), item in zip(own, bound, strict=True)
            if found and item.role.name not in ("compared", "effect")
        ),
        None,
    )
    last = max((place for place, (found, _) in enumerate(own) if found is not None), default=-1)
    reach = _reach_of_main(bound, [place for place, (found, _) in enumerate(own) if found is main and main])
    compared: list[FoundPeriod | None] = []
    out: list[Dated] = []
    for place, item in enumerate(bound):
        period, doubtful = own[place]
        stands = period is not None
        if period is None and item.role.name != "compared":
            period = _shared(bound, own, place) or (main if place >= reach else None)
        elif period is None and after and place > last:
            period = after[0]
        elif period is None:
            period = _of_comparison(bound, own, place) or (compared[0] if len(compared) == 1 else None)
        if item.role.name == "compared" and stands and len(compared) <= 1 and period not in compared:
            compared.append(
                period
            )  # what is compared later in the sentence is of the same day, where only one is named
        counted = main if item.role.name == "compared" or period is None or period.relative not in _OF_TODAY else None
        out.append(Dated(period, _anchor(period, counted, periods), stands, doubtful))
    return out


def _reach_of_main(bound: Sequence[Bound], spots: Sequence[int]) -> int:
    """The first amount that the main period dates without standing with it: not one before a comparative."""
    first = spots[0] if spots else 0
    return max((place for place in range(first) if bound[place].role.name == "compared"), default=0)


def _of_comparison(
    bound: Sequence[Bound], own: Sequence[tuple[FoundPeriod | None, bool]], place: int
) -> FoundPeriod | None:
    """The period that closes a comparative of several amounts ("$2.74 … on net income of $1.7 billion in 2023")."""
    while place + 1 < len(bound) and bound[place + 1].role.cue == bound[place].place + 1:
        place += 1
        if own[place][0] is not None:
            return own[place][0]
    return None


def _anchor(period: FoundPeriod | None, main: FoundPeriod | None, periods: Sequence[FoundPeriod]) -> FoundPeriod | None:
    """The period that words count from: the head of their list, or the sentence's main period."""
    if period is None or (period is main and period.inherits is None):
        return None
    if period.inherits is not None:
        return next((head for head in periods if head.span == period.inherits), main)
    return None if period.is_absolute else main


def _lent(
    line: Sequence[Token], bound: Sequence[Bound], own: list[tuple[FoundPeriod | None, bool]]
) -> list[tuple[FoundPeriod | None, bool]]:
    """An amount said twice ("$5 million, or 3% of sales, in 2018") has one period; an aside gives its own away."""
    out = list(own)
    for place in range(len(bound) - 2, -1, -1):
        behind = bound[place + 1]
        aside = behind.role.name == "effect" and bound[place].role.name != "effect"
        if out[place][0] is None and out[place + 1][0] is not None and (aside or _again(line, bound[place], behind)):
            out[place] = out[place + 1]
    for place in range(1, len(bound)):
        one, other = bound[place - 1], bound[place]
        if out[place][0] is None and (_again(line, one, other) or same_bracket(line, one, other.place)):
            out[place] = out[place - 1]
    return out


def _again(line: Sequence[Token], one: Bound, other: Bound) -> bool:
    gap = line[one.place + 1 : other.place]
    return (
        bool(gap)
        and all(token.part in ("comma", "and", "open", "adverb") for token in gap)
        and any(token.lower in ("or", "oder", "ou") for token in gap)
    )


def _shared(bound: Sequence[Bound], own: Sequence[tuple[FoundPeriod | None, bool]], place: int) -> FoundPeriod | None:
    """The period of another amount of the same phrase that is no comparative ("grew 3% to $4.3 billion in Q1 2024")."""
    phrase = bound[place].phrase
    if phrase is None:
        return None
    order = [*range(place - 1, max(-1, place - _ROOM), -1), *range(place + 1, min(len(bound), place + _ROOM))]
    for other in order:
        found: FoundPeriod | None = own[other][0]
        same = bound[other].phrase is phrase
        if found is not None and same and bound[other].role.name != "compared":
            return found
    return None


def _zones(
    line: Sequence[Token], bound: Sequence[Bound], periods: Sequence[FoundPeriod]
) -> tuple[list[list[int]], list[list[int]], list[FoundPeriod]]:
    """For each amount its periods left and right of it, as tokens; then those of a closing "compared with …"."""
    left: list[list[int]] = [[] for _ in bound]
    right: list[list[int]] = [[] for _ in bound]
    after: list[FoundPeriod] = []
    for place, item in enumerate(bound):
        start = bound[place - 1].place + 1 if place else 0
        split = _split(line, start, item) if place else start
        for spot in range(start, item.place):
            if line[spot].part == "period" and (
                (item.role.cue is not None and spot >= split) or not _contrasted(line, spot)
            ):
                (right[place - 1] if spot < split else left[place]).append(spot)
    closing = False
    for spot in range(bound[-1].place + 1, len(line)):
        token = line[spot]
        closing = closing or token.part == "compared" or (token.part == "period" and _contrasted(line, spot))
        if token.part == "period":
            if closing:
                after.append(periods[token.item])
            else:
                right[-1].append(spot)
        elif token.part == "semicolon":
            break
    for place in range(1, len(bound)):
        if bound[place].role.cue == bound[place].place - 1 and line[bound[place].place - 1].part == "open":
            close = next((s for s in range(bound[place].place, len(line)) if line[s].part == "close"), len(line))
            right[place - 1] += [spot for spot in right[place] if spot > close]
            right[place] = [spot for spot in right[place] if spot < close]
    return left, right, after


def _contrasted(line: Sequence[Token], spot: int) -> bool:
    """A period that only says what something is compared with ("versus last year", "over the same period")."""
    before = spot - 1
    while (
        before >= 0
        and line[before].part in ("determiner", "to", "preposition", "adverb")
        and line[before].lower != "over"
    ):
        before -= 1
    if before >= 0 and line[before].lower in ("consistent", "line", "unchanged"):
        return True
    return before >= 0 and (line[before].part in ("compared", "from") or line[before].lower in ("over", "vergleich"))


def _split(line: Sequence[Token], start: int, item: Bound) -> int:  # noqa: C901, PLR0911 - one rule of the grammar after the other
    """The token between two amounts from which on periods belong to the later one."""
    end = item.place
    if item.role.cue is not None and start <= item.role.cue < end:
        return item.role.cue
    if item.how == "list":
        return end
    for spot in range(start, end):
        if line[spot].part in ("semicolon", "compared", "clause") or (line[spot].part == "open" and spot + 1 < end):
            return spot
    first = item.phrase.first if item.phrase is not None and item.how in ("before", "own") else end
    if start < first < end and line[first - 1].part == "period":
        linked = first > 1 and line[first - 2].part in ("preposition", "to", "from", "and", "comma", "determiner")
        first -= not linked  # "second-quarter operating profit": the period stands with the metric behind it
    if start <= first < end:
        for spot in range(first, start - 1, -1):
            if line[spot].part in ("and", "comma", "dash") and not _joins_periods(line, spot):
                return spot
        return first
    for spot in range(end - 1, start - 1, -1):
        if line[spot].part in ("to", "equals") or (
            line[spot].part in ("and", "comma") and not _joins_periods(line, spot)
        ):
            return spot
        if line[spot].part == "period" and item.how == "after":
            return spot + 1
    return end


def _joins_periods(line: Sequence[Token], spot: int) -> bool:
    """An "and" or comma inside a list of periods ("2025 and 2024")."""
    ahead = spot + 1
    while ahead < len(line) and line[ahead].part in ("and", "comma", "determiner", "preposition"):
        ahead += 1
    behind = spot - 1
    while behind >= 0 and line[behind].part in ("and", "comma"):
        behind -= 1
    return ahead < len(line) and behind >= 0 and line[ahead].part == "period" and line[behind].part == "period"


def _own(
    line: Sequence[Token],
    bound: Sequence[Bound],
    left: list[list[int]],
    right: list[list[int]],
    periods: Sequence[FoundPeriod],
) -> list[tuple[FoundPeriod | None, bool]]:
    """The period that stands with each amount, and whether that is doubtful; lists share theirs out in order."""
    out: list[tuple[FoundPeriod | None, bool]] = [(None, False)] * len(bound)
    groups: list[tuple[int, int]] = []
    start = 0
    while start < len(bound):
        end = start
        while end + 1 < len(bound) and bound[end + 1].how == "list" and bound[end + 1].group == bound[start].group:
            end += 1
        behind = _behind(line, bound[end].place, right[end])
        ahead = left[start]
        count = end - start + 1
        places = behind if len(behind) >= count or not ahead else ahead
        if count == 1:
            spot = _labelled(line, behind, periods) if behind else ahead[-1] if ahead else None
            if spot is not None:
                out[start] = periods[line[spot].item], False
        elif len(places) == count or (len(places) > count and places is behind):
            for offset in range(count):
                out[start + offset] = periods[line[places[offset]].item], False
        elif places:
            same = len(places) == 1
            for offset in range(count):
                out[start + offset] = (periods[line[places[-1]].item] if same else None), not same
        groups.append((start, count))
        start = end + 1
    _copy_to_equal_lists(out, groups)
    return out


def _labelled(line: Sequence[Token], behind: Sequence[int], periods: Sequence[FoundPeriod]) -> int:
    """The period behind an amount, or the label in brackets that says it again ("the December quarter (Q3 FY18)")."""
    spot = behind[0]
    label = spot + 2
    if label + 1 >= len(line) or line[spot + 1].part != "open" or line[label].part != "period":
        return spot
    named = periods[line[label].item]
    unlabelled = periods[line[spot].item].kind in ("months", "relative") and line[label + 1].part == "close"
    return label if unlabelled and named.is_absolute and named.kind != "date" else spot


def _copy_to_equal_lists(out: list[tuple[FoundPeriod | None, bool]], groups: Sequence[tuple[int, int]]) -> None:
    """One list of periods dates every list of as many amounts in the sentence."""
    for first, count in groups:
        if count > 1 and all(out[first + offset][0] is None for offset in range(count)):
            like = next((other for other, size in groups if size == count and out[other][0] is not None), None)
            for offset in range(count if like is not None else 0):
                out[first + offset] = out[(like or 0) + offset]


def _behind(line: Sequence[Token], place: int, spots: Sequence[int]) -> list[int]:
    """Periods behind an amount that are near enough, with no metric and no new clause between."""
    near: list[int] = []
    limit = place + _NEAR
    for spot in spots:
        between = line[(near[-1] if near else place) + 1 : spot]
        if spot > limit or any(token.part == "clause" for token in between):
            break
        if near and any(token.part not in ("and", "comma", "determiner", "preposition") for token in between):
            break
        near.append(spot)
        limit = spot + _NEAR
    return near
