"""Places in a text: spans and verbatim quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["text", "heading", "caption", "column", "row", "document", "submission"]
"""Where a field was found: beside the amount (`text`), or inherited from a heading, a caption, a column or row head,
the document's default (stated elsewhere in it), or what the submitter said (no place in the text)."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of character offsets `[start, end)` in a document's text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def within(self, other: Span) -> bool:
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim characters and where they stand. `span` is None only for what the submission itself says."""

    text: str
    span: Span | None
    origin: Origin = "text"
