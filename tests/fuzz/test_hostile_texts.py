"""Texts made to harm the extractor: nothing raises, nothing hangs, no fact without its digits in the text."""

import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finproc.extract.readers import plain
from finproc.model.document import Document
from tests.fuzz.proofs import extract_and_prove, prove, within
from tests.fuzz.seeds import TEXTS

CHARACTERS, TIMES = 4_000, 4
MOST_GROWTH = 9
"""Four times the text may take so many times as long on a machine with other work; its square would be sixteen."""
SLOW_SECONDS = 40
"""For twenty times as many: a text of nothing but numbers takes about ten seconds on an idle core."""
REPEATED = [
    "$1 ", "((((", "1,1,1,", "1 ", "1.1.1.", "a ", "$$$$", "%", "| 1 ", "1\t2\n", "- 1\n", "Q1 2024 ", "Revenue ",
    "Revenue was $5 million. ", "net income of $1 ", "million ", "€1,2 Mrd. ", "(1) ", "in thousands\n", "A. ", "Inc. ",
    "2020, 2021 and ", "XYZ Inc. ", "of ", "and ", "$1 to $2 ", "1-2-3-", "1/2/", "respectively ", "'s ", "March 31, ",
    "the Company ", "three months ended ", "EUR ", "one hundred ", "twenty-", "½", "１２", "١٢", "\u0301", "😀 ",
    "a\u200b", "$1|", "Rs 5,075 crore ", "1 million or ", "versus $3 ", "up from ", ") ", "“", "A", "Aa ", "loss ",
    "Revenue   5   6\n", "$(1) ", "1e9 ", "...", ". ", "?!", "—", "per share ", "-1", "$-1 ", "5% of ", "as of ",
    "* a ", "*", "(a)", "_", "/", "[1]", "http://a.b/", "Revenue: $5\n\n", "x" * 50 + " ", "<b>", "&amp;",
    "Revenue | 5 | 6\n", "of which $1 and ", "if revenue reaches $1, ",
]  # fmt: skip
QUADRATIC_ONCE = ["...", "net income of $1 ", "((((", "$1 ", "1,1,1,"]
PIECES = st.sampled_from([piece for text in TEXTS for piece in text.split(" ")] + REPEATED)
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module", autouse=True)
def warm():
    """Patterns are compiled once, in whatever comes first."""
    for text in TEXTS:
        extract_and_prove(plain.read(text.encode()))


@pytest.mark.parametrize("shape", ["{}", "Revenue {}  5  6\nCosts  3  4\n"])
@pytest.mark.parametrize("piece", REPEATED, ids=ascii)
def test_time_grows_with_the_repetition_not_with_its_square(piece, shape):
    once, more = (shape.format((piece * count)[:count]) for count in (CHARACTERS, CHARACTERS * TIMES))
    short = min(spent(once) for _ in range(2))
    assert min(spent(more) for _ in range(2)) < MOST_GROWTH * short + 0.25


def spent(text):
    """Seconds of CPU from text to facts."""
    began = time.process_time()
    extract_and_prove(plain.read(text.encode()))
    return time.process_time() - began


@pytest.mark.parametrize("piece", QUADRATIC_ONCE, ids=ascii)
def test_two_hundred_thousand_characters_of_it_end_too(piece):
    text = (piece * 200_000)[:200_000]
    with within(SLOW_SECONDS):
        extract_and_prove(plain.read(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "|\n| |\nSales | **5*\n* |\n- |\n| Sales | 5\n",
        " | \n|\n|\nRevenue | 5\nCosts | 4\n",
        "a\t\n\t\t\nSales\t5\nCosts\t4\n",
    ],
)
def test_rows_without_a_word_are_no_heads(text):
    """What atheris found: a line of bars alone."""
    extract_and_prove(Document(text))
    extract_and_prove(plain.read(text.encode()))


@UNHURRIED
@given(st.text(max_size=400), st.sampled_from([None, "de", "fr", "en-IN"]))
def test_any_unicode_gives_facts_with_their_digits_or_none(text, language):
    with within():
        extract_and_prove(Document(text), language)


@UNHURRIED
@given(st.lists(PIECES, max_size=60), st.sampled_from(["", " ", "\n"]), st.sampled_from([None, "de", "fr", "en-IN"]))
def test_numbers_close_together_give_facts_with_their_digits_or_none(pieces, between, language):
    with within():
        extract_and_prove(Document(between.join(pieces)), language)


@pytest.mark.parametrize("text", TEXTS)
def test_the_proof_tells_an_invented_value(text):
    """The check itself finds what it is for: digits that stand nowhere."""
    for fact in extract_and_prove(plain.read(text.encode())):
        if fact.value is not None:
            with pytest.raises(AssertionError):
                prove(replace(fact, value=fact.value + 7_777_777_777), text)
