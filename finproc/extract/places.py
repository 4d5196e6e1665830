"""Where a number stands: its sentence as the rules' grammar reads it, or its table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from finproc.extract.mentions.rules import Groundwork
from finproc.extract.mentions.rules.bound import Bound
from finproc.extract.mentions.rules.dating import Dated
from finproc.extract.mentions.rules.grids import Grid
from finproc.extract.mentions.rules.naming import Namer
from finproc.extract.mentions.rules.sentences import Passage
from finproc.extract.mentions.rules.sweep import Sweep, within
from finproc.extract.mentions.rules.tokens import Token
from finproc.lexicon.amounts import FoundAmount
from finproc.lexicon.companies import key
from finproc.lexicon.metrics import canonical
from finproc.model.document import Context, Document
from finproc.model.text import Span

_JOINTS = frozenset({"of", "preposition", "determiner", "from", "adverb", "adjusted", "relative"})
_PARTS_WORDS = frozenset(
    {"segment", "segments", "division", "business", "unit", "segment's", "division's", "operations", "operating",
     "total", "net", "reported", "group", "sparte", "bereich", "geschäftsbereich", "pôle", "branche"}
)  # fmt: skip
_MOST_BETWEEN = 4
"""Words between a part of the company and the metric that it narrows."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The sentence of one number: its words, what the rules' grammar binds, and the number's place in it."""

    span: Span
    line: Sequence[Token]
    part: Sweep
    item: Bound
    dated: Dated
    cue: Token | None
    """The word that makes the number guidance."""
    only_company: str = ""
    """The key of the company that the text names, where it names one alone."""

    @property
    def token(self) -> Token:
        """The number itself."""
        return self.line[self.item.place]

    def between(self, one: Span, other: Span) -> list[Token]:
        """The tokens between two stretches of the sentence."""
        start, end = (one.end, other.start) if one.end <= other.start else (other.end, one.start)
        return [token for token in self.line if start <= token.start and token.end <= end]

    def joined(self, one: Span, other: Span) -> bool:
        """Whether two stretches belong to one phrase: only little words, or the noun of a part, between them."""
        if not (one.within(self.span) and other.within(self.span)):
            return False
        gap = self.between(one, other)
        return len(gap) <= _MOST_BETWEEN and all(token.part in _JOINTS or token.lower in _PARTS_WORDS for token in gap)

    def opens_with(self, span: Span | None) -> bool:
        """Whether a name is what the sentence begins with, before its number."""
        if span is None or not span.within(self.span) or span.end > self.token.start:
            return False
        before = [token for token in self.line if token.end <= span.start]
        return all(token.part in ("period", "preposition", "determiner", "comma") for token in before)


class Places:
    """The sentences and tables of one document, found when they are first asked for."""

    def __init__(self, document: Document, context: Context, ground: Groundwork | None = None) -> None:
        """`ground` spares finding again what the rules found."""
        self.document = document
        self.context = context
        self._given = ground
        self._read: dict[Span, dict[Span, Sentence]] = {}

    @cached_property
    def _ground(self) -> Groundwork:
        language = self.context.language
        return Groundwork.of(self.document, language) if self._given is None else self._given.in_language(language)

    @property
    def grids(self) -> Sequence[Grid]:
        """The document's tables."""
        return self._ground.grids

    @cached_property
    def namer(self) -> Namer:
        """Whom the document speaks of."""
        return Namer.of(self._sweep.companies, self.context)

    @cached_property
    def _only_company(self) -> str:
        named = {key(company.name) for company in self._sweep.companies}
        return named.pop() if len(named) == 1 else ""

    @property
    def _sweep(self) -> Sweep:
        return self._ground.sweep

    @cached_property
    def _passages(self) -> list[Passage]:
        return sorted(self._ground.passages, key=lambda passage: passage.span.start)

    @property
    def amounts(self) -> Sequence[FoundAmount]:
        """Every amount of the document, in order."""
        return self._sweep.amounts

    def metric_named(self, words: str, amount: Span, inside: Span) -> Span | None:
        """Where a stretch names the listed metric of these words in other ones, nearest to the number."""
        name = canonical(words)
        spans = [found.span for found in within(self._sweep.metrics, inside) if found.name == name]
        return min(spans, key=lambda span: max(span.start - amount.end, amount.start - span.end), default=None)

    def grid(self, amount: Span) -> Grid | None:
        """The table that a number stands in."""
        return next((grid for grid in self.grids if amount.within(grid.span)), None)

    def sentence(self, amount: Span) -> Sentence | None:
        """The sentence of a number outside of tables, as the rules read it."""
        place = bisect_right(self._passages, amount.start, key=lambda passage: passage.span.start) - 1
        if place < 0 or not amount.within(self._passages[place].span):
            return None
        span = self._passages[place].span
        if span not in self._read:
            self._read[span] = self._sentences(span)
        return self._read[span].get(amount)

    def _sentences(self, span: Span) -> dict[Span, Sentence]:
        read = self._ground.parsed_whole(span)
        return {
            item.amount.span: Sentence(span, read.line, read.part, item, when, cue, self._only_company)
            for item, when, cue in zip(read.bound, read.dated, read.cues, strict=True)
        }
