"""Composes a document's text from pieces, so that every block and cell knows its place in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from finproc.extract.readers.cues import SCALE, is_value
from finproc.extract.readers.reader import MAX_CELLS, MAX_CHARACTERS, TooLarge
from finproc.model.document import Block, BlockKind, Cell, Document
from finproc.model.problem import Problem
from finproc.model.text import Span

_CAPTION_WORDS = 40
_SENTENCE_ENDS = '.:;!?”")]'
CELL_SEPARATOR = " | "
_SPACES = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_UNSEEN = re.compile(
    r"[\u0000-\u0008\u000e-\u001b\u007f\u0080-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """One line in NFC: runs of white space become one space, characters that show nothing go."""
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _UNSEEN.sub("", text)).strip())


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell before it has a place in the text; rows and columns count from zero."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


def is_caption(row: Sequence[str]) -> bool:
    """Whether a table row's first field states the scale of the table below it: no row of values does."""
    return bool(SCALE.search(row[0])) and not any(is_value(text) for text in row[1:])


class Composer:
    """Appends blocks to a text: paragraphs apart by an empty line, table rows one a line, cells apart by ` | `."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._cells = 0

    def add(
        self,
        kind: BlockKind,
        text: str,
        page: int | None = None,
        *,
        part: str | None = None,
        cell: tuple[int, int] | None = None,
    ) -> None:
        """Append a block of cleaned text; blank text is dropped. `cell`: row and column of a sheet, from one."""
        text = clean(text)
        if text:
            self._separate(kind)
            start = self._length
            self._append(text)
            rows, columns = ((cell[0],), (cell[1],)) if cell else ((), ())
            self._blocks.append(Block(kind, Span(start, self._length), page, (), part, rows, columns))

    def extend(self, text: str) -> bool:
        """Go on with the last block if it is prose that breaks off within a sentence; says whether it did."""
        text = clean(text)
        if not text or not self._blocks or self._blocks[-1].kind not in ("paragraph", "item"):
            return False
        if self._pieces[-1][-1] in _SENTENCE_ENDS:
            return False
        self._append(("" if self._pieces[-1].endswith("-") else " ") + text)
        last = self._blocks[-1]
        self._blocks[-1] = replace(last, span=Span(last.span.start, self._length))
        return True

    def table(
        self,
        cells: Iterable[GridCell],
        page: int | None = None,
        *,
        part: str | None = None,
        lines: tuple[tuple[int, ...], tuple[int, ...]] = ((), ()),
    ) -> None:
        """Append a table. Empty cells take part in the text's rows but are not kept as cells.

        `lines`: the numbers that a sheet gives to the grid's rows and to its columns.
        """
        rows: dict[int, list[GridCell]] = {}
        for cell in cells:
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise TooLarge(f"The document's tables have more than {MAX_CELLS:,} cells.")
            rows.setdefault(cell.row, []).append(cell)
        if not any(cell.text for row in rows.values() for cell in row):
            return
        self._caption_above()
        self._separate("table")
        start = self._length
        placed: list[Cell] = []
        for number in sorted(rows):
            if self._length > start:
                self._append("\n")
            row = list(self._row(sorted(rows[number], key=lambda cell: cell.column)))
            if row and is_caption([cell.text for cell in row]):
                self._blocks.append(Block("caption", row[0].span, page, part=part))
            placed += row
        self._blocks.append(Block("table", Span(start, self._length), page, tuple(placed), part, *lines))

    def _caption_above(self) -> None:
        """A short block right above a table that states its scale is the table's caption."""
        if self._blocks and (above := self._blocks[-1]).kind in ("paragraph", "heading"):
            text = self._pieces[-1]
            if len(text.split()) <= _CAPTION_WORDS and SCALE.search(text):
                self._blocks[-1] = replace(above, kind="caption")

    def _row(self, cells: Sequence[GridCell]) -> Iterable[Cell]:
        """Append one row; an empty place shows as nothing before its separator: `| 2024 | | 2023`."""
        column = 0
        separator = ""
        for cell in cells:
            if not cell.text:
                continue
            self._append(separator + "| " * (cell.column - column))
            start = self._length
            self._append(cell.text)
            column = cell.column + cell.column_span
            separator = CELL_SEPARATOR
            yield Cell(cell.text, Span(start, self._length), cell.row, cell.column, cell.row_span, cell.column_span)

    def _separate(self, kind: BlockKind) -> None:
        if self._blocks:
            close = kind == "item" and self._blocks[-1].kind == "item"
            close = close or (kind == "table" and self._blocks[-1].kind == "caption")
            self._append("\n" if close else "\n\n")

    def _append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > MAX_CHARACTERS:
            raise TooLarge(f"The document has more than {MAX_CHARACTERS:,} characters.")

    def document(self, media_type: str, page_count: int | None = None, problems: Iterable[Problem] = ()) -> Document:
        """What was composed."""
        return Document("".join(self._pieces), tuple(self._blocks), media_type, page_count, tuple(problems))
