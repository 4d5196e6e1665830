import time

import pytest

from finproc.errors import Unreadable
from finproc.extract.readers import check, read, recognize
from tests.extract.readers.made import pdf_of

PAGE = pdf_of([(72, 700, "Net income was $5 million.")])
HTML = b"<!DOCTYPE html><html><body><p>Net income was $5 million.</p></body></html>"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (PAGE, "application/pdf"),
        (b"junk before\n" + PAGE, "application/pdf"),
        (HTML, "text/html"),
        (b"\xef\xbb\xbf\n  <html><p>x</p></html>", "text/html"),
        (
            b"<?xml version='1.0'?>\n<!-- filed --><html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
            "text/html",
        ),
        (b"<SEC-DOCUMENT>\n<TYPE>10-Q\n<TEXT>\n<HTML><BODY>x</BODY></HTML>", "text/html"),
        (b"<table><tr><td>1</td></tr></table>", "text/html"),
        (HTML.decode().encode("utf-16"), "text/html"),
        (b"Net income was $5 million.", "text/plain"),
        (b"Revenue < costs. <b>no page</b>", "text/plain"),
        (b"<unk> was not heard", "text/plain"),
        ("# Überschuß\n\nUmsatz 1,2 Mrd. €".encode("cp1252"), "text/plain"),
        ("Umsatz".encode("utf-16"), "text/plain"),
        (b"", "text/plain"),
    ],
)
def test_content_tells_the_media_type(body, media_type):
    assert recognize(body, "wrong.bin", "application/octet-stream") == media_type


@pytest.mark.parametrize(
    "body",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04\x14\0\0\0\x08\0", b"\x7fELF\x02\x01\x01\0", bytes(range(256))],
)
def test_what_no_reader_knows_is_refused_by_name(body):
    with pytest.raises(Unreadable) as refused:
        recognize(body, "report.pdf", "application/pdf")
    assert refused.value.reason == "unknown_format"


def test_what_is_said_to_be_text_but_does_not_decode_is_not_text():
    body = b"Net income \0\x01\x02\xff"
    assert recognize(body, "report.txt", "text/plain") == "text/plain"
    with pytest.raises(Unreadable) as refused:
        check(body, "text/plain")
    assert refused.value.reason == "not_text"


@pytest.mark.parametrize("body", [b"", b" \n\t\r\n ", "\ufeff \u00a0".encode()])
def test_blank_text_is_refused_at_the_door_and_by_the_reader(body):
    for work in (check, read):
        with pytest.raises(Unreadable) as refused:
            work(body, "text/plain")
        assert refused.value.reason == "no_text"


def test_a_media_type_without_reader_is_refused():
    with pytest.raises(Unreadable) as refused:
        read(b"x", "image/png")
    assert refused.value.reason == "unknown_format"


@pytest.mark.parametrize("body", [PAGE, HTML, b"Net income was $5 million."])
def test_the_door_lets_good_documents_pass(body):
    check(body, recognize(body))


def test_every_reader_names_its_media_type_on_the_document():
    for body in (PAGE, HTML, b"Net income was $5 million."):
        document = read(body, recognize(body))
        assert document.media_type == recognize(body)
        assert document.text == "Net income was $5 million."


def test_a_long_text_that_begins_like_a_tag_is_recognized_quickly():
    began = time.process_time()
    assert recognize(b"<x " + b"a" * 1_000_000) == "text/plain"
    assert recognize(b"<x " + b"<htm" * 250_000) == "text/plain"
    assert recognize(b" " * 1_000_000 + b"<") == "text/plain"
    assert time.process_time() - began < 5
