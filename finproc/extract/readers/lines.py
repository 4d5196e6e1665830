"""Lines of a page: characters with places become words, words become fields that wide gaps keep apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from finproc.extract.readers.cues import CLOSES, OPENS, is_value

_SAME_LINE = 0.5
_WORD_GAP = 0.22
_STARTED_GAP = 0.06
_RAISED = 0.06
FIELD_GAP = 1.0
HEAD_GAP = 0.5
_SAME_PLACE = 0.08
"""Distances in heights of a line. A space is about a quarter of it; heads stand closer together than values do; what is
printed twice to look bold hardly moves."""
_LEADER = re.compile(r"[._·…]+")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its place in points; `base` is its line's distance from the top, growing downwards.

    `starts` says that a space stood before it where the file has it.
    """

    text: str
    left: float
    right: float
    base: float
    height: float
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """Characters that stand together, or whole fields of them."""

    text: str
    left: float
    right: float

    @property
    def center(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line, and the fields that they make."""

    words: tuple[Word, ...]
    fields: tuple[Word, ...]
    base: float
    height: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines of a page from top to bottom. Raised and lowered characters belong to the line that they touch."""
    lines: list[Line] = []
    row: list[Glyph] = []
    tallest: Glyph | None = None
    for glyph in sorted(glyphs, key=lambda glyph: glyph.base):
        if tallest and glyph.base - tallest.base > _SAME_LINE * max(tallest.height, glyph.height):
            lines += _line(row, tallest)
            row, tallest = [], None
        row.append(glyph)
        if tallest is None or glyph.height > tallest.height:
            tallest = glyph
    if tallest:
        lines += _line(row, tallest)
    return lines


def _line(row: Sequence[Glyph], tallest: Glyph) -> Iterator[Line]:
    words = tuple(word for word in _words(row, tallest.height) if not _LEADER.fullmatch(word.text))
    if words:
        yield Line(words, tuple(fields_of(words, FIELD_GAP * tallest.height)), tallest.base, tallest.height)


def _words(row: Iterable[Glyph], height: float) -> Iterator[Word]:
    letters: list[Glyph] = []
    for glyph in sorted(row, key=lambda glyph: glyph.left):
        if letters and _apart(letters[-1], glyph, height):
            yield _word(letters)
            letters = []
        doubled = letters and glyph.text == letters[-1].text and glyph.left - letters[-1].left < _SAME_PLACE * height
        if not doubled:
            letters.append(glyph)
    if letters:
        yield _word(letters)


def _apart(before: Glyph, glyph: Glyph, height: float) -> bool:
    """Whether a word begins. A space in the file decides, but for one before a raised or lowered character close by."""
    gap = (glyph.left - before.right) / height
    raised = abs(glyph.base - before.base) > _RAISED * height
    return gap > _WORD_GAP or (glyph.starts and (not raised or gap > _STARTED_GAP))


def _word(letters: Sequence[Glyph]) -> Word:
    return Word("".join(glyph.text for glyph in letters), letters[0].left, max(glyph.right for glyph in letters))


def fields_of(words: Iterable[Word], gap: float) -> list[Word]:
    """Words no more than `gap` apart, joined; complete numbers stay apart, and signs join their number over any gap."""
    fields: list[Word] = []
    for word in words:
        before = fields[-1] if fields else None
        if before is None:
            fields.append(word)
            continue
        close = word.left - before.right <= gap
        opens = OPENS.fullmatch(before.text) and is_value(before.text + word.text)
        if opens or (close and is_value(before.text) and CLOSES.fullmatch(word.text)):
            joint = ""
        elif close and not (is_value(before.text) and (is_value(word.text) or OPENS.fullmatch(word.text))):
            joint = " "
        else:
            fields.append(word)
            continue
        fields[-1] = Word(before.text + joint + word.text, before.left, word.right)
    return fields
