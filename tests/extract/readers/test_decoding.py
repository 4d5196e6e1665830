"""A text is read in the encoding that it was written in, as far as anybody can tell."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.errors import Unreadable
from finproc.extract.readers import limited
from finproc.extract.readers.decoding import page_text, text_of

GERMAN = "Der Überschuß fiel um 5,3 Mio. € auf 1,2 Mrd. €; die Erlöse in Österreich über Plan."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "iso8859-15"], ids=lambda name: name
)
def test_german_prose_is_told_in_each_encoding(encoding):
    assert text_of(GERMAN.encode(encoding)) == GERMAN


def test_latin_1_is_told():
    text = "Le résultat s'élève à £5.3m, à l'exercice précédent ½ de plus."
    assert text_of(text.encode("latin-1")) == text


def test_quotes_and_dashes_of_windows_are_told():
    text = "Net income was “$5.3 million” – up 12 %."
    assert text_of(text.encode("cp1252")) == text


def test_utf_8_with_a_damaged_byte_stays_utf_8():
    body = (GERMAN * 5).encode() + b"\xe2\x82"
    assert text_of(body) == GERMAN * 5 + "\ufffd"


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("ISO-8859-1", "cp1252"), ("latin1", "cp1252"), ("us-ascii", "cp1252"), ("Windows-1252", "cp1252"),
        ("iso-8859-15", "iso8859-15"), ("utf-8", "utf-8"),
    ],
)  # fmt: skip
def test_pages_are_decoded_as_they_declare(label, encoding):
    for head in (f'<meta charset="{label}">', f'<?xml version="1.0" encoding="{label}"?>'):
        assert page_text((head + GERMAN).encode(encoding)) == head + GERMAN


def test_a_declared_script_is_not_guessed():
    text = '<meta charset="windows-1251"><p>Прибыль 5 млн</p>'
    assert page_text(text.encode("cp1251")) == text


def test_a_declaration_that_is_wrong_or_unknown_is_not_followed():
    for label in ("windows-1252", "nonsense", "rot13", "idna", "unicode_escape", "zlib_codec"):
        page = f'<meta charset="{label}">{GERMAN}'
        assert page_text(page.encode()) == page


@pytest.mark.parametrize("label", ["windows-1250", "koi8-r", "big5", "iso-8859-7"])
def test_the_child_knows_the_encodings_though_it_opens_no_file(label):
    codec = {"windows-1250": "cp1250"}.get(label, label)
    page = f'<html><head><meta charset="{label}"></head><body>' + "<p>Net income 5.3 §</p>" * 9_000 + "</body></html>"
    body = page.encode(codec, "replace")
    assert len(body) > 200_000
    assert limited.read(body, "text/html").text.startswith("Net income 5.3")


def test_guesses_need_no_file_either():
    program = (
        "import resource\nfrom finproc.extract.readers.decoding import text_of\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))\n"
        "print(text_of('Чистая прибыль составила пять миллионов рублей за год'.encode('cp1251')).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("b'")


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_are_refused(body):
    for decode in (text_of, page_text):
        try:
            decode(body).encode("utf-8", "surrogatepass")
        except Unreadable as refused:
            reason = refused.reason
        else:
            reason = "not_text"
        assert reason == "not_text"
