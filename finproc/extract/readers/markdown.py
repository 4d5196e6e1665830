"""Markdown (CommonMark with pipe tables) by markdown-it: the text as it is shown, without its marks.

What stands in code fences is read as plain text is, and so are paragraphs that keep columns apart by spaces: tables
among both. HTML inside is read as pages are.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from finproc.errors import Unreadable
from finproc.extract.readers import html, plain
from finproc.extract.readers.composition import Composer, GridCell, clean
from finproc.extract.readers.decoding import text_of
from finproc.extract.readers.grid import compacted
from finproc.extract.readers.reader import MAX_CHARACTERS, TooLarge, bounded
from finproc.model.document import BlockKind, Document

MEDIA_TYPE = "text/markdown"
_NOTE = re.compile(r"\[\^[^\]\s]{1,50}\]:?")
_COLUMNS = re.compile(r"\S(?: {2,}|\t)\S[^\n]*\n[^\n]*\S(?: {2,}|\t)\S")
"""Two lines, one below the other, with gaps in them."""


def check(body: bytes) -> None:
    """Refuses what does not decode, and blank text."""
    plain.check(body)


def read(body: bytes) -> Document:
    """Headings, paragraphs, items and tables; raises Unreadable `not_text`, `no_text`, `too_large`."""
    text = text_of(body)
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"The text has more than {MAX_CHARACTERS:,} characters.")
    page = _Page()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        page.take(token)
    return bounded(page.composer.document(MEDIA_TYPE))


class _Page:
    """Takes tokens in order and hands blocks to the composer."""

    def __init__(self) -> None:
        self.composer = Composer()
        self._kinds: list[BlockKind] = ["paragraph"]
        self._cells: list[GridCell] | None = None
        self._row = self._column = -1

    def take(self, token: Token) -> None:
        """One token: it opens or closes a block, or is the content of one."""
        if token.type in {"heading_open", "list_item_open"}:
            self._kinds.append("heading" if token.type == "heading_open" else "item")
        elif token.type in {"heading_close", "list_item_close"}:
            self._kinds.pop()
        elif token.type == "table_open":
            self._cells, self._row = [], -1
        elif token.type == "table_close":
            self.composer.table(compacted(cell for cell in self._cells or () if cell.text))
            self._cells = None
        elif token.type == "tr_open":
            self._row, self._column = self._row + 1, -1
        elif token.type in {"th_open", "td_open"}:
            self._column += 1
        else:
            self._content(token)

    def _content(self, token: Token) -> None:
        if token.type == "inline" and self._cells is not None:
            self._cells.append(GridCell(clean(_shown(token)), self._row, self._column))
        elif token.type == "inline" and not _COLUMNS.search(token.content):
            self.composer.add(self._kinds[-1], _shown(token))
        elif token.type in {"fence", "code_block", "inline"} and token.content.strip():
            self._take_over(plain.read(token.content.encode()))
        elif token.type == "html_block" and token.content.strip():
            try:
                self._take_over(html.read(token.content.encode()))
            except Unreadable as error:
                if error.reason != "no_text":
                    raise

    def _take_over(self, part: Document) -> None:
        """Append the blocks of a stretch that another reader read; captions inside a table come with it."""
        end = 0
        for block in sorted(part.blocks, key=lambda block: (block.span.start, -block.span.end)):
            if block.span.start < end:
                continue
            end = block.span.end
            if block.kind == "table":
                self.composer.table(
                    GridCell(clean(cell.text), cell.row, cell.column, cell.row_span, cell.column_span)
                    for cell in block.cells
                )
            else:
                self.composer.add(block.kind, part.text[block.span.start : end])


def _shown(inline: Token) -> str:
    """The words of a line: emphasis and links without their marks, pictures by what they are said to show."""
    pieces: list[str] = []
    for child in inline.children or ():
        if child.type in {"text", "code_inline", "image"}:
            pieces.append(child.content)
        elif child.type in {"softbreak", "hardbreak"} or child.content.startswith("<br"):
            pieces.append(" ")
    return _NOTE.sub("", "".join(pieces))
