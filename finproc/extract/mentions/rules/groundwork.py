"""What mentions are made from: a text's findings, tables and sentences, and what the grammar makes of each sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from finproc.extract.mentions.rules import asides, conversions, outlook, qualifiers
from finproc.extract.mentions.rules.binding import bind
from finproc.extract.mentions.rules.bound import Bound
from finproc.extract.mentions.rules.dating import Dated, date_amounts
from finproc.extract.mentions.rules.grids import Grid, find_grids
from finproc.extract.mentions.rules.sentences import Passage, passages
from finproc.extract.mentions.rules.sweep import Sweep, sweep
from finproc.extract.mentions.rules.tokens import Found, Token, tokens
from finproc.lexicon.amounts import FoundAmount
from finproc.lexicon.languages import KEPT_LENGTH, told_apart
from finproc.model.document import Document
from finproc.model.text import Span


class Parsed(Struct, frozen=True):
    """A sentence as the grammar reads it: its words, and for each of its amounts metric, period and outlook."""

    part: Sweep
    line: Sequence[Token]
    converted: dict[int, FoundAmount]
    bound: Sequence[Bound]
    dated: Sequence[Dated]
    cues: Sequence[Token | None]
    """For each amount the word that makes it guidance."""
    has_asides: bool = False
    """Whether the line is without adverbs that stand between commas in the text."""


def parse(text: str, span: Span, found: Sequence[Found], part: Sweep, *, without_asides: bool) -> Parsed:
    """Reads one sentence, of which `found` and `part` are what the sweep has of it."""
    line, converted = conversions.fold(tokens(text, span, found), part.amounts)
    whole = qualifiers.fold(text, line)
    line = asides.fold(whole) if without_asides else whole
    bound = bind(line, part.amounts, part.metrics)
    dated = date_amounts(line, bound, part.periods)
    return Parsed(part, line, converted, bound, dated, outlook.cues(line, bound), len(line) < len(whole))


@dataclass(frozen=True, slots=True)
class Groundwork:
    """A document as the rules find it, in the language that they take it for.

    A short document's sentences are kept as they were read, for a second reader; a long one's are not held in memory.
    """

    document: Document
    language: str | None
    sweep: Sweep
    grids: Sequence[Grid]
    passages: Sequence[Passage]
    _parsed: dict[Span, Parsed] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, document: Document, language: str | None) -> Groundwork:
        """Everything but the sentences' grammar, which is read on demand."""
        grids = find_grids(document)
        return cls(
            document,
            language,
            sweep(document.text, language),
            grids,
            passages(document, [grid.span for grid in grids]),
        )

    @property
    def is_short(self) -> bool:
        """Whether it is worth keeping."""
        return len(self.document.text) <= KEPT_LENGTH

    def in_language(self, language: str | None) -> Groundwork:
        """The same document as found in a language; itself where the finders do not tell the two apart."""
        if told_apart(language) == told_apart(self.language):
            return self
        return Groundwork(self.document, language, sweep(self.document.text, language), self.grids, self.passages)

    def parsed(self, span: Span, found: Sequence[Found], part: Sweep) -> Parsed:
        """One sentence, without the adverbs between commas that say nothing of the grammar."""
        read = parse(self.document.text, span, found, part, without_asides=True)
        if self.is_short:
            self._parsed[span] = read
        return read

    def parsed_whole(self, span: Span) -> Parsed:
        """One sentence with all its words."""
        known = self._parsed.get(span)
        if known is not None and not known.has_asides:
            return known
        return parse(self.document.text, span, *self.sweep.found_in(span), without_asides=False)
