"""PDF by pdfium: characters with their places on each page; `page_layout` makes lines, paragraphs and tables of them.

pdfium was chosen by measurement: on three earnings releases (36 pages) it read 40 to 60 times as fast as pdfminer and
pdfplumber, with the same words. It is written in C++, so it works in the limited child process alone.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from ctypes import c_double

import pypdfium2  # type: ignore[import-untyped]  # the package has no types
from pypdfium2 import raw

from finproc.errors import Unreadable
from finproc.extract.readers.composition import Composer
from finproc.extract.readers.lines import Glyph
from finproc.extract.readers.page_layout import compose_page
from finproc.extract.readers.reader import MAX_CHARACTERS, MAX_PAGES, TooLarge
from finproc.model.document import Document
from finproc.model.problem import Problem

MEDIA_TYPE = "application/pdf"
_PASSWORD_ERRORS = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
_MEANT = {0x02: ord("-"), **dict.fromkeys((0xF0A7, 0xF0B7, 0xF076, 0xF0D8, 0xF0FC), ord("•"))}
"""pdfium's code of a hyphen at the end of a line, and where symbol fonts keep their bullets."""
_MOST_NAMED = 20
_SPACES = frozenset(map(ord, " \u00a0\n\r\t"))
_HIGH_HALVES = range(0xD800, 0xDC00)
_LOW_HALVES = range(0xDC00, 0xE000)


def check(body: bytes) -> None:
    """Refuses what does not open: raises Unreadable `encrypted`, `unreadable` or `too_large`."""
    _open(body).close()


def read(body: bytes) -> Document:
    """Text and tables of all pages; raises Unreadable `no_text` if the pages hold only images, and as `check` does."""
    document = _open(body)
    try:
        composer = Composer()
        characters = 0
        images: list[int] = []
        for number in range(len(document)):
            glyphs = list(_glyphs(document, number))
            characters += len(glyphs)
            if characters > MAX_CHARACTERS:
                raise TooLarge(f"The PDF has more than {MAX_CHARACTERS:,} characters.")
            if not glyphs and _holds_image(document, number):
                images.append(number + 1)
            compose_page(glyphs, number + 1, composer)
        result = composer.document(MEDIA_TYPE, len(document), _unread(images))
    finally:
        document.close()
    if not any(character.isalnum() for character in result.text):
        raise Unreadable(
            "no_text",
            "The PDF holds no text, only images of pages. Run text recognition (OCR) over it and submit the result.",
        )
    return result


def _holds_image(document: pypdfium2.PdfDocument, number: int) -> bool:
    """Whether a page shows a picture: one without words is a scan, or a plate between chapters."""
    page = document[number]
    try:
        return next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None
    finally:
        page.close()


def _unread(pages: list[int]) -> Iterator[Problem]:
    """The pages that hold images alone, as a problem."""
    if pages:
        named = ", ".join(map(str, pages[:_MOST_NAMED])) + (" …" if len(pages) > _MOST_NAMED else "")
        yield Problem(
            "page_without_text",
            f"Pages without text, only with images, were left out ({len(pages)}): {named}. Run text recognition (OCR) "
            "over the PDF to have them read.",
        )


def _open(body: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(body)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in _PASSWORD_ERRORS:
            raise Unreadable("encrypted", "The PDF is locked with a password. Submit it without one.") from error
        raise Unreadable("unreadable", "The PDF is damaged and cannot be opened.") from error
    if pages > MAX_PAGES:
        document.close()
        raise TooLarge(f"The PDF has {pages:,} pages; finproc reads up to {MAX_PAGES}.")
    if not pages:
        document.close()
        raise Unreadable("unreadable", "The PDF has no page.")
    return document


def _glyphs(document: pypdfium2.PdfDocument, number: int) -> Iterator[Glyph]:
    """The characters of a page where a reader sees them: upright, left to right, y growing downwards, in points."""
    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise Unreadable("unreadable", f"Page {number + 1} of the PDF is damaged.") from error
    turn = page.get_rotation() % 360
    box, x, y = raw.FS_RECTF(), c_double(), c_double()
    starts = False
    high = 0
    for index in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in _HIGH_HALVES:  # a character beyond the first 65,536 comes as two
            high = code
            continue
        if code in _LOW_HALVES:
            code = 0x10000 + ((high - _HIGH_HALVES[0]) << 10) + code - _LOW_HALVES[0] if high else 0
        high = 0
        code = _MEANT.get(code, code)
        if code in _SPACES:
            starts = True
        elif ord(" ") < code <= sys.maxunicode and _has_place(text, index, box, x, y):
            left, right, base, height = _upright(box, x.value, y.value, turn)
            if math.isfinite(left + right + base + height):
                yield Glyph(chr(code), left, max(left, right), base, abs(height) or 1.0, starts)
                starts = False
    text.close()
    page.close()


def _has_place(text: pypdfium2.PdfTextPage, index: int, box: raw.FS_RECTF, x: c_double, y: c_double) -> bool:
    """Fills in where a character stands; False if pdfium cannot say."""
    return bool(raw.FPDFText_GetLooseCharBox(text, index, box) and raw.FPDFText_GetCharOrigin(text, index, x, y))


def _upright(box: raw.FS_RECTF, x: float, y: float, turn: int) -> tuple[float, float, float, float]:
    """Left, right, base line and height of a character on the page as it is turned for the reader."""
    if turn == 90:  # noqa: PLR2004 - degrees
        return box.bottom, box.top, x, box.right - box.left
    if turn == 180:  # noqa: PLR2004 - degrees
        return -box.right, -box.left, y, box.top - box.bottom
    if turn == 270:  # noqa: PLR2004 - degrees
        return -box.top, -box.bottom, -x, box.right - box.left
    return box.left, box.right, -y, box.top - box.bottom
