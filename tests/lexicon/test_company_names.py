"""Companies: what gives a name away, and how two spellings compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.lexicon.companies import find_companies, key, name_of


@pytest.mark.parametrize(
    ("text", "name", "cue"),
    [
        ("Company XYZ reported a net income", "XYZ", "generic"),
        ("Yesterday Apple Inc. announced", "Apple Inc.", "suffix"),
        ("Best Buy Co., Inc. (NYSE: BBY) said", "Best Buy Co., Inc.", "suffix"),
        ("Siemens AG meldete", "Siemens AG", "suffix"),
        ("Tesla (NASDAQ: TSLA) today", "Tesla", "ticker"),
        ("Nokia's operating profit rose", "Nokia", "possessive"),
        ("On Monday, Heineken said sales rose", "Heineken", "verb"),
        ("Procter & Gamble reported", "Procter & Gamble", "verb"),
    ],
)
def test_a_company_is_known_by_its_cue(text, name, cue):
    found = [company for company in find_companies(text) if company.name == name]
    assert [company.cue for company in found] == [cue]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("In fiscal 2023 Kestrel Energy Ltd. posted revenue", "Kestrel Energy Ltd."),
        ("Le EBITDA de Meridian Foods Ltd s'est établi", "Meridian Foods Ltd"),
        ("Der Umsatz der Northwind Inc. stieg", "Northwind Inc."),
        ("The net income of the Harbor Corp rose", "Harbor Corp"),
        ("20 Minuten AG reported", "20 Minuten AG"),
        ("In Q1 2024 7-Eleven Inc. posted", "7-Eleven Inc."),
    ],
)
def test_years_and_metrics_before_a_name_are_no_part_of_it(text, name):
    assert [company.name for company in find_companies(text)] == [name]


def test_who_speaks_for_a_company_is_none():
    assert find_companies("Federal minister Kamal Nath said exports rose.") == []


@pytest.mark.parametrize(
    "text", ["Revenue rose", "In March it said", "Net income was", "The Company reported", "Analysts said"]
)
def test_ordinary_capitals_name_nobody(text):
    assert find_companies(text) == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Company XYZ", "XYZ"),
        ("the Company", None),
        ("we", None),
        ("The Coca-Cola Company", "Coca-Cola Company"),
        ("Apple Inc.'s", "Apple Inc."),
        ("", None),
    ],
)
def test_a_leading_generic_word_is_dropped(words, name):
    assert name_of(words) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apple Inc.", "apple"),
        ("Company XYZ", "XYZ"),
        ("The Boeing Company", "Boeing"),
        ("Stora Enso Oyj", "STORA ENSO"),
        ("Best Buy Co., Inc.", "Best Buy"),
    ],
)
def test_legal_suffixes_do_not_tell_companies_apart(one, other):
    assert key(one) == key(other)


def test_different_companies_stay_different():
    assert key("Ford Motor Company") != key("Ford Credit")
    assert key(None) == ""


@given(st.text(alphabet="ABCab .,&'’Inc()Company the reported", max_size=60))
def test_spans_reproduce_their_text_and_never_overlap(text):
    end = 0
    for found in find_companies(text):
        assert text[found.span.start : found.span.end] == found.text
        assert found.span.start >= end
        end = found.span.end
