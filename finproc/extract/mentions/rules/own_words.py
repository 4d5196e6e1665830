"""Metrics that no table lists, in the text's own words: the noun phrase before "of", a subject, an object."""

from __future__ import annotations

from collections.abc import Sequence

from finproc.extract.mentions.rules.governing import GOVERNORS, governor
from finproc.extract.mentions.rules.modifiers import verbal
from finproc.extract.mentions.rules.phrases import Phrase, own_phrase
from finproc.extract.mentions.rules.roles import PASSED, before
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import Part, words

_NOUN_HEADS = words("""
    charge charges gain gains loss losses settlement fine dividend fee fees payment payments expense expenses
    cost costs investment contract order penalty provision write-down writedown writeoff write-off impairment
    bond loan offer bid deal profit umsatz gewinn verlust überschuss auftrag dividende
""")
"""Heads of a phrase behind an amount that is a booked item ("a $55 million ratification charge")."""
_EMPTY_HEADS = words("""
    amount amounts total totals sum sums value values level levels rate rates price cost increase decrease
    reduction excess maximum minimum principal figure figures number numbers range portion part rest majority
    balance average use uses change changes inflow inflows outflow outflows lot record high low top most
    expectation expectations consensus estimate estimates par aggregate compensation jump rise drop fall half
    third quarter year years month months period people case one time result results mark scale negative
    positive volume reward worth market markets population barrels day world economy country government tax
    imbalance outlook guidance target forecast forecasts threshold limit limits penalties difference sensitivity
    variance end addition budget exposure
""")
"""Heads that name no metric by themselves."""
_WEAK_HEADS = words("cost costs price prices value values rate rates income level levels use volume high low")
"""Heads that name a metric only with words before them ("lease cost", "52-week high")."""
_RESULTS = words("loss losses deficit profit profits")
_LONGEST, _SUBJECT, _CLAUSE, _WORD = 6, 8, 30, 3
"""Tokens of a noun phrase, of a subject, between subject and verb; letters of a word that says something."""
_TO_VERB = words("at to in flat unchanged stable steady constant bei auf")
"""What may stand between a verb and the amount that its subject comes to ("was essentially flat at")."""
_CHANGE: frozenset[Part] = frozenset({"amount", "comma", "and", "by", "adverb", "relative", "open", "close"})
_PARTICIPLES = words("purchased recorded reported used acquired paid")
_INSIDE: frozenset[Part] = frozenset({"word", "name", "adjusted", "metric", "number", "rise"})
_FOLLOWING: frozenset[Part] = _INSIDE | {"determiner"}
_OPENING: frozenset[Part] = PASSED | {"and", "company"}
_NAMELESS_HEADS = _EMPTY_HEADS - _WEAK_HEADS


def named_before(line: Sequence[Token], place: int) -> Phrase | None:
    """As in "non-cash operating lease cost of AMOUNT": the noun phrase left of "of", "totalling" or a colon.

    Of "finance cost was a charge of AMOUNT" it is the subject.
    """
    link = before(line, place)
    if link < 1 or line[link].part not in ("of", "colon"):
        return None
    verb = before(line, link - 1)
    if verb > 0 and line[link].part == "of" and line[link - 1].part == "word" and line[verb].part == "equals":
        return _subject_of(line, verb) or _run_back(line, link - 1)
    return _run_back(line, link - 1)


def moved(line: Sequence[Token], place: int) -> Phrase | None:
    """As in "narrowed its loss to AMOUNT": the object of a verb that leads to a new level."""
    link = place - 1
    while link >= 0 and line[link].part in ("adverb", "determiner"):
        link -= 1
    if link < 1 or line[link].part != "to":
        return None
    if line[link - 1].part in ("risen", "fallen") and link > 1 and line[link - 2].lower in _RESULTS:
        return own_phrase(line, link - 2, link - 2)
    if line[link - 1].lower not in _RESULTS:
        return None
    verb = link - 2
    while verb >= 0 and line[verb].part in ("determiner", "word", "relative", "name", "adverb"):
        verb -= 1
    return own_phrase(line, link - 1, link - 1) if verb >= 0 and line[verb].part in ("risen", "fallen") else None


def _carried(line: Sequence[Token], last: int) -> int:
    """As in "trademarks with a carrying value of AMOUNT": the last word of what is carried at a value."""
    if last < 1 or line[last].lower not in ("value", "amount", "book value", "market value"):
        return last
    for spot in range(last - 1, max(0, last - 4), -1):
        if line[spot].lower == "with":
            return spot - 1
    return last


def _run_back(line: Sequence[Token], last: int) -> Phrase | None:
    while last >= 0 and line[last].part == "period":
        last -= 1
        while last >= 0 and line[last].part in ("preposition", "determiner"):
            last -= 1
    last = _carried(line, last)
    first = last + 1
    while first > 0 and last - first < _LONGEST and line[first - 1].part in _INSIDE and not verbal(line[first - 1]):
        first -= 1
    governed = governor(line, first)
    return _own(line, first if governed is None else governed, last)


def subject(line: Sequence[Token], place: int) -> Phrase | None:
    """As in "Power curtailment credits … were AMOUNT": the subject of the verb right before the amount."""
    verb = place - 1
    to_be = before(line, place)
    if to_be > 1 and line[to_be].part == "equals" and line[to_be - 1].part == "to":
        planned = _run_back(line, to_be - 2)
        behind = before(line, planned.first) if planned is not None else -1
        return planned if behind >= 0 and line[behind].part == "guidance" else None
    while verb >= 0 and _passes(line[verb]):
        verb -= 1
    if line[to_be].part == "to" and line[verb].part not in ("equals", "risen", "fallen"):
        verb = _over_change(line, verb)
    if verb < 1 or line[verb].part not in ("equals", "risen", "fallen"):
        return None
    if line[verb].part != "equals" and line[before(line, place)].part != "to":
        return None
    return _subject_of(line, verb)


def _passes(token: Token) -> bool:
    """What may stand between a verb and the amount: "were essentially flat at", "was in 2019"."""
    adverb = token.part == "word" and token.lower.endswith("ly")
    return token.part in PASSED or token.part == "period" or token.lower in _TO_VERB or adverb


def _over_change(line: Sequence[Token], spot: int) -> int:
    """As in "fees grew 7% to AMOUNT", "costs increased $3m, or 8%, to AMOUNT": the verb before the change."""
    start = spot
    while spot > 0 and start - spot < _SUBJECT and line[spot].part in _CHANGE:
        spot -= 1
    changes = any(token.part == "amount" for token in line[spot + 1 : start + 1])
    return spot if changes and line[spot].part in ("risen", "fallen") else -1


def changed_subject(line: Sequence[Token], place: int) -> Phrase | None:
    """As in "Unlevered cash flow decreased by AMOUNT to …": the subject of the verb that leads to a change."""
    verb = before(line, place)
    if verb > 0 and line[verb].part == "by":
        verb = before(line, verb)
    return _subject_of(line, verb) if verb > 0 and line[verb].part in ("risen", "fallen") else None


def _subject_of(line: Sequence[Token], verb: int) -> Phrase | None:
    start = verb - 1
    while start >= 0 and line[start].part not in ("clause", "semicolon", "amount", "dash") and verb - start < _CLAUSE:
        if line[start].part == "comma" and not _aside(line, start, verb):
            break
        start -= 1
    first = start + 1
    while first < verb and line[first].part in _OPENING and line[first].lower != "total":
        first += 1
    last = first
    while last < verb and last - first < _SUBJECT and _in_subject(line, last):
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
    if token.lower == "total":
        return True
    if token.part in _INSIDE and not (verbal(token) and token.text[0].islower()):
        return True
    follows = line[spot + 1].part if spot + 1 < len(line) else "close"
    if (token.part == "word" and token.lower.endswith("ed")) or token.lower in _PARTICIPLES:
        joined = spot == 0 or line[spot - 1].part in ("and", "of", "determiner", "comma")
        return joined and follows in ("word", "metric")
    if token.lower in ("from", "on", "for") and spot > 0 and line[spot - 1].lower in GOVERNORS:
        return follows in _FOLLOWING
    if token.part == "and" and line[spot + 1 : spot + 2] and line[spot + 1].lower in _PARTICIPLES:
        return _in_subject(line, spot + 1)
    return (token.part in ("of", "and") and follows in _FOLLOWING) or (
        token.part == "determiner"
        and spot > 0
        and (line[spot - 1].part == "of" or line[spot - 1].lower in ("on", "from"))
    )


def named_after(line: Sequence[Token], place: int) -> Phrase | None:
    """As in "purchased AMOUNT of short-term investments", "a AMOUNT ratification charge"."""
    spot = place + 1
    if spot >= len(line):
        return None
    linked = line[spot].part == "of"
    if linked:
        spot += 1
        while spot < len(line) and line[spot].part in PASSED:
            spot += 1
    first = spot
    while spot < len(line) and spot - first < _LONGEST and line[spot].part in _INSIDE and not verbal(line[spot]):
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
    booked = inner[-1].part == "rise" and inner[-1].lower in ("gain", "gains")
    if booked:
        return own_phrase(line, first, last)
    if not words or inner[-1].part not in ("word", "metric", "name") or (len(inner) == 1 and inner[0].part == "metric"):
        return None
    head = _head(inner)
    if (
        (head.lower in _WEAK_HEADS and len(inner) == 1)
        or head.lower in _NAMELESS_HEADS
        or (head.part == "name" and head.text[1:].islower() and len(words) < 1)
    ):
        return None
    if all(token.part == "name" for token in inner) or not any(len(token.text) >= _WORD for token in words):
        return None
    return own_phrase(line, first, last)


def _head(inner: Sequence[Token]) -> Token:
    """The noun that the phrase is about: before its first "of", else the last word."""
    for place, token in enumerate(inner):
        if token.part == "of" and place:
            return inner[place - 1]
    return inner[-1]
