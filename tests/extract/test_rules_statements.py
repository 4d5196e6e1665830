"""Statements as companies print them: share counts, measures, metrics in heads, own units, company and currency."""

import pytest

from finproc.extract.mentions.rules import find_mentions
from finproc.extract.mentions.rules.captions import stated
from finproc.extract.readers import read
from finproc.model.document import Context
from finproc.model.text import Span
from finproc.normalize import normalize


def _facts(text, media_type="text/plain"):
    document = read(text.encode(), media_type)
    return normalize(find_mentions(document, Context()), document, Context()).facts


def _rows(text, metric):
    return [(fact.segment, str(fact.value), fact.unit, fact.period) for fact in _facts(text) if fact.metric == metric]


@pytest.mark.parametrize(
    ("caption", "scale", "shares", "exempt", "currency"),
    [
        ("(In millions, except shares, which are reflected in thousands)", "In millions", "thousands", False, None),
        ("(in thousands, except share and per share data)", "in thousands", None, True, None),
        ("(in millions, except per share data)", "in millions", None, False, None),
        ("(Dollars and shares in millions)", "in millions", "millions", False, "Dollars"),
        ("(en millions d’euros)", "en millions", None, False, "euros"),
        ("(en M€)", "M", None, False, "M€"),
        ("in Tsd. EUR", "in Tsd.", None, False, "EUR"),
        ("(in millions €, except per share data)", "in millions", None, False, "€"),
        ("Rs in Cr.", "Cr", None, False, "Rs"),
        ("Results of the group", None, None, False, None),
    ],
)  # fmt: skip
def test_a_caption_states_scale_currency_and_how_shares_are_counted(caption, scale, shares, exempt, currency):
    says = stated(caption, Span(0, len(caption)), None)
    texts = [quote.text if quote else None for quote in (says.scale, says.shares, says.currency)]
    assert (*texts[:2], says.exempt, texts[2]) == (scale, shares, exempt, currency)


SHARES = """Acme Inc.
({caption})
 | 2024 | 2023
Net income | $2,000 | $1,000
Earnings per share:
Basic | $1.65 | $1.53
Shares used in computing earnings per share:
Basic | 14,994,082 | 15,405,856
"""


@pytest.mark.parametrize(
    ("caption", "value"),
    [
        ("In millions, except number of shares, which are reflected in thousands", "14994082000"),
        ("in thousands, except share and per share data", "14994082"),
        ("in millions, except per share data", None),
    ],
)
def test_counts_of_shares_take_their_own_scale_and_never_an_impossible_one(caption, value):
    found = _rows(SHARES.format(caption=caption), "weighted average shares")
    assert [row[1:3] for row in found[:1]] == ([(value, "shares")] if value else [])
    assert [row[1] for row in _rows(SHARES.format(caption=caption), "earnings per share")] == ["1.65", "1.53"]


def test_a_bare_assets_head_makes_no_parts_of_the_total():
    text = (
        "Acme Inc.\n"
        "(in millions)\n"
        " | June 30, 2024 | 2023\n"
        "ASSETS:\n"
        "Marketable securities | $20 | $35\n"
        "Total assets | 90 | 80\n"
    )
    assert _rows(text, "total assets") == [
        (None, "90000000", "currency", "2024-06-30"),
        (None, "80000000", "currency", "FY2023"),
    ]


CROSSED = """Acme, Inc. and Subsidiaries
Reconciliation of GAAP and Non-GAAP Information
12 Weeks Ended March 25, 2023
(in millions, except per share amounts)

| | Cost of sales | Operating profit | Net income attributable to noncontrolling interests \
| Net income attributable to Acme | Net income attributable to Acme per common share - diluted | Effective tax rate |
| Reported, GAAP Measure | $ 7,988 | $ 2,629 | $ 16 | $ 1,932 | $ 1.40 | 21.7 % |
| Restructuring and impairment charges | (2) | 113 | 1 | 91 | 0.07 | |
| Core, Non-GAAP Measure | $ 8,026 | $ 2,802 | $ 17 | $ 2,086 | $ 1.50 | 21.2 % |
"""


def test_metrics_in_the_heads_of_columns_are_reported_and_adjusted_by_row_and_steps_between_are_none():
    found = {(fact.metric, str(fact.value), fact.period) for fact in _facts(CROSSED)}
    assert found == {
        ("cost of revenue", "7988000000", "Q1 2023"), ("adjusted cost of revenue", "8026000000", "Q1 2023"),
        ("operating income", "2629000000", "Q1 2023"), ("adjusted operating income", "2802000000", "Q1 2023"),
        ("net income", "1932000000", "Q1 2023"), ("adjusted net income", "2086000000", "Q1 2023"),
        ("diluted earnings per share", "1.4", "Q1 2023"), ("adjusted earnings per share", "1.5", "Q1 2023"),
        ("effective tax rate", "21.7", "Q1 2023"), ("adjusted effective tax rate", "21.2", "Q1 2023"),
    }  # fmt: skip


def test_stacked_heads_name_one_metric_and_the_rows_are_parts():
    text = "(in millions)\n | Net | Operating\n | sales | profit\nFiscal 2024\nEurope | $10 | $2\nTotal | $30 | $7\n"
    assert [(segment, value) for segment, value, *_ in _rows(text, "operating income")] == [
        ("Europe", "2000000"), (None, "7000000"),
    ]  # fmt: skip


MEASURES = """Acme Inc.
($ in thousands)
 | Q3 2024 GAAP | Adjustments | Q3 2024 Non-GAAP | LTM Sep 30, 2024 | Pro forma 2024 | % change
Revenue | 9,325 | 5 | 9,330 | 35,743 | 36,000 | 7%
Net income | 465 | 672 | 1,137 | 4,900 | 5,000 | 25%
"""


def test_columns_of_adjustments_rolling_years_and_what_would_have_been_give_no_plain_metric():
    assert {(fact.metric, str(fact.value)) for fact in _facts(MEASURES)} == {
        ("revenue", "9325000"), ("adjusted revenue", "9330000"),
        ("net income", "465000"), ("adjusted net income", "1137000"),
    }  # fmt: skip


def test_a_name_marked_non_gaap_is_the_adjusted_metric():
    text = (
        "($ in millions)\n"
        " | Q2 2024 | Q2 2025\n"
        "Net income (GAAP) | 1,400 | 1,172\n"
        "Net income (non-GAAP) | 1,812 | 1,393\n"
        "EPS attributable to common stockholders, diluted (non-GAAP) | 0.52 | 0.40\n"
    )
    assert {fact.metric for fact in _facts(text)} == {
        "net income",
        "adjusted net income",
        "adjusted earnings per share",
    }


def test_a_corner_that_names_the_metric_makes_the_rows_its_parts():
    text = (
        "(in millions)\n"
        " | 12 Weeks Ended 3/25/2023\n"
        " | Reported, | Restructuring | Core,\n"
        " | GAAP | and impairment | Non-GAAP\n"
        "Operating Profit | Measure | charges | Measure\n"
        "Europe | $71 | $89 | $160\n"
        "Total | $2,629 | $113 | $2,802\n"
    )
    assert [(segment, value) for segment, value, *_ in _rows(text, "adjusted operating income")] == [
        ("Europe", "160000000"), (None, "2802000000"),
    ]  # fmt: skip


def test_a_unit_of_the_row_s_own_is_not_scaled():
    text = (
        "| (en M€) | 2023 | 2024 |\n"
        "|---|---|---|\n"
        "| Chiffre d'affaires | 27 619 | 27 376 |\n"
        "| BNPA dilué (en euros) | 1,36 | 3,13 |\n"
        "| Résultat net par action (en euros) | 1,40 | 3,20 |\n"
    )
    assert [row[1:3] for row in _rows(text, "diluted earnings per share")] == [
        ("1.36", "currency/share"), ("3.13", "currency/share"),
    ]  # fmt: skip


def test_a_thousands_point_is_read_as_such_where_the_other_numbers_show_a_decimal_comma():
    text = (
        "in Mio. €\tQ2 2018\tQ2 2017\tVeränderung in %\n"
        "Umsatzerlöse\t18.367\t18.890\t(2,8)\n"
        "Personalaufwand\t(4.162)\t(3.824)\t(8,8)\n"
        "Ergebnis je Aktie €\t0,10\t0,19\t(47,4)\n"
    )
    assert [row[1] for row in _rows(text, "revenue")] == ["18367000000", "18890000000"]


def test_years_and_numbers_of_rows_are_no_obstacles():
    text = (
        "INR in lacs\n"
        "No. | Particulars | FY2022 | FY2021\n"
        "1 | Revenue from operations | 82144 | 76585\n"
        "2 | Total tax expense | 2057 | 964\n"
    )
    assert [row[1] for row in _rows(text, "revenue")] == ["8214400000", "7658500000"]
    assert [row[1] for row in _rows(text, "income tax expense")] == ["205700000", "96400000"]


def test_a_page_s_title_names_the_company_of_its_tables():
    page = (
        "<html><body><h1>Acme Holdings Inc.</h1><p>(in millions)</p>"
        "<table><tr><td></td><td>2024</td></tr>"
        "<tr><td>Net sales</td><td>$95</td></tr>"
        "<tr><td>Net income</td><td>$24</td></tr>"
        "</table></body></html>"
    )
    assert {fact.company for fact in _facts(page, "text/html")} == {"Acme Holdings Inc."}


def test_the_currency_of_any_cell_holds_for_all():
    text = (
        "Acme Inc.\n"
        "Amounts in millions\n"
        " | 2025 | 2024\n"
        "Cash, beginning of period | $ 9,482 | $ 8,246\n"
        "Net earnings | 12,436 | 11,830\n"
    )
    assert [row[1] for row in _rows(text, "net income")] == ["12436000000", "11830000000"]


def test_eliminations_keep_their_printed_sign():
    text = "(in millions of USD)\n | 2025 | 2024\nNet sales\nEurope | $40 | $30\nEliminations | (18) | (17)\n"
    assert _rows(text, "revenue")[2:] == [
        ("Eliminations", "-18000000", "currency", "FY2025"),
        ("Eliminations", "-17000000", "currency", "FY2024"),
    ]


def test_a_set_of_data_is_no_statement():
    rows = "\n".join(
        f"Revenue {row} | " + " | ".join(str(row * column) for column in range(1, 150)) for row in range(1, 9)
    )
    assert not _facts(f"(in millions of USD)\n{rows}\n")
