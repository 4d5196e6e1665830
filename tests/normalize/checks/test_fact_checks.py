"""Facts of a document against each other: what fits within its printed digits is no finding, what does not is one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.model.fact import Normalized
from finproc.model.text import Span
from finproc.normalize.checks import checked
from finproc.normalize.checks.intervals import Interval
from tests.normalize.checks.stated import check, counts, quarter, stated


@pytest.mark.parametrize(
    ("code", "facts", "off"),
    [
        ("balance_sheet", [("total assets", 100), ("total liabilities", 60), ("total equity", 40)], 103),
        ("gross_profit", [("gross profit", 40), ("revenue", 100), ("cost of revenue", 60)], 42),
        ("working_capital", [("working capital", 5), ("current assets", 20), ("current liabilities", 15)], 8),
        ("net_income", [("net income", 8), ("income before taxes", 10), ("income tax expense", 2)], 12),
        ("free_cash_flow", [("free cash flow", 70), ("operating cash flow", 100), ("capital expenditures", 30)], 61),
        (
            "operating_income",
            [("operating income", 25), ("gross profit", 40), ("operating expenses", 15), ("revenue", 100)],
            20,
        ),
    ],
)
def test_a_total_is_the_sum_of_its_terms(code, facts, off):
    agreeing = check(*(stated(*fact) for fact in facts))
    assert (counts(agreeing)[code], agreeing.findings) == ((1, 0), ())
    wrong = check(stated(facts[0][0], off), *(stated(*fact) for fact in facts[1:]))
    assert counts(wrong)[code] == (1, 1)
    (finding,) = [finding for finding in wrong.findings if finding.code == code]
    assert (finding.actual, finding.expected) == (off, facts[0][1])
    assert finding.facts[0] == 0
    assert all(code in wrong.facts[place].findings for place in finding.facts)
    assert [fact.proof for fact in wrong.facts] == ["proven"] * len(facts)


@pytest.mark.parametrize(("stated_profit", "fits"), [(39, True), (40, True), (41, True), (42, False), (38, False)])
def test_each_printed_digit_is_allowed_its_rounding(stated_profit, fits):
    result = check(stated("gross profit", stated_profit), stated("revenue", 100), stated("cost of revenue", 60))
    assert (result.findings == ()) is fits


def test_coarse_figures_allow_more_than_fine_ones():
    coarse = [stated("gross profit", 4_000_000, half=500_000), stated("revenue", 10_000_000, half=500_000)]
    assert check(*coarse, stated("cost of revenue", 5_000_000, half=50_000)).findings == ()
    assert len(check(*coarse, stated("cost of revenue", 4_900_000, half=50_000)).findings) == 1
    fine = [stated("gross profit", 4_000_000, half=50_000), stated("revenue", 10_000_000, half=50_000)]
    assert len(check(*fine, stated("cost of revenue", 5_800_000, half=50_000)).findings) == 1


def test_a_line_of_its_own_accounts_for_a_difference():
    facts = [stated("net income", 9), stated("income before taxes", 15), stated("income tax expense", 3)]
    assert len(check(*facts).findings) == 1
    minority = stated("net income attributable to minorities", 3)
    assert check(*facts, minority).findings == ()
    assert len(check(*facts, replace(minority, precision=Decimal(5))).findings) == 1


def test_a_way_that_nobody_can_decide_is_not_counted():
    facts = [stated("operating income", 25), stated("operating expenses", 30), stated("revenue", 100)]
    assert check(*facts).checks == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"company": "Another plc"},
        {"segment": "Cloud"},
        {"currency": "EUR"},
        {"period": "FY2022"},
        {"period_end": date(2023, 6, 30)},
        {"status": "guidance"},
        {"approximate": True},
        {"proof": "review"},
        {"qualifier": "organic"},
        {"precision": None},
    ],
)
def test_only_figures_of_one_basis_are_compared(changed):
    facts = [stated("gross profit", 90), stated("revenue", 100), stated("cost of revenue", 60)]
    assert len(check(*facts).findings) == 1
    assert check(replace(facts[0], **changed), *facts[1:]).checks == ()


def test_a_label_without_dates_takes_those_of_the_same_label():
    undated = replace(stated("gross profit", 90), period_start=None, period_end=None)
    assert len(check(undated, stated("revenue", 100), stated("cost of revenue", 60)).findings) == 1


@pytest.mark.parametrize(("margin", "fits"), [("40.0", True), ("40.1", True), ("39.9", True), ("40.2", False)])
def test_a_margin_is_profit_over_revenue(margin, fits):
    rate = stated("gross margin", margin, unit="percent", half="0.05", qualifier="as a % of sales")
    result = check(rate, stated("gross profit", 400), stated("revenue", 1000))
    assert (counts(result)["margin"], result.findings == ()) == ((1, 0 if fits else 1), fits)


def test_a_margin_may_be_of_either_ebitda():
    rate = stated("ebitda margin", 30, unit="percent")
    facts = [stated("ebitda", 200), stated("adjusted ebitda", 300), stated("revenue", 1000)]
    assert check(rate, *facts).findings == ()


@pytest.mark.parametrize(("growth", "fits"), [(25, True), (26, True), (24, True), (30, False), (-25, False)])
def test_growth_is_the_change_since_a_year_before(growth, fits):
    before = stated("revenue", 80, period="FY2022", start=date(2022, 1, 1), end=date(2022, 12, 31))
    result = check(stated("revenue growth", growth, unit="percent"), stated("revenue", 100), before)
    assert (counts(result)["growth"], result.findings == ()) == ((1, 0 if fits else 1), fits)


def test_a_quarter_grows_against_the_same_quarter_alone():
    rate = quarter(2, 50, "revenue growth", unit="percent")
    assert "growth" not in counts(check(rate, quarter(2, 150), quarter(1, 120)))
    loss = stated("net income", -5, period="FY2022", start=date(2022, 1, 1), end=date(2022, 12, 31))
    assert check(stated("net income growth", 50, unit="percent"), stated("net income", 5), loss).checks == ()


@pytest.mark.parametrize(("earned", "fits"), [(250, True), (252, True), (270, False)])
def test_earnings_per_share_times_shares_are_the_earnings(earned, fits):
    basic = stated("earnings per share", "2.50", unit="currency/share", half="0.005")
    shares = [stated("weighted average shares", count, unit="shares") for count in (100, 104)]
    result = check(basic, *shares, stated("net income", earned))
    assert (counts(result)["per_share"], result.findings == ()) == ((1, 0 if fits else 1), fits)


def test_one_number_of_shares_may_be_the_other_one():
    diluted = stated("diluted earnings per share", "2.40", unit="currency/share", half="0.005")
    shares = stated("weighted average shares", 100, unit="shares")
    assert check(diluted, shares, stated("net income", 250)).checks == ()


def test_quarters_fill_the_year_and_its_halves():
    year = stated("revenue", 100)
    half = replace(stated("revenue", 45, end=date(2023, 6, 30)), period="H1 2023")
    quarters = [quarter(number, value) for number, value in enumerate((20, 25, 25, 30), start=1)]
    agreeing = check(year, half, *quarters)
    assert counts(agreeing)["periods"] == (3, 0)  # four quarters; half + two quarters; two quarters in the half
    wrong = check(year, half, quarter(1, 20), quarter(2, 31))
    (finding,) = wrong.findings
    assert (finding.code, finding.expected, finding.actual) == ("periods", 51, 45)


def test_a_gap_or_a_balance_is_not_added():
    assert check(stated("revenue", 100), quarter(1, 1), quarter(2, 1), quarter(3, 1)).checks == ()
    balances = [quarter(number, 10, "inventories") for number in (1, 2, 3, 4)]
    assert "periods" not in counts(check(stated("inventories", 10), *balances))


def test_parts_in_a_table_add_up_to_the_whole():
    rows = [stated("revenue", value, segment=name) for name, value in (("Cloud", 60), ("Devices", 30), ("Ads", 10))]
    assert counts(check(*rows, stated("revenue", 100))) == {"segments": (1, 0)}
    wrong = check(*rows, stated("revenue", 150))
    assert [finding.expected for finding in wrong.findings] == [100]
    assert wrong.findings[0].facts == (3, 0, 1, 2)


def test_subtotals_and_eliminations_stand_among_parts():
    rows = [("Cloud", 60), ("Devices", 30), ("Products", 90), ("Services", 20), ("Eliminations", 10)]
    parts = [stated("revenue", value, segment=name) for name, value in rows]
    assert counts(check(*parts, stated("revenue", 100))) == {"segments": (1, 0)}


def test_parts_beside_an_amount_of_something_else_are_not_known_to_be_all():
    rows = [stated("revenue", 60, segment="Cloud"), stated("revenue", 30, segment="Ads"), stated("revenue", 150)]
    assert len(check(*rows).findings) == 1
    stray = [Span(0, 5), Span(7, 9), Span(10, 15), Span(20, 25)]
    assert check(*rows, amounts=stray).checks == ()


def test_a_figure_stated_again_is_the_same_in_whatever_precision():
    fine = stated("revenue", 5_312_345)
    assert counts(check(stated("revenue", 5_300_000, half=50_000), fine)) == {"stated_again": (1, 0)}
    assert len(check(stated("revenue", 5_400_000, half=50_000), fine).findings) == 1
    assert check(stated("impairment charges", 5), stated("impairment charges", 9)).checks == ()


def test_income_of_the_owners_is_not_all_income():
    owners = stated("net income", 90, quote="Net income attributable to XYZ")
    assert check(stated("net income", 100), owners).checks == ()
    bound = stated("cash and cash equivalents", 90, quote="Cash, cash equivalents and restricted cash")
    assert check(stated("cash and cash equivalents", 80), bound).checks == ()


@given(st.lists(st.sampled_from(["revenue", "gross profit", "net income", "total assets"]), max_size=6), st.randoms())
def test_checks_change_no_fact_but_its_marks(metrics, chance):
    facts = [stated(metric, chance.randint(-9, 9)) for metric in metrics]
    result = check(*facts)
    assert [replace(fact, findings=(), amount=Span(0, 5)) for fact in result.facts] == [
        replace(fact, amount=Span(0, 5)) for fact in facts
    ]
    assert sum(count.failed for count in result.checks) == len(result.findings)


def test_nothing_is_checked_twice_or_without_a_second_figure():
    assert checked(Normalized((stated("revenue", 1),))).checks == ()


small = st.builds(Decimal, st.integers(-999, 999))


@given(small, small, st.integers(0, 9), st.integers(0, 9), st.sampled_from(["+", "-", "*", "/"]))
def test_intervals_hold_every_result_of_their_numbers(one, other, wide, broad, sign):
    left, right = Interval(one - wide, one + wide), Interval(other - broad, other + broad)
    if sign == "/":
        if right.low <= 0 <= right.high:
            with pytest.raises(ValueError, match="zero"):
                left / right
            return
        quotient = left / right
        assert Fraction(quotient.low) <= Fraction(one) / Fraction(other) <= Fraction(quotient.high)
        return
    result = {"+": left + right, "-": left - right, "*": left * right}[sign]
    for x in (left.low, one, left.high):
        for y in (right.low, other, right.high):
            exact = {"+": x + y, "-": x - y, "*": x * y}[sign]
            assert result.low <= exact <= result.high
