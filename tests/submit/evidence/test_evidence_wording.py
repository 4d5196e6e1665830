"""What the evidence page says, word by word."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from finproc.model.fact import Evidence
from finproc.model.places import Place
from finproc.model.text import Quote, Span
from finproc.submit.evidence import wording
from tests.web.house import content


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0", "0"),
        ("-4073000", "-4,073,000"),
        ("999", "999"),
        ("1000", "1,000"),
        ("12345678901234567890.1200", "12,345,678,901,234,567,890.12"),
        ("0.125", "0.125"),
        ("1E+6", "1,000,000"),
        ("-0.00", "0"),
    ],
)
def test_numbers_keep_every_digit(number, said):
    assert wording.number(Decimal(number)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "5,300,000 USD"),
        ({"unit": "currency/share", "value": Decimal("1.25")}, "1.25 USD per share"),
        ({"unit": "percent", "currency": None, "value": Decimal("-6.2")}, "-6.2 %"),
        ({"unit": "shares", "currency": None, "value": Decimal(12000)}, "12,000 shares"),
        ({"unit": "count", "currency": None, "value": Decimal(1200)}, "1,200"),
        ({"value": None, "value_low": Decimal(5), "value_high": Decimal(7000)}, "5 to 7,000 USD"),
        ({"value": None, "value_low": Decimal(5)}, "at least 5 USD"),
        ({"value": None, "value_high": Decimal(7)}, "at most 7 USD"),
        ({"value": None}, "no number"),
    ],
)
def test_values_come_with_their_unit(fields, said):
    value = fields.pop("value", Decimal(5300000))
    assert wording.value(content(value, **fields)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Q1 2024 (2024-01-01 to 2024-03-31)"),
        ({"period": None}, "not known"),
        ({"period": "Q2 2024", "period_start": None, "period_end": None}, "Q2 2024"),
        ({"period": "2024-03-31", "period_start": date(2024, 3, 31)}, "2024-03-31"),
        ({"period": "FY2024", "period_start": None}, "FY2024 (2024-03-31)"),
    ],
)
def test_periods_come_with_their_bounds(fields, said):
    assert wording.period(content(**fields)) == said


def test_codes_without_a_wording_of_their_own_are_still_readable():
    assert wording.reason("something_new") == "something new"
    assert wording.doubt("something_new") == "something new"
    assert wording.how(Evidence("scale", Quote("x", None), "something_new")) == "something new"


def test_a_place_is_told_as_people_look_it_up():
    assert wording.where(None, None) is None
    assert wording.where(None, Span(3, 9)) == "characters 3–9"
    assert wording.where(Place(page=2, table=1, cell="B7"), Span(3, 9)) == "page 2, table 1, cell B7, characters 3–9"
    assert wording.where(Place(part="Income"), Span(3, 9)) == "Income, characters 3–9"
