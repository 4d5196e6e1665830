"""Stretches of whole months by their first and last day."""

import pytest

from finproc.lexicon.periods import find_periods


@pytest.mark.parametrize(
    ("text", "months", "end"),
    [
        ("1 January to 30 June 2024", 6, (2024, 6, 30)),
        ("January 1 - June 30, 2024", 6, (2024, 6, 30)),
        ("1. Januar bis 30. September 2024", 9, (2024, 9, 30)),
        ("01.04.–30.06.2011", 3, (2011, 6, 30)),
        ("01.07.2023 - 30.06.2024", 12, (2024, 6, 30)),
    ],
)
def test_a_stretch_of_whole_months_is_one_period(text, months, end):
    (period,) = find_periods(text)
    assert (period.text, period.kind, period.number, period.year, period.month, period.day) == (
        text,
        "months",
        months,
        *end,
    )


@pytest.mark.parametrize("text", ["01.04.–29.06.2011", "2 January to 30 June 2024", "01.01.2020 - 30.06.2024"])
def test_other_stretches_stay_two_dates(text):
    assert not [period for period in find_periods(text) if period.kind == "months"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S1 2024", ("half", 1, 2024, None, None)), ("2S24", ("half", 2, 2024, None, None)),
        ("30 Jun-21", ("date", None, 2021, 6, 30)), ("Mar-2022", ("month", None, 2022, 3, None)),
    ],
)  # fmt: skip
def test_short_forms_of_heads(text, expected):
    (period,) = find_periods(text)
    assert (period.kind, period.number, period.year, period.month, period.day) == expected
