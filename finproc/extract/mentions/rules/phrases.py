"""Noun phrases that name a metric: a listed one with what narrows it, or words of the text's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from finproc.extract.mentions.rules import qualifiers
from finproc.extract.mentions.rules.modifiers import ALTERING, NEUTRAL, PRINTED_SO, verbal
from finproc.extract.mentions.rules.roles import before
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import LOSSES, Part, words
from finproc.model.text import Span

_PRONOUNS = words("""
    we they it he she i wir sie er es ich nous ils elle elles on il reach achieve exceed generate deliver hit boost grow
    increase post report book
""")
"""Words before a metric that are no part of its name: who does something, and what is to be done with it."""
_BEHIND = words("worth dilué diluée consolidé consolidée groupe publié publiée total totale net nette")
"""What stands behind a metric and says nothing of it, French adjectives above all."""
_CASHLESS = frozenset({"non-cash", "noncash"})
_SAYING_NOTHING = NEUTRAL | _CASHLESS
_SPACE, _NAME_WORDS, _COMPOUND = 2, 4, 3
"""Characters between words of one phrase; words of a name; nouns behind a metric that make it another."""


class Phrase(Struct, frozen=True):
    """A metric as the text names it. `listed` is the canonical name, None for own words; `[first, last]` its tokens."""

    words: Span
    first: int
    last: int
    listed: str | None = None
    qualifier: Span | None = None
    segment: Span | None = None
    loss: Span | None = None
    owner: Span | None = None
    """A name with an apostrophe before the metric ("SGRE's order backlog"): a company or a part of one."""
    blocked: Literal["", "change", "effect"] = ""
    """Governed by a change or an effect ("the increase in net sales"): amounts after it are none of its levels."""


def _expects(token: Token) -> bool:
    """A verb of outlook ("the board expects revenue of"): who stands before it is no part of the company."""
    return token.part == "guidance" and token.lower.endswith("s")


def listed_phrase(line: Sequence[Token], place: int, name: str) -> Phrase:
    """The phrase around a listed metric: adjectives, the part of the company it covers, loss words."""
    metric = line[place]
    start, first = metric.start, place
    qualifier: Span | None = None
    segment: list[Token] = []
    owner: Span | None = None
    spot = place - 1
    while spot >= 0 and line[spot].part in ("word", "name", "adjusted", "relative", "adverb", "guidance"):
        token = line[spot]
        if line[spot + 1].start - token.end > _SPACE or verbal(token) or _expects(token) or token.lower in _PRONOUNS:
            break
        if token.text.endswith(("'s", "’s", "s'", "s’")):
            owner = _owner(line, spot)
            break
        if token.part == "adjusted":
            qualifier = Span(token.start, token.end if qualifier is None else qualifier.end)
        elif _alters(token, metric, name):
            start = token.start
        elif token.part in ("adverb", "relative", "guidance") or token.lower in _SAYING_NOTHING:
            if segment:
                break
        else:
            segment.append(token)
        first = spot
        spot -= 1
    end, last = _compound_end(line, place)
    qualifier = qualifiers.around(line, last, place, qualifier)
    if last == place + 1 and line[last].lower in LOSSES:
        loss = Span(line[last].start, line[last].end)
        return Phrase(
            Span(start, metric.end),
            first,
            last,
            name if start == metric.start else None,
            qualifier,
            None,
            loss,
            blocked=blocked_by(line, first),
        )
    if end > metric.end:
        return Phrase(
            Span(min(start, segment[-1].start if segment else start), end),
            first,
            last,
            None,
            blocked=blocked_by(line, first),
        )
    own = name if start == metric.start else None
    part = Span(segment[-1].start, segment[0].end) if segment else _segment_behind(line, place)
    lost = _loss(line, first, place)
    blocked = blocked_by(line, first)
    return Phrase(Span(start, metric.end), first, place, own, qualifier, part, lost, owner, blocked=blocked)


def _alters(token: Token, metric: Token, name: str) -> bool:
    """Whether an adjective makes a metric another one: "average" net debt, "retail" sales of a country."""
    if token.lower in _CASHLESS and name in PRINTED_SO:
        return False
    return token.lower in ALTERING or (token.lower == "retail" and metric.lower == "sales")


def own_phrase(line: Sequence[Token], first: int, last: int) -> Phrase:
    """The tokens `[first, last]` as a metric of the text's own words."""
    losing = (token for token in line[first : last + 1] if token.lower in LOSSES)
    loss = next((Span(token.start, token.end) for token in losing if not _named_losses(line, first, token)), None)
    span = Span(line[first].start, line[last].end)
    return Phrase(span, first, last, loss=loss, blocked=blocked_by(line, first))


def _named_losses(line: Sequence[Token], first: int, token: Token) -> bool:
    """As in "loan losses", "exchange losses": a kind of cost, no result that could have been a profit."""
    return token.lower == "losses" and token.start > line[first].start


def _owner(line: Sequence[Token], spot: int) -> Span:
    """The whole name whose last word carries the apostrophe, without it."""
    first = spot
    while (
        first > 0
        and line[first - 1].part in ("name", "and")
        and line[first - 1].text != ","
        and spot - first < _NAME_WORDS
    ):
        first -= 1
    while first < spot and line[first].part == "and":
        first += 1
    end = line[spot].end - (2 if line[spot].text[-1] == "s" else 1)
    return Span(line[first].start, end)


def _compound_end(line: Sequence[Token], place: int) -> tuple[int, int]:
    """As in "inventory write-down", "sales commissions": the listed word is no head when a noun follows."""
    last = place
    while last + 1 < len(line) and last - place < _COMPOUND:
        token = line[last + 1]
        if (
            token.part != "word"
            or token.lower in _BEHIND
            or verbal(token)
            or not token.text[0].isalpha()
            or token.start - line[last].end != 1
        ):
            break
        last += 1
    return line[last].end, last


_CHAIN = 7
_CHAINED: frozenset[Part] = frozenset({"word", "name", "of", "preposition", "determiner", "metric", "and", "to"})


def blocked_by(line: Sequence[Token], first: int) -> Literal["", "change", "effect"]:
    """As in "an increase in …", "the impact of … on …": a change or an effect governs the phrase."""
    link = before(line, first)
    while link > 0 and (line[link].part == "company" or line[link].text.endswith(("'s", "’s"))):
        link = before(line, link)
    if link >= 0 and line[link].part == "of" and (link == 0 or line[link - 1].part in ("comma", "clause", "semicolon")):
        return "effect"  # "Of the total backlog, $5.9 billion …": a part of it
    if link < 1 or line[link].part not in ("preposition", "of", "to"):
        return ""
    head = before(line, link)
    if head < 0:
        return ""
    if line[head].part in ("rise", "fall", "change") or (
        line[head].part in ("risen", "fallen") and line[link].lower == "in"
    ):
        return "change"
    spot = head
    while spot >= 0 and head - spot < _CHAIN and line[spot].part in _CHAINED:
        spot -= 1
    return "effect" if spot >= 0 and line[spot].part == "effect" else ""


def _segment_behind(line: Sequence[Token], place: int) -> Span | None:
    """As in "revenue in North America", "profits at Barclaycard": a name behind a preposition."""
    if place + 2 >= len(line) or line[place + 1].lower not in ("in", "from", "at", "of", "for"):
        return None
    spot = place + 2
    if line[spot].part == "determiner":
        spot += 1
    start = spot
    while spot < len(line) and line[spot].part == "name" and not line[spot].text.isdigit():
        spot += 1
    while start < spot < len(line) and line[spot].lower in ("segment", "division", "business", "unit"):
        spot += 1
    if spot == start or line[start].lower in ("the", "q1", "q2", "q3", "q4"):
        return None
    return Span(line[start].start, line[spot - 1].end)


def _loss(line: Sequence[Token], first: int, place: int) -> Span | None:
    for token in reversed(line[first : place + 1]):
        for word in token.lower.split():
            if word in LOSSES and word != "used":
                at = token.start + token.lower.index(word)
                return Span(at, at + len(word))
    return None
