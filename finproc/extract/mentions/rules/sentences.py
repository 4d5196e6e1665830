"""Where sentences begin and end: a document's prose as passages, in order, each with its kind and its paragraph."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from finproc.extract.mentions.rules.vocabulary import words
from finproc.model.document import BlockKind, Document
from finproc.model.text import Span

LONGEST = 2_000
"""Characters of one sentence; longer ones (lists without a stop, lost punctuation) are cut at the next space."""

_ABBREVIATIONS = words("""
    inc corp co ltd plc llc bros no nos rs mr mrs ms dr st vs approx est dept fig figs jr sr mio mrd bzw ca ggü
    gegü u.s u.k e.g i.e a.g s.a n.v p.a jan feb mar apr jun jul aug sep sept oct nov dec mil bn bln mln tsd usd
    art vol pp evtl inkl exkl z.b d.h gem cie mm resp incl excl
""")
_STOP = re.compile(
    r"[.!?…。！？](?:(?<=[。！？])|(?<![.!?…].)[.!?…]*[\"'”’»)\]]*"
    r"(?=\s+[\"'“„‘«(\[]*[A-Z0-9ÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜ€$£¥₹•–-]))"
)
"""It begins with the mark, so that a search skips to the next one."""
_SCALES = words("bn mn mln bln mm mio mrd tsd")
_CURRENCY_NEXT = re.compile(r"\s+(?:Euro?s?\b|EUR|USD|US-?\$?|Dollar|CHF|Franken|Pfund|GBP|Yen|SEK|NOK|DKK|[$€£¥])")
"""What behind a short scale word goes on with the amount; any other capital begins a sentence ("£1.4bn. Profits …")."""
_ORDINAL = re.compile(r"(?:^|[\s(])\d{1,2}$")
_ORDINAL_OF = re.compile(
    r"\s+(?:Quartal|Halbjahr|Geschäftsjahr|Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Jänner|Trimester)"
)
_LAST_WORD = re.compile(r"([^\W\d_](?:[\w.]*\w)?)$")
_ITEM = re.compile(r"[ \t]*(?:[•·▪◦*‣■●–—-]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s)")
_FIGURE_ENDS = re.compile(r"[0-9][)%]*$|[0-9]\s?(?:million|billion|thousand|crores?|lakhs?|bn|mn|percent|per cent)$")
"""A line without a stop that ends with a figure says all it has to say ("Revenue rose 54% to $39 million")."""
_BLANK = re.compile(r"\n[ \t]*\n")
_HEADING, _WRAP = 90, 55
"""A line without a stop is a heading up to the one, and goes on in the next line from the other."""


class Passage(Struct, frozen=True):
    """A sentence, heading or list item. `paragraph` counts up; passages of one paragraph speak of the same things."""

    span: Span
    kind: BlockKind
    paragraph: int


def passages(document: Document, taken: list[Span]) -> list[Passage]:
    """The prose of a document outside the stretches `taken` by tables, in order."""
    found: list[Passage] = []
    paragraph = 0
    for span, kind in _stretches(document, taken):
        for line_span, line_kind in _paragraphs(document.text, span, kind):
            paragraph += 1
            found += [Passage(piece, line_kind, paragraph) for piece in _sentences(document.text, line_span)]
    return found


def _stretches(document: Document, taken: list[Span]) -> Iterator[tuple[Span, BlockKind]]:
    """Blocks of prose, or what lies between tables where the reader gave no blocks."""
    if document.blocks:
        for block in document.blocks:
            if block.kind != "table":
                yield from ((part, block.kind) for part in _outside(block.span, taken))
    else:
        yield from ((part, "paragraph") for part in _outside(Span(0, len(document.text)), taken))


def _outside(span: Span, taken: list[Span]) -> Iterator[Span]:
    """The parts of a span that no taken span covers (`taken` in order)."""
    start = span.start
    first = bisect_right(taken, span.start, key=lambda hole: hole.end)
    for hole in islice(taken, first, None):
        if hole.start >= span.end:
            break
        if hole.start > start:
            yield Span(start, hole.start)
        start = max(start, hole.end)
    if start < span.end:
        yield Span(start, span.end)


def _paragraphs(text: str, span: Span, kind: BlockKind) -> Iterator[tuple[Span, BlockKind]]:
    """Lines joined where a sentence was merely wrapped; a heading, a bullet and a blank line stand apart."""
    if kind in ("heading", "caption"):
        yield span, kind
        return
    start = line = span.start
    shape: BlockKind = kind
    joined = False
    while line < span.end:
        newline = text.find("\n", line, span.end)
        end = span.end if newline < 0 else newline
        after = end + 1
        bare = text[line:end].strip()
        if not joined:
            start, shape = line, "item" if kind == "item" or _ITEM.match(text, line, end) else kind
        if bare and after < span.end and _goes_on(text, bare, after, span.end):
            joined = True
        else:
            joined = False
            if text[start:end].strip():
                yield Span(start, end), _kind(text[start:end].strip(), shape)
        line = after
    if joined and text[start : span.end].strip():
        yield Span(start, span.end), shape


def _goes_on(text: str, line: str, after: int, limit: int) -> bool:
    """Whether the sentence of this line goes on in the next."""
    following = text[after : min(after + 40, limit)]
    head = following.lstrip(" \t")
    if not head or head[0] == "\n" or _ITEM.match(following):
        return False
    if head[0].islower() or line[-1] in ",–-(&/":
        return line[-1] not in ".!?:;" or (head[0].islower() and line[-1] not in ":;")
    return len(line) >= _WRAP and line[-1] not in ".!?:;" and not (head[0].isupper() and _FIGURE_ENDS.search(line))


def _kind(line: str, kind: BlockKind) -> BlockKind:
    """A short line without a stop is a heading."""
    if (
        kind == "paragraph"
        and "\n" not in line
        and len(line) <= _HEADING
        and line[-1] not in ".!?,;:"
        and ". " not in line
    ):
        return "heading"
    return kind


def _sentences(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    for stop in _STOP.finditer(text, span.start, span.end):
        if stop.end() <= start or _abbreviated(text, start, stop):
            continue
        yield from _cut(text, start, stop.end())
        start = stop.end()
    yield from _cut(text, start, span.end)


def _abbreviated(text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether the full stop belongs to an abbreviation, an initial or an ordinal ("Inc.", "J. P.", "3. Quartal")."""
    if not stop.group().startswith(".") or len(stop.group().rstrip("\"'”’»)]")) > 1:
        return False
    before = text[max(start, stop.start() - 24) : stop.start()]
    word = _LAST_WORD.search(before)
    if word is None:
        return bool(_ORDINAL.search(before) and _ORDINAL_OF.match(text, stop.end()))
    last = word.group(1).lower()
    if last in _SCALES:
        return _CURRENCY_NEXT.match(text, stop.end()) is not None
    if last in _ABBREVIATIONS:
        # "Inc." ends a sentence only where a new one plainly starts with a common opening word
        return not re.match(r"\s+(?:The|In|We|Our|It|This|For|As|However|Revenue|Net|Sales)\b", text[stop.end() :][:14])
    scale = before[: word.start()][-1:].isdigit()  # "$273m." closes its sentence as well as "$273 million."
    return len(last) == 1 and last.isalpha() and last != "i" and not scale


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """One sentence without its outer blanks, cut where it is longer than any sentence is."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = space if space > 0 else start + LONGEST
        yield Span(start, cut)
        start = cut
    if end > start:
        yield Span(start, end)
