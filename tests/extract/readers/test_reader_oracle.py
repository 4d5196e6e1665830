"""pdfplumber, which reads characters in another way, sees the same words on generated pages."""

import io
import re
from collections import Counter

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finproc.extract.readers import pdf
from tests.extract.readers.made import assert_places, pdf_of, statement_page

WORD = re.compile(r"[^\s|]+")
LABEL = st.sampled_from(
    ["Revenue", "Net loss", "Cost of sales", "Gross profit", "Total assets", "Other, net", "EBITDA"]
)
NUMBER = st.integers(-9_999_999, 9_999_999).map(lambda n: f"{n:,}" if n >= 0 else f"({-n:,})")
ROW = st.tuples(LABEL, NUMBER, NUMBER)
SENTENCE = st.lists(st.text("abcdefghijklmnop", min_size=2, max_size=9), min_size=6, max_size=14).map(" ".join)


def page_of(sentences, rows):
    """Lines of prose from the top, a table of two columns set flush right below."""
    pieces = [(72, 750 - 14 * place, sentence) for place, sentence in enumerate(sentences)]
    y = 730 - 14 * len(sentences)
    for label, first, second in rows:
        pieces += [(72, y, label), (-430, y, first), (-530, y, second)]
        y -= 14
    return pieces


def words_of_both(*pages):
    body = pdf_of(*pages)
    document = pdf.read(body)
    assert_places(document)
    with pdfplumber.open(io.BytesIO(body)) as opened:
        theirs = " ".join(page.extract_text() for page in opened.pages)
    return Counter(WORD.findall(document.text)), Counter(WORD.findall(theirs))


@settings(deadline=None, max_examples=20)
@given(st.lists(SENTENCE, min_size=1, max_size=6), st.lists(ROW, min_size=3, max_size=12))
def test_prose_above_a_table(sentences, rows):
    ours, theirs = words_of_both(page_of(sentences, rows))
    assert ours == theirs


@pytest.mark.parametrize("pages", [1, 3])
def test_statements(pages):
    ours, theirs = words_of_both(*[statement_page()] * pages)
    assert _characters(ours) == _characters(theirs)  # a currency sign standing apart joins its number in ours
    assert ours["$"] == 0


def _characters(words):
    return Counter("".join(words.elements()))
