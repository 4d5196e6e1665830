"""Noun phrases that name a metric: a listed one with what narrows it, or words of the text's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from finproc.extract.mentions.rules.roles import PASSED, before
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import ADJUSTED, LOSSES, Part
from finproc.model.text import Span

ALTERING = frozenset(
    """average cash gross deferred unlevered non-cash noncash estimated cumulative minimum maximum contracted committed undrawn
    unused accrued prepaid unbilled unrecognized unamortized pro-rata pro combined remaining lease leasing capitalized
    implied financial potential contingent non-controlling noncontrolling attributable minority new levered
    durchschnittliche durchschnittlicher""".split()
)
"""Adjectives that make a listed metric another one: the metric keeps them as its own words."""
NEUTRAL = frozenset(
    """consolidated reported quarterly annual yearly monthly full-year half-year first-quarter second-quarter third-quarter
    fourth-quarter full-year full year quarter statutory ifrs gaap us-gaap total overall worldwide global group group's company's
    higher lower increased decreased record strong solid weak robust preliminary unaudited audited final fiscal corporate
    half-yearly first-half second-half nine-month six-month three-month twelve-month 12-month pre-exceptional healthy own
    basic respective corresponding regular special ongoing continuing year-end net operating current same similar
    weltweite weltweiten gesamte gesamten konsolidierte deutliche voller globale annuel trimestriel consolidé
    company firm firm's bank's bank first second third fourth previous prior last latest earlier""".split()
)
"""Words before a metric that say neither part nor kind."""
_NOUN_HEADS = frozenset(
    """charge charges gain gains loss losses settlement fine dividend fee fees payment payments expense expenses cost costs
    investment contract order penalty provision write-down writedown writeoff write-off impairment bond loan offer bid deal
    profit umsatz gewinn verlust überschuss auftrag dividende""".split()
)
"""Heads of a phrase behind an amount that is a booked item ("a $55 million ratification charge")."""
_EMPTY_HEADS = frozenset(
    """amount amounts total totals sum sums value values level levels rate rates price cost increase decrease reduction excess
    maximum minimum principal figure figures number numbers range portion part rest majority balance average use uses change
    changes lot record high low top most expectation expectations consensus estimate estimates par aggregate compensation
    jump rise drop fall half third quarter year years month months period people case one time result results mark scale
    negative positive volume reward worth market markets population barrels day world economy country government tax imbalance outlook guidance target
    forecast forecasts threshold limit limits penalties difference sensitivity variance end addition budget exposure""".split()
)
"""Heads that name no metric by themselves."""
_WEAK_HEADS = frozenset(
    "cost costs price prices value values rate rates income level levels use volume high low".split()
)
"""Heads that name a metric only with words before them ("lease cost", "52-week high")."""
_NOUNS_IN_ING = frozenset(
    """operating staffing marketing advertising financing investing manufacturing engineering accounting pricing banking trading
    lending borrowing funding shipping building holding earning restructuring housing mining drilling refining gaming consulting
    licensing processing outsourcing training cleaning catering insuring wiring printing publishing broadcasting packaging closing
    non-operating selling opening outstanding""".split()
)
_INSIDE: frozenset[Part] = frozenset({"word", "name", "adjusted", "metric", "number", "rise"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A metric as the text names it. `listed` is the canonical name or None for own words; `[first, last]` its tokens."""

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
        if line[spot + 1].start - token.end > 2 or _verbal(token):  # noqa: PLR2004
            break
        if token.text.endswith(("'s", "’s", "s'", "s’")):
            owner = _owner(line, spot)
            break
        if token.part == "adjusted":
            qualifier = Span(token.start, token.end if qualifier is None else qualifier.end)
        elif token.lower in ALTERING and not segment:
            start = token.start
        elif token.part in ("adverb", "relative", "guidance") or token.lower in NEUTRAL:
            if segment:
                break
        else:
            segment.append(token)
        first = spot
        spot -= 1
    end, last = _compound_end(line, place)
    if last == place + 1 and line[last].lower in LOSSES:
        loss = Span(line[last].start, line[last].end)
        return Phrase(
            Span(start, end),
            first,
            last,
            name if start == metric.start else None,
            qualifier,
            None,
            loss,
            blocked=_blocked(line, first),
        )
    if end > metric.end:
        return Phrase(
            Span(min(start, segment[-1].start if segment else start), end),
            first,
            last,
            None,
            blocked=_blocked(line, first),
        )
    own = name if start == metric.start else None
    part = Span(segment[-1].start, segment[0].end) if segment else _segment_behind(line, place)
    loss = _loss(line, first, place)
    blocked = _blocked(line, first)
    return Phrase(Span(start, metric.end), first, place, own, qualifier, part, loss, owner, blocked=blocked)


def _owner(line: Sequence[Token], spot: int) -> Span:
    """The whole name whose last word carries the apostrophe, without it."""
    first = spot
    while first > 0 and line[first - 1].part in ("name", "and") and line[first - 1].text != "," and spot - first < 4:  # noqa: PLR2004
        first -= 1
    while first < spot and line[first].part == "and":
        first += 1
    end = line[spot].end - (2 if line[spot].text[-1] == "s" else 1)
    return Span(line[first].start, end)


def _verbal(token: Token) -> bool:
    lower = token.lower
    return token.part == "word" and (
        lower.endswith("ly")
        or (lower.endswith("ing") and lower not in _NOUNS_IN_ING)
        or (lower.endswith("ed") and lower not in ADJUSTED | ALTERING | NEUTRAL)
    )


def _compound_end(line: Sequence[Token], place: int) -> tuple[int, int]:
    """ "inventory write-down", "sales commissions": the listed word is no head when a noun follows."""
    last = place
    while last + 1 < len(line) and last - place < 3:  # noqa: PLR2004
        token = line[last + 1]
        if token.part != "word" or _verbal(token) or not token.text[0].isalpha() or token.start - line[last].end != 1:
            break
        last += 1
    return line[last].end, last


_CHAIN = 7
_CHAINED: frozenset[Part] = frozenset({"word", "name", "of", "preposition", "determiner", "metric", "and", "to"})


def _blocked(line: Sequence[Token], first: int) -> Literal["", "change", "effect"]:
    """ "an increase in …", "the impact of … on …": a change or an effect governs the phrase."""
    link = before(line, first)
    if link >= 0 and line[link].part == "of" and (link == 0 or line[link - 1].part in ("comma", "clause", "semicolon")):
        return "effect"  # "Of the total backlog, $5.9 billion …": a part of it
    if link < 1 or line[link].part not in ("preposition", "of", "to"):
        return ""
    head = before(line, link)
    if head < 0:
        return ""
    if (
        line[head].part in ("rise", "fall", "change")
        or line[head].part in ("risen", "fallen")
        and line[link].lower == "in"
    ):
        return "change"
    spot = head
    while spot >= 0 and head - spot < _CHAIN and line[spot].part in _CHAINED:
        spot -= 1
    return "effect" if spot >= 0 and line[spot].part == "effect" else ""


def _segment_behind(line: Sequence[Token], place: int) -> Span | None:
    """ "revenue in North America", "profits at Barclaycard": a name behind a preposition."""
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


def own_words_before(line: Sequence[Token], place: int) -> Phrase | None:
    """ "non-cash operating lease cost of AMOUNT": the noun phrase left of "of", "totalling" or a colon."""
    link = before(line, place)
    if link < 1 or line[link].part not in ("of", "colon"):
        return None
    return _run_back(line, link - 1)


def _run_back(line: Sequence[Token], last: int) -> Phrase | None:
    while last >= 0 and line[last].part == "period":
        last -= 1
        while last >= 0 and line[last].part in ("preposition", "determiner"):
            last -= 1
    first = last + 1
    while first > 0 and last - first < 6 and line[first - 1].part in _INSIDE and not _verbal(line[first - 1]):  # noqa: PLR2004
        first -= 1
    return _own(line, first, last)


def own_words_subject(line: Sequence[Token], place: int) -> Phrase | None:
    """ "Power curtailment credits … were AMOUNT": the subject of the verb right before the amount."""
    verb = place - 1
    to_be = before(line, place)
    if to_be > 1 and line[to_be].part == "equals" and line[to_be - 1].part == "to":
        return _run_back(line, to_be - 2)
    while verb >= 0 and (
        line[verb].part in PASSED or line[verb].part == "period" or line[verb].lower in ("at", "to", "in")
    ):
        verb -= 1
    if verb < 1 or line[verb].part not in ("equals", "risen", "fallen"):
        return None
    if line[verb].part != "equals" and line[before(line, place)].part != "to":
        return None
    start = verb - 1
    while start >= 0 and line[start].part not in ("clause", "semicolon", "amount", "dash") and verb - start < 30:  # noqa: PLR2004
        if line[start].part == "comma" and not _aside(line, start, verb):
            break
        start -= 1
    first = start + 1
    while first < verb and line[first].part in PASSED | {"and"}:
        first += 1
    last = first
    while last < verb and last - first < 8 and _in_subject(line, last):  # noqa: PLR2004
        last += 1
    last -= 1
    while last > first and line[last].part in ("and", "of", "determiner", "preposition"):
        last -= 1
    return _own(line, first, last)


def _aside(line: Sequence[Token], comma: int, verb: int) -> bool:
    """A comma right before the verb, or after which only a period stands ("…, 2023 and 2022, were")."""
    return all(t.part in ("comma", "period", "and", "number") for t in line[comma:verb])


def _in_subject(line: Sequence[Token], spot: int) -> bool:
    token = line[spot]
    if token.part in _INSIDE and not (_verbal(token) and token.text[0].islower()):
        return True
    follows = line[spot + 1].part if spot + 1 < len(line) else "close"
    return (
        token.part in ("of", "and")
        and follows in _INSIDE | {"determiner"}
        or (token.part == "determiner" and spot > 0 and line[spot - 1].part == "of")
    )


def own_words_after(line: Sequence[Token], place: int) -> Phrase | None:
    """ "purchased AMOUNT of short-term investments", "a AMOUNT ratification charge"."""
    spot = place + 1
    if spot >= len(line):
        return None
    linked = line[spot].part == "of"
    if linked:
        spot += 1
        while spot < len(line) and line[spot].part in PASSED:
            spot += 1
    first = spot
    while spot < len(line) and spot - first < 6 and line[spot].part in _INSIDE and not _verbal(line[spot]):  # noqa: PLR2004
        spot += 1
    phrase = _own(line, first, spot - 1)
    if phrase is None or linked:
        return phrase
    return phrase if line[phrase.last].lower.split()[-1] in _NOUN_HEADS else None


def _own(line: Sequence[Token], first: int, last: int) -> Phrase | None:
    """The tokens `[first, last]` as a metric of own words, if they can name one."""
    if last < first or first < 0:
        return None
    inner = line[first : last + 1]
    words = [token for token in inner if token.part in ("word", "metric", "adjusted")]
    if not words or inner[-1].part not in ("word", "metric", "name") or len(inner) == 1 and inner[0].part == "metric":
        return None
    head = _head(inner)
    if (
        head.lower in _WEAK_HEADS
        and len(inner) == 1
        or head.lower in _EMPTY_HEADS - _WEAK_HEADS
        or head.part == "name"
        and head.text[1:].islower()
        and len(words) < 1
    ):
        return None
    if all(token.part == "name" for token in inner) or not any(len(token.text) > 2 for token in words):  # noqa: PLR2004
        return None
    loss = next((Span(token.start, token.end) for token in inner if token.lower in LOSSES), None)
    return Phrase(Span(inner[0].start, inner[-1].end), first, last, loss=loss, blocked=_blocked(line, first))


def _head(inner: Sequence[Token]) -> Token:
    """The noun that the phrase is about: before its first "of", else the last word."""
    for place, token in enumerate(inner):
        if token.part == "of" and place:
            return inner[place - 1]
    return inner[-1]
