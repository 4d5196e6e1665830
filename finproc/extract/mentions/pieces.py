"""Cuts a document into pieces that a model can be shown: contiguous, covering every character exactly once.

Headings and table captions ("in thousands, except per share") travel with every piece that stands under them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from finproc.model.document import Block, Document
from finproc.model.text import Span

PIECE_CHARACTERS = 8000
SMALLEST_PIECE = 200
"""A piece shorter than twice this is not split any further."""
_HEAD_CHARACTERS = 300
_HEAD_LINES = 3
_BORDERS = (re.compile(r"\n[^\S\n]*\n\s*"), re.compile(r"\n+"), re.compile(r"(?<=[.!?;])\s+"), re.compile(r"\s+"))
"""Paragraphs, lines, sentences, words: where a text may be cut, best first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the document, and the heads that it stands under (outermost first)."""

    span: Span
    heads: tuple[str, ...] = ()


def pieces(document: Document, limit: int = PIECE_CHARACTERS) -> Iterator[Piece]:
    """The document in pieces of at most `limit` characters, cut at the best border of each piece's second half."""
    whole = Span(0, len(document.text))
    return (Piece(span, _heads(document, span.start)) for span in _cut(document, whole, limit))


def halves(document: Document, piece: Piece) -> tuple[Piece, ...]:
    """The piece in two, for an answer that did not fit; empty where it is too small to be split."""
    size = len(piece.span)
    if size < 2 * SMALLEST_PIECE:
        return ()
    # A limit somewhat above half, so that a border near the middle makes two pieces and never three.
    return tuple(
        Piece(span, _heads(document, span.start) if span.start != piece.span.start else piece.heads)
        for span in _cut(document, piece.span, size * 2 // 3)
    )


def _cut(document: Document, whole: Span, limit: int) -> Iterator[Span]:
    layout = _block_starts(document), _row_starts(document)
    start = whole.start
    while whole.end - start > limit:
        end = _border(document.text, layout, start + limit // 2, start + limit)
        yield Span(start, end)
        start = end
    if start < whole.end:
        yield Span(start, whole.end)


def _block_starts(document: Document) -> list[int]:
    """Where blocks begin, but for those that a heading or a caption belongs to."""
    pairs = pairwise(document.blocks)
    return [block.span.start for before, block in pairs if before.kind not in ("heading", "caption")]


def _row_starts(document: Document) -> list[int]:
    """A table that must be cut is cut between rows."""
    return sorted({cell.span.start for block in document.blocks for cell in block.cells if cell.column == 0})


def _border(text: str, layout: tuple[list[int], ...], earliest: int, latest: int) -> int:
    """The last best place to cut within `(earliest, latest]`; a text without any border is cut at `latest`."""
    for starts in layout:
        index = bisect_right(starts, latest) - 1
        if index >= 0 and starts[index] > earliest:
            return starts[index]
    for pattern in _BORDERS:
        ends = [match.end() for match in pattern.finditer(text, earliest, latest)]
        if ends and ends[-1] > earliest:
            return ends[-1]
    return latest


def _heads(document: Document, start: int) -> tuple[str, ...]:
    """Title, nearest heading, nearest caption since that heading, and the head rows of a table cut at `start`."""
    blocks = document.blocks
    before = bisect_left(blocks, start, key=lambda block: block.span.start)
    title = next((block for block in islice(blocks, before) if block.kind == "heading"), None)
    heading = caption = None
    for index in range(before - 1, -1, -1):
        if blocks[index].kind == "heading":
            heading = blocks[index]
            break
        if blocks[index].kind == "caption" and caption is None:
            caption = blocks[index]
    texts = [_text(document, block.span) for block in (title, heading, caption) if block is not None]
    if before and blocks[before - 1].kind == "table" and start < blocks[before - 1].span.end:
        texts.append(_table_head(document, blocks[before - 1]))
    return tuple(dict.fromkeys(text for text in texts if text))


def _text(document: Document, span: Span) -> str:
    return document.text[span.start : span.end].strip()[:_HEAD_CHARACTERS]


def _table_head(document: Document, table: Block) -> str:
    """The first rows of a table, where its columns say their periods and scale."""
    lines = document.text[table.span.start : table.span.end].strip().split("\n")
    return "\n".join(lines[:_HEAD_LINES])[: 2 * _HEAD_CHARACTERS]
