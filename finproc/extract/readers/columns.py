"""Tables of a page: rows whose numbers stand below one another, and the heads above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finproc.extract.readers.composition import GridCell
from finproc.extract.readers.cues import PERIOD, SCALE, is_entry
from finproc.extract.readers.lines import HEAD_GAP, Line, Word, fields_of

_HEAD_LINES = 8
_GAP_LINES = 3
"""Lines without a number that may stand between two rows: section heads and labels of several lines."""
_ROW_PITCH = 3.5
"""Heights of a line between two base lines of one table at most."""
_MARGIN = 6.0
_OVERHANG = 3.0
_OFF_MIDDLE = 0.35
_NARROW = 1.2


@dataclass(frozen=True, slots=True)
class Table:
    """Lines `start` to `end` (half-open) of a page that make a table; the first `heads` of them are above its body."""

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
    return any(is_entry(field.text) for field in line.fields[1:])


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
    """Whether words run through the columns of values: the line is prose. Words in a column are a row of it."""
    if len(line.fields) > 1 and all(any(_touch(field, column) for column in columns) for field in line.fields[1:]):
        return False
    return line.right > columns[0].right and not SCALE.search(line.text)


def _values(line: Line) -> list[Word]:
    return [field for place, field in enumerate(line.fields) if place and is_entry(field.text)]


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
    """The first line of the head: lines over the columns, and what stands between them and the body over the labels.

    Above a scale that stands alone over the columns, and in capitals, only periods are heads: the rest is the title.
    """
    first = columns[0].left - _OVERHANG * lines[body].height
    edge = lines[body].left
    start = body
    stated = False
    for index in range(body - 1, max(floor, body - _HEAD_LINES) - 1, -1):
        line = lines[index]
        if lines[index + 1].base - line.base > _ROW_PITCH * line.height:
            break
        if stated and not PERIOD.search(line.text):
            break
        over = line.left >= first and not (
            len(line.fields) == 1 and line.text.isupper() and not PERIOD.search(line.text)
        )
        labelled = len(line.fields) > 1 and all(field.left >= first for field in line.fields[1:])
        if not (over or labelled):
            at_edge = line.left < edge + line.height
            if start - index > _GAP_LINES or line.right >= columns[0].left or not at_edge:
                break
            continue
        stated = over and len(line.fields) == 1 and bool(SCALE.search(line.text))
        start = index
    return start


def cells_of(table: Table, lines: Sequence[Line]) -> list[GridCell]:
    """The table's cells; a label that runs over several lines is one cell of the row that holds its numbers."""
    cells: list[GridCell] = []
    carried = ""
    row = 0
    label_edge = min(line.left for line in lines[table.start + table.heads : table.end])
    for number, line in enumerate(lines[table.start : table.end]):
        if number < table.heads:
            cells += _head_cells(line, table.columns, label_edge, row)
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
    if not label and values and not is_entry(values[0].text) and values[0].left < columns[0].left:
        label, values = [values[0]], values[1:]
    text = " ".join(field.text for field in label)
    return text, values


def _continues(line: Line, following: Line, columns: Sequence[Word]) -> bool:
    """Whether a label goes on in the next line: it breaks off near the numbers, or the next begins in lower case."""
    if line.text.endswith(":"):
        return False
    if following.left >= columns[0].left - _OVERHANG * line.height and following.base - line.base < line.height:
        return True  # the label stands a little above its numbers
    return following.words[0].text[:1].islower() or (
        line.right > columns[0].left - _MARGIN * line.height
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


def _head_cells(line: Line, columns: Sequence[Word], label: float, row: int) -> list[GridCell]:
    """Heads with the columns that they stand over, and what stands in the corner over the labels."""
    fields = fields_of(line.words, HEAD_GAP * line.height)
    corner = [
        field
        for field in fields
        if field.center < (label + columns[0].left) / 2 or field.right < columns[0].left - _OVERHANG * line.height
    ]
    heads = [field for field in fields if field not in corner]
    cells = [GridCell(" ".join(field.text for field in corner), row, 0)] if corner else []
    heads = [part for head in heads for part in _parted(head, line, columns)]
    spans = _even(heads, columns) or _shared(heads, columns) or [_centered(head, heads, columns) for head in heads]
    cells += [
        GridCell(head.text, row, first + 1, 1, last - first + 1)
        for head, (first, last) in zip(heads, spans, strict=True)
    ]
    return _without_collisions(cells)


def _middle(columns: Sequence[Word], run: tuple[int, int]) -> float:
    return (columns[run[0]].left + columns[run[1]].right) / 2


def _even(heads: Sequence[Word], columns: Sequence[Word]) -> list[tuple[int, int]] | None:
    """The columns shared evenly among the heads, if each head then stands over the middle of its share."""
    if not heads or len(columns) % len(heads):
        return None
    share = len(columns) // len(heads)
    runs = [(first, first + share - 1) for first in range(0, len(columns), share)]
    pitch = (columns[-1].right - columns[0].left) / len(columns)
    off = max(abs(_middle(columns, run) - head.center) for head, run in zip(heads, runs, strict=True))
    return runs if off < _OFF_MIDDLE * pitch else None


def _shared(heads: Sequence[Word], columns: Sequence[Word]) -> list[tuple[int, int]] | None:
    """Where every head is a period, and not each over one column: each covers all columns that it is nearest to."""
    near = [[place for place, column in enumerate(columns) if _nearest(column, heads) is head] for head in heads]
    if not all(near) or not all(PERIOD.search(head.text) for head in heads):
        return None
    pitch = (columns[-1].right - columns[0].left) / len(columns)
    if all(
        head.right - head.left < _NARROW * pitch and any(_touch(head, column) for column in columns) for head in heads
    ):
        return None
    return [(places[0], places[-1]) for places in near]


def _nearest(column: Word, heads: Sequence[Word]) -> Word:
    return min(heads, key=lambda head: _distance(head, column))


def _parted(head: Word, line: Line, columns: Sequence[Word]) -> list[Word]:
    """A head of as many words as columns, one word over each, is as many heads set close together."""
    words = [word for word in line.words if head.left <= word.left and word.right <= head.right]
    over = [next((place for place, column in enumerate(columns) if _touch(word, column)), None) for word in words]
    apart = None not in over and len(set(over)) == len(words) > 1
    return words if apart and not PERIOD.search(head.text) else [head]


def _touch(word: Word, column: Word) -> bool:
    return column.left <= word.center <= column.right


def _centered(head: Word, heads: Sequence[Word], columns: Sequence[Word]) -> tuple[int, int]:
    """Of the columns that no other head is nearer to, the run whose middle is nearest to the head's."""
    places = [place for place, column in enumerate(columns) if _nearest(column, heads) is head] or [
        min(range(len(columns)), key=lambda place: _distance(head, columns[place]))
    ]
    runs = [(first, last) for first in places for last in places if first <= last]
    pitch = (columns[-1].right - columns[0].left) / len(columns)
    return min(runs, key=lambda run: (round(2 * abs(_middle(columns, run) - head.center) / pitch), run[1] - run[0]))


def _without_collisions(cells: Sequence[GridCell]) -> list[GridCell]:
    kept: dict[int, GridCell] = {}
    for cell in cells:
        if cell.column in kept:
            other = kept[cell.column]
            kept[cell.column] = GridCell(f"{other.text} {cell.text}", cell.row, cell.column, 1, other.column_span)
        else:
            kept[cell.column] = cell
    return list(kept.values())
