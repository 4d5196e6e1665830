"""A document as read: one text, and what its layout says about stretches of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from finproc.model.problem import Problem
from finproc.model.text import Span

BlockKind = Literal["heading", "paragraph", "item", "table", "caption"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell. `row` and `column` are zero-based places in the grid; spans count grid places covered."""

    text: str
    span: Span
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text that belongs together. Tables carry their cells; others none."""

    kind: BlockKind
    span: Span
    page: int | None = None
    cells: tuple[Cell, ...] = ()
    part: str | None = None
    """Which named part of the file it stands in: a workbook's sheet, or a note, header or footer."""
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    """The sheet's own numbers, from one, of the grid's rows and columns, where a grid leaves the empty ones out."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader makes of bytes. All offsets anywhere in finproc are characters of `text` (NFC)."""

    text: str
    blocks: tuple[Block, ...] = ()
    media_type: str = "text/plain"
    page_count: int | None = None
    problems: tuple[Problem, ...] = ()
    """What the reader saw and left out, or could not read: hidden sheets, pages that are images."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the submitter said about a document; every field may be missing."""

    company: str | None = None
    published: date | None = None
    language: str | None = None
    metadata: dict[str, object] = field(default_factory=dict, hash=False)
