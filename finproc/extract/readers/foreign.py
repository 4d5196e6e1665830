"""Formats that finproc knows and does not read, each refused by its name and with what to do instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from finproc.errors import Unreadable

_HEAD_BYTES = 1_024
_OFFICE_PARTS = re.compile(
    rb"PK\x01\x02.{42}((?i:word[/\\]document[^/\\]{0,20}\.xml|xl[/\\]workbook[^/\\]{0,20}\.xml|xl[/\\]workbook\.bin|"
    rb"ppt[/\\]presentation\.xml|index/document\.iwa|content\.xml|meta-inf/container\.xml))",
    re.DOTALL,
)
"""The main part of an archive as its directory lists it, by the names that every program gives them."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A format by its first bytes, and by bytes that are found anywhere in it."""

    head: re.Pattern[bytes]
    holds: bytes
    detail: str
    reason: str = "unknown_format"


def _stream(name: str) -> bytes:
    """The name of a stream as the directory of an OLE file has it."""
    return name.encode("utf-16-le") + b"\0\0"


_COMPOUND = re.compile(re.escape(_OLE))
FOREIGN = (
    Foreign(
        _COMPOUND,
        _stream("EncryptedPackage"),
        "The file is locked with a password. Submit it without one.",
        "encrypted",
    ),
    Foreign(_COMPOUND, _stream("WordDocument"), "This is a Word file of the old kind (DOC). Save it as DOCX or PDF."),
    Foreign(_COMPOUND, _stream("Workbook"), "This is an Excel file of the old kind (XLS). Save it as XLSX."),
    Foreign(_COMPOUND, _stream("Book"), "This is an Excel file of the old kind (XLS). Save it as XLSX."),
    Foreign(_COMPOUND, _stream("PowerPoint Document"), "This is a PowerPoint file. Save it as PDF."),
    Foreign(_COMPOUND, _stream("__properties_version1.0"), "This is an Outlook message. Save it as HTML or PDF."),
    Foreign(re.compile(rb"\{\\rtf"), b"", "This is a rich text file (RTF). Save it as DOCX or PDF."),
    Foreign(
        re.compile(rb"II\*\0|MM\0\*|\x89PNG|\xff\xd8\xff|GIF8"),
        b"",
        "This is an image. Run text recognition (OCR) over it and submit the text.",
    ),
)
ARCHIVES = {
    b"xl/workbook.bin": "This is a binary workbook (XLSB). Save it as XLSX.",
    b"ppt/presentation.xml": "This is a presentation (PPTX). Save it as PDF.",
    b"content.xml": "This is an OpenDocument file. Save it as DOCX, XLSX or PDF.",
    b"index/document.iwa": "This is a file of Pages or Numbers. Save it as DOCX, XLSX or PDF.",
    b"meta-inf/container.xml": "This is an e-book (EPUB). Save it as PDF or HTML.",
}
"""By the main part of the archive."""


def main_part(body: bytes) -> bytes:
    """The main part of a zip archive, in lower case; empty for a body that is none, or an archive of something else.

    The directory stands at the end, behind all that the archive holds: what is inside an attachment comes before it.
    """
    if not body.startswith(b"PK"):
        return b""
    last = None
    for last in _OFFICE_PARTS.finditer(body):  # noqa: B007 - the last one counts
        pass
    return last[1].lower().replace(b"\\", b"/") if last else b""


def refuse(body: bytes, main: bytes) -> None:
    """Raises Unreadable `unknown_format` or `encrypted` for a format that is known and not read."""
    head = body[:_HEAD_BYTES].lstrip()
    for foreign in FOREIGN:
        if foreign.head.match(head) and foreign.holds in body:
            raise Unreadable(foreign.reason, foreign.detail)
    if main in ARCHIVES:
        raise Unreadable("unknown_format", ARCHIVES[main])
    if body.startswith(b"PK\x03\x04"):
        raise Unreadable("unknown_format", "This is an archive (ZIP). Submit the files in it one by one.")
