"""Metrics that verbs and governing nouns name: sentence and facts side by side."""

from datetime import date

import pytest

from finproc.extract.extraction import extract_document
from finproc.model.document import Context, Document
from finproc.normalize.facts import normalize

CONTEXT = Context(company="Kestrel plc", published=date(2023, 8, 3))


def facts_of(text: str) -> list[str]:
    document = Document(text)
    facts = normalize(extract_document(document, CONTEXT), document, CONTEXT).facts
    return [f"{fact.metric} {fact.value} {fact.period or ''}".strip() for fact in facts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We repurchased 1.2 million shares of common stock for $85 million in 2022.",
            ["share repurchases 85000000 FY2022"],
        ),
        ("The company bought back $30 million of stock.", ["share repurchases 30000000"]),
        ("We used $36.1 billion of cash to repurchase common stock.", ["share repurchases 36100000000"]),
        (
            "It repurchased $49.5 million of stock under the 2021 Stock Repurchase Program.",
            ["share repurchases 49500000"],
        ),
        ("Harvey & Sons has agreed to buy Peltec for $1.2bn in cash.", ["purchase price 1200000000"]),
        ("The company paid $1.2 billion for Peltec.", ["purchase price 1200000000"]),
        ("The deal is worth about EUR 25mn.", ["purchase price 25000000"]),
        ("The value of the order is about EUR 30m.", ["purchase price 30000000"]),
        ("Its European unit lost $236m in 2022.", ["net income -236000000 FY2022"]),
        ("The group earned $2.10 per share.", ["earnings per share 2.1"]),
        ("Its Northern wing made £347m.", ["net income 347000000"]),
        ("Nordwind narrowed its loss to $12m.", ["net income -12000000"]),
        ("The firm employs 2,300 people.", ["employees 2300"]),
        ("We returned $300 million to shareholders.", ["returned to shareholders 300000000"]),
        ("We spent $23.4 million on capital expenditures.", ["capital expenditures 23400000"]),
    ],
)
def test_a_verb_names_the_metric(text, expected):
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amortization expense related to intangible assets was $8.5 million.", ["amortization expense 8500000"]),
        ("Depreciation expense for property, plant and equipment was $12 million.", ["depreciation expense 12000000"]),
        ("Proceeds from sales of investments were $0.8 million.", ["proceeds from sales of investments 800000"]),
        ("We had proceeds from the issuance of common stock of $15.0 million.", [
            "proceeds from issuance of common stock 15000000"]),
        ("Repayments of debt were $2.7 million.", ["repayments of debt 2700000"]),
        ("Sales of our products were $12 million.", ["revenue 12000000"]),
    ],
)  # fmt: skip
def test_the_governing_noun_is_the_metric(text, expected):
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The Board authorized the company to repurchase up to $500 million of its common stock.",
        "Its shares lost $2.30 on the day.",
        "The company made £5m available to farmers.",
        "The rise was primarily due to increased personnel costs of $5.4 million.",
        "The decrease was driven by lower marketing expenses of $2.1 million.",
        "This contributed to a decrease in allocated facilities and technology costs of $0.5 million.",
        "The revolving credit facility provides for borrowings of up to $500 million.",
    ],
)
def test_limits_prices_and_changes_are_no_facts(text):
    assert facts_of(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tangible book value per share increased $0.41 to $14.12.", ["tangible book value per share 14.12"]),
        ("The provision for credit losses was $4.5 million.", ["provision for credit losses 4500000"]),
        ("Loss from continuing operations was $3 million.", ["income from continuing operations -3000000"]),
        ("Loan losses were $78.2 million.", ["loan losses 78200000"]),
        ("Net interest margin widened to 3.8% from 3.1%.", ["net interest margin 3.8", "net interest margin 3.1"]),
        ("Selling, general, and administrative expenses were $5 million.",
         ["selling, general and administrative expense 5000000"]),
        ("Like-for-like sales slipped 1.3%.", ["same-store sales growth -1.3"]),
        ("EBITDA losses reduced to £1.7m.", ["ebitda -1700000"]),
        ("Basic EPS up 26% to 6.94p per share", ["earnings per share 0.0694"]),
        ("Annual Recurring Revenue (ARR): $1.62 billion", ["annual recurring revenue 1620000000"]),
        ("Gross profit was £5.7m (representing 10.9% of turnover).", ["gross profit 5700000", "gross margin 10.9"]),
        ("Interim dividend declared of 1.6p per share.", ["dividend per share 0.016"]),
        ("Earnings per share were EUR -0.04 -0.06.", ["earnings per share -0.04"]),
        ("Net cash was c.£290m.", ["cash and cash equivalents 290000000"]),
        ("We wrote off $61.3 million of goodwill.", ["impairment charges 61300000"]),
        ("The rule requires that we maintain $2.5 million in stockholders' equity.", []),
        ("We sold two sites to Mercy for $244 million, or $633 per square foot.", ["purchase price 244000000"]),
        ("Retail sales in Britain fell 0.9% in August.", []),
    ],
)  # fmt: skip
def test_names_and_units_of_their_own(text, expected):
    assert facts_of(text) == expected
