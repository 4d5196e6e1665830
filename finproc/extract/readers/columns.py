"""Tables of a page: rows whose numbers stand below one another, and the heads above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finproc.extract.readers.composition import GridCell
from finproc.extract.readers.cues import SCALE, is_value
from finproc.extract.readers.lines import Line, Word

_HEAD_LINES = 8
_GAP_LINES = 3
"""Lines without a number that may stand between two rows: section heads and labels of several lines."""
_ROW_PITCH = 3.5
"""Heights of a line between two base lines of one table at most."""
_MARGIN = 1.5


@dataclass(frozen=True, slots=True)
class Table:
    """Lines `start` to `end` (half-open) of a page that make a table; the first `heads` of them stand above its body."""

    start: int
    end: int
    heads: int
    columns: tuple[Word, ...]
    """Where each column of values begins and ends; the labels' column is left of the first."""


def tables_of(lines: Sequence[Line]) -> list[Table]:
    """The tables among the lines of a page, in order."""
    tables: list[Table] = []
    index = 0
    while index < len(lines):
        if not _is_row(lines[index]):
            index += 1
            continue
        end, columns = _extent(lines, index)
        start = _head(lines, index, columns, tables[-1].end if tables else 0)
        rows = sum(_is_row(line) for line in lines[index:end])
        if rows > 1 or (start < index and len(columns) > 1):
            tables.append(Table(start, end, index - start, columns))
        index = end
    return tables


def _is_row(line: Line) -> bool:
    values = [is_value(field.text) for field in line.fields]
    return any(values[1:])


def _extent(lines: Sequence[Line], start: int) -> tuple[int, tuple[Word, ...]]:
    """Where the body that begins with this row ends, and its columns: values that overlap from above stand in one."""
    columns = _values(lines[start])
    end = start + 1
    for index in range(start + 1, len(lines)):
        if lines[index].base - lines[index - 1].base > _ROW_PITCH * lines[index].height:
            break
        if _is_row(lines[index]):
            merged = _merged(columns, _values(lines[index]))
            if merged is None:
                break
            columns = merged
            end = index + 1
        elif index - end >= _GAP_LINES or _crosses(lines[index], columns):
            break
    return end, tuple(columns)


def _crosses(line: Line, columns: Sequence[Word]) -> bool:
    """Whether words run through the columns of values: the line is prose, or the head of another table."""
    return len(columns) > 0 and line.right > columns[0].right and not SCALE.search(line.text)


def _values(line: Line) -> list[Word]:
    return [field for place, field in enumerate(line.fields) if place and is_value(field.text)]


def _merged(columns: Sequence[Word], values: Sequence[Word]) -> list[Word] | None:
    """The columns with a row's values in them; None if two values of the row would fall into one column."""
    merged = list(columns)
    taken: set[int] = set()
    for value in values:
        over = [
            place for place, column in enumerate(merged) if value.left <= column.right and column.left <= value.right
        ]
        if len(over) > 1 or (over and over[0] in taken):
            return None
        if over:
            column = merged[over[0]]
            merged[over[0]] = Word("", min(column.left, value.left), max(column.right, value.right))
            taken.add(over[0])
        else:
            place = sum(column.right < value.left for column in merged)
            merged.insert(place, Word("", value.left, value.right))
            taken = {number + (number >= place) for number in taken} | {place}
    return merged


def _head(lines: Sequence[Line], body: int, columns: Sequence[Word], floor: int) -> int:
    """The first line of the head: lines that stand over the columns, and the scale in the corner."""
    first = columns[0].left - _MARGIN * lines[body].height * 2
    start = body
    for index in range(body - 1, max(floor, body - _HEAD_LINES) - 1, -1):
        line = lines[index]
        if lines[index + 1].base - line.base > _ROW_PITCH * line.height:
            break
        over = line.left >= first
        labelled = len(line.fields) > 1 and all(field.left >= first for field in line.fields[1:])
        if not (over or labelled):
            below = index + 1 == body and line.right < columns[0].left
            if below or (len(line.fields) == 1 and SCALE.search(line.text) and line.right < columns[0].right):
                continue
            break
        start = index
    return start


def cells_of(table: Table, lines: Sequence[Line]) -> list[GridCell]:
    """The table's cells; a label that runs over several lines is one cell of the row that holds its numbers."""
    cells: list[GridCell] = []
    carried = ""
    row = 0
    for number, line in enumerate(lines[table.start : table.end]):
        if number < table.heads:
            cells += _head_cells(line, table.columns, row)
        else:
            label, values = _split(line, table.columns)
            following = lines[table.start + number + 1] if table.start + number + 1 < table.end else None
            if not values and following and _continues(line, following, table.columns):
                carried = f"{carried} {label}".strip()
                continue
            cells += [GridCell(f"{carried} {label}".strip(), row, 0), *_placed(values, table.columns, row)]
            carried = ""
        row += 1
    return cells


def _split(line: Line, columns: Sequence[Word]) -> tuple[str, list[Word]]:
    """A row's label, and the fields that stand in its columns; a number that touches the label is cut from it."""
    label = [field for field in line.fields if field.center < columns[0].left]
    values = [field for field in line.fields if field.center >= columns[0].left]
    if not label and values and not is_value(values[0].text) and values[0].left < columns[0].left:
        label, values = [values[0]], values[1:]
    text = " ".join(field.text for field in label)
    return text, values


def _continues(line: Line, following: Line, columns: Sequence[Word]) -> bool:
    """Whether a label goes on in the next line: it breaks off near the numbers, or the next begins in lower case."""
    return following.words[0].text[:1].islower() or (
        line.right > columns[0].left - 4 * _MARGIN * line.height
        and _is_row(following)
        and following.left > line.left + 0.3 * line.height
    )


def _placed(values: Sequence[Word], columns: Sequence[Word], row: int) -> list[GridCell]:
    cells: dict[int, GridCell] = {}
    for value in values:
        place = min(range(len(columns)), key=lambda place: _distance(value, columns[place]))
        if place in cells:
            cells[place] = GridCell(f"{cells[place].text} {value.text}", row, place + 1)
        else:
            cells[place] = GridCell(value.text, row, place + 1)
    return list(cells.values())


def _distance(field: Word, column: Word) -> float:
    if field.left <= column.right and column.left <= field.right:
        return 0.001 * abs(field.center - column.center)
    return min(abs(field.left - column.right), abs(column.left - field.right))


def _head_cells(line: Line, columns: Sequence[Word], row: int) -> list[GridCell]:
    """Heads with the columns that they stand over: of the columns nearest to a head, those whose middle is the head's."""
    first = columns[0].left - 2 * _MARGIN * line.height
    corner = [field for field in line.fields if field.left < first and field.center < columns[0].left]
    heads = [field for field in line.fields if field not in corner]
    cells = [GridCell(" ".join(field.text for field in corner), row, 0)] if corner else []
    near: dict[int, list[int]] = {}
    for place, column in enumerate(columns):
        if heads:
            owner = min(range(len(heads)), key=lambda number: _distance(heads[number], column))
            near.setdefault(owner, []).append(place)
    for number, head in enumerate(heads):
        places = near.get(number)
        if not places:
            nearest = min(range(len(columns)), key=lambda place: _distance(head, columns[place]))
            places = [nearest]
        begin, end = _centered(head, places, columns, line.height)
        cells.append(GridCell(head.text, row, begin + 1, 1, end - begin + 1))
    return _without_collisions(cells)


def _centered(head: Word, places: Sequence[int], columns: Sequence[Word], height: float) -> tuple[int, int]:
    """The run of columns whose middle is nearest to the head's; of runs as near, the longest."""

    def cost(run: tuple[int, int]) -> float:
        middle = (columns[run[0]].left + columns[run[1]].right) / 2
        return round(abs(middle - head.center) / height) - 0.01 * (run[1] - run[0])

    return min(((first, last) for first in places for last in places if first <= last), key=cost)


def _without_collisions(cells: Sequence[GridCell]) -> list[GridCell]:
    kept: dict[int, GridCell] = {}
    for cell in cells:
        if cell.column in kept:
            other = kept[cell.column]
            kept[cell.column] = GridCell(f"{other.text} {cell.text}", cell.row, cell.column, 1, other.column_span)
        else:
            kept[cell.column] = cell
    return list(kept.values())
