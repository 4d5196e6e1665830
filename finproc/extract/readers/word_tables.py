"""Tables of WordprocessingML as grids: merged cells, deleted rows, and tables that only lay out a page."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from finproc.extract.readers.composition import GridCell, clean
from finproc.extract.readers.cues import is_value
from finproc.extract.readers.grid import compacted
from finproc.extract.readers.package import attribute
from finproc.extract.readers.reader import MAX_CELLS, TooLarge
from finproc.extract.readers.word_paragraphs import Inline
from finproc.model.document import BlockKind

_BULLET = re.compile(r"[•·‣▪●○◦*–—-]|\(?[a-z0-9]{1,3}[.)]", re.IGNORECASE)
_WIDEST = 1_000


def holds_tables(table: etree._Element) -> bool:
    """Whether a table has another inside: it only lays out the page."""
    return next(table.iterdescendants("{*}tbl"), None) is not None


def cells_of(table: etree._Element, inline: Inline) -> tuple[list[GridCell], int]:
    """The filled cells of a table's grid, and how many rows tracked changes delete."""
    cells: list[GridCell] = []
    above: dict[int, int] = {}
    """For each column the index in `cells` of the cell that vertical merging would continue."""
    deleted = number = places = 0
    for row in table.iter("{*}tr"):
        properties = row.find("{*}trPr")
        if properties is not None and properties.find("{*}del") is not None:
            deleted += 1
            continue
        column = 0 if properties is None else _number(properties.find("{*}gridBefore"), 0)
        for cell in row.iter("{*}tc"):
            marks = cell.find("{*}tcPr")
            width = 1 if marks is None else _number(marks.find("{*}gridSpan"), 1)
            merge = None if marks is None else marks.find("{*}vMerge")
            places += width
            if places > MAX_CELLS:
                raise TooLarge(f"The document's tables have more than {MAX_CELLS:,} places.")
            if merge is not None and attribute(merge, "val") != "restart" and column in above:
                top = cells[above[column]]
                cells[above[column]] = replace(top, row_span=number - top.row + 1)
            else:
                above[column] = len(cells)
                cells.append(GridCell(_text(cell, inline), number, column, 1, width))
            column += width
        number += 1
    return list(compacted(cell for cell in cells if cell.text)), deleted


def items_of(cells: list[GridCell]) -> list[tuple[BlockKind, str]] | None:
    """A table of one column or row as paragraphs, of bullets and their texts as items; None for a table of data."""
    columns = {cell.column for cell in cells}
    rows: dict[int, list[str]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell.text)
    if len(columns) == 2 and all(_BULLET.fullmatch(cell.text) for cell in cells if cell.column == 0):  # noqa: PLR2004 - a mark and its text
        return [("item", " ".join(words)) for words in rows.values()]
    if len(columns) < 2 or (len(rows) == 1 and not any(is_value(cell.text) for cell in cells)):  # noqa: PLR2004 - a table has columns
        return [("paragraph", cell.text) for cell in cells]
    return None


def _text(cell: etree._Element, inline: Inline) -> str:
    """The words of a cell's paragraphs, and of boxes in them, on one line."""
    pieces: list[str] = []
    for paragraph in cell.iter("{*}p"):
        if next(paragraph.iterancestors("{*}txbxContent"), None) is not None:
            continue
        text, boxes = inline.text(paragraph)
        pieces.append(text if inline.goes_on(paragraph) else f"{text} ")
        pieces += [f"{' '.join(box.itertext('{*}t'))} " for box in boxes]
    return clean("".join(pieces))


def _number(element: etree._Element | None, otherwise: int) -> int:
    text = None if element is None else attribute(element, "val")
    return min(int(text), _WIDEST) if text and text.isascii() and text.isdigit() and len(text) < 8 else otherwise  # noqa: PLR2004 - more digits are no number of columns
