"""Tables as grids: from cells a reader found, or from text that keeps its columns apart by bars, tabs or blanks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finproc.lexicon.scales import find_captions
from finproc.model.document import Block, Document
from finproc.model.text import Span

_NUMBER = re.compile(
    r"[-−–+(]{0,2}\s*(?:[A-Z]{0,3}[$€£¥₹]\s*)?\(?[-−–]?\d[\d.,' \u00a0]*\)?\s*(?:%|x|bps|p|c|¢)?\)?\s*(?:\([a-z0-9]\))?"
)
_STATED = re.compile(
    r"(?:(?:about|approximately|approx\.?|around|circa|ca\.|over|up\s+to|at\s+least|more\s+than|less\s+than|~)\s*)?"
    r"(?P<one>[-−–(]?\s?(?:[A-Z]{0,3}[$€£¥₹]\s?)?\d[\d.,]*\)?\s?(?:%|thousand|million|billion|trillion|crores?|lakhs?|mn|bn|m|k)?)"
    r"(?:\s?(?:to|-|–|—|and|bis)\s?(?P<other>[-−–(]?\s?(?:[A-Z]{0,3}[$€£¥₹]\s?)?\d[\d.,]*\)?"
    r"\s?(?:%|thousand|million|billion|trillion|crores?|lakhs?|mn|bn|m|k)?))?",
    re.IGNORECASE,
)
"""A cell of an outlook: a range, or a number with its own scale or an approximation."""
_DATE = re.compile(
    r"\d{1,2}[./]\d{1,2}[./](?:\s?\d{2,4})?(?:\s?(?:[–—-]|bis|to|au)\s?\d{1,2}[./]\d{1,2}[./]\s?\d{2,4})?|\d{4}-\d\d-\d\d"
)
_YEARS = re.compile(r"(?:19|20)\d\d")
_MONEY_SIGN = re.compile(r"(?:[A-Z]{1,3})?[$€£¥₹]|[A-Z]{3}")
_GAP = re.compile(r"\s(?:(?<=[ \u00a0])[ \u00a0]+|(?<=\t)\t*|\.(?:\s?\.){2,}\s?)")
"""Two blanks, a tab, or a row of dots. It begins with the blank, so that a search skips to the next one."""
_BAR = re.compile(r"\s*\|\s*")
_DASH = re.compile(r"[-–—]{1,2}|n/?a|n\.m\.?|nm", re.IGNORECASE)
_PERIOD_WORDS = re.compile(
    r"(?:19|20)\d\d|months|weeks|quarter|year|ended|\b[QH][1-4]\b|FY|half|quartal|jahr", re.IGNORECASE
)
_UNIT = re.compile(
    r"\(?(?:in\s)?(?:Mio|Mrd|Tsd)\.?\s?(?:EUR|€|CHF|USD)\)?|\(?(?:EUR|CHF|USD)\s?(?:m|mn|bn|k)\)?", re.IGNORECASE
)
_BETWEEN = 3
"""Lines without columns that may stand inside a table (section labels, captions)."""
_ABOVE = 4
_SHORT, _CELL, _LONGEST = 110, 40, 2_000
"""Characters of a label, of a cell of words, of a line that may be a row."""


def _numeric(text: str) -> bool:
    """Whether a cell is a number, or a range, or a number with its own scale or an approximation."""
    if not text or len(text) > _CELL + _CELL or not any(map(str.isdigit, text)):
        return False
    if _DATE.fullmatch(text):
        return False
    if _NUMBER.fullmatch(text):
        return True
    found = _STATED.fullmatch(text)
    return bool(found and not (found["other"] and _YEARS.fullmatch(found["one"].strip())))


@dataclass(frozen=True, slots=True)
class GridCell:
    """A filled cell: its words and the columns `[first, last]` that it covers."""

    text: str
    span: Span
    first: int
    last: int

    @property
    def numeric(self) -> bool:
        return _numeric(self.text)

    @property
    def blank(self) -> bool:
        return not self.text or bool(_DASH.fullmatch(self.text))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of filled cells from left to right, and the span of all of it with its captions above."""

    rows: tuple[tuple[GridCell, ...], ...]
    span: Span
    captions: tuple[Span, ...] = ()


def find_grids(document: Document) -> list[Grid]:
    """Every table of a document, in order."""
    if document.blocks:
        found = [grid for block in document.blocks if block.kind == "table" for grid in _of_block(document, block)]
        if found:
            return _captioned(document, found)
    return list(_of_text(document.text))


def _of_block(document: Document, block: Block) -> Iterator[Grid]:
    if not block.cells:
        yield from _of_text(document.text[block.span.start : block.span.end], block.span.start)
        return
    rows: dict[int, list[GridCell]] = {}
    for cell in block.cells:
        text = document.text[cell.span.start : cell.span.end]
        stripped = text.strip()
        if stripped:
            start = cell.span.start + len(text) - len(text.lstrip())
            place = GridCell(
                stripped, Span(start, start + len(stripped)), cell.column, cell.column + max(cell.column_span, 1) - 1
            )
            rows.setdefault(cell.row, []).append(place)
    ordered = [_joined(document.text, sorted(rows[key], key=lambda c: c.first)) for key in sorted(rows)]
    yield Grid(tuple(tuple(row) for row in ordered), block.span)


def _joined(text: str, row: list[GridCell]) -> list[GridCell]:
    """A lone currency sign, closing bracket or percent sign belongs to the number beside it ("$" | "1,234" | ")")."""
    out: list[GridCell] = []
    for cell in row:
        before = out[-1] if out else None
        if before is not None and (
            (cell.text in (")", "%", ")%") and before.text[-1].isdigit())
            or (_MONEY_SIGN.fullmatch(before.text) and _NUMBER.fullmatch(cell.text))
            or (before.text in ("(", "$(") and _NUMBER.fullmatch(cell.text))
        ):
            span = Span(before.span.start, cell.span.end)
            out[-1] = GridCell(text[span.start : span.end], span, before.first, cell.last)
        else:
            out.append(cell)
    return out


def _captioned(document: Document, found: list[Grid]) -> list[Grid]:
    """Captions and short paragraphs right above a table travel with it, and a unit alone right below it."""
    prose = sorted((b for b in document.blocks if b.kind != "table"), key=lambda b: b.span.end)
    ends = [block.span.end for block in prose]
    out: list[Grid] = []
    floor = 0
    for grid in found:
        above: list[Span] = []
        place = bisect_right(ends, grid.span.start)
        for block in reversed(prose[max(0, place - _ABOVE) : place]):
            if block.span.start < floor:
                break
            if len(block.span) <= 3 * _SHORT:
                above.append(block.span)
        if place < len(prose) and _unit(document.text[prose[place].span.start : prose[place].span.end]):
            above.append(prose[place].span)
        out.append(Grid(grid.rows, grid.span, tuple(reversed(above))))
        floor = grid.span.end
    return out


def _unit(text: str) -> bool:
    return len(text) <= _CELL // 2 and bool(find_captions(text) or _UNIT.fullmatch(text))


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str
    pieces: tuple[tuple[str, Span], ...]

    @property
    def columned(self) -> bool:
        return len(self.pieces) > 1

    @property
    def numbers(self) -> int:
        return sum(_numeric(text) for text, _ in self.pieces[1:])


def _of_text(text: str, offset: int = 0) -> Iterator[Grid]:
    """Runs of lines with columns; short lines without may stand between and above."""
    lines = list(_lines(text))
    place = 0
    while place < len(lines):
        if not lines[place].columned:
            place += 1
            continue
        end = last = place
        while end < len(lines) and end - last <= _BETWEEN + 1:
            if lines[end].columned:
                last = end
            elif not lines[end].text or len(lines[end].text) > _SHORT:
                break
            end += 1
        run = lines[place : last + 1]
        if sum(line.columned for line in run) > 1 and any(line.numbers for line in run):
            yield _grid(lines, place, last, offset)
        place = last + 1


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for raw in text.split("\n"):
        bare = raw.strip()
        pieces: tuple[tuple[str, Span], ...] = ()
        if bare and len(raw) <= _LONGEST:
            pieces = tuple(_pieces(raw, start))
        yield _Line(Span(start, start + len(raw)), bare, pieces)
        start += len(raw) + 1


def _pieces(raw: str, start: int) -> Iterator[tuple[str, Span]]:
    """The columns of one line; prose is one piece (only bars, or blanks before a number, keep columns apart)."""
    if " | " in raw or raw.lstrip().startswith("|") or raw.rstrip().endswith("|"):
        yield from _split(raw, _BAR, start, keep_empty=True)
        return
    parts = list(_split(raw.rstrip(), _GAP, start, keep_empty=False)) if _GAP.search(raw.strip()) else []
    if len(parts) > 1 and ("\t" in raw or any(_NUMBER.fullmatch(text) or len(text) <= _CELL for text, _ in parts[1:])):
        yield from parts
    else:
        bare = raw.strip()
        indent = len(raw) - len(raw.lstrip())
        yield bare, Span(start + indent, start + indent + len(bare))


def _split(raw: str, border: re.Pattern[str], start: int, *, keep_empty: bool) -> Iterator[tuple[str, Span]]:
    place = 0
    for cut in [*border.finditer(raw), None]:
        end = len(raw) if cut is None else cut.start()
        piece = raw[place:end]
        bare = piece.strip()
        if bare or keep_empty:
            indent = len(piece) - len(piece.lstrip())
            yield bare, Span(start + place + indent, start + place + indent + len(bare))
        place = end if cut is None else cut.end()


def _grid(lines: Sequence[_Line], first: int, last: int, offset: int) -> Grid:
    """Columns counted from the right: a head row without a label still stands above its numbers."""
    top = first
    while top > 0 and first - top < _ABOVE and lines[top - 1].text and len(lines[top - 1].text) <= 3 * _SHORT:
        top -= 1
    run = lines[first : last + 1]
    width = max((len(line.pieces) for line in run if line.numbers), default=max(len(line.pieces) for line in run))
    rows = [tuple(_row(line, width, offset)) for line in lines[top : last + 1] if line.text]
    captions = tuple(_moved(line.span, offset) for line in lines[top:first] if line.text)
    return Grid(tuple(rows), _moved(Span(lines[first].span.start, lines[last].span.end), offset), captions)


def _moved(span: Span, offset: int) -> Span:
    return Span(span.start + offset, span.end + offset)


def _row(line: _Line, width: int, offset: int) -> Iterator[GridCell]:
    pieces = [(text, _moved(span, offset)) for text, span in line.pieces]
    if len(pieces) < width and not line.numbers:
        while len(pieces) > 1 and not pieces[0][0]:
            pieces.pop(0)
    filled = [piece for piece in pieces if piece[0]]
    if len(pieces) == 1:
        yield GridCell(pieces[0][0], pieces[0][1], 0, 0)
    elif _labelled(pieces, width):
        yield from _spread(pieces[:1], 0, 0)
        yield from _spread(pieces[1:], 1, width - 1)
    elif (len(pieces) >= width and (line.numbers or len(filled) > 1)) or (line.numbers and not _head(pieces)):
        yield from (GridCell(text, span, column, column) for column, (text, span) in enumerate(pieces) if text)
    elif len(filled) == 1:
        yield from _spread(filled, 1, width - 1)
    else:
        yield from _spread(pieces, 1, width - 1)


def _labelled(pieces: Sequence[tuple[str, Span]], width: int) -> bool:
    """A head row whose first cell stands above the labels and whose others share the columns of numbers evenly."""
    heads = len(pieces) - 1
    first, second = pieces[0][0], pieces[1][0]
    even = not (width - 1) % heads
    plain = not first or (_undated(first) and _dated(second))
    return even and (plain or bool((width - 1) % len(pieces))) and not any(_NUMBER.fullmatch(t) for t, _ in pieces)


def _spread(pieces: Sequence[tuple[str, Span]], first: int, last: int) -> Iterator[GridCell]:
    """The pieces side by side over the columns `[first, last]`, evenly, else one each at the right."""
    share, rest = divmod(last - first + 1, len(pieces))
    for place, (text, span) in enumerate(pieces):
        start = first + place * share if not rest else max(first, last + 1 - len(pieces) + place)
        if text:
            yield GridCell(text, span, start, start + share - 1 if not rest else start)


def _dated(text: str) -> bool:
    return bool(_PERIOD_WORDS.search(text))


def _undated(text: str) -> bool:
    return not _dated(text)


def _head(pieces: Sequence[tuple[str, Span]]) -> bool:
    """Whether all cells are years: a head row, not a row of numbers."""
    return all(re.fullmatch(r"(?:19|20)\d\d(?:\s*\([a-z0-9]\))?|", text) for text, _ in pieces)
