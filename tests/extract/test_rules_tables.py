"""Rules of tables, from text to facts: what rows, heads and captions do to a number."""

from finproc.extract.mentions.rules import find_mentions
from finproc.model.document import Context, Document
from finproc.normalize import normalize


def _facts(text):
    document = Document(text)
    return normalize(find_mentions(document, Context()), document, Context()).facts


def _values(text, metric):
    return [(fact.value, fact.period) for fact in _facts(text) if fact.metric == metric]


INCOME = """(In millions, except per share data)
 | Three Months Ended June 30,
 | 2025 | 2024
Revenue | $1,000 | $900
Restructuring charges | (7) | 34
Interest (income) expense, net | (12) | 4
Capital expenditures | (50) | (40)
Net income per common share:
Basic | $6.92 | $6.34
Gross profit (as a percentage of net sales) | 40.0% | 40.1%
"""


def test_parentheses_of_a_cost_mean_minus_only_beside_numbers_without_them():
    assert [value for value, _ in _values(INCOME, "restructuring charges")] == [-7_000_000, 34_000_000]
    assert [value for value, _ in _values(INCOME, "capital expenditures")] == [50_000_000, 40_000_000]


def test_a_label_of_both_directions_keeps_the_printed_sign():
    assert -12_000_000 in [fact.value for fact in _facts(INCOME) if fact.metric.startswith("interest")]


def test_a_section_per_share_is_no_amount_of_the_caption_s_scale():
    found = [fact for fact in _facts(INCOME) if str(fact.value) in {"6.92", "6.34"}]
    assert {(fact.metric, fact.unit, fact.period) for fact in found} == {
        ("earnings per share", "currency/share", "Q2 2025"),
        ("earnings per share", "currency/share", "Q2 2024"),
    }


def test_a_row_as_a_percentage_of_sales_is_the_margin():
    assert [str(value) for value, _ in _values(INCOME, "gross margin")] == ["40", "40.1"]
    assert not _values(INCOME, "gross profit")


def test_shares_without_their_percent_sign_are_no_amounts():
    text = """The following table presents gross premiums written by region:
For the years ending December 31,
2009 | 2008
(Dollar amounts in thousands)
Southeast | $108,235 | 60% | 110,123 | 61%
West | 1,430 | 1 | 2,124 | 1
"""
    found = {(fact.segment, fact.value) for fact in _facts(text)}
    assert found == {
        ("Southeast", 108_235_000), ("Southeast", 110_123_000), ("West", 1_430_000), ("West", 2_124_000),
    }  # fmt: skip
    assert {fact.metric for fact in _facts(text)} == {"gross premiums written"}


def test_ranges_of_an_outlook_stand_in_cells():
    text = """ | Updated FY23 Outlook
Net sales | $11.0 billion to $11.1 billion
New stores, net | 25-30
Share repurchases | approximately $900 million
"""
    found = {fact.metric: fact for fact in _facts(text)}
    assert (found["revenue"].value_low, found["revenue"].value_high) == (11_000_000_000, 11_100_000_000)
    assert (found["share repurchases"].value, found["share repurchases"].period) == (900_000_000, "FY2023")
    assert {fact.status for fact in found.values()} == {"guidance"}


def test_what_falls_due_in_later_years_is_no_balance():
    text = """Millions | Total | Payments Due by December 31, 2026 | 2027
Debt | $61,094 | $1,670 | $2,724
Operating leases | 1,280 | 142 | 284
"""
    assert not _facts(text)


def test_items_below_a_lead_in_are_of_its_period():
    text = "Our guidance for FY24, which includes 53 weeks, is:\n• Revenue of $43.8 billion to $44.5 billion\n"
    (found,) = _facts(text)
    assert (found.value_low, found.value_high, found.period, found.status) == (
        43_800_000_000, 44_500_000_000, "FY2024", "guidance",
    )  # fmt: skip


def test_words_without_a_year_count_from_the_period_that_the_document_reports():
    text = "Welcome to the Q3 FY22 Earnings Call of Acme Limited.\n\nThis quarter saw revenue of $5 million.\n"
    assert [fact.period for fact in _facts(text)] == ["Q3 2022"]


def test_a_bullet_is_no_part_of_a_row_s_name():
    text = "In millions\n | 2024 | 2023\n• Total cash returns | $7,700 | $6,600\n▪ Revenue | $900 | $800\n"
    assert {fact.metric for fact in _facts(text)} == {"total cash returns", "revenue"}
