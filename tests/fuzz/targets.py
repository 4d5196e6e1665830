"""What is fed: bytes become a file of some format, or a text, and everything that must hold of them is looked at."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

from finproc.errors import Unreadable
from finproc.extract.readers import READERS, docx, markdown, recognize, xlsx
from finproc.extract.readers.number_formats import shown, shown_text
from finproc.model.document import Document
from tests.extract.readers.office import WORD, raw_docx, raw_xlsx
from tests.fuzz.proofs import extract_and_prove, read_or_refuse, within

MOST_BYTES = 16_384
LANGUAGES = (None, "de", "fr", "en-IN")
_IN_PROCESS = tuple(reader.media_type for reader in READERS if reader.media_type != "application/pdf")
"""pdfium is C++ that belongs in the limited child: its own project fuzzes it, ours would die of what it finds."""


def any_reader(data: bytes) -> None:
    """The first byte chooses the reader, the rest is the body; what is read goes on to the extractor."""
    body = data[1:MOST_BYTES]
    with within():
        with suppress(Unreadable):
            recognize(body)
        document = read_or_refuse(body, _IN_PROCESS[data[0] % len(_IN_PROCESS)] if data else "text/plain")
    if document is not None:
        _extract(document, data[0])


def word_document(data: bytes) -> None:
    """The body of a Word document: damage inside the XML, which damage of the archive would hide."""
    _office(raw_docx(data[:MOST_BYTES].decode("utf-8", "replace")), docx.MEDIA_TYPE, data)


def word_part(data: bytes) -> None:
    """Styles, footnotes and a header of a Word document."""
    text = data[:MOST_BYTES].decode("utf-8", "replace")
    parts = {
        name: f'<w:{root} xmlns:w="{WORD}">{text}</w:{root}>'
        for name, root in (("word__styles_xml", "styles"), ("word__footnotes_xml", "footnotes"))
    }
    _office(raw_docx(text, **parts), docx.MEDIA_TYPE, data)


def workbook(data: bytes) -> None:
    """A sheet's XML, with words and styles of the same bytes."""
    text = data[:MOST_BYTES].decode("utf-8", "replace")
    sheet, _, styles = text.partition("<!--styles-->")
    _office(raw_xlsx(sheet, ("Revenue", "Net income", "2024"), styles), xlsx.MEDIA_TYPE, data)


def number_format(data: bytes) -> None:
    """A number and a format that never meet in real sheets."""
    text = data[:200].decode("utf-8", "replace")
    number = Decimal(int.from_bytes(data[:8], "big", signed=True)).scaleb(-(data[0] % 16) if data else 0)
    assert isinstance(shown(number, text[4:], "1904" if data[:1] < b"a" else "1900"), str)
    assert isinstance(shown_text(text[:4], text[4:]), str)


def prose(data: bytes) -> None:
    """A text without blocks, as JSON submissions bring it; the first byte chooses the language."""
    text = data[1:MOST_BYTES].decode("utf-8", "replace")
    _extract(Document(text), data[0] if data else 0)


def marked_text(data: bytes) -> None:
    """Markdown."""
    with within():
        document = read_or_refuse(data[:MOST_BYTES], markdown.MEDIA_TYPE)
    if document is not None:
        _extract(document, len(data))


def _office(body: bytes, media_type: str, data: bytes) -> None:
    with within():
        document = read_or_refuse(body, media_type)
    if document is not None:
        _extract(document, len(data))


def _extract(document: Document, choice: int) -> None:
    with within():
        extract_and_prove(document, LANGUAGES[choice % len(LANGUAGES)])


READER_TARGETS = (any_reader, word_document, word_part, workbook, number_format, marked_text)
EXTRACTOR_TARGETS = (prose,)
