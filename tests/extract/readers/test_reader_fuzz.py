"""Whatever bytes come, a reader gives a document with true places, or refuses by a reason."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finproc.errors import Unreadable
from finproc.extract.readers import READERS, docx, markdown, pdf, recognize, xlsx
from tests.extract.readers.made import outcome, pdf_of, statement_page
from tests.extract.readers.office import raw_docx, raw_xlsx
from tests.fuzz.proofs import within
from tests.fuzz.seeds import MARKED, SHEET, STYLES, WORD_BODY

PDF = pdf_of(statement_page(), [(72, 700, "Second page")])
HTML = (
    b"<!DOCTYPE html><html><head><title>t</title></head><body><h1>Results</h1><p>Net income <b>$5</b></p>"
    b"<table><tr><td rowspan=2>a<td colspan=2>$ 1<tr><td>(2<td>)</table><ul><li>x</ul></body></html>"
)
REASONS = {"unreadable", "encrypted", "no_text", "not_text", "too_large", "unknown_format"}
MUTATION = st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12))
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def mutated(body, mutations):
    """The body with stretches cut out and others put in their place."""
    for place, cut, put in mutations:
        start = int(place * len(body))
        body = body[:start] + put + body[start + cut :]
    return body


def read_or_refuse(body, media_type):
    with within():
        result = outcome(body, media_type)
    assert not isinstance(result, Unreadable) or result.reason in REASONS


@UNHURRIED
@given(st.lists(MUTATION, min_size=1, max_size=5))
def test_a_pdf_with_random_damage_is_read_or_refused(mutations):
    read_or_refuse(mutated(PDF, mutations), pdf.MEDIA_TYPE)


@UNHURRIED
@given(st.lists(MUTATION, min_size=1, max_size=5))
def test_a_page_with_random_damage_is_read_or_refused(mutations):
    read_or_refuse(mutated(HTML, mutations), "text/html")


@UNHURRIED
@given(st.lists(MUTATION, min_size=1, max_size=5))
def test_markdown_with_random_damage_is_read_or_refused(mutations):
    read_or_refuse(mutated(MARKED, mutations), markdown.MEDIA_TYPE)


ARCHIVES = {docx.MEDIA_TYPE: raw_docx(WORD_BODY), xlsx.MEDIA_TYPE: raw_xlsx(SHEET, ("Sales", "2024"), STYLES)}


@pytest.mark.parametrize("media_type", ARCHIVES)
@UNHURRIED
@given(st.lists(MUTATION, min_size=1, max_size=5))
def test_an_archive_with_random_damage_is_read_or_refused(media_type, mutations):
    read_or_refuse(mutated(ARCHIVES[media_type], mutations), media_type)


@UNHURRIED
@given(st.lists(MUTATION, min_size=1, max_size=5))
def test_a_word_document_with_damage_inside_its_xml_is_read_or_refused(mutations):
    read_or_refuse(raw_docx(mutated(WORD_BODY.encode(), mutations).decode("utf-8", "replace")), docx.MEDIA_TYPE)


@UNHURRIED
@given(st.lists(MUTATION, min_size=1, max_size=5), st.lists(MUTATION, max_size=3))
def test_a_workbook_with_damage_inside_its_xml_is_read_or_refused(in_sheet, in_styles):
    sheet = mutated(SHEET.encode(), in_sheet).decode("utf-8", "replace")
    styles = mutated(STYLES.encode(), in_styles).decode("utf-8", "replace")
    read_or_refuse(raw_xlsx(sheet, ("Sales", "2024"), styles), xlsx.MEDIA_TYPE)


TAGS = st.sampled_from(
    ["w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:del", "w:ins", "w:pPr", "w:rPr", "w:drawing", "w:txbxContent",
     "w:sdt", "w:sdtContent", "w:fldChar", "w:vanish", "w:footnoteReference", "w:sym", "w:tcPr", "w:trPr", "w:vMerge"]
)  # fmt: skip
TREE = st.recursive(
    st.sampled_from(["", "Net income $5 million", "(1)", "2024"]),
    lambda inside: st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", TAGS, st.lists(inside, max_size=4)),
    max_leaves=40,
)


@UNHURRIED
@given(TREE)
def test_elements_in_any_order_are_read_or_refused(tree):
    read_or_refuse(raw_docx(tree), docx.MEDIA_TYPE)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.media_type)
@UNHURRIED
@given(st.binary(max_size=2000))
def test_random_bytes_are_read_or_refused(reader, body):
    read_or_refuse(body, reader.media_type)


@given(st.binary(max_size=2000), st.none() | st.text(max_size=10), st.none() | st.text(max_size=10))
def test_random_bytes_are_recognized_or_refused(body, filename, declared):
    with suppress(Unreadable):
        assert recognize(body, filename, declared) in {reader.media_type for reader in READERS}
