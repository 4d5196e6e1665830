"""The layout of a page: its lines become headings, paragraphs, items and tables in reading order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from finproc.extract.readers.columns import cells_of, tables_of
from finproc.extract.readers.composition import Composer
from finproc.extract.readers.cues import SCALE
from finproc.extract.readers.gutters import parts_of
from finproc.extract.readers.lines import Glyph, Line, lines_of
from finproc.model.document import BlockKind

_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?(?:[A-Z]\s?[-–]\s?)?\d{1,3}(?:\s+of\s+\d{1,3})?\W*", re.IGNORECASE)
_ITEM = re.compile(r"[•·‣▪●○◦*–—-]|\(?[a-z0-9]{1,2}[.)]", re.IGNORECASE)
_PARAGRAPH_GAP = 1.3
_WIDEST_PITCH = 2.5
_LARGE = 1.15
_FULL = 0.8
_ASIDE = 2.5
_HEADING_WORDS = 14


def compose_page(glyphs: Sequence[Glyph], page: int, composer: Composer) -> None:
    """Append the blocks of one page. A page number at its first or last line is left out."""
    lines = lines_of(glyphs)
    for edge in (-1, 0):
        if len(lines) > 1 and _PAGE_NUMBER.fullmatch(lines[edge].text):
            del lines[edge]
    for part in parts_of(lines):
        _compose_part(part, page, composer)


def _compose_part(lines: Sequence[Line], page: int, composer: Composer) -> None:
    shape = _Shape.of(lines)
    begin = 0
    for table in tables_of(lines):
        _compose_prose(lines[begin : table.start], shape, page, composer)
        composer.table(cells_of(table, lines), page)
        begin = table.end
    _compose_prose(lines[begin:], shape, page, composer)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is usual on a page: its edges, the height of its lines, and their distance in heights."""

    left: float
    right: float
    height: float
    pitch: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Shape:
        pitches = [(line.base - before.base) / max(line.height, before.height) for before, line in pairwise(lines)]
        return cls(
            min(line.left for line in lines),
            max(line.right for line in lines),
            median(line.height for line in lines),
            median([pitch for pitch in pitches if pitch < _WIDEST_PITCH] or [1.0]),
        )


def _compose_prose(lines: Sequence[Line], shape: _Shape, page: int, composer: Composer) -> None:
    block: list[Line] = []
    for line in lines:
        if block and _breaks(block[-1], line, shape):
            _add(block, shape, page, composer)
            block = []
        block.append(line)
    if block:
        _add(block, shape, page, composer)


def _add(block: Sequence[Line], shape: _Shape, page: int, composer: Composer) -> None:
    """Append a block; words in lower case go on with the sentence that the column or page before broke off."""
    kind, text = _kind(block, shape.height), _joined(block)
    if kind != "paragraph" or not text[:1].islower() or not composer.extend(text):
        composer.add(kind, text, page)


def _breaks(before: Line, line: Line, shape: _Shape) -> bool:
    """Whether a new block begins: after a gap or a short line, at a bullet, at another size of letters."""
    if line.base - before.base > _PARAGRAPH_GAP * shape.pitch * max(line.height, before.height):
        return True
    if abs(line.height - before.height) > 0.12 * before.height or _ITEM.fullmatch(line.words[0].text):
        return True
    if (
        abs(line.left - before.left) > _ASIDE * line.height
        and line.right < before.right < shape.right - _ASIDE * line.height
    ):
        return True
    short = before.right - shape.left < _FULL * (shape.right - shape.left)
    starts = line.words[0].text[:1]
    return (short and (starts.isupper() or starts in '(“"')) or bool(SCALE.search(line.text) and short)


def _joined(block: Sequence[Line]) -> str:
    """The lines' words; a line that ends in a hyphen runs on without a space."""
    text = ""
    for line in block:
        words = line.text
        text += words if not text or (text.endswith("-") and text[-2:-1].isalpha()) else f" {words}"
    return text


def _kind(block: Sequence[Line], usual: float) -> BlockKind:
    text = _joined(block)
    if _ITEM.fullmatch(block[0].words[0].text) and len(block[0].words) > 1:
        return "item"
    short = len(text.split()) <= _HEADING_WORDS and not text.endswith((".", ";", ","))
    titled = text[:1].isupper() and not any(character in "$€£%" for character in text)
    if short and (block[0].height > _LARGE * usual or (len(block) == 1 and titled and ":" not in text[:-1])):
        return "heading"
    return "paragraph"
