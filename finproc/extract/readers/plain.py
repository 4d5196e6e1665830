"""Plain text: headings, paragraphs, bullet items and tables drawn with characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from finproc.errors import Unreadable
from finproc.extract.readers.decoding import text_of
from finproc.extract.readers.reader import MAX_CELLS, MAX_CHARACTERS, TooLarge, bounded
from finproc.extract.readers.text_tables import RULE, TextLine, joined, table_of
from finproc.model.document import Block, BlockKind, Document
from finproc.model.text import Span

MEDIA_TYPE = "text/plain"
_ITEM = re.compile(r"\s*(?:[•·‣▪●○◦*–—-]|\(?[a-z0-9]{1,2}[.)])\s+(?=\S)")
_MARKDOWN_HEAD = re.compile(r"#{1,6}\s+\S")
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


def _paragraphs(text: str) -> Iterator[list[TextLine]]:
    """Runs of lines between blank ones."""
    run: list[TextLine] = []
    start = 0
    for raw in text.splitlines(keepends=True):
        if raw.strip():
            run.append(TextLine(raw.rstrip("\r\n"), start))
        elif run:
            yield run
            run = []
        start += len(raw)
    if run:
        yield run


def _blocks(text: str) -> Iterator[Block]:
    runs = list(_paragraphs(text))
    cells = 0
    for run in joined(text, runs):
        table = table_of(run)
        if table is None:
            yield from _prose(run, alone=len(runs) == 1)
            continue
        for block in table.blocks():
            cells += len(block.cells)
            if cells > MAX_CELLS:
                raise TooLarge(f"The text's tables have more than {MAX_CELLS:,} cells.")
            yield block


def _prose(run: Sequence[TextLine], *, alone: bool) -> Iterator[Block]:
    """Headings, bullet items and paragraphs of one run; a lone line is no heading when it is the whole text."""
    if len(run) == 1 and not alone and _is_heading(run[0].text):
        yield Block("heading", run[0].span)
        return
    if run[1:] and not run[2:] and RULE.fullmatch(run[1].text) and len(run[0].text.split()) <= _HEAD_WORDS:
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
