"""Pages set in two columns of prose: the left column is read to its end before the right one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from finproc.extract.readers.cues import is_entry
from finproc.extract.readers.lines import FIELD_GAP, Line, Word, fields_of

_LINES = 4
"""So many lines with prose on both sides of one gap make two columns."""
_WORDS = 3
_PITCH = 1.8


def parts_of(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of a page in reading order, in parts that each run the same width."""
    part: list[Line] = []
    index = 0
    while index < len(lines):
        end, middle = _two_columns(lines, index)
        if end == index:
            part.append(lines[index])
            index += 1
            continue
        if part:
            yield part
        yield from (side for side in _sides(lines[index:end], middle) if side)
        part = []
        index = end
    if part:
        yield part


def _two_columns(lines: Sequence[Line], start: int) -> tuple[int, float]:
    """Where the two columns that begin with this line end, and the middle of the gap between them."""
    gap = _gap(lines[start])
    if gap is None:
        return start, 0.0
    left, right = gap
    end, both = start + 1, 1
    for index in range(start + 1, len(lines)):
        line = lines[index]
        beside = [left, *(word.right for word in line.words if word.center < (left + right) / 2)]
        beyond = [right, *(word.left for word in line.words if word.center >= (left + right) / 2)]
        if min(beyond) - max(beside) < FIELD_GAP * line.height:
            break
        left, right = max(beside), min(beyond)
        if _gap(line):
            both += 1
            end = index + 1
    middle = (left + right) / 2
    while end < len(lines) and _goes_on(lines[end - 1], lines[end], middle):
        end += 1
    return (end, middle) if both >= _LINES else (start, 0.0)


def _goes_on(before: Line, line: Line, middle: float) -> bool:
    """Whether a line follows closely on one side: the column there is the longer one."""
    return line.base - before.base < _PITCH * line.height and (line.right < middle or line.left > middle)


def _gap(line: Line) -> tuple[float, float] | None:
    """The gap of a line that is two fields of prose; None for any other line."""
    if len(line.fields) != 2 or not all(_is_prose(field) for field in line.fields):  # noqa: PLR2004 - left and right
        return None
    return line.fields[0].right, line.fields[1].left


def _is_prose(field: Word) -> bool:
    words = field.text.split()
    return (
        len(words) >= _WORDS and sum(word[0].isalpha() for word in words) > len(words) / 2 and not is_entry(field.text)
    )


def _sides(lines: Sequence[Line], middle: float) -> tuple[list[Line], list[Line]]:
    sides: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        for number, side in enumerate(sides):
            words = tuple(word for word in line.words if (word.center > middle) == bool(number))
            if words:
                fields = tuple(fields_of(words, FIELD_GAP * line.height))
                side.append(Line(words, fields, line.base, line.height))
    return sides
