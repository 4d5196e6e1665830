"""What the heads of a table say about its columns: the period of each, or that it shows changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from finproc.extract.mentions.rules.grids import GridCell
from finproc.lexicon.periods import FoundPeriod, find_periods
from finproc.model.text import Quote, Span

_CHANGE = re.compile(
    r"\b(?:change|changes|variance|increase|decrease|growth|var\.?|chg\.?|diff(?:erence)?|y/y|yoy|veränderung|variation|%\s?of|"
    r"budget|note|notes|ref|percent(?:age)?)\b|^\s*[%±Δ]|%\s*$",
    re.IGNORECASE,
)
_STRETCH = re.compile(
    r"(?:three|six|nine|twelve|3|6|9|12|thirteen|26|52|53|13|39)[\s-](?:months?|weeks?)|quarters?|years?|months?\s+ended|half|"
    r"as\s+(?:of|at)|ended|fiscal|quartal|geschäftsjahr|exercice|trimestre|halbjahr",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\b(?:guidance|outlook|forecast|target|estimate[ds]?|expected|prognose|ausblick|prévisions?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a column. `changes`: its numbers are differences or shares. `segment`: words that are no period."""

    period: Quote | None = None
    anchor: Quote | None = None
    segment: Quote | None = None
    changes: bool = False
    forward: Quote | None = None


@lru_cache(maxsize=512)
def _periods(text: str) -> tuple[FoundPeriod, ...]:
    """The periods of one cell by itself: cells beside and below each other form no sentence."""
    return tuple(find_periods(text))


def is_head(row: Sequence[GridCell]) -> bool:
    """Whether a row is a head: words and years but no numbers that count something."""
    if any(cell.numeric and not _year(cell) for cell in row):
        return False
    return len(row) > 1 or _dated(row[0])


def _year(cell: GridCell) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d\s*(?:\([a-z0-9]\)|[*†])?", cell.text))


def _dated(cell: GridCell) -> bool:
    return bool(_periods(cell.text)) or bool(_STRETCH.search(cell.text))


def head_of(cell: GridCell, heads: Sequence[Sequence[GridCell]]) -> Head:
    """The head of a number's column; `heads` from top to bottom."""
    period = anchor = segment = forward = None
    changes = False
    for row in reversed(heads):
        above = _above(row, cell)
        if above is None:
            continue
        dated = _periods(above.text)
        plain = [one for one in dated if one.kind != "relative"]
        forward = forward or _match(above, _FORWARD)
        if period is None and plain:
            chosen = plain[-1]
            start = above.span.start + chosen.span.start
            whole = not chosen.is_absolute and bool(re.search(r"(?:19|20)\d\d", above.text))
            words = Span(start, start + len(chosen.text)) if not whole else above.span
            period = Quote(above.text if whole else chosen.text, words, "column")
            rest = above.text[: chosen.span.start].strip(" ,:")
            if _STRETCH.search(rest):
                anchor = Quote(rest, _span_of(rest, above), "column")
        elif period is not None and anchor is None and _STRETCH.search(above.text):
            anchor = Quote(above.text, above.span, "column")
        elif period is None and _STRETCH.search(above.text):
            period = Quote(above.text, above.span, "column")
        elif not dated and above.first > 0 and _CHANGE.search(above.text):
            changes = True
        elif not dated and above.first > 0 and segment is None and re.search(r"[^\W\d]{2}", above.text):
            segment = Quote(above.text, above.span, "column")
    if period is not None and anchor is None:
        corner = next((row[0] for row in reversed(heads) if row[0].first == 0 and _STRETCH.search(row[0].text)), None)
        anchor = Quote(corner.text, corner.span, "column") if corner is not None else None
    return Head(period, anchor, segment, changes, forward)


def _above(row: Sequence[GridCell], cell: GridCell) -> GridCell | None:
    """The head cell that covers the number's columns; a lone cell at the left stands above all."""
    best = None
    for head in row:
        if (
            head.first <= cell.last
            and head.last >= cell.first
            and (best is None or _shared(head, cell) > _shared(best, cell))
        ):
            best = head
    if best is None and len(row) == 1 and row[0].first == 0:
        return row[0]
    return best


def _shared(head: GridCell, cell: GridCell) -> int:
    return min(head.last, cell.last) - max(head.first, cell.first)


def _span_of(words: str, cell: GridCell) -> Span:
    start = cell.span.start + cell.text.index(words)
    return Span(start, start + len(words))


def _match(cell: GridCell, pattern: re.Pattern[str]) -> Quote | None:
    match = pattern.search(cell.text)
    return (
        Quote(match[0], Span(cell.span.start + match.start(), cell.span.start + match.end()), "column")
        if match
        else None
    )
