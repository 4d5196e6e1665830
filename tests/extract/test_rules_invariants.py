"""What holds of the rules on any text."""

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finproc.extract.extraction import extract_document
from finproc.model.document import Context, Document
from finproc.model.mention import Extraction
from finproc.model.text import Quote

PIECES = st.sampled_from(
    [
        "revenue",
        "net loss",
        "EBITDA",
        "was",
        "of",
        "to",
        "from",
        "compared with",
        "rose",
        "by",
        "and",
        ",",
        ".",
        ";",
        "(",
        ")",
        "$5.3 million",
        "€1,2 Mrd.",
        "12%",
        "0.27",
        "per share",
        "in 2021",
        "Q1 2024",
        "2020",
        "a year ago",
        "respectively",
        "we expect",
        "XYZ Inc.",
        "XYZ's",
        "the",
        "sales of",
        "segment",
        "|",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "1,234",
        "(56)",
        "in thousands",
        "Umsatz",
        "$",
        "-",
    ]
)


def quotes_of(extraction: Extraction) -> list[Quote]:
    found = list(extraction.unclaimed)
    for mention in extraction.mentions:
        found += [quote for name in mention.__slots__ if isinstance(quote := getattr(mention, name), Quote)]
        found += mention.period_parts
    return found


def prove(text: str) -> None:
    extraction = extract_document(Document(text), Context())
    for quote in quotes_of(extraction):
        assert quote.span is not None
        assert text[quote.span.start : quote.span.end] == quote.text
    spans = [mention.amount.span for mention in extraction.mentions]
    assert len(spans) == len(set(spans))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_every_quote_of_financial_noise_is_verbatim(text):
    prove(text)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_every_quote_of_any_text_is_verbatim(text):
    prove(text)


def spent(text: str) -> float:
    start = time.process_time()
    extract_document(Document(text), Context())
    return time.process_time() - start


def test_time_grows_with_the_text_not_with_its_square():
    sentence = "Net sales of Unit {} rose 8% to $2.4 billion in 2022 from $2.2 billion in 2021. "
    text = "".join(sentence.format(number) for number in range(60))
    spent(text)
    once, eightfold = min(spent(text) for _ in range(3)), min(spent(text * 8) for _ in range(2))
    assert eightfold < 24 * once
