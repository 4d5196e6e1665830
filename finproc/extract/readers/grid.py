"""Grids of text tables: which column each cell of a ragged row belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from finproc.extract.readers.composition import GridCell
from finproc.extract.readers.cues import CLOSES, OPENS, PERIOD, SCALE, YEAR, is_value
from finproc.model.text import Span

_WIDEST = 500
"""A head with more fields than this is nobody's: its fields stay where they are."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One field of a text row: its characters and where they stand."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece with its place in the grid."""

    piece: Piece
    row: int
    column: int
    column_span: int = 1


def place(rows: Sequence[Sequence[Piece]]) -> list[Placed]:
    """Places every non-empty piece of the rows of one table.

    The body's usual number of fields is the table's width. A shorter head row is spread over the value columns evenly,
    or by the empty fields around its words; a shorter row of numbers has no label; other short rows start at column 0.
    """
    width = _width(rows)
    body = next((index for index, row in enumerate(rows) if _is_body(row)), len(rows))
    placed: list[Placed] = []
    for index, row in enumerate(rows):
        cells = _head(row, width, index) if index < body else _body(row, width, index)
        placed += [cell for cell in cells if cell.piece.text]
    return placed


def _is_body(row: Sequence[Piece]) -> bool:
    return len(row) > 1 and not is_value(row[0].text) and any(is_value(piece.text) for piece in row[1:])


def _width(rows: Sequence[Sequence[Piece]]) -> int:
    counts = Counter(len(row) for row in rows if _is_body(row)) or Counter(len(row) for row in rows)
    return max(counts, key=lambda length: (counts[length], length))


def _body(row: Sequence[Piece], width: int, index: int) -> list[Placed]:
    shift = 1 if len(row) < width and all(is_value(piece.text) or YEAR.fullmatch(piece.text) for piece in row) else 0
    return [Placed(piece, index, column + shift) for column, piece in enumerate(row)]


def _head(row: Sequence[Piece], width: int, index: int) -> list[Placed]:
    cells = [Placed(piece, index, column) for column, piece in enumerate(row)]
    if any(not piece.text for piece in row) and len(row) <= _WIDEST:
        return _side_by_side(cells, width) if _shares_evenly(row, width) else _spread_over_empty(cells, width)
    if len(row) >= width or width == 1:
        return cells
    periods = [bool(PERIOD.search(piece.text)) for piece in row]
    if len(row) == 1 and not periods[0]:
        return [replace(cells[0], column_span=width)]
    labelled = bool(SCALE.search(row[0].text)) or (any(periods) and not periods[0]) or (width - 1) % len(row) != 0
    heads = cells[1:] if labelled else cells
    if not heads:
        return [replace(cells[0], column_span=width)]
    if (width - 1) % len(heads):
        return cells
    share = (width - 1) // len(heads)
    spread = [replace(cell, column=1 + place * share, column_span=share) for place, cell in enumerate(heads)]
    return cells[: len(cells) - len(heads)] + spread


def _side_by_side(cells: Sequence[Placed], width: int) -> list[Placed]:
    """The heads behind an empty corner, each over as many columns as the others."""
    share = (width - 1) // (len(cells) - 1)
    return [replace(cell, column=1 + place * share, column_span=share) for place, cell in enumerate(cells[1:])]


def _shares_evenly(row: Sequence[Piece], width: int) -> bool:
    """As in " | Three Months Ended | Nine Months Ended" over four columns: an empty corner, and heads side by side."""
    heads = len(row) - 1
    filled = not row[0].text and all(piece.text for piece in row[1:])
    return filled and 1 < heads < width - 1 and (width - 1) % heads == 0


def _spread_over_empty(cells: Sequence[Placed], width: int) -> list[Placed]:
    """Heads cover the empty fields nearest to them; of two as near, the left one. Column 0 is the labels'.

    Where the first of several stands at the first column each covers the fields behind it, as a spanning cell does.
    """
    heads = [cell for cell in cells if cell.piece.text and (cell.column or len(cells) == 1)]
    if not heads:
        return list(cells)
    owner = {}
    anchored = heads[0].column <= 1 < len(heads)
    for column in range(1, max(width, len(cells))):
        before = [head for head in heads if head.column <= column] if anchored else []
        owner[column] = (
            before[-1] if before else min(heads, key=lambda head: (abs(head.column - column), head.column))
        ).column
    spread = [cell for cell in cells if cell.piece.text and not cell.column]
    for head in heads:
        covered = [column for column, own in owner.items() if own == head.column] or [head.column]
        spread.append(replace(head, column=covered[0], column_span=len(covered)))
    return spread


def compacted(cells: Iterable[GridCell]) -> Iterator[GridCell]:
    """A grid without the places that only lay it out: filings set "$" and ")" in columns of their own, with gaps.

    A currency sign joins the number after it, a closing parenthesis or percent sign the number before it; columns and
    rows left without content go, and spans shrink with them.
    """
    rows: dict[int, list[GridCell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    joined = [_joined(sorted(row, key=lambda cell: cell.column)) for _, row in sorted(rows.items())]
    column_of = _columns([cell for row in joined for cell in row])
    kept = sorted(rows)
    row_of = {old: new for new, old in enumerate(kept)}
    for row in joined:
        merged: list[GridCell] = []
        for cell in row:
            covered = [
                column_of[column]
                for column in range(cell.column, cell.column + cell.column_span)
                if column in column_of
            ]
            height = sum(old in row_of for old in range(cell.row, cell.row + cell.row_span)) if cell.row_span > 1 else 1
            placed = replace(cell, row=row_of[cell.row], column=covered[0], column_span=len(covered), row_span=height)
            if merged and merged[-1].column + merged[-1].column_span > placed.column:
                merged[-1] = replace(merged[-1], text=f"{merged[-1].text} {placed.text}")
            else:
                merged.append(placed)
        yield from merged


def _joined(row: Sequence[GridCell]) -> list[GridCell]:
    """The row with split numbers put together: "$" + "(1,234" + ")"."""
    done: list[GridCell] = []
    for cell in row:
        before = done[-1] if done else None
        if before and OPENS.fullmatch(before.text) and is_value(before.text + cell.text):
            done[-1] = replace(cell, text=before.text + cell.text)
        elif before and is_value(before.text) and CLOSES.fullmatch(cell.text):
            done[-1] = replace(before, text=before.text + cell.text)
        else:
            done.append(cell)
    return done


def _columns(cells: Sequence[GridCell]) -> dict[int, int]:
    """New numbers of the columns that hold content: where a narrow cell begins, or a wide one over no such column."""
    held: set[int] = set()
    for cell in sorted(cells, key=lambda cell: (cell.column_span, cell.row)):
        if not any(column in held for column in range(cell.column, cell.column + cell.column_span)):
            held.add(cell.column + cell.column_span - 1 if is_value(cell.text) else cell.column)
    return {column: number for number, column in enumerate(sorted(held))}
