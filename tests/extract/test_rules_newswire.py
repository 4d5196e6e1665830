"""How newswires, filings and calls put figures: sentence and facts side by side, in words that no table lists."""

from datetime import date

import pytest

from finproc.extract.extraction import extract_document
from finproc.model.document import Context, Document
from finproc.normalize.facts import normalize

CONTEXT = Context(company="Kestrel plc", published=date(2023, 8, 3))


def facts_of(text: str) -> list[str]:
    document = Document(text)
    facts = normalize(extract_document(document, CONTEXT), document, CONTEXT).facts
    return [
        f"{fact.metric} {fact.value} {fact.currency or fact.unit}" + (" guidance" if fact.status == "guidance" else "")
        for fact in facts
        if fact.proof != "review"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mooring fees grew 7% to $1.1 billion.", ["mooring fees 1100000000 USD"]),
        ("Ferry upkeep costs increased $3.2 million, or 8%, to $43.1 million.", ["ferry upkeep costs 43100000 USD"]),
        ("Fuel and purchased ice costs fell 3% to $9 million.", ["fuel and purchased ice costs 9000000 USD"]),
        ("Harbour upkeep expense was essentially flat at $18.9 million.", ["harbour upkeep expense 18900000 USD"]),
        ("Funds from operations were $58.1 million.", ["funds from operations 58100000 USD"]),
    ],
)
def test_a_subject_in_own_words_leads_over_its_change_to_the_level(text: str, expected: list[str]) -> None:
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Revenue up 22.1% at Rs 973 crore vs Rs 797 crore.",
            ["revenue growth 22.1 percent", "revenue 9730000000 INR", "revenue 7970000000 INR"],
        ),
        (
            "Net profit rose to EUR 13.1 mn from EUR 8.7 mn.",
            ["net income 13100000 EUR", "net income 8700000 EUR"],
        ),
        ("Operating profits, however, slid to 71.5m euros.", ["operating income 71500000 EUR"]),
        ("Revenue, by contrast, was $4 million.", ["revenue 4000000 USD"]),
        (
            "It made $2.1 billion in revenue and a $3 million loss.",
            ["revenue 2100000000 USD", "net income -3000000 USD"],
        ),
        (
            "Net revenue was $525.5 million Canadian, an increase of 50%.",
            ["revenue 525500000 CAD", "revenue growth 50 percent"],
        ),
        (
            "Operating income as a percentage of operating revenue was 10.5%.",
            ["operating margin 10.5 percent"],
        ),
    ],
)
def test_wire_sentences_state_level_comparative_and_growth(text: str, expected: list[str]) -> None:
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We raised our full-year EPS forecast from $2.10 to $2.30.",
            ["earnings per share 2.1 USD guidance", "earnings per share 2.3 USD guidance"],
        ),
        ("Nordwind guides for sales of 500 million euros.", ["revenue 500000000 EUR guidance"]),
        ("For the full year we now expect revenue of $4 billion.", ["revenue 4000000000 USD guidance"]),
    ],
)
def test_what_is_looked_forward_to_is_guidance_before_and_after_its_revision(text: str, expected: list[str]) -> None:
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sales in Peru were strong, and a total of 8.7 mn mobile devices were sold.",
        "Business with customers came to a book-to-bill ratio of 1.7x.",
    ],
)
def test_what_is_counted_or_a_multiple_is_no_money(text: str) -> None:
    assert facts_of(text) == []
