"""A document as read, kept beside what was extracted from it: a later reader may place its characters elsewhere."""

from __future__ import annotations

from typing import Any

from finproc.model.document import Block, Cell, Document
from finproc.model.text import Span


def to_json(document: Document) -> dict[str, Any]:
    """The document as JSON says it; blocks and cells as lists, since a filing has thousands of them."""
    return {
        "text": document.text,
        "media_type": document.media_type,
        "page_count": document.page_count,
        "blocks": [
            [block.kind, block.span.start, block.span.end, block.page, [_cell(cell) for cell in block.cells]]
            for block in document.blocks
        ],
    }


def from_json(value: dict[str, Any]) -> Document:
    """The document that `to_json` said."""
    blocks = tuple(
        Block(kind, Span(start, end), page, tuple(_read_cell(cell) for cell in cells))
        for kind, start, end, page, cells in value["blocks"]
    )
    return Document(value["text"], blocks, value["media_type"], value["page_count"])


def _cell(cell: Cell) -> list[Any]:
    return [cell.text, cell.span.start, cell.span.end, cell.row, cell.column, cell.row_span, cell.column_span]


def _read_cell(cell: list[Any]) -> Cell:
    text, start, end, row, column, row_span, column_span = cell
    return Cell(text, Span(start, end), row, column, row_span, column_span)
