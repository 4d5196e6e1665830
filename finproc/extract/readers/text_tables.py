"""Tables drawn with characters: fields between pipes, between tabs, or in fixed width."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from finproc.extract.readers.alignment import Edges, aligned, fits, value_columns
from finproc.extract.readers.composition import is_caption
from finproc.extract.readers.cues import PERIOD, is_value
from finproc.extract.readers.grid import Piece, place
from finproc.model.document import Block, Cell
from finproc.model.text import Span

RULE = re.compile(r"[\s|:=_+.-]{3,}")
"""A line that only rules off."""
_COLUMN_GAP = re.compile(r" {2,}")
_SIGNS = frozenset("$€£¥₹")
_GAP_LINES = 4
"""Line breaks between two parts of one table at most."""
_PART = 500
"""Lines of a table that others may go on with."""
_TITLE = 80
"""Characters of a line alone between two parts of one table."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line with the place where it begins in the text."""

    text: str
    start: int

    @property
    def span(self) -> Span:
        left = len(self.text) - len(self.text.lstrip())
        return Span(self.start + left, self.start + max(left, len(self.text.rstrip())))


@dataclass(frozen=True, slots=True)
class TextTable:
    """The rows of a run of lines that is a table. `starts`: where their lines begin, in fixed width; else empty."""

    rows: Sequence[Sequence[Piece]]
    span: Span
    starts: Sequence[int] = ()

    def blocks(self) -> Iterator[Block]:
        """Caption blocks of the lines that state a scale, then the table; the captions lie inside the table's span."""
        for row in self.rows:
            if is_caption([piece.text for piece in row]):
                yield Block("caption", row[0].span)
        placed = (aligned(self.rows, self.starts) if self.starts else None) or place(self.rows)
        cells = (Cell(one.piece.text, one.piece.span, one.row, one.column, 1, one.column_span) for one in placed)
        yield Block("table", self.span, None, tuple(cells))

    @property
    def width(self) -> int:
        """The usual number of fields of a row with values."""
        counts = Counter(len(row) for row in self.rows if _has_values(row))
        return max(counts, key=lambda length: (counts[length], length), default=0)

    @property
    def headed(self) -> bool:
        """Whether heads stand above its first values."""
        above = next((number for number, row in enumerate(self.rows) if _has_values(row)), 0)
        return any(PERIOD.search(piece.text) for row in self.rows[:above] for piece in row)


def table_of(run: Sequence[TextLine]) -> TextTable | None:
    """A run that is a table: at least two rows of fields, most with numbers; None if it is prose."""
    if len(run) < 2:  # noqa: PLR2004 - one row is a line
        return None
    lines = [line for line in run if not RULE.fullmatch(line.text)]
    span = Span(run[0].span.start, run[-1].span.end)
    least = max(2, len(lines) // 3)
    piped = [_piped(line) for line in lines]
    if sum(len(row) > 1 for row in piped) >= least:
        return TextTable([row for row in piped if row], span)
    tabbed = sum("\t" in line.text.strip() for line in lines) >= least
    columned = [_tabbed(line) if tabbed else _spaced(line) for line in lines]
    if sum(_has_values(row) for row in columned) < least:
        return None
    rows = [(row, line.start) for row, line in zip(columned, lines, strict=True) if row]
    return TextTable([row for row, _ in rows], span, () if tabbed else [start for _, start in rows])


def joined(text: str, runs: Sequence[Sequence[TextLine]]) -> Iterator[Sequence[TextLine]]:
    """The runs, those together that are one table in parts: what has no heads of its own goes on with the one before.

    A short line alone may stand between two parts; it heads the second.
    """
    place = 0
    while place < len(runs):
        run = list(runs[place])
        first = table_of(run) if len(run) <= _PART else None
        columns = value_columns(first.rows, first.starts) if first is not None and first.starts else []
        place += 1
        while first is not None and place < len(runs):
            end = place + (1 if _titles(runs[place]) and place + 1 < len(runs) else 0)
            parts = [run, *runs[place : end + 1]]
            near = all(text.count("\n", a[-1].start, b[0].start) <= _GAP_LINES for a, b in pairwise(parts))
            if not near or not _continues(first, columns, runs[end]):
                break
            run += [line for part in parts[1:] for line in part]
            place = end + 1
        yield run


def _continues(first: TextTable, columns: Sequence[Edges], following: Sequence[TextLine]) -> bool:
    """Whether a run goes on with a table: it has no heads, and as many columns, or values in the same places."""
    second = table_of(following)
    if second is None or second.headed or bool(first.starts) != bool(second.starts):
        return False
    return fits(columns, second.rows, second.starts) if first.starts else first.width == second.width


def _titles(run: Sequence[TextLine]) -> bool:
    return len(run) == 1 and len(run[0].text) <= _TITLE and not any(map(str.isdigit, run[0].text))


def _has_values(row: Sequence[Piece]) -> bool:
    return len(row) > 1 and any(is_value(piece.text) for piece in row[1:])


def _piped(line: TextLine) -> list[Piece]:
    """Fields between pipes. A pipe that opens a line has an empty field before it, unless one closes the line too."""
    if "|" not in line.text:
        return [Piece(line.text.strip(), line.span)]
    pieces = _split(line, "|")
    if not pieces[-1].text:
        pieces.pop()
        if pieces and not pieces[0].text and line.text.rstrip().endswith("|"):
            pieces.pop(0)
    return pieces


def _tabbed(line: TextLine) -> list[Piece]:
    """Fields between tabs, empty ones too, so that a row keeps its columns."""
    pieces = _split(line, "\t")
    while len(pieces) > 1 and not pieces[-1].text:
        pieces.pop()
    return pieces


def _split(line: TextLine, border: str) -> list[Piece]:
    pieces = []
    start = 0
    for field in line.text.split(border):
        left = len(field) - len(field.lstrip())
        text = field.strip()
        pieces.append(Piece(text, Span(line.start + start + left, line.start + start + left + len(text))))
        start += len(field) + 1
    return pieces


def _spaced(line: TextLine) -> list[Piece]:
    """Fields apart by two or more spaces; a currency sign standing apart joins its number."""
    pieces: list[Piece] = []
    span = line.span
    start = span.start
    text = line.text[span.start - line.start : span.end - line.start]
    position = 0
    for gap in [*_COLUMN_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        field = text[position:end]
        if pieces and pieces[-1].text in _SIGNS:
            begin = pieces.pop().span.start
            pieces.append(Piece(text[begin - start : end], Span(begin, start + end)))
        elif field:
            pieces.append(Piece(field, Span(start + position, start + end)))
        position = gap.end() if gap else end
    return pieces
