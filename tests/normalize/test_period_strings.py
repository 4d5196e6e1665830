"""The published table of period strings with type and bounds, and words that count from a date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.lexicon.periods import find_periods
from finproc.normalize.periods import Period, parse_period, resolve_period, shifted

PUBLISHED = date(2024, 5, 10)
TABLE = [
    ("Q1 2024", "Q1 2024", "quarter", "2024-01-01", "2024-03-31"),
    ("first quarter of 2024", "Q1 2024", "quarter", "2024-01-01", "2024-03-31"),
    ("2024-Q1", "Q1 2024", "quarter", "2024-01-01", "2024-03-31"),
    ("H1 2024", "H1 2024", "half", "2024-01-01", "2024-06-30"),
    ("1Q24", "Q1 2024", "quarter", "2024-01-01", "2024-03-31"),
    ("Q1 FY24", "Q1 2024", "quarter", None, None),
    ("FY2023", "FY2023", "year", None, None),
    ("three months ended March 31, 2024", "Q1 2024", "quarter", "2024-01-01", "2024-03-31"),
    ("fiscal year ended September 30, 2023", "FY2023", "year", "2022-10-01", "2023-09-30"),
    ("52 weeks ended January 28, 2024", "FY2024", "year", "2023-01-30", "2024-01-28"),
    ("six months to 30 June 2024", "H1 2024", "half", "2024-01-01", "2024-06-30"),
    ("December 31, 2024", "2024-12-31", "instant", "2024-12-31", "2024-12-31"),
    ("next quarter", "Q3 2024", "quarter", "2024-07-01", "2024-09-30"),
    ("third quarter", "Q3 2023", "quarter", "2023-07-01", "2023-09-30"),
    ("year-to-date", "Q1 2024", "quarter", "2024-01-01", "2024-03-31"),
]
MORE = [
    ("Q1'24", "Q1 2024"),
    ("Q3FY22", "Q3 2022"),
    ("9M 2024", "9M 2024"),
    ("first nine months of 2024", "9M 2024"),
    ("nine months ended September 30, 2023", "9M 2023"),
    ("second quarter of fiscal 2024, ended March 31, 2024", "Q2 2024"),
    ("2018 second quarter", "Q2 2018"),
    ("last three months of 2004", "Q4 2004"),
    ("year ended June 30 2019", "FY2019"),
    ("full year 2023", "FY2023"),
    ("fiscal 2023", "FY2023"),
    ("FY24", "FY2024"),
    ("2023/24", "FY2024"),
    ("March 2024", "2024-03"),
    ("12/31/2024", "2024-12-31"),
    ("31.12.2024", "2024-12-31"),
    ("31. Dezember 2024", "2024-12-31"),
    ("31 décembre 2024", "2024-12-31"),
    ("ersten Quartal 2024", "Q1 2024"),
    ("erstes Halbjahr 2024", "H1 2024"),
    ("Neunmonatszeitraum 2024", "9M 2024"),
    ("Geschäftsjahr 2023/24", "FY2024"),
    ("1er trimestre 2024", "Q1 2024"),
    ("exercice 2023", "FY2023"),
    ("2024年第1四半期", "Q1 2024"),
    ("2024年3月期", "FY2024"),
    ("the quarter", "Q1 2024"),
    ("previous quarter", "Q1 2024"),
    ("last year", "FY2023"),
    ("the second quarter of last year", "Q2 2023"),
]


@pytest.mark.parametrize(("text", "label", "kind", "start", "end"), TABLE)
def test_a_period_string_has_its_label_type_and_bounds(text, label, kind, start, end):
    period = parse_period(text, published=PUBLISHED)
    assert period is not None
    bounds = tuple(day.isoformat() if day else None for day in (period.start, period.end))
    assert (period.label, period.type, *bounds) == (label, kind, start, end)


@pytest.mark.parametrize(("text", "label"), MORE)
def test_a_period_has_its_label(text, label):
    period = parse_period(text, published=PUBLISHED)
    assert period is not None
    assert period.label == label


@pytest.mark.parametrize(
    ("text", "year_end", "start", "end"),
    [
        ("Q1 FY24", 9, "2023-10-01", "2023-12-31"),
        ("FY2023", 6, "2022-07-01", "2023-06-30"),
        ("FY2023", 12, "2023-01-01", "2023-12-31"),
    ],
)
def test_a_fiscal_label_has_dates_once_the_year_end_is_known(text, year_end, start, end):
    period = parse_period(text, fiscal_year_end=year_end)
    assert period is not None
    assert (period.start, period.end) == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "text", ["next quarter", "third quarter", "year-to-date", "the quarter", "last year", "Q2", "a year ago"]
)
def test_words_that_count_from_a_date_stay_open_without_one(text):
    assert parse_period(text) is None


@pytest.mark.parametrize(
    ("text", "anchor", "label"),
    [
        ("a year ago", "Q1 2024", "Q1 2023"),
        ("the prior-year quarter", "Q1 2024", "Q1 2023"),
        ("im Vorjahr", "Q1 2024", "Q1 2023"),
        ("the same period last year", "six months ended June 30, 2024", "H1 2023"),
        ("the same period in 2019", "Q2 2020", "Q2 2019"),
        ("prior year", "fiscal 2024", "FY2023"),
        ("the previous quarter", "Q1 2024", "Q4 2023"),
        ("next quarter", "Q4 2024", "Q1 2025"),
        ("year-to-date", "Q2 FY24", "H1 2024"),
        ("third quarter", "fiscal 2024", "Q3 2024"),
        ("a year earlier", "December 31, 2023", "2022-12-31"),
        ("a year earlier", "February 29, 2024", "2023-02-28"),
    ],
)
def test_relative_words_count_from_their_anchor_before_the_date(text, anchor, label):
    period = parse_period(text, anchor=parse_period(anchor), published=PUBLISHED)
    assert period is not None
    assert period.label == label
    assert period.rule == "relative_to"


def test_guidance_looks_forward_where_actuals_look_back():
    found = find_periods("fourth quarter")[0]
    past = resolve_period(found, published=date(2024, 11, 5), completed=True)
    coming = resolve_period(found, published=date(2024, 11, 5), completed=False)
    assert past is not None
    assert coming is not None
    assert (past.label, coming.label) == ("Q4 2023", "Q4 2024")


def test_years_in_a_list_take_the_form_of_its_head():
    found = find_periods("capital expenditures for the six months ended June 30, 2025 and 2024, respectively")
    assert [period.text for period in found] == ["six months ended June 30, 2025", "2024"]
    assert found[1].inherits == found[0].span


@pytest.mark.parametrize("text", ["$2024", "2,024", "v1.2024", "call 2024-55-123", "12 mm 2024%"])
def test_a_number_that_looks_like_a_year_is_none(text):
    assert find_periods(text) == []


@given(st.integers(1990, 2079), st.integers(1, 4))
def test_all_ways_to_write_a_quarter_mean_the_same(year, number):
    words = ("first", "second", "third", "fourth")[number - 1]
    forms = [
        f"Q{number} {year}",
        f"{year}-Q{number}",
        f"{number}Q {year}",
        f"{words} quarter of {year}",
        f"the {words} quarter {year}",
    ]
    periods = [parse_period(form) for form in forms]
    assert all(isinstance(period, Period) and period.label == f"Q{number} {year}" for period in periods)
    first = periods[0]
    assert first is not None
    assert {(period.start, period.end) for period in periods if period} == {(first.start, first.end)}


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_all_ways_to_write_a_date_mean_the_same(day):
    forms = [
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%b}. {day.day}, {day.year}",
    ]
    assert {period.label for form in forms if (period := parse_period(form))} == {day.isoformat()}


@given(st.dates(date(1990, 1, 1), date(2080, 12, 31)), st.integers(-5, 5))
def test_a_shifted_period_keeps_its_type_and_its_end_of_month(day, years):
    period = parse_period(f"three months ended {day:%B} {day.day}, {day.year}")
    assert period is not None
    moved = shifted(period, years)
    assert (moved.type, moved.number, moved.year) == (period.type, period.number, period.year + years)
    assert moved.end is not None


@given(st.text(alphabet="Qq1234HFY'’ 0245-/.,abcdefghmnortuyearquarterJune", max_size=50))
def test_no_text_makes_the_finder_raise_and_spans_reproduce_it(text):
    end = 0
    for found in find_periods(text):
        assert text[found.span.start : found.span.end] == found.text
        assert found.span.start >= end
        end = found.span.end
        resolve_period(found, published=PUBLISHED)
