"""Which metric each amount of a sentence belongs to: by the words between them, by lists and by comparatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from finproc.extract.mentions.rules import own_words, phrases
from finproc.extract.mentions.rules.phrases import Phrase
from finproc.extract.mentions.rules.roles import PASSED, Role, before, role_at
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import CAUSES, Part, words
from finproc.lexicon.amounts import FoundAmount
from finproc.lexicon.metrics import FoundMetric

How = Literal["before", "after", "list", "continued", "own"]
_BREAKING = words("""
    invested invest spent spend spending paid pay pays bought purchased sold issued raised borrowed repaid
    acquired used returned received contributed approved authorized declared committed redeemed retired
    refinanced transferred
""")
"""Verbs with an object of their own, and words that lead to a cause or a part: an amount behind them
is not the level of a metric before them."""
_JOINED: frozenset[Part] = frozenset({"comma", "and", "adverb", "determiner", "dash"})
_STOPS: frozenset[Part] = frozenset({"semicolon", "clause"})
_LEADS: frozenset[Part] = frozenset(
    {"to", "equals", "and", "comma", "from", "open", "colon", "of", "compared", "verb", "metric", "period"}
)
_NEAR, _FAR = 3, 9
"""Other words that may stand between metric and amount: freely, and with a verb like "was" close before the amount."""
_RELATIVES = frozenset({"which", "that", "who"})


@dataclass(frozen=True, slots=True)
class Bound:
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


def bind(line: Sequence[Token], amounts: Sequence[FoundAmount], metrics: Sequence[FoundMetric]) -> list[Bound]:
    """Every amount of the sentence with its role and metric, in order."""
    bound: list[Bound] = []
    for place, token in enumerate(line):
        if token.part != "amount":
            continue
        amount = amounts[token.item]
        earlier = bound[-1] if bound else None
        percent = amount.unit in ("percent", "bps", "points")
        role = role_at(line, place, percent=percent, earlier=earlier.role if earlier else None)
        if (
            role.name == "level"
            and earlier is not None
            and earlier.role.name == "compared"
            and _same_breath(line, earlier, place)
        ):
            role = Role("compared", cue=earlier.place + 1)
        bound.append(replace(_bound(line, place, amount, role, earlier, metrics), earlier=earlier))
    return _shared_back(bound)


def _same_breath(line: Sequence[Token], earlier: Bound, place: int) -> bool:
    """As in "compared to earnings of $2.74 on net income of $1.7 billion": the comparative goes on."""
    gap = line[earlier.place + 1 : place]
    if any(token.part == "and" for token in gap):
        behind = next((token for token in line[place + 1 :] if token.part in ("compared", "amount", "from")), None)
        if behind is not None and behind.part != "amount":
            return False
    return any(token.part in ("metric", "word") for token in gap) and not any(
        token.part in ("comma", "semicolon", "clause", "equals", "verb", "risen", "fallen", "close", "period")
        for token in gap
    )


def _shared_back(bound: list[Bound]) -> list[Bound]:
    """As in "$709 million and $3 billion of short-term investments": the end of a list names all of it."""
    for place in range(len(bound) - 2, -1, -1):
        item, later = bound[place], bound[place + 1]
        if (
            item.phrase is None
            and later.phrase is not None
            and later.group == item.group
            and later.role.name == item.role.name
        ):
            bound[place] = replace(item, phrase=later.phrase, how="after")
    return bound


def _bound(
    line: Sequence[Token],
    place: int,
    amount: FoundAmount,
    role: Role,
    earlier: Bound | None,
    metrics: Sequence[FoundMetric],
) -> Bound:
    if earlier is not None and _in_list(line, earlier, place, amount):
        same = earlier.role if earlier.role.name in ("level", "compared", "change", "effect") else role
        keep = role if role.name == "change" and same.name != "change" else same
        phrase = earlier.phrase
        if phrase is None and amount.is_money:
            phrase = _after(line, place, metrics) or own_words.named_after(line, place)
        return Bound(place, amount, keep, phrase, "list", earlier.group, earlier.distance)
    floor = earlier.place if earlier else -1
    if role.cue is not None:
        compared = _compared(line, place, amount, role, earlier, metrics)
        if compared is not None:
            return compared
        if earlier is not None and earlier.phrase is None and earlier.role.name == "level" and _alike(earlier, amount):
            return Bound(place, amount, role, None)
    pre = _before(line, place, floor, metrics)
    post = None if _share_of_sales(line, place, metrics) else _after(line, place, metrics)
    moved = role.moved
    if role.name == "change" and moved is not None and moved.start > line[place].start and _of_another(line, place):
        return _settled(line, place, amount, role, post, "after", 0)
    if pre is not None and (post is None or (pre[1] == 0 and _strong(line, place))):
        return _settled(line, place, amount, role, pre[0], "before", pre[1])
    if post is not None:
        return _settled(line, place, amount, role, post, "after", 0)
    if earlier is not None and earlier.phrase is not None and _continues(line, earlier, place, role):
        return Bound(place, amount, role, earlier.phrase, "continued", place, earlier.distance)
    if earlier is not None and earlier.phrase is not None and percent_margin(line, place, amount):
        return Bound(place, amount, role, earlier.phrase, "continued", place, earlier.distance)
    own = _own_words(line, place) if role.name in ("level", "compared") and amount.is_money else None
    if role.name == "change" and amount.is_money and own is None:
        own = own_words.changed_subject(line, place)
    return _settled(line, place, amount, role, own, "own", 0)


def percent_margin(line: Sequence[Token], place: int, amount: FoundAmount) -> bool:
    """As in "with a 24.3% margin": the margin of the metric before."""
    behind = line[place + 1].lower if place + 1 < len(line) else ""
    return amount.unit == "percent" and behind in ("margin", "marge")


def _compared(
    line: Sequence[Token],
    place: int,
    amount: FoundAmount,
    role: Role,
    earlier: Bound | None,
    metrics: Sequence[FoundMetric],
) -> Bound | None:
    """A comparative's metric: named behind its cue, in own words there, else that of the level it is compared with."""
    cue = role.cue if role.cue is not None else place
    named = _before(line, place, cue, metrics)
    if named is not None:
        return _settled(line, place, amount, role, named[0], "before", named[1])
    verb = before(line, cue)
    if verb > 0 and line[verb].part in ("risen", "fallen"):
        subject = _before(line, verb, earlier.place if earlier else -1, metrics)
        if subject is not None and subject[1] == 0:
            return _settled(line, place, amount, role, subject[0], "before", 0)
    own = own_words.named_before(line, place)
    if own is not None and own.first > cue and amount.is_money:
        return _settled(line, place, amount, role, own, "own", 0)
    level = earlier
    while level is not None and (
        level.role.name not in ("level", "compared", "change") or level.phrase is None or not _alike(level, amount)
    ):
        level = level.earlier
    if level is None or level.phrase is None:
        return None
    return Bound(place, amount, role, level.phrase, "continued", place, level.distance, earlier)


def _alike(bound: Bound, amount: FoundAmount) -> bool:
    """Whether an amount can be a comparative of another: money with money, percent with percent, a change with either."""
    if bound.role.name == "change":
        return True
    percent = amount.unit in ("percent", "bps", "points")
    return bound.percent == percent and (
        bound.amount.unit == amount.unit
        or "plain" in (bound.amount.unit, amount.unit)
        or not (bound.amount.is_money and amount.is_money)
    )


def _share_of_sales(line: Sequence[Token], place: int, metrics: Sequence[FoundMetric]) -> bool:
    """As in "18.7 percent of net sales": what stands behind is what it is a share of."""
    if (
        metrics
        and metrics
        and place + 1 < len(line)
        and line[place + 1].part == "of"
        and "%" in line[place].text + "%" * ("percent" in line[place].lower or "prozent" in line[place].lower)
    ):
        ahead = [token for token in line[place + 2 : place + 5] if token.part == "metric"]
        return bool(ahead) and metrics[ahead[0].item].name == "revenue"
    return False


def _of_another(line: Sequence[Token], place: int) -> bool:
    """As in "a 1.9% decline in customer transactions": the change names its own subject."""
    spot = place + 1
    while spot < len(line) and line[spot].part in ("rise", "fall", "change", "relative", "adverb", "word"):
        spot += 1
    return spot < len(line) and line[spot].lower in ("in", "of")


def _settled(
    line: Sequence[Token], place: int, amount: FoundAmount, role: Role, phrase: Phrase | None, how: How, distance: int
) -> Bound:
    """A phrase that a change or an effect governs makes the amount a change, unless "to" leads from a change to it."""
    if phrase is not None and phrase.blocked and role.name in ("level", "compared"):
        left = before(line, place)
        if left < 0 or line[left].part != "to" or phrase.blocked != "change":
            role = Role("effect")
    return Bound(place, amount, role, phrase, how if phrase else None, place, distance)


def _in_list(line: Sequence[Token], earlier: Bound, place: int, amount: FoundAmount) -> bool:
    gap = line[earlier.place + 1 : place]
    if (
        not gap
        or not all(token.part in _JOINED for token in gap)
        or not any(token.part in ("comma", "and") for token in gap)
    ):
        return False
    one, other = earlier.amount, amount
    return one.unit == other.unit or (one.is_money and other.is_money) or "plain" in (one.unit, other.unit)


def _strong(line: Sequence[Token], place: int) -> bool:
    left = before(line, place)
    return left >= 0 and line[left].part in ("of", "equals", "metric", "colon", "to", "from")


def _before(line: Sequence[Token], place: int, floor: int, metrics: Sequence[FoundMetric]) -> tuple[Phrase, int] | None:
    """The nearest listed metric left of the amount that can reach it, and the number of foreign words between."""
    foreign = depth = 0
    equal: int | None = None
    spot = place
    while spot - 1 > floor:
        spot -= 1
        token = line[spot]
        if token.part == "close":
            depth += 1
        elif token.part == "open":
            depth = max(0, depth - 1)
        if depth:
            continue
        if token.part == "metric":
            allowed = _FAR if equal is not None and equal <= _NEAR else _NEAR
            if foreign > allowed:
                return None
            head = _head(line, spot, floor)
            return phrases.listed_phrase(line, head, metrics[line[head].item].name), foreign
        if (token.part in _STOPS and token.lower not in _RELATIVES) or token.lower in _BREAKING | CAUSES:
            return None
        if token.part == "comma" and foreign and _subject(line, spot + 1, place):
            return None
        if token.part in ("word", "name", "guidance"):
            foreign += 1
        elif token.part == "equals" and equal is None:
            equal = foreign
    return None


def _subject(line: Sequence[Token], start: int, place: int) -> bool:
    """Whether behind the comma a clause with a subject of its own begins ("…, our selling costs increased to")."""
    spot = start
    while spot < place and line[spot].part in ("determiner", "and", "adverb"):
        spot += 1
    first = spot
    while spot < place and line[spot].part in ("word", "name"):
        spot += 1
    return spot > first and spot < place and line[spot].part in ("equals", "risen", "fallen", "verb")


def _head(line: Sequence[Token], spot: int, floor: int) -> int:
    """As in "gross profit from sales": the metric that the nearest one only qualifies."""
    link = before(line, spot)
    while link > floor + 1 and line[link].part == "adjusted":
        link = before(line, link)
    if (
        link > floor + 1
        and line[link].lower in ("from", "of", "before", "after", "on")
        and line[link - 1].part == "metric"
    ):
        return link - 1
    return spot


def _after(line: Sequence[Token], place: int, metrics: Sequence[FoundMetric]) -> Phrase | None:
    """As in "$1.7 billion of net sales", "€2 million net loss", "100 Millionen Euro Umsatz"."""
    spot = place + 1
    moved = False
    while spot < len(line) and line[spot].part in ("rise", "fall", "relative", "adverb") and spot - place < 4:
        moved = moved or line[spot].part in ("rise", "fall")
        spot += 1
    linked = spot < len(line) and (line[spot].part == "of" or line[spot].lower == "in")
    if moved and not linked:
        return None
    spot += linked
    words = 0
    while spot < len(line) and words <= 3:
        token = line[spot]
        if token.part == "metric":
            name = metrics[token.item].name
            paid = any(t.lower in _BREAKING for t in line[max(0, place - 6) : place])
            instant = metrics[token.item].metric.kind == "instant"
            return None if paid and instant else phrases.listed_phrase(line, spot, name)
        if token.part in ("word", "name", "adjusted", "company"):
            words += 1
        elif token.part not in PASSED:
            return None
        spot += 1
    return None


def _continues(line: Sequence[Token], earlier: Bound, place: int, role: Role) -> bool:
    """Whether the words since the amount before only lead on to this one ("… in 2018 to", "compared with")."""
    gap = line[earlier.place + 1 : place]
    foreign = 0
    for token in gap:
        if token.part in _STOPS and token.lower not in ("while", "offset"):
            return False
        if token.lower in _BREAKING:
            return False
        foreign += token.part in ("word", "name", "guidance", "metric") and not phrases.verbal(token)
    left = before(line, place)
    if role.name == "compared":
        return foreign <= _FAR
    if role.name == "change":
        return foreign == 0
    if left >= 0 and line[left].part == "open":
        return False
    most = _NEAR if left >= 0 and line[left].part == "to" and earlier.role.name == "change" else 1
    return foreign <= most and left >= 0 and line[left].part in _LEADS


def _own_words(line: Sequence[Token], place: int) -> Phrase | None:
    return own_words.named_before(line, place) or own_words.subject(line, place) or own_words.named_after(line, place)
