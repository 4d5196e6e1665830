"""What the heads of a table say about its columns: the period of each, or that it shows changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from finproc.extract.mentions.rules.grids import GridCell
from finproc.lexicon.periods import FoundPeriod, find_periods
from finproc.lexicon.scales import find_captions
from finproc.model.text import Quote, Span

_CHANGE = re.compile(
    r"\b(?:change|changes|variance|increase|decrease|growth|var\.?|chg\.?|diff(?:erence)?|y/y|yoy|veränderung|variation|%\s?of|"
    r"budget|notes?|ref|anhang|erläuterung\w*|sl|percent(?:age)?)\b|^\s*[%±Δ]|%\s*$",
    re.IGNORECASE,
)
_MOVES = re.compile(r"%\s*change|percent(?:age)?\s+change|year[\s-]over[\s-]year|basis\s+points?", re.IGNORECASE)
_STRETCH = re.compile(
    r"(?:three|six|nine|twelve|3|6|9|12|thirteen|26|52|53|13|39)[\s-](?:months?|weeks?)|quarters?|years?|months?\s+ended|half|"
    r"as\s+(?:of|at)|ended|fiscal|annual|full[\s-]year|year[\s-]to[\s-]date|quartal|geschäftsjahr|exercice|trimestre|halbjahr",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d|\bFY\s?\d\d|\b[QH][1-4]\b")
_ASIDE = re.compile(
    r"\(?(?:un)?audited\)?|\(?restated\)?|actual|reported|\(?note[sn]?\s?\d*\)?|\W*[$€£]\W*|amount", re.IGNORECASE
)
_UNITS = re.compile(
    r"\W*(?:in\s+|en\s+)?(?:[A-Z]{3}|[A-Z]{0,3}[$€£¥₹]|Rs\.?|euros?|dollars?)?\s*"
    r"(?:m|mn|bn|k|mio|mrd|tsd|thousands?|millions?|billions?|crores?|lakhs?|lacs?)?\W*",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"(?:grand\s+)?total|consolidated|(?:total\s+)?(?:group|company)|gesamt|summe|konzern", re.IGNORECASE
)
"""A column of the whole beside columns of its parts."""
_CLASS = re.compile(r"\d{1,2}(?:\s?(?:to|-|–)\s?\d{1,2})?")
_UNIT = 24
"""Characters of a head that only states the unit ("US$m", "Rs. in crore")."""
_FORWARD = re.compile(
    r"\b(?:guidance|outlook|forecast|target|estimate[ds]?|expected|prognose|ausblick|prévisions?)\b", re.IGNORECASE
)
_ADJUSTED = re.compile(
    r"\bnon[\s-]*gaap\b|\badjusted\b|\bcore\b(?=.*\bmeasure)|\bunderlying\b|\bcomparable\b|\bnormali[sz]ed\b|"
    r"\bbereinigt\w*|\bajusté\w*|"
    r"\b(?:before|excluding|excl\.)\s+(?:special|exceptional|one-?off|non-?recurring|adjusting)(?:\s+(?:items|charges))?",
    re.IGNORECASE,
)
_ADJUSTED_WORD = re.compile(r"\bnon\b|\bcore\b|\badjusted\b", re.IGNORECASE)
_REPORTED = re.compile(
    r"\b(?:gaap|ifrs|statutory|as\s+reported|reported|as\s+published)\b|\bberichtet\b|\bpublié\b", re.IGNORECASE
)
_ADJUSTMENTS = re.compile(
    r"\badjust(?:ment|ing)\w*|\breconcil|\b(?:special|exceptional|excluded|one-?off)\s+items?\b|\beliminations?\b",
    re.IGNORECASE,
)
_FORMA = re.compile(r"\bpro[\s-]?forma\b|\brolling\b|\btrailing\b|\b[LT]TM\b", re.IGNORECASE)
"""A column of what would have been, or of a year that ends with any month: no metric of a period."""
Measure = Literal["reported", "adjusted", "adjustment"]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a column. `changes`: its numbers are differences. `segment`: words that are no period."""

    period: Quote | None = None
    pieces: tuple[Quote, ...] = ()
    """All pieces of the period from the top, where heads stack; `period` is the lowest."""
    segment: Quote | None = None
    changes: bool = False
    forward: Quote | None = None
    stacked: bool = False
    """The words that are no period stand in several cells above each other."""

    measure: Measure | None = None
    """Where a table reconciles: the number as reported, as adjusted, or what leads from one to the other."""
    qualifier: Quote | None = None
    """The words that make the column's numbers adjusted ones."""
    words: tuple[Quote, ...] = ()
    """The pieces over this column alone that are no period, from the top."""

    @property
    def counts(self) -> bool:
        """Whether the column's numbers are facts: no differences, notes or steps of a reconciliation."""
        return not self.changes and self.measure != "adjustment"

    @property
    def open(self) -> bool:
        """Whether the period is one cell's whose words alone do not say which year's it is."""
        return (
            self.period is not None
            and not self.pieces
            and not any(found.is_absolute for found in _periods(self.period.text))
        )


@lru_cache(maxsize=512)
def _periods(text: str) -> tuple[FoundPeriod, ...]:
    """The periods of one cell by itself: cells beside and below each other form no sentence."""
    return tuple(find_periods(text))


def is_head(row: Sequence[GridCell]) -> bool:
    """Whether a row is a head: words, years and ranges of classes, but no numbers that count something."""
    if not row:
        return False
    if any(cell.numeric and not _year(cell) for cell in row):
        classes = all(_CLASS.fullmatch(cell.text) for cell in row if cell.numeric)
        return classes and any(_WHOLE.fullmatch(cell.text) for cell in row[1:])
    return len(row) > 1 or _dated(row[0])


def is_dated(row: Sequence[GridCell]) -> bool:
    """Whether any cell of a row names a period, or part of one."""
    return any(_dated(cell) for cell in row)


def _year(cell: GridCell) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d\s*(?:\([a-z0-9]\)|[*†])?", cell.text))


def _dated(cell: GridCell) -> bool:
    return bool(_periods(cell.text)) or bool(_STRETCH.search(cell.text))


def head_of(cell: GridCell, heads: Sequence[Sequence[GridCell]]) -> Head:
    """The head of a number's column; `heads` from top to bottom."""
    pieces: list[Quote] = []
    titles: list[Quote] = []
    parts: list[GridCell] = []
    forward = None
    changes = whole = False
    for row in heads:
        above = _above(row, cell)
        if above is None:
            continue
        forward = forward or _match(above, _FORWARD)
        dated = [one for one in _periods(above.text) if one.kind != "relative"]
        if dated or _STRETCH.search(above.text) or (_YEAR.search(above.text) and above.first > 0):
            if not (above.first == 0 and find_captions(above.text) and not dated):
                pieces.append(Quote(above.text, above.span, "column"))
                titles += pieces[-1:] if len(row) == 1 else []
        elif above.first > 0 and not _CHANGE.search(above.text) and _is_part(above.text):
            parts.append(above)
            whole = bool(_WHOLE.fullmatch(_without_units(above.text)))
        changes = changes or _changes(above, dated=bool(dated))
    words = tuple(Quote(part.text, part.span, "column") for part in parts if part.first == part.last == cell.first)
    segment = Quote(parts[-1].text, parts[-1].span, "column") if parts else None
    corner = [row[0] for row in heads if row[0].first == 0 and len(row) > 1]
    stretches = [Quote(one.text, one.span, "column") for one in corner if _STRETCH.search(one.text)]
    pieces = _without_titles([*stretches, *pieces], titles)
    measure, qualifier = _measure(words, segment, pieces)
    return Head(
        pieces[-1] if pieces else None,
        tuple(pieces) if len(pieces) > 1 else (),
        None if measure or whole else segment,
        changes,
        forward,
        len(parts) > 1 and not measure and not whole,
        measure,
        qualifier,
        words,
    )


def _changes(above: GridCell, *, dated: bool) -> bool:
    """Whether a head says that its numbers are differences, or no company's own of a period."""
    if above.first > 0 and _FORMA.search(above.text):
        return True
    return not dated and bool(_MOVES.search(above.text) or (above.first > 0 and _CHANGE.search(above.text)))


def _without_titles(pieces: list[Quote], titles: Sequence[Quote]) -> list[Quote]:
    """A title over the whole table adds nothing where the heads below it say stretch and year themselves."""
    own = [piece for piece in pieces if piece not in titles]
    line = " ".join(piece.text for piece in own)
    return own if _STRETCH.search(line) and _YEAR.search(line) else pieces


def _is_part(text: str) -> bool:
    """Whether words that are no period may name a part: more than a unit, a scale or an aside."""
    if not re.search(r"[^\W\d]{2}", text) or _ASIDE.fullmatch(text):
        return False
    if len(text) >= _UNIT:
        return True
    rest = _without_units(text)
    return not _UNITS.fullmatch(rest) and bool(re.search(r"[^\W\d]{2}", rest))


def _without_units(text: str) -> str:
    rest = text
    for start, end, _power, _code in find_captions(text):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return rest.strip()


def _measure(
    words: Sequence[Quote], segment: Quote | None, pieces: Sequence[Quote]
) -> tuple[Measure | None, Quote | None]:
    """Whether a column's words say which measure it shows; the words over the column alone before wider ones."""
    own = words or ([segment] if segment else [])
    line = " ".join(piece.text for piece in own)
    for quote in (*own, *pieces):
        match = _ADJUSTED.search(quote.text)
        if match and quote.span:
            start = quote.span.start + match.start()
            return "adjusted", Quote(match[0], Span(start, start + len(match[0])), "column")
    if _ADJUSTED.search(line):
        last = own[-1]
        return "adjusted", next((quote for quote in own if _ADJUSTED_WORD.search(quote.text)), last)
    if _REPORTED.search(line):
        return "reported", None
    return ("adjustment", None) if own and _ADJUSTMENTS.search(line) else (None, None)


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


def _match(cell: GridCell, pattern: re.Pattern[str]) -> Quote | None:
    match = pattern.search(cell.text)
    return (
        Quote(match[0], Span(cell.span.start + match.start(), cell.span.start + match.end()), "column")
        if match
        else None
    )
