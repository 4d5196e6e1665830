"""What every store promises about facts, their versions and decisions."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest

from finproc.errors import Fenced
from finproc.model.fact import Decision, FactFilter
from finproc.model.ids import utc_now
from finproc.model.submission import State
from finproc.model.text import Span
from tests.records.making import add, begin, content, day


def known(records, owner="local", **where):
    """Ids and values of the facts that a search answers."""
    page = records.facts.page(owner, FactFilter(**where), cursor=None, limit=100)
    assert page.next_cursor is None
    return page.items


def values(records, **where):
    return sorted(fact.content.value for fact in known(records, **where))


def replay(records, submission):
    """Start a new set of facts, as a replay does."""
    changed = records.submissions.change(
        submission.id, {"facts_set": submission.facts_set + 1}, at=utc_now(), if_state=list(State)
    )
    assert changed is not None
    return changed


def test_a_fact_reads_back_as_it_was(records):
    saved = add(records, published=date(2024, 5, 1))
    wanted = content(
        "-12345678901234567890.12345678901234",
        segment="Cloud",
        qualifier="organic",
        approximate=True,
        value_converted=Decimal("0.1"),
        currency_converted="EUR",
        proof="proven",
        doubts=("nearer_metric",),
        extractor="model",
        model="a-model",
    )
    assert records.facts.store_set(saved, [wanted], utc_now()) == 1
    (fact,) = known(records)
    assert fact.content == wanted
    assert (fact.revision, fact.id, fact.owner, fact.submission) == (1, fact.fact_id, "local", saved.id)
    assert (fact.received_at, fact.published) == (saved.received_at, date(2024, 5, 1))
    assert (fact.known_from, fact.known_to, fact.replaces, fact.closed_at) == (day(1, 5, 2024), None, None, None)
    assert records.facts.get(fact.id, "local") == fact
    assert records.facts.get(fact.id, "another") is None
    assert known(records, owner="another") == []


def test_storing_twice_keeps_one(records):
    saved = add(records)
    contents = [content("1", start=10), content("2", start=50, metric="revenue"), content("1", start=10)]
    assert records.facts.store_set(saved, contents, utc_now()) == 2
    before = known(records)
    assert records.facts.store_set(saved, contents, utc_now() + timedelta(seconds=1)) == 2
    assert known(records) == before


def test_a_number_reads_back_to_its_last_digit(records):
    saved = add(records)
    numbers = ["0", "0.1", "-0.00000000000000000000000000000001", "9" * 34, "1E+30", "0." + "3" * 34, "-1." + "7" * 33]
    contents = [content(number, start=100 * place) for place, number in enumerate(numbers)]
    records.facts.store_set(saved, contents, utc_now())
    assert values(records) == sorted(Decimal(number) for number in numbers)


def test_more_digits_than_every_store_keeps_are_refused(records):
    with pytest.raises(ValueError, match="34 digits"):
        records.facts.store_set(add(records), [content("1" * 35)], utc_now())
    assert known(records) == []


def test_a_name_too_long_to_be_searched_by_is_refused(records):
    with pytest.raises(ValueError, match="500 characters"):
        records.facts.store_set(add(records), [content("1", metric="m" * 501)], utc_now())
    wide = content("1", company="Å" * 500, metric="ü" * 500)
    assert records.facts.store_set(add(records), [wide], utc_now()) == 1


def test_a_range_keeps_both_ends(records):
    saved = add(records)
    records.facts.store_set(saved, [content(None, value_low=Decimal("1.5"), value_high=Decimal(2))], utc_now())
    (fact,) = known(records)
    assert (fact.content.value, fact.content.value_low, fact.content.value_high) == (None, Decimal("1.5"), Decimal(2))
    assert len(known(records, min_value=Decimal("1.5"))) == 1
    assert known(records, min_value=Decimal("1.6")) == []
    assert known(records, max_value=Decimal("1.9")) == []


def test_searches_compare_numbers_not_their_text(records):
    saved = add(records)
    numbers = ["-1000", "-20", "-3.5", "0", "0.5", "7", "30", "200.01", "1000000"]
    contents = [content(number, start=100 * place) for place, number in enumerate(numbers)]
    records.facts.store_set(saved, contents, utc_now())
    for bound in ("-1001", "-20", "-3.4", "0", "0.49", "30", "200.011", "1E6", "1000001"):
        least = Decimal(bound)
        assert values(records, min_value=least) == [Decimal(n) for n in numbers if Decimal(n) >= least]
        assert values(records, max_value=least) == [Decimal(n) for n in numbers if Decimal(n) <= least]


def test_searches_compare_canonical_forms(records):
    saved, other = add(records), add(records)
    records.facts.store_set(saved, [content("1")], utc_now())
    records.facts.store_set(
        other,
        [
            content(
                "2", company="Ålborg & Söhne GmbH", metric="revenue", period="FY2023", currency="EUR", status="guidance"
            )
        ],
        utc_now(),
    )
    assert values(records, company="xyz") == values(records, company="XYZ, Inc") == [1]
    assert values(records, company="alborg and sohne") == [2]
    assert values(records, metric="Net  Income") == values(records, period="Q1 2024") == [1]
    assert values(records, currency="eur") == values(records, status="guidance") == [2]
    assert values(records, submission=other.id) == [2]
    assert values(records, company="nobody") == values(records, metric="revenue", currency="USD") == []


def test_what_is_in_review_is_shown_when_asked(records):
    records.facts.store_set(
        add(records), [content("1"), content("2", start=90, metric="revenue", proof="review")], utc_now()
    )
    assert values(records) == [1]
    assert values(records, proof="review") == [2]
    assert values(records, proof="any") == [1, 2]
    assert values(records, proof="confirmed") == []


def test_pages_hold_everything_once_newest_first(records):
    first = add(records, published=date(2024, 1, 1))
    second = add(records, published=date(2024, 2, 1))
    for saved in (first, second):
        contents = [content(str(number), start=100 * number, company=None) for number in range(4)]
        records.facts.store_set(saved, contents, utc_now())
    found, cursor = [], None
    while True:
        page = records.facts.page("local", FactFilter(), cursor=cursor, limit=3)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    places = [(fact.known_from, fact.id) for fact in found]
    assert places == sorted(set(places), reverse=True)
    assert len(found) == 8


@pytest.mark.parametrize("cursor", ["", "x", "WyJhIl0", "WyJhIiwgImIiXQ", "WyIyMDI0LTAxLTAxIiwiYSJd"])
def test_a_cursor_that_cannot_be_read_is_refused(records, cursor):
    with pytest.raises(ValueError, match="cursor"):
        records.facts.page("local", FactFilter(), cursor=cursor, limit=3)


def test_a_later_document_replaces_an_earlier_one_whatever_comes_first(records):
    later = add(records, published=date(2024, 6, 1))
    earlier = add(records, published=date(2024, 5, 1))
    records.facts.store_set(later, [content("2", company="XYZ")], utc_now())
    records.facts.store_set(earlier, [content("1", company="xyz, INC.")], utc_now())
    (fact,) = known(records)
    assert (fact.content.value, fact.known_from, fact.known_to) == (2, day(1, 6, 2024), None)
    first, second = records.facts.versions("local", fact.id)
    assert (first.content.value, first.known_to, first.replaces) == (1, day(1, 6, 2024), None)
    assert second == fact
    assert second.replaces == first.id
    assert values(records, as_of=day(31, 5, 2024)) == [1]
    assert values(records, as_of=day(1, 6, 2024)) == [2]
    assert values(records, as_of=day(30, 4, 2024)) == []


def test_versions_keep_to_their_series(records):
    contents = [
        content("1"),
        content("2", start=100, qualifier="organic"),
        content("3", start=200, segment="Cloud"),
        content("4", start=300, period="Q2 2024"),
        content("5", start=400, currency="EUR"),
        content("6", start=500, status="guidance"),
        content("7", start=600, company="Another"),
        content("8", start=700, unit="currency/share"),
        content("9", start=800, company=None),
        content("10", start=900, period=None),
    ]
    for number in (1, 2):
        records.facts.store_set(add(records, published=date(2024, number, 1)), contents, utc_now())
    found = known(records)
    replaced = {fact.content.value for fact in found if fact.replaces}
    assert replaced == {Decimal(number) for number in range(1, 9)}
    assert sorted(fact.content.value for fact in found) == [*range(1, 9), 9, 9, 10, 10]
    assert len(records.facts.versions("local", found[0].id)) in {1, 2}
    assert records.facts.versions("another", found[0].id) == []
    assert records.facts.versions("local", "none") == []


def test_two_places_of_one_document_do_not_replace_each_other(records):
    records.facts.store_set(add(records), [content("5", start=10), content("6", start=90)], utc_now())
    assert values(records) == [5, 6]


def test_what_is_in_review_takes_nothing_proven_away_until_confirmed(records):
    old = add(records, published=date(2024, 1, 1))
    new = add(records, published=date(2024, 2, 1))
    records.facts.store_set(old, [content("1")], utc_now())
    records.facts.store_set(new, [content("2", proof="review")], utc_now())
    assert values(records) == [1]
    (doubtful,) = known(records, proof="review")
    records.facts.decide("local", doubtful.fact_id, Decision(doubtful.fact_id, "confirm", utc_now(), "me"))
    assert values(records) == [2]
    assert values(records, proof="confirmed") == [2]


def test_a_replay_closes_the_old_set_and_opens_the_new_one(records):
    saved = add(records, published=date(2024, 1, 1))
    records.facts.store_set(saved, [content("1", start=10), content("2", start=90), content("3", start=200)], utc_now())
    again = replay(records, saved)
    at = utc_now() + timedelta(hours=1)
    contents = [content("1", start=10), content("22", start=90), content("4", start=300)]
    assert records.facts.store_set(again, contents, at) == 3
    assert records.facts.store_set(again, contents, at + timedelta(hours=1)) == 3
    found = {fact.content.value: fact for fact in known(records)}
    assert {value: fact.revision for value, fact in found.items()} == {1: 1, 4: 1, 22: 2}
    assert found[22].id == f"{found[22].fact_id}.2"
    closed = records.facts.get(found[22].fact_id, "local")
    assert (closed.content.value, closed.closed_at, closed.closed_reason) == (2, at, "replayed")
    assert values(records, as_of=at - timedelta(seconds=1)) == [1, 2, 3]
    assert values(records, as_of=at) == [1, 4, 22]


def test_an_older_set_attempt_or_discarded_submission_is_fenced_out(records):
    saved = add(records)
    running = begin(records, saved)
    with pytest.raises(Fenced):
        records.facts.store_set(saved, [content("1")], utc_now())
    newer = replay(records, running)
    with pytest.raises(Fenced):
        records.facts.store_set(running, [content("1")], utc_now())
    assert records.facts.store_set(newer, [content("2")], utc_now()) == 1
    records.submissions.change(saved.id, {"state": State.DISCARDED}, at=utc_now(), if_state=list(State))
    records.facts.close(saved.id, at=utc_now(), reason="discarded")
    with pytest.raises(Fenced):
        records.facts.store_set(newer, [content("2")], utc_now())
    assert known(records) == []
    records.facts.erase(saved.id)
    records.submissions.erase(saved.id)
    with pytest.raises(Fenced):
        records.facts.store_set(newer, [content("2")], utc_now())


@pytest.mark.parametrize("verdict", ["confirm", "correct", "reject"])
def test_a_decision_survives_a_replay(records, verdict):
    saved = add(records, published=date(2024, 1, 1))
    records.facts.store_set(saved, [content("5"), content("9", start=400, metric="revenue")], utc_now())
    (fact,) = [fact for fact in known(records) if fact.content.metric == "net income"]
    amount = Decimal("5.25") if verdict == "correct" else None
    decision = Decision(fact.fact_id, verdict, utc_now(), "me", amount, "I looked")
    decided = records.facts.decide("local", fact.id, decision)
    assert decided.decision == decision
    shown = values(records, metric="net income")
    assert shown == {"confirm": [5], "correct": [Decimal("5.25")], "reject": []}[verdict]
    assert records.facts.decide("local", fact.id, decision) == decided
    for at, contents in (
        (utc_now(), [content("5")]),
        (utc_now(), [content("5", quote="found again in other words")]),
        (utc_now(), []),
        (utc_now(), [content("5")]),
    ):
        saved = replay(records, saved)
        count = records.facts.store_set(saved, contents, at)
        assert count == len([] if verdict == "reject" else contents)
        assert values(records, metric="net income") == (shown if contents else [])
    last = records.facts.versions("local", fact.id)[-1]
    assert last.decision == decision
    if verdict != "reject":
        assert last.content.proof == {"confirm": "confirmed", "correct": "corrected"}[verdict]


def test_a_correction_leaves_what_was_said_before_to_as_of(records):
    saved = add(records, published=date(2024, 1, 1))
    records.facts.store_set(saved, [content("5")], utc_now())
    (fact,) = known(records)
    at = utc_now() + timedelta(hours=1)
    corrected = records.facts.decide("local", fact.fact_id, Decision(fact.fact_id, "correct", at, "me", Decimal(6)))
    assert (corrected.revision, corrected.content.value, corrected.content.proof) == (2, 6, "corrected")
    assert values(records) == values(records, min_value=Decimal(6)) == values(records, as_of=at) == [6]
    assert values(records, as_of=at - timedelta(seconds=1)) == [5]
    back = records.facts.decide("local", fact.fact_id, Decision(fact.fact_id, "confirm", at, "me"))
    assert (back.revision, back.content.value, back.content.proof) == (3, 5, "confirmed")
    assert values(records) == [5]


def test_a_rejection_brings_the_version_before_back_and_can_be_undone(records):
    old, new = add(records, published=date(2024, 1, 1)), add(records, published=date(2024, 2, 1))
    records.facts.store_set(old, [content("1")], utc_now())
    records.facts.store_set(new, [content("2")], utc_now())
    (fact,) = known(records)
    records.facts.decide("local", fact.fact_id, Decision(fact.fact_id, "reject", utc_now(), "me"))
    assert values(records) == [1]
    assert [fact.known_to for fact in known(records)] == [None]
    records.facts.decide("local", fact.fact_id, Decision(fact.fact_id, "confirm", utc_now(), "me"))
    assert values(records) == [2]


def test_only_the_owner_decides(records):
    records.facts.store_set(add(records), [content("1")], utc_now())
    (fact,) = known(records)
    decision = Decision(fact.fact_id, "reject", utc_now(), "them")
    assert records.facts.decide("another", fact.fact_id, decision) is None
    assert records.facts.decide("local", "none", decision) is None
    assert values(records) == [1]


def test_discarding_closes_and_erasing_deletes(records):
    old, new = add(records, published=date(2024, 1, 1)), add(records, published=date(2024, 2, 1))
    records.facts.store_set(old, [content("1")], utc_now())
    records.facts.store_set(new, [content("2"), content("3", start=99, metric="revenue")], utc_now())
    (fact,) = known(records, metric="net income")
    at = utc_now() + timedelta(hours=1)
    assert records.facts.close(new.id, at=at, reason="discarded") == 2
    assert records.facts.close(new.id, at=at, reason="discarded") == 0
    assert values(records) == [1]
    assert values(records, as_of=at - timedelta(seconds=1)) == [2, 3]
    closed = records.facts.get(fact.id, "local")
    assert (closed.closed_at, closed.closed_reason) == (at, "discarded")
    assert records.facts.decide("local", fact.fact_id, Decision(fact.fact_id, "confirm", at, "me")).closed_at == at
    assert records.facts.erase(new.id) == 2
    assert records.facts.erase(new.id) == 0
    assert records.facts.get(fact.id, "local") is None
    assert values(records, as_of=at - timedelta(seconds=1)) == [1]


def test_threads_that_store_versions_of_one_series_leave_one_chain(records):
    saved = [add(records, published=date(2024, 1, number)) for number in range(1, 9)]
    together = threading.Barrier(len(saved))

    def store(number):
        together.wait()
        contents = [content(str(number), start=10), content(str(100 + number), start=80, metric="revenue")]
        return records.facts.store_set(saved[number], contents, utc_now())

    with ThreadPoolExecutor(len(saved)) as pool:
        assert list(pool.map(store, range(len(saved)))) == [2] * len(saved)
    newest = known(records)
    assert sorted(fact.content.value for fact in newest) == [7, 107]
    for fact in newest:
        chain = records.facts.versions("local", fact.id)
        assert [item.content.value % 100 for item in chain] == list(range(8))
        assert [item.known_to for item in chain] == [*(item.known_from for item in chain[1:]), None]
        assert [item.replaces for item in chain] == [None, *(item.id for item in chain[:-1])]


def test_threads_that_store_one_set_at_once_keep_one(records):
    saved = add(records)
    contents = [content(str(number), start=100 * number) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(lambda _: records.facts.store_set(saved, contents, utc_now()), range(6)))
    assert counts == [6] * 6
    assert values(records, proof="any") == list(range(6))
    assert {fact.revision for fact in known(records)} == {1}


def test_a_decision_beside_a_replay_is_not_lost(records):
    saved = add(records)
    records.facts.store_set(saved, [content("5")], utc_now())
    (fact,) = known(records)
    for number in range(5):
        saved = replay(records, saved)
        decision = Decision(fact.fact_id, "correct", utc_now(), "me", Decimal(number))
        with ThreadPoolExecutor(2) as pool:
            stored = pool.submit(records.facts.store_set, saved, [content("5", quote=f"q{number}")], utc_now())
            decided = pool.submit(records.facts.decide, "local", fact.fact_id, decision)
            assert stored.result() == 1
            assert decided.result() is not None
        assert values(records) == [number]


def test_the_fact_id_stands_for_its_place(records):
    saved = add(records)
    records.facts.store_set(saved, [content("5")], utc_now())
    (fact,) = known(records)
    again = replay(records, saved)
    moved = dataclasses.replace(content("5"), amount=Span(11, 22))
    records.facts.store_set(again, [moved], utc_now())
    (other,) = known(records)
    assert other.fact_id != fact.fact_id
    assert other.series == fact.series
