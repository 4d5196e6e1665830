"""The columns of tables: where they stand, what their heads say, and which of them give no fact."""

from finproc.extract.mentions.rules import find_mentions
from finproc.extract.readers import read
from finproc.model.document import Context
from finproc.normalize import normalize


def _facts(text, media_type="text/plain"):
    document = read(text.encode(), media_type)
    return normalize(find_mentions(document, Context()), document, Context()).facts


def _rows(text, metric):
    return [(fact.segment, str(fact.value), fact.unit, fact.period) for fact in _facts(text) if fact.metric == metric]


HALF_YEAR = """Acme plc
Results for the half year ended 30 June 2023

                                   Note    Half year to     Half year to       Year to
                                           30 June 2023     30 June 2022    31 December 2022
                                           US$m             US$m            US$m
Sales revenue                      3       26,667           29,775          55,554
Finance costs                              (476)            (151)           (335)

Profit before taxation                     6,985            12,110          18,662
Taxation                           5       (2,039)          (3,156)         (5,586)
Profit after tax for the period            4,946            8,954           13,076
Basic earnings per share                   3.15             5.50            7.66
"""


def test_columns_in_fixed_width_are_told_by_where_values_stand_whatever_is_empty():
    periods = ["H1 2023", "H1 2022", "FY2022"]
    for metric, values in (
        ("revenue", ["26667000000", "29775000000", "55554000000"]),
        ("net income", ["4946000000", "8954000000", "13076000000"]),
        ("earnings per share", ["3.15", "5.5", "7.66"]),
    ):
        assert [row[1::2] for row in _rows(HALF_YEAR, metric)] == list(zip(values, periods, strict=True))


def test_a_tax_in_a_table_that_prints_its_costs_as_negative_numbers_is_an_expense():
    assert [row[1] for row in _rows(HALF_YEAR, "income tax expense")] == ["2039000000", "3156000000", "5586000000"]


def test_heads_over_several_columns_reach_to_the_next_one():
    text = (
        "Acme Limited\nSTATEMENT OF RESULTS FOR THE QUARTER AND NINE MONTHS ENDED 31 DECEMBER 2021\nINR in lacs\n"
        "No. | Particulars | Quarter ended | | | Nine months ended | | Year ended\n"
        " | | 31.12.2021 | 30.09.2021 | 31.12.2020 | 31.12.2021 | 31.12.2020 | 31.03.2021\n"
        "1 | Revenue from operations | 82144 | 76585 | 80287 | 257080 | 219962 | 304357\n"
        "2 | Profit for the period / year (9+10) | 3415 | 2611 | 5253 | 15979 | 19715 | 25975\n"
    )
    periods = ["Q4 2021", "Q3 2021", "Q4 2020", "9M 2021", "9M 2020", "FY2021"]
    assert [row[3] for row in _rows(text, "revenue")] == periods
    assert [row[3] for row in _rows(text, "net income")] == periods


def test_a_unit_below_a_table_is_its_scale_and_money_with_one_decimal_needs_one():
    page = (
        "<h1>Acme AG</h1><table><tr><th></th><th>01.04.–30.06.2011</th><th>01.04.–30.06.2012</th></tr>"
        "<tr><td>Umsatzerlöse</td><td>3.051,5</td><td>3.050,6</td></tr>"
        "<tr><td>Ertragsteuern</td><td>–62,2</td><td>–40,2</td></tr></table>{unit}"
    )
    found = [
        (str(fact.value), fact.period)
        for fact in _facts(page.format(unit="<p>Mio. EUR</p>"), "text/html")
        if fact.metric == "revenue"
    ]
    assert found == [("3051500000", "Q2 2011"), ("3050600000", "Q2 2012")]
    assert not [fact for fact in _facts(page.format(unit="<p>EUR</p>"), "text/html") if fact.metric == "revenue"]


def test_parts_named_again_under_another_head_are_no_metrics_of_their_own():
    text = (
        "(dollars in millions)\n | 2024 | 2025\nSales\nFinal Control | $1,025 | 1,075\nNet sales | $4,380 | 4,553\n"
        "Segment profit\nFinal Control | $244 | 264\nEarnings\nFinal Control | $204 | 224\n"
    )
    assert {(fact.metric, fact.segment) for fact in _facts(text)} == {
        ("revenue", "Final Control"), ("revenue", None), ("segment profit", "Final Control"),
    }  # fmt: skip


def test_the_company_of_a_document_is_the_one_with_a_legal_form_that_it_names_most():
    text = (
        "Acme Inc. reports\n"
        "\n"
        "Audited by Deloitte LLP.\n"
        "Acme grew.\n"
        "\n"
        "(in millions)\n"
        " | 2024 | 2023\n"
        "Net sales | $9 | $8\n"
        "Net income | $3 | $2\n"
    )
    assert {fact.company for fact in _facts(text)} == {"Acme Inc."}


def test_heads_in_fixed_width_that_begin_with_their_first_column_cover_all_up_to_the_next():
    text = (
        "(₹ in crore)\n"
        "                        Quarter Ended                       Annual\n"
        "                        30 Jun-21   30 Sep-21   31 Dec-21   FY 21-22\n"
        "Revenue                 306.0       379.3       400.9       1,491.5\n"
        "EBITDA                  33.3        43.2        44.3        166.1\n"
    )
    assert [row[3] for row in _rows(text, "ebitda")] == ["Q2 2021", "Q3 2021", "Q4 2021", "FY2022"]


def test_rows_that_add_up_to_a_total_are_its_parts():
    text = (
        "Sales for each of the last two fiscal years:\n | Year Ended September 30,\n | 2019 | 2018\n"
        "United States | $78,553,000 | $72,295,000\nAll Other Countries | 6,481,000 | 5,356,000\n"
        "Total Net Sales | 85,034,000 | $77,651,000\n"
    )
    assert [(segment, value) for segment, value, *_ in _rows(text, "revenue")][::2] == [
        ("United States", "78553000"), ("All Other Countries", "6481000"), (None, "85034000"),
    ]  # fmt: skip
    other = text.replace("6,481,000", "6,482,000")
    assert [segment for segment, *_ in _rows(other, "revenue")] == [None, None]


def test_a_tax_printed_positive_is_an_expense_whatever_the_costs_are():
    text = (
        "($ in thousands)\n"
        " | 2018 | 2017\n"
        "Cost of sales | (22,104) | (23,812)\n"
        "Provision for income taxes | 1,240 | 428\n"
    )
    assert [row[1] for row in _rows(text, "income tax expense")] == ["1240000", "428000"]


def test_columns_without_a_period_beside_columns_with_one_are_differences():
    text = (
        "($ in millions, except RevPAR)\n"
        " | 3Q 2024 | 3Q 2023 | Amount | Percent\n"
        "Net income (loss) | (48.2) | (46.1) | 2.1 | 4.6 %\n"
        "RevPAR | $ 4,598 | $ 4,341 | $ 257 | 5.9 %\n"
    )
    assert [(fact.metric, str(fact.value)) for fact in _facts(text)] == [
        ("net income", "-48200000"), ("net income", "-46100000"), ("revpar", "4598"), ("revpar", "4341"),
    ]  # fmt: skip


def test_a_scale_in_digits_and_a_ratio_of_its_own():
    text = (
        "[1.000.000 NOK]    Q1 2018   Q1 2017\n"
        "Gross premiums    2.318,4   1.962,0\n"
        "Combined ratio, net    95,4 %    87,3 %\n"
        "Profit before tax    23,2    101,1\n"
    )
    assert [(fact.metric, str(fact.value)) for fact in _facts(text)][::2] == [
        ("gross premiums", "2318400000"), ("combined ratio", "95.4"), ("income before taxes", "23200000"),
    ]  # fmt: skip


def test_pence_stand_in_cells_and_a_column_of_the_total_is_the_whole():
    text = (
        "(£m)\n"
        " | H1 2020 | H1 2019\n"
        "Revenue | 988.4 | 1,042.6\n"
        "Statutory diluted EPS | 12.9p | 4.5p\n"
        "Interim dividend per share | 12.6p | 12.6p\n"
    )
    assert [str(fact.value) for fact in _facts(text)] == ["988400000", "1042600000", "0.129", "0.045", "0.126", "0.126"]
    text = (
        "(in millions)\n"
        "July 27, 2019 | 1 to 4 | 5 to 6 | Total\n"
        "Deferred revenue | $3 | $4 | $7\n"
        "Total assets | 30 | 40 | 70\n"
    )
    assert {(fact.metric, str(fact.value), fact.segment) for fact in _facts(text)} >= {
        ("deferred revenue", "7000000", None)
    }


def test_columns_before_adjusting_items_are_adjusted_and_notes_and_adjusting_items_are_none():
    page = (
        "<h1>Acme PLC</h1><table><tr><th></th><th>Notes</th><th colspan=3>26 weeks ended 24 August 2024</th></tr>"
        "<tr><th></th><th></th><th>Before adjusting items £m</th><th>Adjusting items £m</th><th>Total £m</th></tr>"
        "<tr><td>Operating profit</td><td></td><td>1,649</td><td>(46)</td><td>1,603</td></tr>"
        "<tr><td>Finance costs</td><td>5</td><td>(411)</td><td>(2)</td><td>(413)</td></tr></table>"
    )
    assert [(fact.metric, str(fact.value), fact.segment, fact.period) for fact in _facts(page, "text/html")] == [
        ("adjusted operating income", "1649000000", None, "H1 2024"),
        ("operating income", "1603000000", None, "H1 2024"),
        ("adjusted interest expense", "411000000", None, "H1 2024"),
        ("interest expense", "413000000", None, "H1 2024"),
    ]


def test_a_row_of_words_among_numbers_is_no_head():
    text = (
        " | Q2 FY25 Guidance | FY25 Guidance\nRevenue | $9.20 - $9.25 Billion | $37.7 - $38.0 Billion\n"
        "FX Impact | ($100M) Y/Y FX | ($100M) Y/Y FX\nGAAP operating margin | N/A | 19.9%\n"
    )
    assert [(row[1], row[3]) for row in _rows(text, "operating margin")] == [("19.9", "FY2025")]


def test_the_share_of_other_owners_is_not_the_company_s():
    text = (
        "(in millions of USD)\n | June 27, 2025 | December 31, 2024\n"
        "Equity attributable to noncontrolling interests | 1,600 | 1,516\nTotal Equity | 30,185 | 26,372\n"
        "Less: Net income attributable to noncontrolling interests | 12 | 13\n"
    )
    assert [row[1] for row in _rows(text, "total equity")] == ["30185000000", "26372000000"]
    assert not _rows(text, "net income")


def test_a_total_column_with_the_company_s_name_is_the_whole():
    text = (
        "Nike, Inc.\nSegments for the three months ended August 31, 2024\n(Dollars in millions)\n"
        " | EMEA | Converse | Total NIKE, Inc.\nRevenues | $ 4,826 | $ 3,143 | $ 7,969\nNet income | 3 | 4 | 7\n"
    )
    assert [row[0] for row in _rows(text, "revenue")] == ["EMEA", "Converse", None]


def test_short_months_and_years_of_heads():
    text = (
        "($ in millions)\n"
        " | 3 Mos. Ended 3/31/24 | 3 Mos. Ended 3/31/23\n"
        "Net income | $ 4,722 | $ 5,018\n"
        "Less Interest expense | 3 | 4\n"
    )
    assert [(fact.metric, fact.period) for fact in _facts(text)][::2] == [
        ("net income", "Q1 2024"),
        ("interest expense", "Q1 2024"),
    ]
