"""Plain text: headings, paragraphs, bullet items and tables drawn with characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finproc.errors import Unreadable
from finproc.extract.readers.composition import is_caption
from finproc.extract.readers.cues import is_value
from finproc.extract.readers.decoding import text_of
from finproc.extract.readers.grid import Piece, place
from finproc.extract.readers.reader import MAX_CELLS, MAX_CHARACTERS, TooLarge, bounded
from finproc.model.document import Block, BlockKind, Cell, Document
from finproc.model.text import Span

MEDIA_TYPE = "text/plain"
_ITEM = re.compile(r"\s*(?:[•·‣▪●○◦*–—-]|\(?[a-z0-9]{1,2}[.)])\s+(?=\S)")
_RULE = re.compile(r"[\s|:=_+.-]{3,}")
_MARKDOWN_HEAD = re.compile(r"#{1,6}\s+\S")
_COLUMN_GAP = re.compile(r"\t+| {2,}")
_FIELD = re.compile(r"[^|]*")
_AMOUNT = re.compile(r"[$€£¥₹%]|\d[.,]\d|\d{5}|\b(?:million|billion|crore)\b", re.IGNORECASE)
_HEAD_WORDS = 14


def check(body: bytes) -> None:
    """Refuses what does not decode, and blank text."""
    if not text_of(body).strip():
        raise Unreadable("no_text", "The document holds no text.")


def read(body: bytes) -> Document:
    """The text as it stands, NFC, every offset one of it; raises Unreadable `not_text`, `no_text`, `too_large`."""
    text = text_of(body)
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"The text has more than {MAX_CHARACTERS:,} characters.")
    return bounded(Document(text, tuple(_blocks(text)), MEDIA_TYPE))


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int

    @property
    def span(self) -> Span:
        left = len(self.text) - len(self.text.lstrip())
        return Span(self.start + left, self.start + max(left, len(self.text.rstrip())))


def _paragraphs(text: str) -> Iterator[list[_Line]]:
    """Runs of lines between blank ones."""
    run: list[_Line] = []
    start = 0
    for raw in text.splitlines(keepends=True):
        if raw.strip():
            run.append(_Line(raw.rstrip("\r\n"), start))
        elif run:
            yield run
            run = []
        start += len(raw)
    if run:
        yield run


def _blocks(text: str) -> Iterator[Block]:
    runs = list(_paragraphs(text))
    cells = 0
    for run in runs:
        rows = _table(run)
        if rows:
            for block in _table_blocks(run, rows):
                cells += len(block.cells)
                if cells > MAX_CELLS:
                    raise TooLarge(f"The text's tables have more than {MAX_CELLS:,} cells.")
                yield block
        else:
            yield from _prose(run, alone=len(runs) == 1)


def _prose(run: Sequence[_Line], *, alone: bool) -> Iterator[Block]:
    """Headings, bullet items and paragraphs of one run; a lone line is no heading when it is the whole text."""
    if len(run) == 1 and not alone and _is_heading(run[0].text):
        yield Block("heading", run[0].span)
        return
    if run[1:] and not run[2:] and _RULE.fullmatch(run[1].text) and len(run[0].text.split()) <= _HEAD_WORDS:
        yield Block("heading", run[0].span)
        return
    kind: BlockKind = "paragraph"
    first = last = None
    for line in run:
        begins = bool(_ITEM.match(line.text))
        heads = bool(_MARKDOWN_HEAD.match(line.text))
        if first and last and (begins or heads or kind == "heading"):
            yield Block(kind, Span(first.span.start, last.span.end))
            first = None
        if first is None:
            first = line
            kind = "heading" if heads else "item" if begins else "paragraph"
        last = line
    if first and last:
        yield Block(kind, Span(first.span.start, last.span.end))


def _is_heading(line: str) -> bool:
    text = line.strip()
    words = text.split()
    return (
        0 < len(words) <= _HEAD_WORDS
        and text[0].isalnum()
        and not text[0].islower()
        and text[-1] not in ".,;?!…-"
        and any(character.isalpha() for character in text)
        and not _AMOUNT.search(text)
    )


def _table(run: Sequence[_Line]) -> list[list[Piece]] | None:
    """The rows of a run that is a table: at least two rows of fields, most with numbers; None if it is prose."""
    if len(run) < 2:  # noqa: PLR2004 - one row is a line
        return None
    lines = [line for line in run if not _RULE.fullmatch(line.text)]
    piped = [_piped(line) for line in lines]
    if sum(len(row) > 1 for row in piped) >= max(2, len(lines) // 3):
        return [row for row in piped if row]
    columned = [_columned(line) for line in lines]
    rows_with_values = sum(len(row) > 1 and any(is_value(piece.text) for piece in row[1:]) for row in columned)
    if rows_with_values >= max(2, len(lines) // 3):
        return [row for row in columned if row]
    return None


def _piped(line: _Line) -> list[Piece]:
    """Fields between pipes. A pipe that opens a line has an empty field before it, unless one closes the line too."""
    if "|" not in line.text:
        return [Piece(line.text.strip(), line.span)]
    pieces = []
    start = 0
    for field in line.text.split("|"):
        left = len(field) - len(field.lstrip())
        text = field.strip()
        pieces.append(Piece(text, Span(line.start + start + left, line.start + start + left + len(text))))
        start += len(field) + 1
    if not pieces[-1].text:
        pieces.pop()
        if pieces and not pieces[0].text and line.text.rstrip().endswith("|"):
            pieces.pop(0)
    return pieces


def _columned(line: _Line) -> list[Piece]:
    """Fields apart by tabs or two or more spaces; a currency sign standing apart joins its number."""
    pieces: list[Piece] = []
    span = line.span
    start = span.start
    text = line.text[span.start - line.start : span.end - line.start]
    position = 0
    for gap in [*_COLUMN_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        field = text[position:end]
        if pieces and pieces[-1].text in {"$", "€", "£", "¥"}:
            begin = pieces.pop().span.start
            pieces.append(Piece(text[begin - start : end], Span(begin, start + end)))
        elif field:
            pieces.append(Piece(field, Span(start + position, start + end)))
        position = gap.end() if gap else end
    return pieces


def _table_blocks(run: Sequence[_Line], rows: Sequence[Sequence[Piece]]) -> Iterator[Block]:
    """Caption blocks of the lines that state a scale, then the table; the captions lie inside the table's span."""
    for row in rows:
        if is_caption([piece.text for piece in row]):
            yield Block("caption", row[0].span)
    cells = tuple(
        Cell(placed.piece.text, placed.piece.span, placed.row, placed.column, 1, placed.column_span)
        for placed in place(rows)
    )
    yield Block("table", Span(run[0].span.start, run[-1].span.end), None, cells)
