"""Step outputs survive the way to bytes and back, digit for digit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.model.document import Block, BlockKind, Cell, Document
from finproc.model.fact import Evidence, FactContent, Normalized, Proof, Unit
from finproc.model.mention import Extraction, ExtractorName, Mention, Rejection, Status
from finproc.model.problem import Problem
from finproc.model.text import Origin, Quote, Span
from finproc.schemas import exact_json, outputs

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 10**7), st.integers(0, 500))
quotes = st.builds(Quote, texts, st.none() | spans, st.sampled_from(get_args(Origin)))
amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**25), max_value=10**25, places=8)
words = st.builds(tuple, st.lists(texts, max_size=3))
extractors = st.sampled_from(get_args(ExtractorName))
statuses = st.sampled_from(get_args(Status))
mentions = st.builds(
    Mention,
    amount=quotes,
    metric=quotes,
    quote=spans,
    company=st.none() | quotes,
    period=st.none() | quotes,
    period_anchor=st.none() | quotes,
    segment=st.none() | quotes,
    qualifier=st.none() | quotes,
    scale=st.none() | quotes,
    currency=st.none() | quotes,
    sign=st.none() | quotes,
    converted=st.none() | quotes,
    status=statuses,
    status_cue=st.none() | quotes,
    approximate=st.booleans(),
    doubts=words,
    extractor=extractors,
)
extractions = st.builds(
    Extraction,
    mentions=st.builds(tuple, st.lists(mentions, max_size=3)),
    unclaimed=st.builds(tuple, st.lists(quotes, max_size=3)),
    rejected=st.builds(tuple, st.lists(st.builds(Rejection, texts, texts, st.none() | spans), max_size=2)),
    extractor=texts,
    fallback=st.booleans(),
    version=texts,
)
evidence = st.builds(tuple, st.lists(st.builds(Evidence, texts, quotes, texts), max_size=3))
contents = st.builds(
    FactContent,
    company=st.none() | texts,
    metric=texts,
    segment=st.none() | texts,
    value=st.none() | amounts,
    value_low=st.none() | amounts,
    value_high=st.none() | amounts,
    unit=st.sampled_from(get_args(Unit)),
    currency=st.none() | st.sampled_from(["USD", "EUR"]),
    period=st.none() | st.sampled_from(["Q1 2024", "FY2023", "2023-12-31"]),
    period_start=st.none() | st.dates(),
    period_end=st.none() | st.dates(),
    status=statuses,
    quote=texts,
    quote_start=st.integers(0, 10**7),
    quote_end=st.integers(0, 10**7),
    amount=spans,
    approximate=st.booleans(),
    qualifier=st.none() | texts,
    precision=st.none() | amounts,
    value_converted=st.none() | amounts,
    currency_converted=st.none() | st.just("GBP"),
    proof=st.sampled_from(get_args(Proof)),
    doubts=words,
    extractor=extractors,
    model=st.none() | texts,
    evidence=evidence,
)
problems = st.builds(
    tuple, st.lists(st.builds(Problem, texts, texts, st.none() | spans, st.none() | texts), max_size=3)
)
normalized = st.builds(Normalized, st.builds(tuple, st.lists(contents, max_size=3)), problems, texts)

EXAMPLE = FactContent(
    company="XYZ",
    metric="net income",
    segment=None,
    value=Decimal("5.3") * 1000000,
    value_low=None,
    value_high=None,
    unit="currency",
    currency="USD",
    period="Q1 2024",
    period_start=None,
    period_end=None,
    status="actual",
    quote="net income of $5.3 million",
    quote_start=23,
    quote_end=49,
    amount=Span(37, 49),
    precision=Decimal(50000),
)


cells = st.builds(Cell, texts, spans, st.integers(0, 99), st.integers(0, 99), st.integers(1, 9), st.integers(1, 9))
blocks = st.builds(
    Block,
    st.sampled_from(get_args(BlockKind)),
    spans,
    st.none() | st.integers(1, 500),
    st.builds(tuple, st.lists(cells, max_size=3)),
)
documents = st.builds(Document, texts, st.builds(tuple, st.lists(blocks, max_size=3)), texts, st.none() | st.just(2))


@given(extractions, documents)
def test_an_extraction_and_its_document_come_back_as_they_were(extraction: Extraction, document: Document):
    assert outputs.load_extracted(outputs.dump_extraction(extraction, document)) == (extraction, document)


@given(normalized)
def test_a_normalization_comes_back_as_it_was(result: Normalized):
    assert outputs.load_normalized(outputs.dump_normalized(result)) == result


def test_a_fact_begins_with_the_missions_five_fields():
    body = exact_json.dumps(outputs.fact_json(EXAMPLE))
    assert body.startswith(
        '{"company":"XYZ","metric":"net income","value":5300000,"currency":"USD","quarter":"Q1 2024",'
    )
    assert '"precision":"50000"' in body


def test_a_years_fact_has_no_quarter():
    assert outputs.fact_json(replace(EXAMPLE, period="FY2024"))["quarter"] is None


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_plainly_and_exactly(value: Decimal):
    if abs(value.adjusted()) > 100:
        return
    text = exact_json.number(value)
    assert "e" not in text.lower()
    assert Decimal(text) == value
    assert text == "0" or not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12345678901234567890.12"), "12345678901234567890.12"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.1200"), "0.12"),
        (Decimal("-0.00"), "0"),
        (Decimal("1E-9"), "0.000000001"),
    ],
)
def test_decimals_on_the_wire(value: Decimal, text: str):
    assert exact_json.dumps({"value": value}) == f'{{"value":{text}}}'
    assert exact_json.loads(f'{{"value":{text}}}') == {"value": value}


def test_an_object_of_unknown_kind_has_no_form():
    with pytest.raises(TypeError):
        exact_json.dumps({"deep": [object()]})


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", "[Infinity]", "1e999999999", "[" * 100_000, b"\xff", '{"a":1}x', "9" * 5000]
)
def test_what_is_no_json_is_refused_by_name(text: str | bytes):
    with pytest.raises(exact_json.NotJSON):
        exact_json.loads(text)
