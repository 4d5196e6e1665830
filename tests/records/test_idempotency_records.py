"""Reservations and answers by Idempotency-Key, in SQL whatever the store of documents."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from finproc.model.ids import utc_now
from finproc.records.idempotency import HELD, KEPT, Reservation, StoredAnswer
from finproc.records.sql.tables import idempotency
from tests.conftest import open_store

NOW = utc_now()
MOMENT = timedelta(seconds=1)
ANSWER = StoredAnswer("hash", 202, b'{"id": "1"}', {"Location": "/submissions/1"})
THREADS = 8


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    with open_store(request, tmp_path, request.param) as opened:
        yield opened


@pytest.fixture
def kept(records):
    return records.idempotency


def asked(request_hash="hash", owner="local"):
    return Reservation(owner, "key", request_hash)


def held(kept, at=NOW):
    """A reservation that was made at this time."""
    reservation = asked()
    assert kept.reserve(reservation, at) == reservation
    return reservation


def race(kept, reservations, now):
    """What each is told of the key's holder, all asking at once."""
    together = threading.Barrier(len(reservations))

    def reserve(reservation):
        together.wait()
        return kept.reserve(reservation, now)

    with ThreadPoolExecutor(len(reservations)) as pool:
        return list(pool.map(reserve, reservations))


def test_a_key_is_held_by_the_first_and_others_are_told_by_whom(kept):
    first = held(kept)
    assert kept.reserve(asked(), NOW) == first
    assert kept.reserve(asked("other"), NOW) == first
    elsewhere = asked(owner="another")
    assert kept.reserve(elsewhere, NOW) == elsewhere


@pytest.mark.parametrize("hashes", [["hash"] * THREADS, [f"hash {number}" for number in range(THREADS)]])
def test_of_requests_that_come_together_one_holds_the_key(kept, hashes):
    for turn in range(5):
        reservations = [replace(asked(one), key=f"key {turn}") for one in hashes]
        told = race(kept, reservations, NOW)
        assert len(set(told)) == 1
        assert told[0] in reservations


def test_an_answer_is_kept_for_a_day(kept):
    kept.keep(held(kept), ANSWER, NOW)
    assert kept.reserve(asked(), NOW) == ANSWER
    assert kept.reserve(asked("other"), NOW + HELD) == ANSWER
    assert kept.reserve(asked(), NOW + KEPT - MOMENT) == ANSWER
    tomorrow = asked("other")
    assert kept.reserve(tomorrow, NOW + KEPT) == tomorrow
    later = StoredAnswer("other", 200, b"\x00\xff", {})
    kept.keep(tomorrow, later, NOW + KEPT)
    assert kept.reserve(asked(), NOW + KEPT) == later


def test_the_day_of_an_answer_begins_when_it_is_kept(kept):
    kept.keep(held(kept), ANSWER, NOW + HELD)
    assert kept.reserve(asked(), NOW + KEPT + HELD - MOMENT) == ANSWER


def test_answers_past_their_day_are_deleted(store, kept):
    for number in range(3):
        old = replace(asked(), key=f"old {number}")
        kept.reserve(old, NOW)
        kept.keep(old, ANSWER, NOW)
    kept.keep(held(kept, NOW + KEPT), ANSWER, NOW + KEPT)
    with store.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(idempotency)).scalar_one() == 1


def test_a_key_that_was_released_is_free_for_any_request(kept):
    first = held(kept)
    kept.release(first)
    kept.release(first)
    other = asked("other")
    assert kept.reserve(other, NOW) == other


def test_a_release_frees_neither_an_answer_nor_the_key_of_another(kept):
    first = held(kept)
    kept.release(asked())
    kept.release(replace(first, owner="another"))
    assert kept.reserve(asked(), NOW) == first
    kept.keep(first, ANSWER, NOW)
    kept.release(first)
    assert kept.reserve(asked(), NOW) == ANSWER


def test_a_reservation_that_ran_out_is_taken_over_by_the_same_request_alone(kept):
    gone = held(kept)
    assert kept.reserve(asked(), NOW + HELD - MOMENT) == gone
    assert kept.reserve(asked("other"), NOW + HELD) == gone
    again = asked()
    assert kept.reserve(again, NOW + HELD) == again
    assert kept.reserve(asked(), NOW + HELD) == again
    assert kept.reserve(asked(), NOW + HELD + HELD - MOMENT) == again


def test_a_key_that_nobody_came_back_for_is_free_after_a_day(kept):
    gone = held(kept)
    assert kept.reserve(asked("other"), NOW + KEPT - MOMENT) == gone
    other = asked("other")
    assert kept.reserve(other, NOW + KEPT) == other


def test_of_those_that_come_together_one_takes_over(kept):
    gone = held(kept)
    reservations = [asked() for _ in range(THREADS)]
    told = race(kept, reservations, NOW + HELD)
    assert len(set(told)) == 1
    assert told[0] in reservations
    kept.keep(gone, replace(ANSWER, body=b"late"), NOW + HELD)
    assert kept.reserve(asked(), NOW + HELD) == told[0]


def test_an_answer_that_comes_late_does_not_replace_the_newer_one(kept):
    gone = held(kept)
    again = held(kept, NOW + HELD)
    late = replace(ANSWER, body=b"late")
    kept.keep(gone, late, NOW + HELD)
    kept.release(gone)
    assert kept.reserve(asked(), NOW + HELD) == again
    kept.keep(again, ANSWER, NOW + HELD)
    kept.keep(gone, late, NOW + HELD)
    assert kept.reserve(asked(), NOW + HELD) == ANSWER


def test_an_answer_that_comes_after_the_release_is_not_kept(kept):
    first = held(kept)
    kept.release(first)
    kept.keep(first, ANSWER, NOW)
    again = asked()
    assert kept.reserve(again, NOW) == again
