"""A verbatim piece of an expression, in its place."""

from __future__ import annotations

from msgspec import Struct

from finproc.model.text import Span


class Part(Struct, frozen=True):
    """Characters `text` at `span` of the text that was searched.

    `meaning` is what the tables say (an ISO code, a name).
    """

    text: str
    span: Span
    meaning: str = ""

    def shifted(self, by: int) -> Part:
        return Part(self.text, Span(self.span.start + by, self.span.end + by), self.meaning)


def part(text: str, start: int, end: int, meaning: str = "") -> Part:
    """The piece `[start, end)` of `text`."""
    return Part(text[start:end], Span(start, end), meaning)


def words(text: str) -> frozenset[str]:
    """A set of words written as one text."""
    return frozenset(text.split())
