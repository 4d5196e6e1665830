"""What a table's captions say about the numbers in it: scale and currency for an amount that only a model claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finproc.extract.mentions.rules.grids import Grid, find_grids
from finproc.lexicon.scales import currency_of_caption, find_captions
from finproc.model.document import Document
from finproc.model.text import Quote, Span

CAPTION = 60
"""Characters from which on a caption is a sentence, whose currency is not the table's."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The tables of a document with the scale and the currency that each states."""

    frames: Sequence[tuple[Span, Quote | None, Quote | None]]

    @classmethod
    def of(cls, document: Document, tables: Sequence[Grid] | None = None, language: str | None = None) -> Surroundings:
        """Reads the captions and heads of every table once; `tables` saves finding them again."""
        tables = find_grids(document) if tables is None else tables
        return cls(tuple(_frame(document.text, grid, language) for grid in tables))

    def scale(self, amount: Span) -> Quote | None:
        """The scale of the table that the amount stands in, if it states one."""
        return next((scale for span, scale, _ in self.frames if amount.within(span)), None)

    def currency(self, amount: Span) -> Quote | None:
        """The currency of the table that the amount stands in, if it states one."""
        return next((currency for span, _, currency in self.frames if amount.within(span)), None)


def _frame(text: str, grid: Grid, language: str | None) -> tuple[Span, Quote | None, Quote | None]:
    scale = currency = None
    words = [*grid.captions, *(cell.span for row in grid.rows for cell in row if not cell.numeric)]
    for span in words:
        stretch = text[span.start : span.end]
        for start, end, _power, _currency in find_captions(stretch, language)[:1]:
            scale = scale or Quote(stretch[start:end], Span(span.start + start, span.start + end), "caption")
        if currency is None and len(stretch) < CAPTION and currency_of_caption(stretch):
            currency = Quote(stretch, span, "caption")
    for row in grid.rows:
        for cell in row:
            if currency is None and cell.numeric and currency_of_caption(cell.text):
                currency = Quote(cell.text, cell.span, "caption")
    return grid.span, scale, currency
