"""Bytes to text and tables. A reader is one module and one line here; content, never a name, tells which one reads."""

from __future__ import annotations

import codecs
import re

from finproc.errors import Unreadable
from finproc.extract.readers import foreign, limited
from finproc.extract.readers.reader import Reader
from finproc.model.document import Document

_HTML_TAG = (
    rb"(?:!doctype\s+html|html|head|body|title|meta|table|div|span|p|h[1-6]|center|font|article|section|main|ul|ol|dl"
    rb"|pre|br|hr|b|i|a|tr|td)\b"
)
_ARCHIVE = re.compile(rb"PK\x03\x04")
_MARKDOWN = re.compile(
    rb"(?=[\s\S]{0,66560}?(?:"
    rb"^(?=[^\n|]*\|)[^\n]*\n[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*\r?$"
    rb"|^#{1,6}[ \t]+\S[^\n]*\n[\s\S]*?^#{1,6}[ \t]+\S))",
    re.MULTILINE,
)
"""A table's head with the line of dashes below it, or two headings."""
_MARKDOWN_NAMES = (".md", ".markdown")

READERS = (
    Reader(
        "application/pdf",
        re.compile(rb".{0,1024}?%PDF-", re.DOTALL),
        "finproc.extract.readers.pdf",
        isolated_above=0,
    ),
    Reader(
        "text/html",
        re.compile(
            rb"\s*<(?:" + _HTML_TAG + rb"|[!?a-z].{0,65536}?<(?:html|body)\b)",
            re.DOTALL | re.IGNORECASE,
        ),
        "finproc.extract.readers.html",
        isolated_above=200_000,
    ),
    Reader(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ARCHIVE,
        "finproc.extract.readers.docx",
        main_part=re.compile(rb"word/document.*"),
        isolated_above=0,
    ),
    Reader(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ARCHIVE,
        "finproc.extract.readers.xlsx",
        main_part=re.compile(rb"xl/workbook.*\.xml"),
        isolated_above=0,
    ),
    Reader("text/markdown", _MARKDOWN, "finproc.extract.readers.markdown", isolated_above=20_000),
    Reader("text/plain", re.compile(rb""), "finproc.extract.readers.plain"),
)
"""In the order in which they may claim a body; plain text claims what no other does, if it decodes."""

NAMES = "PDF, HTML, DOCX, XLSX, Markdown and plain text"
"""What finproc reads, for people."""
_HEAD_BYTES = 66_560
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def recognize(body: bytes, filename: str | None = None, declared: str | None = None) -> str:
    """The media type that the content itself shows.

    Name and declaration choose the reason of a refusal, and whether a text is Markdown, which is text by content.
    Raises Unreadable `unknown_format` or `encrypted` if no reader knows the content.
    """
    main = foreign.main_part(body)
    reader = next(reader for reader in READERS if _claims(reader, body, main))
    if not reader.media_type.startswith("text/"):
        return reader.media_type
    foreign.refuse(body, main)
    if reader.media_type == "text/plain" and _says_markdown(filename, declared):
        return "text/markdown"
    if reader.media_type != "text/plain" or _says_text(filename, declared):
        return reader.media_type
    try:
        if body:
            reader.check(body[:_HEAD_BYTES] if b"\0" in body[:_HEAD_BYTES] else body)
    except Unreadable as error:
        if error.reason == "not_text":
            raise Unreadable(
                "unknown_format",
                f"The format is not known. finproc reads {NAMES}.",
            ) from error
    return reader.media_type


def _head(body: bytes) -> bytes:
    """The first bytes, without a byte order mark and in an encoding whose letters are single bytes."""
    head = body[:_HEAD_BYTES].removeprefix(codecs.BOM_UTF8)
    return head.decode("utf-16", "replace").encode() if head.startswith(_WIDE_MARKS) else head


def _claims(reader: Reader, body: bytes, main: bytes) -> bool:
    return bool(reader.head.match(_head(body))) and (reader.main_part is None or bool(reader.main_part.fullmatch(main)))


def _says_markdown(filename: str | None, declared: str | None) -> bool:
    return (declared or "").startswith("text/markdown") or (filename or "").lower().endswith(_MARKDOWN_NAMES)


def _says_text(filename: str | None, declared: str | None) -> bool:
    return (declared or "").startswith("text/") or (filename or "").lower().endswith((".txt", ".text"))


def reader_of(media_type: str) -> Reader:
    """The reader of a media type; raises Unreadable `unknown_format`."""
    for reader in READERS:
        if reader.media_type == media_type:
            return reader
    raise Unreadable("unknown_format", f"finproc does not read {media_type}.")


def check(body: bytes, media_type: str) -> None:
    """Refuse what the door can: raises Unreadable `not_text`, `no_text`, `encrypted`, `unreadable`, `too_large`."""
    reader = reader_of(media_type)
    if reader.isolated_above == 0:
        limited.check(body, media_type)
    else:
        reader.check(body)


def read(body: bytes, media_type: str, filename: str | None = None) -> Document:  # noqa: ARG001 - a name is no evidence; formats to come may use it
    """The document that the bytes hold, read within bounds of time, memory and size.

    Raises Unreadable `unreadable`, `encrypted`, `no_text`, `not_text`, `too_large` or `too_slow`.
    """
    reader = reader_of(media_type)
    return limited.read(body, media_type) if _isolated(reader, body) else reader.read(body)


def _isolated(reader: Reader, body: bytes) -> bool:
    return reader.isolated_above is not None and len(body) > reader.isolated_above
