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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der Umsatz stieg auf 421,6 (Vj: 377,0) Mio. Euro.", ["revenue 421600000 EUR", "revenue 377000000 EUR"]),
        ("EBITDA was SEK 310 million (285).", ["ebitda 310000000 SEK", "ebitda 285000000 SEK"]),
        ("EBITDA was SEK 310 million (1).", ["ebitda 310000000 SEK"]),
        ("Net sales were SEK 12,345 (11,200) M.", ["revenue 12345000000 SEK", "revenue 11200000000 SEK"]),
        ("Net sales rose to 196.3 (Q1 2023: 184.1) million euros.", ["revenue 196300000 EUR", "revenue 184100000 EUR"]),
        ("Die EBIT-Marge lag bei 8,1 (9,9) Prozent.", ["operating margin 8.1 percent", "operating margin 9.9 percent"]),
        (
            "Das Ergebnis je Aktie lag bei 0,95 (0,58) Euro.",
            ["earnings per share 0.95 EUR", "earnings per share 0.58 EUR"],
        ),
    ],
)
def test_a_figure_and_its_comparative_in_brackets_share_the_unit_behind(text: str, expected: list[str]) -> None:
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le chiffre d'affaires du groupe atteint 14,7 MdsE au premier semestre.", ["revenue 14700000000 EUR"]),
        (
            "Le BNPA normalisé dilué est de -1,27 E contre -0,98 E pour le groupe.",
            ["adjusted earnings per share -1.27 EUR", "adjusted earnings per share -0.98 EUR"],
        ),
    ],
)
def test_french_wires_fuse_the_euro_with_its_scale(text: str, expected: list[str]) -> None:
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Net profit went up to 8.6 mln euro.", ["net income 8600000 EUR"]),
        ("Other income (expense), net was an expense of $7.3 million.", ["other income -7300000 USD"]),
        ("Adjusted profit before tax was £45.2m.", ["adjusted income before taxes 45200000 GBP"]),
        ("It sold the plant, resulting in a gain of $2 million.", ["gain 2000000 USD"]),
        ("Net finance expense was a charge of $3 million.", ["net finance expense 3000000 USD"]),
        (
            "Its liquidity included $1.3 million of cash on hand, $0.4 million of availability under the facility.",
            ["cash and cash equivalents 1300000 USD", "availability 400000 USD"],
        ),
    ],
)
def test_bare_nouns_and_verbs_of_result_keep_level_and_sign(text: str, expected: list[str]) -> None:
    assert facts_of(text) == expected


def test_parts_in_a_list_share_the_metric() -> None:
    document = Document("Sales in Europe were EUR 210 mn, in Asia EUR 95 mn and in the Americas EUR 60 mn.")
    facts = normalize(extract_document(document, CONTEXT), document, CONTEXT).facts
    assert [(fact.metric, fact.segment, int(fact.value or 0)) for fact in facts] == [
        ("revenue", "Europe", 210_000_000),
        ("revenue", "Asia", 95_000_000),
        ("revenue", "Americas", 60_000_000),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Revenue and operating profit were $10 million and $2 million in 2022.",
            ["revenue 10000000 USD", "operating income 2000000 USD"],
        ),
        (
            "Revenue, gross profit and net income were $10 million, $4 million and $1 million for fiscal 2022.",
            ["revenue 10000000 USD", "gross profit 4000000 USD", "net income 1000000 USD"],
        ),
        (
            "Research and development expenses were $10 million and $9 million in 2022 and 2021.",
            ["research and development expense 10000000 USD", "research and development expense 9000000 USD"],
        ),
    ],
)
def test_as_many_amounts_as_metrics_go_with_them_in_step_unless_there_are_as_many_periods(
    text: str, expected: list[str]
) -> None:
    assert facts_of(text) == expected
