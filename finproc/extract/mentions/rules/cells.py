"""A number's cell: the amount in it without footnote marks, and whether it names its own currency."""

from __future__ import annotations

import re

from finproc.extract.mentions.rules.grids import GridCell
from finproc.model.text import Quote, Span

_MARKED = re.compile(r"(?<=[\d)%])\s*\((?:[a-z]|\d)\)$")
_SIGN = re.compile(r"[$€£¥₹]|[A-Z]{3}")
_LEADING = re.compile(r"[(\s]*([A-Z]{0,3}[$€£¥₹]|[A-Z]{3}\b)")


def amount_of(cell: GridCell) -> Quote:
    """The number without its footnote mark."""
    mark = _MARKED.search(cell.text)
    bare = cell.text[: mark.start()] if mark else cell.text
    return Quote(bare, Span(cell.span.start, cell.span.start + len(bare)))


def names_currency(text: str) -> bool:
    """Whether a cell names its own currency."""
    return bool(_SIGN.search(text))


def leading_currency(cell: GridCell) -> Quote | None:
    """The currency that stands before a cell's digits."""
    sign = _LEADING.match(cell.text)
    if sign is None:
        return None
    start = cell.span.start + sign.start(1)
    return Quote(sign[1], Span(start, start + len(sign[1])), "caption")
