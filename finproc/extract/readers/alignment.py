"""Tables in fixed width: values that stand below one another are one column, whatever cells of a row are empty."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from finproc.extract.readers.cues import PERIOD, YEAR, is_value
from finproc.extract.readers.grid import Piece, Placed

_LEAST = 2
"""Rows of values that show where columns stand."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Where a column of values, or a field of a row, begins and ends in its line."""

    left: int
    right: int

    def overlaps(self, other: Edges) -> bool:
        return self.left < other.right and other.left < self.right

    def distance(self, other: Edges) -> float:
        """Characters between the two; where they overlap, next to nothing more the further apart their middles are."""
        if self.overlaps(other):
            return abs(self.left + self.right - other.left - other.right) / 1_000
        return max(other.left - self.right, self.left - other.right) + 1


Row = Sequence[tuple[Piece, Edges]]


def aligned(rows: Sequence[Sequence[Piece]], starts: Sequence[int]) -> list[Placed] | None:
    """The pieces of a table's rows with their columns, by where they stand in their lines, which begin at `starts`.

    None where values do not stand in columns: two of a row would fall into one, or no row fills them all.
    """
    edged = _edged(rows, starts)
    values = [_values(row) for row in edged]
    if sum(bool(row) for row in values) < _LEAST:
        return None
    columns = _columns([edges for row in values for _, edges in row])
    if all(len(row) < len(columns) for row in values):
        return None
    placed: list[Placed] = []
    for number, (row, own) in enumerate(zip(edged, values, strict=True)):
        cells = _body(row, own, columns, number) if own else _head(row, columns, number)
        if cells is None:
            return None
        placed += cells
    return placed


def value_columns(rows: Sequence[Sequence[Piece]], starts: Sequence[int]) -> list[Edges]:
    """Where the columns of values stand."""
    return _columns([edges for row in _edged(rows, starts) for _, edges in _values(row)])


def fits(columns: Sequence[Edges], rows: Sequence[Sequence[Piece]], starts: Sequence[int]) -> bool:
    """Whether the values of further rows stand in these columns, no two of a row in one."""
    for row in _edged(rows, starts):
        over = [_over(edges, columns) for _, edges in _values(row)]
        if any(len(places) != 1 for places in over) or len({places[0] for places in over}) < len(over):
            return False
    return True


def _edged(rows: Sequence[Sequence[Piece]], starts: Sequence[int]) -> list[list[tuple[Piece, Edges]]]:
    return [
        [(piece, Edges(piece.span.start - start, piece.span.end - start)) for piece in row]
        for row, start in zip(rows, starts, strict=True)
    ]


def _values(row: Row) -> Row:
    """The values of a row of the body: all fields behind its name that show one; none of a head."""
    named = row[1:] if row and not is_value(row[0][0].text) else row
    values = [(piece, edges) for piece, edges in named if is_value(piece.text)]
    heads = [piece for piece, _ in named if YEAR.fullmatch(piece.text)]
    return [] if heads else values


def _columns(values: Sequence[Edges]) -> list[Edges]:
    """Values that overlap from above make one column."""
    columns: list[Edges] = []
    for edges in sorted(values, key=lambda edges: edges.left):
        if columns and edges.left < columns[-1].right:
            columns[-1] = Edges(columns[-1].left, max(columns[-1].right, edges.right))
        else:
            columns.append(edges)
    return columns


def _body(row: Row, values: Row, columns: Sequence[Edges], number: int) -> list[Placed] | None:
    placed: dict[int, Placed] = {}
    own = {id(piece) for piece, _ in values}
    for piece, edges in row:
        column = 0
        if id(piece) in own:
            column = 1 + _over(edges, columns)[0]
        elif placed:
            column = 1 + _nearest(edges, columns)
        if column in placed:
            return None
        placed[column] = Placed(piece, number, column)
    return list(placed.values())


def _over(edges: Edges, columns: Sequence[Edges]) -> list[int]:
    """The columns that a value stands in; they are in order and lie apart."""
    first = bisect_right(columns, edges.left, key=lambda column: column.right)
    last = bisect_left(columns, edges.right, key=lambda column: column.left)
    return list(range(first, last))


def _nearest(edges: Edges, columns: Sequence[Edges]) -> int:
    return min(range(len(columns)), key=lambda place: columns[place].distance(edges))


def _head(row: Row, columns: Sequence[Edges], number: int) -> list[Placed] | None:
    """A row without values: what stands over the columns heads them, what stands left of them is a name."""
    first = columns[0].left
    named = [(piece, edges) for piece, edges in row if (edges.left + edges.right) / 2 < first]
    heads = [item for item in row if item not in named]
    if not heads:
        return _name(named, len(columns), number)
    placed: dict[int, Placed] = {}
    if named:
        placed[0] = Placed(named[0][0], number, 0)
    owners = _anchored(heads, columns) or [min(heads, key=lambda head: head[1].distance(column)) for column in columns]
    for head in heads:
        covered = _covered(head, heads, owners, columns)
        if covered[0] + 1 in placed:
            return None
        placed[covered[0] + 1] = Placed(head[0], number, covered[0] + 1, covered[-1] - covered[0] + 1)
    return list(placed.values())


def _anchored(heads: Row, columns: Sequence[Edges]) -> list[tuple[Piece, Edges]]:
    """Where heads begin with columns, the first with the first, each covers the columns up to the next head.

    The same where they end with columns, from the right. Empty where they stand otherwise, over the middle.
    """
    if not 1 < len(heads) < len(columns):
        return []
    lefts = [_place(head[1].left, [column.left for column in columns]) for head in heads]
    if None not in lefts and lefts[0] == 0:
        return [
            heads[sum(start is not None and start <= place for start in lefts) - 1] for place in range(len(columns))
        ]
    rights = [_place(head[1].right, [column.right for column in columns]) for head in heads]
    if None not in rights and rights[-1] == len(columns) - 1:
        return [heads[sum(end is not None and end < place for end in rights)] for place in range(len(columns))]
    return []


def _place(edge: int, edges: Sequence[int]) -> int | None:
    return next((place for place, other in enumerate(edges) if abs(other - edge) <= 1), None)


def _covered(
    head: tuple[Piece, Edges], heads: Row, owners: Sequence[tuple[Piece, Edges]], columns: Sequence[Edges]
) -> list[int]:
    """A period covers all columns that no other head is nearer to; other words those that they stand over."""
    touched = [place for place, column in enumerate(columns) if column.overlaps(head[1])]
    own = [place for place, owner in enumerate(owners) if owner is head]
    dated = any(PERIOD.search(piece.text) and not YEAR.fullmatch(piece.text) for piece, _ in heads)
    if len(heads) < len(columns) and own and dated and (len(own) > 1 or not touched):
        return own
    return (touched if len(heads) == 1 else touched[:1]) or [_nearest(head[1], columns)]


def _name(named: Row, width: int, number: int) -> list[Placed]:
    """A row of words alone: over all where it is no period, as a title is."""
    whole = len(named) == 1 and not PERIOD.search(named[0][0].text)
    return [
        Placed(piece, number, place, width + 1 if whole else 1) for place, (piece, _) in enumerate(named) if piece.text
    ]
