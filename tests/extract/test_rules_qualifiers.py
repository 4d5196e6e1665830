"""What the whole way from text to facts makes of qualifiers, lists and brackets: sentence and facts side by side."""

from datetime import date

import pytest

from finproc.extract.extraction import extract_document
from finproc.model.document import Context, Document
from finproc.normalize.facts import normalize

CONTEXT = Context(company="Kestrel plc", published=date(2023, 8, 3))


def facts_of(text: str) -> list[tuple[str, str | None]]:
    document = Document(text)
    facts = normalize(extract_document(document, CONTEXT), document, CONTEXT).facts
    return [
        (
            f"{fact.metric} {fact.value if fact.value is not None else f'{fact.value_low}-{fact.value_high}'}",
            fact.period,
        )
        for fact in facts
    ]


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("PAT before exceptional items was Rs 12 crore.", "adjusted net income 120000000"),
        ("Attributable PAT before any exceptional items at Rs. 12 crores.", "adjusted net income 120000000"),
        ("Profit before tax and exceptional items was £4.2 million.", "adjusted income before taxes 4200000"),
        ("Net income excluding restructuring charges was $120 million.", "adjusted net income 120000000"),
        ("EBITDA (adjusted) came in at $99 million.", "adjusted ebitda 99000000"),
        ("Operating income, as adjusted, was $32 million.", "adjusted operating income 32000000"),
        ("Earnings per share, adjusted for one-off items, was $1.25.", "adjusted earnings per share 1.25"),
        ("Excluding one-off items, the net profit was $1.1bn.", "adjusted net income 1100000000"),
        ("Before exceptional items, profits were £12m.", "adjusted net income 12000000"),
        ("Operating profit before depreciation rose to £12.3m.", "operating income before depreciation 12300000"),
        ("Earnings before interest and tax fell to EUR 12.3m.", "operating income 12300000"),
        ("Earnings before interest, tax, depreciation and amortisation came to £34m.", "ebitda 34000000"),
        ("The company made profits before tax of £345m.", "income before taxes 345000000"),
        ("Gross profit as a percentage of net sales was 23.4%.", "gross margin 23.4"),
        ("Sales, including VAT, were £2.3bn.", "revenue 2300000000"),
    ],
)
def test_words_behind_a_metric_say_which_one_it_is(text, metric):
    assert [name for name, _ in facts_of(text)] == [metric]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Profit for the year was £23.4m (2018: £19.8m) and basic earnings per share were 12.3p (2018: 10.4p).",
            [
                ("net income 23400000", "FY2022"),
                ("net income 19800000", "FY2018"),
                ("earnings per share 0.123", "FY2022"),
                ("earnings per share 0.104", "FY2018"),
            ],
        ),
        (
            """The Company recognized $3.4 million, $2.9 million and $2.1 million of stock-based compensation expense
            during the years ended December 31, 2019, 2018 and 2017, respectively.""",
            [
                ("stock-based compensation 3400000", "FY2019"),
                ("stock-based compensation 2900000", "FY2018"),
                ("stock-based compensation 2100000", "FY2017"),
            ],
        ),
        ("Net sales amounted to EUR 12.4 million (11.8).", [("revenue 12400000", None), ("revenue 11800000", None)]),
        ("Net sales were EUR 12.4 (11.8) million.", [("revenue 12400000", None), ("revenue 11800000", None)]),
        ("Profit before tax was 1.2 MEUR.", [("income before taxes 1200000", None)]),
    ],
)
def test_lists_and_brackets_keep_period_and_scale(text, expected):
    assert facts_of(text) == expected
