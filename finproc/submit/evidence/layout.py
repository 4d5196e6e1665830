"""How a document's text is laid out: pages or sheets, and in them headings, paragraphs, items and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from finproc.model.document import Block, Cell, Document
from finproc.model.text import Span

ElementKind = Literal["heading", "paragraph", "item", "caption", "table", "aligned"]

SECTION_CHARACTERS = 6_000
"""A section without pages is about this long: what a browser lays out at a time."""
_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n\s*")
_SEPARATORS = re.compile(r"[\s|]*")
_ALIGNED = re.compile(r"\S {3,}\S.*\n.*\S {3,}\S|^[ \t]*\|.*\|[ \t]*$|\t", re.MULTILINE)
"""Columns kept apart by blanks, bars or tabs: readable only where all characters are equally wide."""


_SPARSEST = 100
"""A grid with more rows than this a cell is no table that a person could read."""


@dataclass(frozen=True, slots=True)
class GridPlace:
    """A cell in a row, or grid places that no cell covers (`cell` is None)."""

    cell: Cell | None
    columns: int
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Element:
    """A stretch of the text that is shown together. A table has rows, others none."""

    kind: ElementKind
    span: Span
    rows: tuple[tuple[GridPlace, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Elements of one page or sheet, or of no named one; `label` is None where nothing new begins."""

    label: str | None
    page: int | None
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    element: Element
    page: int | None
    part: str | None


def sections(document: Document) -> tuple[Section, ...]:
    """The whole text in its order: every character but blanks and the separators of cells is in one element."""
    found: list[Section] = []
    for (page, part), placed in groupby(_elements(document), key=lambda item: (item.page, item.part)):
        label = ", ".join([*([] if page is None else [f"Page {page}"]), *([] if part is None else [part])]) or None
        for index, elements in enumerate(_chunks([item.element for item in placed])):
            found.append(Section(label if index == 0 else None, page, elements))
    return tuple(found)


def borders(found: Sequence[Section]) -> Iterator[int]:
    """Where elements and cells begin and end."""
    for section in found:
        for element in section.elements:
            yield from (element.span.start, element.span.end)
            for row in element.rows:
                for place in row:
                    if place.cell is not None:
                        yield from (place.cell.span.start, place.cell.span.end)


def _chunks(elements: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    chunk: list[Element] = []
    length = 0
    for element in elements:
        if chunk and length > SECTION_CHARACTERS:
            yield tuple(chunk)
            chunk, length = [], 0
        chunk.append(element)
        length += len(element.span)
    if chunk:
        yield tuple(chunk)


def _elements(document: Document) -> Iterator[_Placed]:
    """Blocks from first to last, and the text between them. A caption within a table is a row of it."""
    place, page, part = 0, None, None
    for block in sorted(document.blocks, key=lambda block: (block.span.start, -block.span.end)):
        span = Span(max(block.span.start, place), min(block.span.end, len(document.text)))
        if span.start >= span.end:
            continue
        yield from (_Placed(element, page, part) for element in _loose(document.text, Span(place, span.start)))
        page, part = block.page, block.part
        yield from (_Placed(element, page, part) for element in _of_block(document.text, block, span))
        place = span.end
    rest = Span(place, len(document.text))
    yield from (_Placed(element, page, part) for element in _loose(document.text, rest))


def _of_block(text: str, block: Block, span: Span) -> Iterator[Element]:
    if block.kind == "table":
        rows = _rows(text, block) if span == block.span else None
        yield Element("table", span, rows) if rows else Element("aligned", span)
    elif block.kind == "paragraph":
        yield from _loose(text, span)
    else:
        yield Element(block.kind, span)


def _loose(text: str, span: Span) -> Iterator[Element]:
    """Paragraphs of a stretch, parted at blank lines; columns made of blanks keep their alignment."""
    place = span.start
    for end in (*(match.end() for match in _PARAGRAPH_END.finditer(text, span.start, span.end)), span.end):
        stretch = text[place:end]
        if stretch.strip():
            start = place + (len(stretch) - len(stretch.lstrip("\r\n")))
            yield Element(
                "aligned" if _ALIGNED.search(stretch) else "paragraph", Span(start, place + len(stretch.rstrip()))
            )
        place = end


def _rows(text: str, block: Block) -> tuple[tuple[GridPlace, ...], ...] | None:
    """The grid as HTML wants it; None where the cells do not hold all of the table's text in its order."""
    cells = sorted(block.cells, key=lambda cell: (cell.row, cell.column))
    place = block.span.start
    for cell in cells:
        if cell.span.start < place or cell.span.end > block.span.end or not _blank(text, place, cell.span.start):
            return None
        place = cell.span.end
    if not cells or not _blank(text, place, block.span.end):
        return None
    last = max(cell.row + 1 for cell in cells)
    if last > _SPARSEST * len(cells):
        return None
    rows: list[tuple[GridPlace, ...]] = []
    above: list[tuple[int, int, int]] = []
    """(first column, column behind the last, row behind the last) of cells that reach down into later rows."""
    by_row = {row: list(group) for row, group in groupby(cells, key=lambda cell: cell.row)}
    for row in range(last):
        above = [reach for reach in above if reach[2] > row]
        rows.append(tuple(_row(by_row.get(row, []), sorted(above))))
        above += [
            (cell.column, cell.column + cell.column_span, row + cell.row_span)
            for cell in by_row.get(row, [])
            if cell.row_span > 1
        ]
    return tuple(rows)


def _row(cells: Sequence[Cell], above: Sequence[tuple[int, int, int]]) -> Iterator[GridPlace]:
    column = 0
    for cell in cells:
        yield from _filler(column, cell.column, above)
        yield GridPlace(cell, cell.column_span, cell.row_span)
        column = cell.column + cell.column_span


def _filler(start: int, end: int, above: Sequence[tuple[int, int, int]]) -> Iterator[GridPlace]:
    """Empty places up to a column, without those that a cell of an earlier row covers."""
    for left, right, _ in above:
        if left >= end or right <= start:
            continue
        if start < left:
            yield GridPlace(None, left - start)
        start = max(start, right)
    if start < end:
        yield GridPlace(None, end - start)


def _blank(text: str, start: int, end: int) -> bool:
    return _SEPARATORS.fullmatch(text, start, end) is not None
