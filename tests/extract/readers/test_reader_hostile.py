"""Files made to harm: what swells, nests, refers outside or is locked is refused by a reason, and soon."""

import base64
import io
import struct
import time
import zipfile

import pytest

from finproc.errors import Unreadable
from finproc.extract.readers import check, docx, limited, package, read, recognize, xlsx
from tests.extract.readers.made import outcome
from tests.extract.readers.office import (
    WORD,
    raw_docx,
    raw_xlsx,
    release_document,
    rows,
    saved,
    statement_workbook,
)  # fmt: skip
from tests.extract.readers.office import package as packed

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def refusal(body, media_type):
    refused = outcome(body, media_type)
    assert isinstance(refused, Unreadable)
    return refused


def with_part(body, name, content):
    """The package with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return packed({**parts, name: content})


def swollen(megabytes, head, middle, tail):
    """A part of so many megabytes that packs to a thousandth."""
    return head + middle * (megabytes * 1_000_000 // len(middle)) + tail


@pytest.mark.parametrize("kind", ["docx", "xlsx", "words"])
def test_a_part_that_swells_is_too_large_and_ends_soon(kind):
    began = time.monotonic()
    if kind == "docx":
        text = swollen(70, f'<w:document xmlns:w="{WORD}"><w:body>', "<w:p/>" * 1000, "</w:body></w:document>")
        body, media_type = with_part(raw_docx(""), "word/document.xml", text), docx.MEDIA_TYPE
    elif kind == "xlsx":
        text = swollen(20, "<worksheet><sheetData>", "<row/>" * 1000, "</sheetData></worksheet>")
        body, media_type = with_part(raw_xlsx(""), "xl/worksheets/sheet1.xml", text), xlsx.MEDIA_TYPE
    else:
        text = swollen(100, "<sst>", f"<si><t>{'word ' * 1000}</t></si>", "</sst>")
        body, media_type = with_part(raw_xlsx(rows(["x"])), "xl/sharedStrings.xml", text), xlsx.MEDIA_TYPE
    del text
    assert len(body) < 5_000_000
    with pytest.raises(Unreadable) as refused:
        limited.read(body, media_type)
    assert refused.value.reason == "too_large"
    assert time.monotonic() - began < 50


def test_what_an_archive_says_of_its_size_is_not_believed(monkeypatch):
    monkeypatch.setattr(package, "MAX_TREE_BYTES", 1_000)
    body = bytearray(raw_docx("<w:p/>" * 1_000))
    central = body.rindex(b"PK\x01\x02")
    struct.pack_into("<I", body, central + 24, 10)
    assert refusal(bytes(body), docx.MEDIA_TYPE).reason in {"too_large", "unreadable"}


def test_an_archive_of_too_many_parts_is_too_large(monkeypatch):
    monkeypatch.setattr(package, "MAX_PARTS", 3)
    assert refusal(raw_xlsx(rows(["x"])), xlsx.MEDIA_TYPE).reason == "too_large"


@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE w:document [{ENTITIES}]>",
        '<!DOCTYPE w:document [<!ENTITY e9 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE w:document SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY e9 "x">]>',
    ],
    ids=["billion laughs", "file", "network"],
)
def test_entities_are_neither_expanded_nor_fetched(doctype):
    text = f'{doctype}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>'
    refused = refusal(with_part(raw_docx(""), "word/document.xml", text), docx.MEDIA_TYPE)
    assert refused.reason in {"unreadable", "too_large"}
    assert "document type" in refused.detail or refused.reason == "too_large"
    sheet = f"{doctype}<w:document xmlns:w='{WORD}'><row><c><v>&e9;</v></c></row></w:document>"
    assert refusal(with_part(raw_xlsx(""), "xl/worksheets/sheet1.xml", sheet), xlsx.MEDIA_TYPE).reason in {
        "unreadable",
        "too_large",
    }


@pytest.mark.parametrize("element", ["w:sdtContent", "w:p", "w:r", "w:smartTag", "w:txbxContent"])
def test_deep_nesting_is_read_or_too_large(element):
    for depth in (200, 100_000):
        result = outcome(raw_docx(f"<{element}>" * depth + f"</{element}>" * depth), docx.MEDIA_TYPE)
        assert isinstance(result, Unreadable)
        assert result.reason == ("no_text" if depth == 200 else "too_large")


def test_tables_inside_tables_inside_tables_end():
    inner = "<w:p><w:r><w:t>Net income $5</w:t></w:r></w:p>"
    for _ in range(50):
        inner = f"<w:tbl><w:tr><w:tc>{inner}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    began = time.process_time()
    assert outcome(raw_docx(inner), docx.MEDIA_TYPE).text == "Net income $5"
    assert time.process_time() - began < 2


def test_spans_that_would_fill_memory_are_cut():
    row = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="9999999"/></w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr>'
    assert refusal(raw_docx(f"<w:tbl>{row * 600}</w:tbl>"), docx.MEDIA_TYPE).reason == "too_large"


def test_macros_are_never_looked_at():
    body = with_part(saved(statement_workbook()), "xl/vbaProject.bin", OLE + b"\0" * 1000)
    assert recognize(body, "book.xlsm") == xlsx.MEDIA_TYPE
    assert "Revenue" in read(body, xlsx.MEDIA_TYPE).text


def test_what_is_attached_does_not_tell_what_a_file_is():
    for outer, media_type, name in (
        (saved(release_document()), docx.MEDIA_TYPE, "word/embeddings/book.xlsx"),
        (saved(statement_workbook()), xlsx.MEDIA_TYPE, "xl/embeddings/letter.docx"),
    ):
        inner = saved(statement_workbook() if media_type == docx.MEDIA_TYPE else release_document())
        out = io.BytesIO(outer)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
            archive.writestr(name, inner)
        assert recognize(out.getvalue()) == media_type
        check(out.getvalue(), media_type)


def locked(body):
    """The package with the flag of encryption on every part."""
    changed = bytearray(body)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(mark, place + 1)
    return bytes(changed)


@pytest.mark.parametrize("made", [release_document, statement_workbook])
def test_a_locked_archive_is_refused_at_the_door(made):
    body = locked(saved(made()))
    with pytest.raises(Unreadable) as refused:
        check(body, recognize(body))
    assert refused.value.reason == "encrypted"


@pytest.mark.parametrize(
    ("stream", "reason", "word"),
    [
        ("EncryptedPackage", "encrypted", "password"),
        ("WordDocument", "unknown_format", "DOCX"),
        ("Workbook", "unknown_format", "XLSX"),
        ("Book", "unknown_format", "XLSX"),
        ("PowerPoint Document", "unknown_format", "PDF"),
    ],
)
def test_old_and_locked_office_files_are_refused_by_name_with_advice(stream, reason, word):
    body = OLE + b"\0" * 1016 + stream.encode("utf-16-le") + b"\0" * 200
    with pytest.raises(Unreadable) as refused:
        recognize(body, "report.txt", "text/plain")
    assert refused.value.reason == reason
    assert word in refused.value.detail


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (packed({"xl/workbook.bin": b"x"}), "XLSB"),
        (packed({"[Content_Types].xml": "x", "ppt/presentation.xml": "x"}), "PPTX"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x"}), "OpenDocument"),
        (packed({"report.csv": "a,b"}), "ZIP"),
        (b"{\\rtf1\\ansi Net income}", "RTF"),
        (base64.b64decode("iVBORw0KGgoAAAANSUhEUg=="), "OCR"),
    ],
)
def test_formats_that_are_known_and_not_read_are_refused_by_name(body, word):
    with pytest.raises(Unreadable) as refused:
        recognize(body, "report.txt", "text/plain")
    assert refused.value.reason == "unknown_format"
    assert word in refused.value.detail


@pytest.mark.parametrize("made", [release_document, statement_workbook])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_off_archive_is_unreadable(made, share):
    body = saved(made())
    media_type = recognize(body)
    assert refusal(body[: int(len(body) * share)], media_type).reason == "unreadable"


def test_the_child_reads_office_files_as_this_process_does():
    for made in (release_document, statement_workbook):
        body = saved(made())
        media_type = recognize(body)
        assert limited.read(body, media_type) == outcome(body, media_type)
