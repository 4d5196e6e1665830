"""A sheet's cells as text blocks: titles above the table, the table, notes below it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from finproc.extract.readers.composition import Composer, GridCell
from finproc.extract.readers.cues import SCALE, is_value
from finproc.extract.readers.reader import MAX_CELLS, TooLarge
from finproc.model.problem import Problem

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_TITLE_WORDS = 20
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_MOST_COVERED = 4 * MAX_CELLS
"""Rows and cells looked at for lying under merged ones; areas of real sheets do not overlap."""


@dataclass(frozen=True, slots=True)
class Area:
    """Cells merged into one, from the first row and column to the last."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """The visible filled cells of a sheet, by its own numbers of rows and columns, from one."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    areas: dict[tuple[int, int], Area] = field(default_factory=dict)
    hidden_rows: int = 0
    hidden_cells: int = 0
    """Filled cells in hidden columns."""
    without_value: int = 0
    """Formulas whose last result is not in the file."""

    def hides(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.hidden_columns)

    def merge(self, reference: str) -> None:
        """Note merged cells: `B2:D2`."""
        first, _, last = reference.partition(":")
        start, end = place_of(first), place_of(last or first)
        if start and end and start[0] <= end[0] and start[1] <= end[1]:
            self.areas[start] = Area(*start, *end)
            if len(self.areas) > MAX_CELLS:
                raise TooLarge(f"A sheet has more than {MAX_CELLS:,} merged areas.")

    def uncover(self) -> None:
        """Take away what merged cells hide: of an area only the first cell is seen."""
        numbers = sorted(self.rows)
        looked = 0
        for area in self.areas.values():
            for number in numbers[bisect_left(numbers, area.top) : bisect_right(numbers, area.bottom)]:
                row = self.rows[number]
                looked += 1 + len(row)
                if looked > _MOST_COVERED:
                    raise TooLarge("The merged areas of a sheet overlap too often.")
                for column in [column for column in row if area.left <= column <= area.right]:
                    if (number, column) != (area.top, area.left):
                        del row[column]
        self.rows = {number: row for number, row in self.rows.items() if row}


def place_of(reference: str) -> tuple[int, int] | None:
    """Row and column of `B7`; None if that is no cell of a sheet."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2])
    return (row, column) if row <= MAX_ROW and column <= MAX_COLUMN else None


def compose(sheet: Sheet, name: str, composer: Composer) -> None:
    """Append a sheet: its name, its titles, its table, its notes."""
    numbers = sorted(sheet.rows)
    if not numbers:
        return
    composer.add("heading", name, part=name)
    first, last = _table_rows(sheet, numbers)
    _texts(sheet, name, [number for number in numbers if number < first], composer)
    table = [number for number in numbers if first <= number <= last]
    if table:
        columns = sorted({column for number in table for column in sheet.rows[number]})
        composer.table(_grid(sheet, table, columns), part=name, lines=(tuple(table), tuple(columns)))
    _texts(sheet, name, [number for number in numbers if number > last], composer)


def _table_rows(sheet: Sheet, numbers: Sequence[int]) -> tuple[int, int]:
    """The first and the last row of a sheet's table: from the first that has a cell right of the labels' column.

    A row of one cell above the labels is a title; one further right is a head over several columns.
    """
    tabular = [number for number in numbers if len(sheet.rows[number]) > 1]
    if not tabular:
        return numbers[-1] + 1, numbers[-1]
    labels = min(min(sheet.rows[number]) for number in tabular)
    return next(number for number in numbers if max(sheet.rows[number]) > labels), tabular[-1]


def _texts(sheet: Sheet, name: str, numbers: Sequence[int], composer: Composer) -> None:
    """Rows of one cell above or below the table."""
    for number in numbers:
        ((column, text),) = sheet.rows[number].items()
        if SCALE.search(text) and len(text.split()) <= _TITLE_WORDS:
            kind = "caption"
        elif len(text.split()) <= _TITLE_WORDS and not is_value(text) and text[-1] not in ".;:":
            kind = "heading"
        else:
            kind = "paragraph"
        composer.add(kind, text, part=name, cell=(number, column))  # type: ignore[arg-type]  # mypy widens the literals


def _grid(sheet: Sheet, numbers: Sequence[int], columns: Sequence[int]) -> Iterator[GridCell]:
    """The rows and columns that hold something, counted from zero, as wide and high as merged cells make them."""
    for index, number in enumerate(numbers):
        for column, text in sorted(sheet.rows[number].items()):
            place = bisect_left(columns, column)
            area = sheet.areas.get((number, column))
            if area is None:
                yield GridCell(text, index, place)
            else:
                height = bisect_right(numbers, area.bottom) - index
                width = bisect_right(columns, area.right) - place
                yield GridCell(text, index, place, max(1, height), max(1, width))


def left_out(sheet: Sheet, name: str) -> Iterator[Problem]:
    """What of a sheet is not in the text, and why."""
    if sheet.hidden_rows or sheet.hidden_cells:
        yield Problem(
            "hidden_cells",
            f"The sheet “{name}” has hidden rows ({sheet.hidden_rows:,}) or cells in hidden columns "
            f"({sheet.hidden_cells:,}): they were left out.",
        )
    if sheet.without_value:
        yield Problem(
            "formula_without_value",
            f"The sheet “{name}” has formulas ({sheet.without_value:,}) without a value in the file: open it in a "
            "spreadsheet program, save it, and submit it again.",
        )
