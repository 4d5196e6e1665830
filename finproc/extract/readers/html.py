"""HTML: what a reader of the page sees, block by block; tables with their spans. Nothing is fetched, nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types
from lxml.html import HTMLParser  # type: ignore[import-untyped]  # lxml has no types

from finproc.errors import Unreadable
from finproc.extract.readers.composition import Composer, GridCell, clean
from finproc.extract.readers.cues import is_value
from finproc.extract.readers.decoding import page_text
from finproc.extract.readers.grid import compacted
from finproc.extract.readers.reader import MAX_CELLS, TooLarge, bounded
from finproc.model.document import BlockKind, Document

MEDIA_TYPE = "text/html"
MAX_SPAN = 1_000
"""The most rows or columns that HTML lets a cell span; browsers cut at the same number."""
_SPAN_DIGITS = 8
"""A number longer than this is above the bound by its first digits."""
_UNSEEN = frozenset(
    {
        "script", "style", "noscript", "template", "head", "svg", "math", "object", "embed", "iframe", "canvas",
        "audio", "video", "select", "textarea", "button", "ix:header", "ix:hidden", "ix:resources",
        "ix:references"
    }
)  # fmt: skip
_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
        "i", "ins", "kbd", "label", "mark", "nobr", "output", "q", "s", "samp", "small", "span", "strike",
        "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "input", "ruby", "rb", "rt", "rp",
        "ix:nonfraction", "ix:nonnumeric", "ix:continuation"
    }
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CAPTIONS = frozenset({"caption", "figcaption"})
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_AMOUNT = re.compile(r"[$€£¥₹%]|\b(?:million|billion)")
_BULLET = re.compile(r"[•·‣▪●○◦*–—-]|\(?[a-z0-9]{1,3}[.)]", re.IGNORECASE)
_NOTE_MARK = re.compile(r"[(\[]?(?:\d{1,2}|[*†‡§]|[a-z])[)\]]?", re.IGNORECASE)


def check(body: bytes) -> None:
    """Refuses what does not decode."""
    page_text(body)


def read(body: bytes) -> Document:
    """The page's text and tables; raises Unreadable `not_text`, `no_text`, `too_large`, `unreadable`."""
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(page_text(body).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("unreadable", "The page is no HTML that can be read.") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise TooLarge("The page's elements are nested too deeply, or one of them is too long.")
    page = _Page()
    if root is not None:
        page.title(root)
        page.walk(root)
    return bounded(page.composer.document(MEDIA_TYPE))


class _Page:
    """Walks the elements in document order and hands blocks to the composer."""

    def __init__(self) -> None:
        self.composer = Composer()
        self._inline: list[str] = []
        self._kinds: list[BlockKind] = ["paragraph"]

    def title(self, root: etree._Element) -> None:
        """The page's title is its first heading, unless a heading says the same; it names whom the page is about.

        Nobody sees it on the page: what it says of amounts is not read.
        """
        title = clean(root.findtext("head/title") or "")
        first = next(root.iterdescendants("h1"), None)
        said = _seen_text(first) if first is not None else ""
        if " " in title and not _AMOUNT.search(title) and not (said and (said in title or title in said)):
            self.composer.add("heading", title)

    def walk(self, root: etree._Element) -> None:
        steps = etree.iterwalk(root, events=("start", "end"))
        skipped: etree._Element | None = None
        for event, element in steps:
            if event == "start":
                if _is_unseen(element) or (element.tag == "table" and self._table(element)):
                    steps.skip_subtree()
                    skipped = element
                else:
                    self._open(element)
            else:
                if element is not skipped:
                    self._close(element)
                skipped = None
                self._inline.append(element.tail or "")
        self._flush()

    def _open(self, element: etree._Element) -> None:
        tag = element.tag
        if tag not in _INLINE:
            self._flush()
            kind = _kind(tag)
            self._kinds.append(kind or self._kinds[-1])
        elif _is_note(element):
            self._inline.append(" ")
        self._inline.append(element.text or "")

    def _close(self, element: etree._Element) -> None:
        if element.tag not in _INLINE:
            self._flush()
            self._kinds.pop()

    def _flush(self) -> None:
        text = "".join(self._inline)
        self._inline.clear()
        if text.strip():
            self.composer.add(self._kinds[-1], text)

    def _table(self, table: etree._Element) -> bool:
        """Append a table of data and say True; a table that only lays out the page is walked like any element."""
        if next(table.iterdescendants("table"), None) is not None:
            return False
        cells = list(compacted(_grid(table)))
        rows = {cell.row for cell in cells}
        columns = {cell.column for cell in cells}
        heads = [cell for cell in cells if cell.column == 0]
        if len(columns) == 2 and all(_BULLET.fullmatch(cell.text) for cell in heads):  # noqa: PLR2004 - a mark and its text
            self._flush()
            self._items(cells)
            return True
        if len(columns) < 2 or (len(rows) == 1 and not any(is_value(cell.text) for cell in cells)):  # noqa: PLR2004 - a table has columns
            return False
        self._flush()
        for caption in table.iterchildren("caption"):
            self.composer.add("caption", _seen_text(caption))
        self.composer.table(cells)
        return True

    def _items(self, cells: list[GridCell]) -> None:
        rows: dict[int, list[str]] = {}
        for cell in cells:
            rows.setdefault(cell.row, []).append(cell.text)
        for words in rows.values():
            self.composer.add("item", " ".join(words))


def _kind(tag: str) -> BlockKind | None:
    """The kind of block that a tag begins; None: that of the element around it."""
    if tag in _HEADINGS:
        return "heading"
    if tag in _CAPTIONS:
        return "caption"
    if tag == "li":
        return "item"
    return "paragraph" if tag in {"p", "td", "th", "body"} else None


def _is_unseen(element: etree._Element) -> bool:
    return (
        element.tag in _UNSEEN
        or element.get("hidden") is not None
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
    )


def _is_note(element: etree._Element) -> bool:
    """A raised mark that must not run into the number before it: `1,234` and `(1)`."""
    return element.tag == "sup" and bool(_NOTE_MARK.fullmatch("".join(element.itertext()).strip()))


def _seen_text(root: etree._Element) -> str:
    """The text of one element as it is seen; breaks and blocks inside become spaces."""
    if not len(root):
        return clean(root.text or "")
    pieces: list[str] = []
    steps = etree.iterwalk(root, events=("start", "end"))
    for event, element in steps:
        apart = element.tag not in _INLINE or (event == "start" and _is_note(element))
        if event == "start" and _is_unseen(element):
            steps.skip_subtree()
        elif event == "start":
            pieces += [" ", element.text or ""] if apart else [element.text or ""]
        elif element is not root:
            pieces += [" ", element.tail or ""] if apart and not _is_unseen(element) else [element.tail or ""]
    return clean("".join(pieces))


def _grid(table: etree._Element) -> Iterator[GridCell]:
    """The cells of a table placed as HTML places them: a cell that spans rows pushes those below it aside."""
    free_from: dict[int, int] = {}
    places = 0
    rows = [row for row in table.iterdescendants("tr") if not _is_unseen(row)]
    for number, row in enumerate(rows):
        column = 0
        for cell in row.iterchildren("td", "th"):
            if _is_unseen(cell):
                continue
            while free_from.get(column, 0) > number:
                column += 1
                places += 1
            width = _span(cell.get("colspan"))
            height = min(_span(cell.get("rowspan")), len(rows) - number)
            places += width
            if places > MAX_CELLS:
                raise TooLarge(f"The page's tables have more than {MAX_CELLS:,} places.")
            if height > 1:
                free_from.update(dict.fromkeys(range(column, column + width), number + height))
            text = _seen_text(cell)
            if text:
                yield GridCell(text, number, column, height, width)
            column += width


def _span(text: str | None) -> int:
    """What a `colspan` or `rowspan` says, cut as browsers cut it."""
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdigit()):
        return 1
    return max(1, min(int(digits[:_SPAN_DIGITS]), MAX_SPAN))
