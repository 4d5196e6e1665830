"""What the sentence around a number says that its reading left out: a part of the company, a limit, an instruction.

A last look at every mention of prose, whoever read it. A part of the company that governs the metric is filled in; one
that merely stands there, a limit and a sentence that tells its reader what to do put the mention in doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from finproc.lexicon import currencies
from finproc.lexicon.metrics import look_up
from finproc.lexicon.periods import find_periods
from finproc.model.mention import Extraction, Mention
from finproc.model.text import Quote, Span

_SENTENCE = 400
"""Characters looked back over for what governs a number."""
_STOP = re.compile(r"\s(?:(?<=\n)|(?<=[.!?;].))")
"""The blank behind a sentence, or a line's end. It begins with the blank, so that a search skips to the next one."""
_PART = re.compile(
    r"\b(?P<name>[\w&-]+(?:(?:\s|,\s|\s(?:and|&)\s)[A-Z][\w&-]*){0,4})\s(?i:segments?|divisions?|business\s(?:unit|segment|line|"
    r"area|group)|reporting\sunit|operating\sunit|sparte)\b(?!\s(?:income|profit|loss|margin|revenues?|results?|ebitda|assets))"
    r"|\b(?i:segments?|geschäftsbereichs?|geschäftsfelds?|sparte|konzernsparte|pôle|branche)\s(?P<behind>[A-ZÀ-Ý][\w&-]*"
    r"(?:\s(?:&\s|und\s|et\s)?[A-ZÀ-Ý][\w&-]*){0,3})"
)
_NOUNS = ("segment", "division", "business", "unit", "sparte", "geschäfts", "pôle", "branche")
"""One of them stands in all that `_PART` finds: a quick look that spares it most sentences."""
_WORD = re.compile(r"[\w&-]+")
_NO_PART = re.compile(
    r"(?:the|each|all|both|every|no|any|other|our|its|their|this|that|these|single|one|two|three|four|five|six|new|reportable|operating|"
    r"business|by|of|per|total|reporting|several|individual|which|remaining|same|smallest|largest|main)",
    re.IGNORECASE,
)
_GOVERNS = re.compile(
    r"[\s,]*(?:(?:also|had|has|have|reported|posted|recorded|generated|delivered|achieved|earned|contributed|booked|with|saw|an?|"
    r"the|its|of|in|for|total|erzielte|verzeichnete|meldete|einen?|a|réalisé|un|le|la)\s+)*",
    re.IGNORECASE,
)
"""Between a part and the metric that it governs: a comma, or a verb that reports."""
_FROM = re.compile(
    r"\s(?:(?:came|comes|stemmed|was|were|is|are)\s)?(?:from|generated\s(?:by|in)|attributable\sto|earned\s(?:by|in))\s(?:the\s|its\s|our\s)?"
    r"(?P<name>[A-Z][\w&-]*)\b(?!['’]s?\s)"
)
_MONEY_SIGNS = frozenset("$€£¥₹")
"""As in "from EUR 8.7 million", "from US$5m": the level before, no part."""
_WITHOUT = re.compile(
    r"\b(?:excluding|without|outside|except|sale|sold|divest\w*|disposal|acqui\w+|former|discontinued|ohne|hors|bought|purchase\w*)\b[^.;]*$",
    re.IGNORECASE,
)
_ALLOWED = re.compile(r"\b(?:may|can|could|might|entitled|permitted|allows?|able)\b[^,;]*\bup\sto\s*$", re.IGNORECASE)
"""As in "it may draw up to": what could be, of which nothing is said to be."""
_DUTY = re.compile(
    r"\b(?:must|shall|covenants?|covenanted|(?:is|are|was|were|be)\s(?:required|obliged|obligated|permitted|limited|"
    r"restricted)|requires?|requiring|obliges?|limits?|caps?|may\snot|cannot|condition(?:ed)?)\b",
    re.IGNORECASE,
)
_DUTY_WORDS = (
    "must", "shall", "covenant", "requir", "oblig", "permitted", "limit", "restricted", "cap", "may", "cannot",
    "condition",
)  # fmt: skip
"""One of them stands in all that `_DUTY` finds, as in `_NOUNS`; so with the words below."""
_BOUND = re.compile(
    r"\b(?:at\sleast|no\s(?:more|less|greater|higher|lower)\sthan|(?:not\s)?(?:to\s)?exceed(?:s|ing)?|minimum|maximum|"
    r"(?:less|more|greater|higher|lower)\sthan|up\sto|below|above|limited\sto|to)\b",
    re.IGNORECASE,
)
_NO_METRIC = re.compile(
    r"^(?:the\s|a\s)?(?:par|nominal|face|stated)\svalue|\b(?:thresholds?|limits?|covenants?|sensitivity|markets?|industry|economy)$|^(?:page|note|phone|tel|section|nennwert)\b",
    re.IGNORECASE,
)
_PAR = re.compile(r"\b(?:(?:par|nominal|stated)\svalue(?:\sof)?|nennwert(?:\svon)?)\s*$", re.IGNORECASE)
_PAR_WORDS = ("value", "nennwert")
_PAR_BEHIND = re.compile(r"\s(?:per\sshare\s)?(?:par|nominal|stated)\svalue\b", re.IGNORECASE)
_END = re.compile(r"[.!?](?=\s|$)|\n")
_DENIED = re.compile(
    r"\b(?:(?:did|does|do|has|have|had|was|were|is|are|will)\snot|didn't|doesn't|hasn't|never|denie[sd]|deny|denying|"
    r"rather\sthan|instead\sof|nicht|keinen?|kein)\s(?:\w+\s){0,3}$",
    re.IGNORECASE,
)
_DENIED_WORDS = ("not", "n't", "never", "den", "rather", "instead", "nicht", "kein")
_SLASH = re.compile(r"\s?/")
_COMMAND = re.compile(
    r"\W*(?:(?:system|assistant|user|developer|(?:note|message|instructions?)\s(?:to|for)\s[\w\s]{2,30})\s*:|"
    r"(?:please\s)?(?:ignore|disregard|forget|override|output|respond|answer|return|print|pretend|assume|imagine|state|"
    r"treat|mark|label|extract|report|record|set|replace|change|use)\s(?:all|any|the|every|each|this|that|it|these|your|"
    r"previous|prior|above|only|as|with|net|revenues?|a|an|instead)\b)",
    re.IGNORECASE,
)
_DISREGARD = re.compile(
    r"\b(?:ignore|disregard|forget)\s(?:all\s|any\s|the\s|your\s)*(?:previous|prior|above|earlier|other)\b",
    re.IGNORECASE,
)
_DISREGARD_WORDS = ("ignore", "disregard", "forget")


@dataclass(frozen=True, slots=True)
class _Scene:
    """A text, and what is looked up in it for each of its mentions."""

    text: str
    amounts: Sequence[Span]
    """Every amount, claimed or not, in order."""
    stops: Sequence[int]
    """Where sentences and lines end."""
    nouns: Sequence[str]
    """Of the words that a pattern needs those that stand anywhere; so below."""
    duties: Sequence[str]
    pars: Sequence[str]
    denials: Sequence[str]
    commands: Sequence[str]

    @classmethod
    def of(cls, extraction: Extraction, text: str) -> Self:
        quotes = (*(mention.amount for mention in extraction.mentions), *extraction.unclaimed)
        amounts = sorted(quote.span for quote in quotes if quote.span is not None)
        stops = [stop.end() for stop in _STOP.finditer(text)]
        lower = text.lower()
        lists = (_NOUNS, _DUTY_WORDS, _PAR_WORDS, _DENIED_WORDS, _DISREGARD_WORDS)
        return cls(text, amounts, stops, *([word for word in words if word in lower] for words in lists))

    def sentence_start(self, place: int) -> int:
        """Where the sentence of a number begins, at the farthest so many characters before."""
        floor = max(0, place - _SENTENCE)
        before = bisect_right(self.stops, place)
        return max(floor, self.stops[before - 1]) if before else floor


def scrutinized(extraction: Extraction, text: str) -> Extraction:
    """The extraction with parts of the company filled in, and the doubts that the sentences raise."""
    scene = _Scene.of(extraction, text)
    mentions = tuple(_looked_at(_with_part(mention, scene), scene) for mention in extraction.mentions)
    return replace(extraction, mentions=mentions)


def with_parts(extraction: Extraction, text: str) -> Extraction:
    """The extraction with the part of the company where one governs the metric and the mention names none."""
    scene = _Scene.of(extraction, text)
    return replace(extraction, mentions=tuple(_with_part(mention, scene) for mention in extraction.mentions))


def _holds(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words stands in a text in lower case, as part of another word too."""
    return any(word in text for word in words)


def _governing_part(mention: Mention, scene: _Scene) -> Quote | None:
    """As in "In the Cloud segment, profit was AMOUNT", "its Cloud segment reported revenue of AMOUNT"."""
    metric, text = mention.metric.span, scene.text
    if metric is None:
        return None
    for name, end in _parts(mention, scene):
        between = text[end : metric.start] if end <= metric.start else "?"
        if _GOVERNS.fullmatch(between) and not _WITHOUT.search(text[max(0, name.start - 60) : name.start]):
            return Quote(text[name.start : name.end], name)
    return None


def _with_part(mention: Mention, scene: _Scene) -> Mention:
    if not scene.nouns or mention.segment is not None or _in_table(mention):
        return mention
    part = _governing_part(mention, scene)
    return mention if part is None else replace(mention, segment=part)


def _in_table(mention: Mention) -> bool:
    return mention.metric.origin != "text" or (mention.period is not None and mention.period.origin == "column")


def _looked_at(mention: Mention, scene: _Scene) -> Mention:
    if _in_table(mention) or mention.amount.span is None:
        return mention
    found = list(_doubts(mention, scene))
    if not found:
        return mention
    return replace(mention, doubts=tuple(dict.fromkeys((*mention.doubts, *found))))


def _doubts(mention: Mention, scene: _Scene) -> Iterator[str]:
    text, span = scene.text, mention.amount.span or mention.quote
    before = text[scene.sentence_start(span.start) : span.start]
    lower = before.lower()
    if mention.segment is None and (any(_parts(mention, scene)) or _from_a_part(text, span.end)):
        yield "segment_unclaimed"
    if (
        _NO_METRIC.search(mention.metric.text)
        or (_holds(lower, scene.pars) and _PAR.search(before))
        or _PAR_BEHIND.match(text, span.end)
    ):
        yield "no_metric"
    if mention.extractor == "model" and lower.rstrip().endswith("to") and _ALLOWED.search(before):
        yield "threshold"
    duties = [duty.end() for duty in _DUTY.finditer(before)] if _holds(lower, scene.duties) else ()
    if duties and _BOUND.search(before, duties[-1]):
        yield "threshold"
    if _COMMAND.match(before) or (_holds(lower, scene.commands) and _DISREGARD.search(before)):
        yield "instruction"
    yield from _held_open(mention, scene, before, span)


def _held_open(mention: Mention, scene: _Scene, before: str, span: Span) -> Iterator[str]:
    """What is asked, denied, or said of two things in one breath is not said of this number."""
    text = scene.text
    end = _END.search(text, span.end, span.end + _SENTENCE)
    if end and end[0] == "?":
        yield "asked"
    metric = mention.metric.span
    if metric is None or metric.start >= span.start:
        return
    leading = before[: max(0, len(before) - (span.start - metric.start))]
    if _holds(leading.lower(), scene.denials) and _DENIED.search(leading):
        yield "denied"
    if "/" in text[max(0, metric.start - 3) : metric.start] and _SLASH.match(text, span.end, span.end + 3):
        yield "parallel"


def _from_a_part(text: str, end: int) -> bool:
    """As in "$5 million came from Cloud": a name right behind the number says where it comes from."""
    match = _FROM.match(text, end)
    if (
        match is None
        or currencies.before(match["name"].rstrip("0123456789"))
        or text[match.end() : match.end() + 1] in _MONEY_SIGNS
    ):
        return False
    return not find_periods(match["name"])


def _parts(mention: Mention, scene: _Scene) -> Iterator[tuple[Span, int]]:
    """Parts named between the number before and this one, the nearest first: the name, and where its noun ends."""
    text, span = scene.text, mention.amount.span
    if span is None or not scene.nouns:
        return
    start = scene.sentence_start(span.start)
    place = bisect_left(scene.amounts, span)
    if place:
        start = max(start, min(scene.amounts[place - 1].end, span.start))
    if not _holds(text[start : span.start].lower(), scene.nouns):
        return
    for match in reversed(list(_PART.finditer(text, start, span.start))):
        name = _named(text, Span(*match.span("name" if match["name"] else "behind")))
        if name is not None:
            yield name, match.end()


def _named(text: str, span: Span) -> Span | None:
    """The name of a part without what leads to it ("the", "its", "'s"); None where it is none ("each", "EBITDA")."""
    words = [Span(span.start + word.start(), span.start + word.end()) for word in _WORD.finditer(text[_slice(span)])]
    while len(words) > 1 and (not text[words[0].start].isupper() or _NO_PART.fullmatch(text[_slice(words[0])])):
        words = words[1:]
    last = text[_slice(words[-1])]
    if _NO_PART.fullmatch(last) or not last[0].isalpha() or look_up(text[words[0].start : words[-1].end]):
        return None
    return Span(words[0].start, words[-1].end)


def _slice(span: Span) -> slice:
    return slice(span.start, span.end)
