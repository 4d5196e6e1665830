"""What commands print: numbers in groups, ranges, and nothing cut short where no terminal reads."""

from __future__ import annotations

from decimal import Decimal

import pytest

from finproc.commands.terminal import FACT_COLUMNS, fact_row, grouped, print_json, print_table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal(5300000), "5,300,000"),
        (Decimal("0.12"), "0.12"),
        (Decimal("-2000000.50"), "-2,000,000.5"),
        (Decimal("-0.5"), "-0.5"),
        (Decimal("1E+3"), "1,000"),
        (999, "999"),
    ],
)
def test_numbers_stand_in_groups_and_lose_no_digit(value, text):
    assert grouped(value) == text


FACT = {
    "company": "XYZ",
    "metric": "net income",
    "segment": None,
    "value": Decimal(5300000),
    "unit": "currency",
    "currency": "USD",
    "period": "Q1 2024",
    "status": "actual",
    "quote": "net income of\n$5.3 million",
}


def test_a_fact_is_one_row():
    assert fact_row(FACT) == [
        "XYZ",
        "net income",
        "5,300,000",
        "USD",
        "Q1 2024",
        "actual",
        "proven",
        "net income of $5.3 million",
    ]


def test_a_range_shows_both_ends_and_an_open_one_shows_which():
    ends = {"value": None, "value_low": Decimal(300), "value_high": Decimal(310)}
    assert fact_row({**FACT, **ends})[2] == "300 to 310"
    assert fact_row({**FACT, **ends, "value_high": None})[2] == "300 to "
    assert fact_row({**FACT, "approximate": True})[2] == "~5,300,000"


def test_segment_and_unit_are_shown():
    row = fact_row({**FACT, "segment": "Cloud", "unit": "currency/share"})
    assert row[1] == "net income (Cloud)"
    assert row[3] == "USD a share"


def test_json_keeps_every_digit(capsys):
    print_json({"value": Decimal("12345678901234567890.12")})
    assert "12345678901234567890.12" in capsys.readouterr().out


def test_a_table_goes_to_stdout_and_an_empty_one_says_so(capsys):
    print_table("facts", FACT_COLUMNS, [fact_row(FACT)])
    shown = capsys.readouterr()
    assert "5,300,000" in shown.out
    assert not shown.err
    print_table("facts", FACT_COLUMNS, [])
    assert capsys.readouterr().out == "facts: none\n"
