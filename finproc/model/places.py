"""Where the characters of a text stand in the file that it was read from."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from finproc.model.document import Block, Cell, Document
from finproc.model.text import Span

_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a person looks it up; what a file does not have is None, and numbers count from one.

    `part` is a workbook's sheet, or a note, header or footer. `paragraph` counts headings and list items too. `cell` is
    written as in a sheet: `B7` is the second column's seventh row of the table, or of the sheet.
    """

    page: int | None = None
    part: str | None = None
    paragraph: int | None = None
    table: int | None = None
    cell: str | None = None


class Places:
    """Finds places in one document: by bisection, so that a long document costs no more than a short one."""

    def __init__(self, document: Document) -> None:
        blocks = sorted(document.blocks, key=lambda block: (block.span.start, -block.span.end))
        outer: list[tuple[Block, int]] = []
        tables = paragraphs = 0
        for block in blocks:
            if block.kind == "table":
                tables += 1
                outer.append((block, tables))
            elif not (outer and block.span.within(outer[-1][0].span)):  # else a caption, which is a row of its table
                paragraphs += 1
                outer.append((block, paragraphs))
        self._blocks = outer
        self._starts = [block.span.start for block, _ in outer]
        self._cells: dict[int, tuple[list[int], list[Cell]]] = {}

    def of(self, span: Span) -> Place | None:
        """The place where a span begins; None where the text has no blocks."""
        index = bisect_right(self._starts, span.start) - 1
        if index < 0:
            return None
        block, number = self._blocks[index]
        if block.kind == "table":
            cell = self._cell(index, span)
            reference = None if cell is None else _reference(block, cell)
            return Place(block.page, block.part, table=None if block.rows else number, cell=reference)
        if block.rows:
            return Place(block.page, block.part, cell=f"{letters(block.columns[0])}{block.rows[0]}")
        return Place(block.page, block.part, paragraph=number)

    def _cell(self, index: int, span: Span) -> Cell | None:
        if index not in self._cells:
            cells = sorted(self._blocks[index][0].cells, key=lambda cell: cell.span)
            self._cells[index] = ([cell.span.start for cell in cells], cells)
        starts, cells = self._cells[index]
        found = bisect_right(starts, span.start) - 1
        return cells[found] if found >= 0 else None


def letters(column: int) -> str:
    """A sheet's name of a column, counted from one: A, B … Z, AA."""
    name = ""
    while column:
        column, letter = divmod(column - 1, _LETTERS)
        name = chr(ord("A") + letter) + name
    return name


def _reference(block: Block, cell: Cell) -> str:
    row = block.rows[cell.row] if cell.row < len(block.rows) else cell.row + 1
    column = block.columns[cell.column] if cell.column < len(block.columns) else cell.column + 1
    return f"{letters(column)}{row}"
