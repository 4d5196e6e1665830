"""A cell's number and format give the text that a reader of the sheet sees."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.extract.readers.number_formats import BUILT_IN, shown, shown_text
from tests.extract.readers.office import ACCOUNTING


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("5.3", "0.0", "5.3"),
        ("5.25", "0.0", "5.3"),
        ("2.5", "0", "3"),
        ("0.125", "0.0%", "12.5%"),
        ("74093", ACCOUNTING, "$74,093"),
        ("-74093", ACCOUNTING, "$(74,093)"),
        ("0", ACCOUNTING, "$-"),
        ("-74093", "#,##0;(#,##0)", "(74,093)"),
        ("-12", "0.0%;(0.0%)", "(1200.0%)"),
        ("-5", "0", "-5"),
        ("-5", "[Red]-0;[Red]-0", "-5"),
        ("-0.3", "0", "0"),
        ("-5", "0;;", ""),
        ("12", ";;;", ""),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("1234567", '0.0,,"M"', "1.2M"),
        ("1234567", "#,##0,.0", "1,234.6"),
        ("12345", "#,", "12"),
        ("12345", "General", "12345"),
        ("12345", "", "12345"),
        ("0.1", "", "0.1"),
        ("0.10000000000000001", "", "0.1"),
        ("3.14159265358979", "", "3.141592654"),
        ("1234567890123", "", "1234567890123"),
        ("0.0000123", "", "0.0000123"),
        ("1E+20", "#,##0", "100,000,000,000,000,000,000"),
        ("1", "0.0#", "1.0"),
        ("1.25", "0.0#", "1.25"),
        ("0.5", "#.00", ".50"),
        ("7", '0 "units"', "7 units"),
        ("12", "0\\%", "12%"),
        ("1234", '"Rs" #,##0', "Rs 1,234"),
        ("1234.5", "#,##0.00\\ [$€-407]", "1,234.50 €"),
        ("1234.5", '[>=1000]#,##0.0,"k";0', "1.2k"),
        ("999", '[>=1000]#,##0.0,"k";0', "999"),
        ("15551234", "000-0000", "1555-1234"),
        ("12345", "0.00E+00", "1.23E+04"),
        ("5.25", "# ?/?", "5 1/4"),
        ("0.999", "# ?/?", "1"),
        ("5.3", "@", "5.3"),
        ("45382", BUILT_IN[14], "2024-03-31"),
        ("45382", "d/m/yyyy", "31/3/2024"),
        ("45382", "[$-409]mmm-yy", "Mar-24"),
        ("45382", "[$-407]d. MMMM yyyy", "31. März 2024"),
        ("45382", "dddd, mmmm d, yyyy", "Sunday, March 31, 2024"),
        ("45382.75", "yyyy-mm-dd hh:mm AM/PM", "2024-03-31 06:00 PM"),
        ("0.5", "h:mm", "12:00"),
        ("0.52", "mm:ss", "28:48"),
        ("1.5", "[h]:mm:ss", "36:00:00"),
        ("59", "yyyy-mm-dd", "1900-02-28"),
        ("99999999", "yyyy", "99999999"),
        ("-1", "yyyy", "-1"),
    ],
)
def test_the_text_is_what_the_sheet_shows(value, code, text):
    assert shown(Decimal(value), code) == text


def test_days_count_from_the_day_that_the_workbook_says():
    assert shown(Decimal(45382), "yyyy-mm-dd", "1904") == "2028-04-01"


def test_words_have_a_section_of_their_own():
    assert shown_text("n/a", '0;0;0;"<"@">"') == "<n/a>"
    assert shown_text("n/a", "0.0") == "n/a"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10))
def test_amounts_with_grouping_read_back_to_the_cent(value):
    text = shown(value, "#,##0.00;(#,##0.00)")
    negative = text.startswith("(")
    back = Decimal(text.strip("()").replace(",", ""))
    assert abs(abs(value) - back) <= Decimal("0.005")
    assert negative == (value < 0)


SIGNS = '0#?,.%/E+-@;"\\[]$<>=hmsdyAPG_*() €x'


@given(st.decimals(allow_nan=False, allow_infinity=False), st.text(SIGNS, max_size=40))
def test_no_format_breaks_it(value, code):
    if abs(value.adjusted()) < 40:
        assert isinstance(shown(value, code), str)
        assert isinstance(shown_text("words", code), str)
