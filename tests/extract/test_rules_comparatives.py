"""Comparatives, parallel lists, month ranges, guidance against reported figures: sentence and facts side by side."""

from datetime import date

import pytest

from finproc.extract.extraction import extract_document
from finproc.model.document import Context, Document
from finproc.normalize.facts import normalize

CONTEXT = Context(company="Kestrel plc", published=date(2018, 11, 6))


def facts_of(text: str) -> list[str]:
    document = Document(text)
    facts = normalize(extract_document(document, CONTEXT), document, CONTEXT).facts
    return [
        f"{fact.metric} {fact.value if fact.value is not None else fact.value_low} {fact.period} {fact.status}"
        for fact in facts
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "In July-September 2008 net sales were EUR 970 mn, compared to EUR 906 mn in the same period in 2007.",
            ["revenue 970000000 Q3 2008 actual", "revenue 906000000 Q3 2007 actual"],
        ),
        (
            "Net sales rose to EUR655m in April to June 2010 from EUR438m a year earlier.",
            ["revenue 655000000 Q2 2010 actual", "revenue 438000000 Q2 2009 actual"],
        ),
        (
            "Net profit was Rs 143 million in the October-December quarter (Q3FY18).",
            ["net income 143000000 Q3 2018 actual"],
        ),
        (
            "Net income was $17 million, compared with $15 million in the same period 2017.",
            ["net income 17000000 None actual", "net income 15000000 None actual"],
        ),
        (
            "Gross margin was 27.7%, compared with 30.3% in the second quarter of 2025 and 29.1% in Q1 2026.",
            ["gross margin 27.7 None actual", "gross margin 30.3 Q2 2025 actual", "gross margin 29.1 Q1 2026 actual"],
        ),
        (
            "Net income was $3,902 million and EPS was $4.87, compared with $3,155 million and $3.94 in 2018.",
            [
                "net income 3902000000 None actual",
                "earnings per share 4.87 None actual",
                "net income 3155000000 FY2018 actual",
                "earnings per share 3.94 FY2018 actual",
            ],
        ),
        (
            "Total assets and liabilities were $27.6 million and $16.9 million, respectively.",
            ["total assets 27600000 None actual", "total liabilities 16900000 None actual"],
        ),
        (
            "Sales rose 9.7% to £12.1bn, while net debt was cut from £1.7bn to £1.4bn.",
            [
                "revenue growth 9.7 None actual",
                "revenue 12100000000 None actual",
                "net debt 1700000000 None actual",
                "net debt 1400000000 None actual",
            ],
        ),
        (
            "It posted a 9.7% rise in full-year sales to £12.1bn.",
            ["revenue growth 9.7 None actual", "revenue 12100000000 None actual"],
        ),
    ],
)  # fmt: skip
def test_every_figure_keeps_its_metric_and_its_period(text, expected):
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In line with our guidance, revenue grew to $5m.", ["revenue 5000000 None actual"]),
        ("Sales were $80m, better than our guidance of $75m.",
         ["revenue 80000000 None actual", "revenue 75000000 None guidance"]),
        ("It raised its operating profit forecast to $2.4bn from $2.3bn.",
         ["operating income 2400000000 None guidance", "operating income 2300000000 None guidance"]),
        ("Revenue was $5.2 billion, above the consensus estimate of $5.0 billion.", ["revenue 5200000000 None actual"]),
        ("Profits came in at £345m, ahead of the £330m analysts had expected.", ["net income 345000000 None actual"]),
        ("Analysts had forecast earnings of 45 cents per share.", []),
        ("For fiscal 2023, we expect sales to fall 2 percent compared to $7.12bn in 2022 and EPS to be $2.75.",
         ["revenue growth -2 FY2023 guidance", "revenue 7120000000 FY2022 actual",
          "earnings per share 2.75 FY2023 guidance"]),
    ],
)  # fmt: skip
def test_what_is_expected_is_told_from_what_is_reported(text, expected):
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Compared to second quarter of last year, operating income increased 5% to $2.5 billion.",
         ["operating income 2500000000 None actual"]),
        ("Net loss was $22 million, compared with a net loss of $9 million in Q2 2017 and $14 million in Q1 2018.",
         ["net income -22000000 None actual", "net income -9000000 Q2 2017 actual",
          "net income -14000000 Q1 2018 actual"]),
        ("Gross profit was £5.7m (2013: £4.9m, representing 7.2% of turnover).",
         ["gross profit 5700000 None actual", "gross profit 4900000 FY2013 actual", "gross margin 7.2 FY2013 actual"]),
        ("Full Year 2019 Outlook\n\nThe Company expects revenue of $1.4 billion.",
         ["revenue 1400000000 FY2019 guidance"]),
        ("EBITDA was $10 million with an underlying margin of 37%.",
         ["ebitda 10000000 None actual", "ebitda margin 37 None actual"]),
        ("Income from investments for Q3 2018 was Rs. 516 crores.",
         ["income from investments 5160000000 Q3 2018 actual"]),
        ("Das operative Ergebnis (EBIT) betrug 2,64 Mio. Euro nach 1,9 Mio. Euro.",
         ["operating income 2640000 None actual", "operating income 1900000 None actual"]),
    ],
)  # fmt: skip
def test_what_is_compared_takes_nothing_from_what_it_is_compared_with(text, expected):
    assert facts_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Operating loss totalled EUR 3m, compared to a profit of EUR 2m in 2007.",
         ["operating income -3000000 None actual", "operating income 2000000 FY2007 actual"]),
        ("Operating profit was EUR 3m, compared to a loss of EUR 2m in 2007.",
         ["operating income 3000000 None actual", "operating income -2000000 FY2007 actual"]),
        ("The loss was $59m compared with a $112m profit.",
         ["net income -59000000 None actual", "net income 112000000 None actual"]),
        ("The loss before taxes was $5m against a profit of $3m.",
         ["income before taxes -5000000 None actual", "income before taxes 3000000 None actual"]),
        ("It turned an operating loss of 506m euros in 2003 into a 1.4bn euros profit.",
         ["operating income -506000000 FY2003 actual", "operating income 1400000000 FY2003 actual"]),
        ("Losses deepened to $45m.", ["net income -45000000 None actual"]),
        ("Net debt fell to £1.4bn. Profits were £3m.",
         ["net debt 1400000000 None actual", "net income 3000000 None actual"]),
        ("Sales were $109 million, which is up 25%.",
         ["revenue 109000000 None actual", "revenue growth 25 None actual"]),
        ("We had property and equipment with a net book value of $1.4 million.",
         ["property, plant and equipment 1400000 None actual"]),
        ("It had $12 million of cash on hand and $4 million of availability under its facility.",
         ["cash and cash equivalents 12000000 None actual", "availability 4000000 None actual"]),
        ("Revenue was $5m in Q2 2017. Net income was $1m, up from $2m.",
         ["revenue 5000000 Q2 2017 actual", "net income 1000000 Q2 2017 actual", "net income 2000000 None actual"]),
        ("Profit rose to EUR 2m in 2005 from EUR 9m in 2004, and sales were EUR 8m, up from EUR 7m.",
         ["net income 2000000 FY2005 actual", "net income 9000000 FY2004 actual",
          "revenue 8000000 FY2005 actual", "revenue 7000000 FY2004 actual"]),
        ("EPS was 1.8 pence (2004: loss 5.9 pence).",
         ["earnings per share 0.018 None actual", "earnings per share -0.059 FY2004 actual"]),
        ("Total dividends of 7.1 pence were paid for 2017.", ["dividend per share 0.071 FY2017 actual"]),
        ("Earnings fell to 402 million crowns ($64.9 million).", []),
        ("Oil prices rose to $48.38 a barrel.", []),
    ],
)  # fmt: skip
def test_results_turn_with_their_words(text, expected):
    assert facts_of(text) == expected
