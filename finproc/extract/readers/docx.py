"""DOCX: the text of a Word document as it reads with all changes accepted, block by block, tables with merged cells.

Tracked deletions and hidden text are left out, of a text box kept in two versions one is read, fields show their last
result. Footnotes and endnotes follow the body, then headers and footers, each text once. Comments are no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from finproc.errors import Unreadable
from finproc.extract.readers.composition import Composer, clean
from finproc.extract.readers.package import Package, attribute, local
from finproc.extract.readers.word_paragraphs import Inline, Styles
from finproc.extract.readers.word_tables import cells_of, holds_tables, items_of
from finproc.model.document import BlockKind, Document
from finproc.model.problem import Problem

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOTES = (("footnotes", "footnote"), ("endnotes", "endnote"))
_NO_NOTES = {"separator", "continuationSeparator", "continuationNotice"}
_PAGE_NUMBER = re.compile(r"\W*(?:(?:page|seite|p\.)\s*)?\d{0,4}(?:\s*(?:of|von|/)\s*\d{1,4})?\W*", re.IGNORECASE)
_HEADING_WORDS = 40
"""More words than these are prose, whatever their style."""
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "Choice", "body", "txbxContent"})
"""Elements around blocks that do not show themselves."""


def check(body: bytes) -> None:
    """Refuses what does not open: raises Unreadable `encrypted`, `unreadable` or `too_large`."""
    package = Package(body)
    if package.main() not in package:
        raise Unreadable("unreadable", "The file is damaged: it has no document.")


def read(body: bytes) -> Document:
    """Body, notes, headers and footers; raises Unreadable `no_text` if no words are there, and as `check` does."""
    package = Package(body)
    main = package.main()
    root = package.tree(main)
    if root is None or local(root) != "document":
        raise Unreadable("unreadable", "The file is damaged: it has no document.")
    relations = package.relations(main)
    named = {relation.kind: relation.target for relation in relations.values()}
    story = _Story(Styles(package.tree(named.get("styles", "word/styles.xml"))))
    story.blocks(root)
    story.finish()
    for kind, word in _NOTES:
        notes = package.tree(named[kind]) if kind in named else None
        if notes is not None:
            _notes(story, notes, word)
    margins = [relation for relation in relations.values() if relation.kind in {"header", "footer"}]
    _margins(story, package, sorted({(relation.kind, relation.target) for relation in margins}, reverse=True))
    document = story.composer.document(MEDIA_TYPE, None, story.problems())
    if not any(character.isalnum() for character in document.text):
        raise Unreadable(
            "no_text", "The document holds no text. If its pages are images, run text recognition (OCR) over them."
        )
    return document


def _notes(story: _Story, root: etree._Element, word: str) -> None:
    """The notes in the order in which the text refers to them."""
    order = {number: place for place, number in enumerate(story.inline.notes[word], 1)}
    notes = [note for note in root.iterchildren(f"{{*}}{word}") if attribute(note, "type") not in _NO_NOTES]
    for note in sorted(notes, key=lambda note: order.get(attribute(note, "id") or "", len(order) + 1)):
        number = order.get(attribute(note, "id") or "")
        if number:  # else its reference was deleted
            story.part = f"{word} {number}"
            story.blocks(note)
            story.finish()


def _margins(story: _Story, package: Package, parts: list[tuple[str, str]]) -> None:
    """Headers and footers: those of all sections, but each text once, and no page numbers."""
    seen: set[str] = set()
    for kind, target in parts:
        root = package.tree(target)
        text = "" if root is None else clean(" ".join(root.itertext("{*}t")))
        if root is not None and text not in seen and not _PAGE_NUMBER.fullmatch(text):
            seen.add(text)
            story.part = kind
            story.blocks(root)
            story.finish()


class _Story:
    """Walks blocks in document order and hands them to the composer."""

    def __init__(self, styles: Styles) -> None:
        self.composer = Composer()
        self.inline = Inline()
        self.part: str | None = None
        self._styles = styles
        self._begun: tuple[BlockKind, str] | None = None
        """A paragraph whose end was deleted: the next goes on with it."""
        self._deleted_rows = 0

    def blocks(self, root: etree._Element) -> None:
        """The paragraphs and tables right in an element, and in what merely wraps them."""
        for element in root:
            name = local(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._table(element)
            elif name == "AlternateContent":
                for choice in element.iterchildren("{*}Choice", "{*}Fallback"):
                    self.blocks(choice)
                    break
            elif name in _WRAPPERS:
                self.blocks(element)

    def finish(self) -> None:
        """Append what was begun."""
        if self._begun:
            kind, text = self._begun
            long = kind == "heading" and len(text.split()) > _HEADING_WORDS
            self.composer.add("paragraph" if long else kind, text, part=self.part)
        self._begun = None

    def problems(self) -> Iterator[Problem]:
        """What was seen and left out."""
        left = self.inline.deleted + self._deleted_rows
        if left:
            yield Problem("tracked_deletions", f"Text that tracked changes delete ({left:,} places) was left out.")
        if self.inline.hidden:
            yield Problem("hidden_text", f"Hidden text ({self.inline.hidden:,} places) was left out.")

    def _paragraph(self, element: etree._Element) -> None:
        kind = self._styles.kind(element)
        text, boxes = self.inline.text(element)
        if self._begun:
            kind, text = self._begun[0], self._begun[1] + text
        self._begun = (kind, text)
        if not self.inline.goes_on(element):
            self.finish()
        for box in boxes:
            self.finish()
            self.blocks(box)

    def _table(self, table: etree._Element) -> None:
        self.finish()
        if holds_tables(table):
            for cell in table.iter("{*}tc"):
                if next(cell.iterancestors("{*}tbl")) is table:
                    self.blocks(cell)
            self.finish()
            return
        cells, deleted = cells_of(table, self.inline)
        self._deleted_rows += deleted
        items = items_of(cells)
        if items is None:
            self.composer.table(cells, part=self.part)
        else:
            for kind, text in items:
                self.composer.add(kind, text, part=self.part)
