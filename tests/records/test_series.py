"""What makes facts the same and how numbers sort: pure rules."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.model.text import Span
from finproc.records.contents import from_bytes, to_bytes
from finproc.records.series import (
    Version,
    changed_links,
    changed_neighbours,
    company_key,
    fact_id,
    known_at,
    links,
    order_key,
    series_id,
)
from tests.records.making import content, day

numbers = st.builds(
    lambda sign, digits, exponent: Decimal((sign, digits, exponent)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=34).map(tuple),
    st.integers(-60, 60),
)


@given(numbers, numbers)
def test_order_keys_sort_as_the_numbers_do(one, other):
    def byte(value):
        return order_key(value).encode()

    assert (byte(one) < byte(other)) == (one < other)
    assert (byte(one) == byte(other)) == (one == other)


@given(numbers)
def test_a_content_survives_its_bytes(value):
    before = content("1", value_low=value, value_high=None, value_converted=value)
    after = from_bytes(to_bytes(before))
    assert after == before
    assert to_bytes(after) == to_bytes(before)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("XYZ Inc.", "xyz"),
        ("The Coca-Cola Company", "coca cola"),
        ("Société Générale S.A.", "SOCIETE GENERALE"),
        ("Tiffany & Co.", "Tiffany"),
        ("Marks & Spencer Group plc", "Marks and Spencer"),
        ("McDonald's Corporation", "McDonald’s"),
        ("Müller GmbH & Co. KG", "Müller"),
    ],
)
def test_a_company_is_the_same_under_its_names(one, other):
    assert company_key(one) == company_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("XYZ", "XYA"), ("AG", "SE"), ("Shell", "Shell Midstream"), ("三菱", "三井")]
)
def test_companies_are_told_apart(one, other):
    assert company_key(one) != company_key(other)
    assert company_key(one) is not None


def test_no_name_is_no_key():
    assert company_key(None) is company_key("  ") is company_key("!") is None


def test_the_fact_id_is_of_place_and_meaning_not_of_value():
    one = fact_id("s", content("1"))
    assert one == fact_id("s", content("2", quote="other", company="other"))
    others = [
        fact_id("t", content()),
        fact_id("s", content(metric="revenue")),
        fact_id("s", content(period=None)),
        fact_id("s", content(segment="Cloud")),
        fact_id("s", content(unit="count")),
        fact_id("s", content(amount=Span(10, 23))),
    ]
    assert len({one, *others}) == 7


def test_a_fact_without_company_or_period_is_its_own_series():
    for fields in ({"company": None}, {"period": None}):
        assert series_id("local", content(**fields), "id") == "id"
    assert series_id("local", content(), "id") == series_id("local", content(company="xyz"), "other")
    assert series_id("local", content(), "id") != series_id("another", content(), "id")


versions = st.lists(
    st.builds(
        lambda number, review: Version(
            str(number), f"s{number // 2}", day(1 + number // 2 % 5), day(1 + number // 10 % 5, 2), review=review
        ),
        st.integers(0, 99),
        st.booleans(),
    ),
    unique_by=lambda version: version.id,
    max_size=12,
)


@given(versions, st.randoms())
def test_links_make_one_chain_in_any_order(rows, shuffler):
    linked = links(rows)
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    assert links(shuffled) == linked
    chain = sorted({row.order for row in rows if not row.review})
    for row in rows:
        if not row.review:
            place = chain.index(row.order)
            later = chain[place + 1][0] if place + 1 < len(chain) else None
            before = [other.id for other in rows if place and other.order == chain[place - 1] and not other.review]
            assert linked[row.id].known_to == later
            assert linked[row.id].replaces == min(before, default=None)
    for row in rows:
        if row.review:
            assert (linked[row.id].known_to, linked[row.id].replaces) == (None, None)


@given(versions, st.integers(0, 6))
def test_at_any_time_the_newest_version_is_known(rows, number):
    at = day(1) + timedelta(days=number)
    known = [row for row in rows if row.id in known_at(rows, at) and not row.review]
    published = [row for row in rows if row.known_from <= at and not row.review]
    newest = max((row.order for row in published), default=None)
    assert known == [row for row in published if row.order == newest]


@given(versions, st.randoms())
def test_linking_beside_each_change_is_linking_all(rows, shuffler):
    """Open the documents one after the other, close some, and look at neighbours alone each time."""
    kept: dict[str, Version] = {}
    steps = [(row.submission, row) for row in rows] + [(row.submission, None) for row in rows[::3]]
    shuffler.shuffle(steps)
    orders = {row.submission: row.order for row in rows}
    for submission, row in steps:
        kept = {key: old for key, old in kept.items() if old.submission != submission}
        if row is not None:
            kept[row.id] = row
        groups = []
        for before in (True, False):
            others = [
                old
                for old in kept.values()
                if not old.review and (old.order < orders[submission] if before else old.order > orders[submission])
            ]
            wanted = (max if before else min)((old.order for old in others), default=None)
            groups.append(sorted((old for old in others if old.order == wanted), key=lambda old: old.id))
        here = sorted((old for old in kept.values() if old.submission == submission), key=lambda old: old.id)
        for key, link in changed_neighbours(groups[0], here, groups[1]).items():
            kept[key] = dataclasses.replace(kept[key], known_to=link.known_to, replaces=link.replaces)
        assert changed_links(list(kept.values())) == {}


def test_links_that_stand_are_not_written_again():
    first, second = Version("a", "s1", day(1), day(1)), Version("b", "s2", day(2), day(2))
    changed = changed_links([first, second])
    assert set(changed) == {"a", "b"}
    linked = [
        Version("a", "s1", day(1), day(1), known_to=changed["a"].known_to),
        Version("b", "s2", day(2), day(2), replaces=changed["b"].replaces),
    ]
    assert changed_links(linked) == {}
