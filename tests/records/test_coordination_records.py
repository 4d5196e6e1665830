"""Leases, circuits, tokens and dead letters.

What processes agree on, in SQL whatever the store of documents.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from finproc.model.ids import new_id, utc_now
from finproc.records.protocols import Circuit, DeadLetter, Token
from tests.conftest import open_store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    with open_store(request, tmp_path, request.param) as opened:
        yield opened


def test_a_lease_has_one_holder_at_a_time(records):
    together = threading.Barrier(8)

    def take(number):
        together.wait()
        return records.leases.take("sweep", f"holder {number}", 60)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(take, range(8)))
    assert sum(won) == 1
    holder = f"holder {won.index(True)}"
    assert records.leases.take("sweep", holder, 60)
    assert not records.leases.take("sweep", "another", 60)
    assert records.leases.take("other", "another", 60)
    records.leases.give_back("sweep", "another")
    assert not records.leases.take("sweep", "another", 60)
    records.leases.give_back("sweep", holder)
    assert records.leases.take("sweep", "another", 60)


def test_a_lease_that_ran_out_is_free(records):
    assert records.leases.take("sweep", "gone", 0)
    assert records.leases.take("sweep", "next", 60)
    assert not records.leases.take("sweep", "gone", 60)


def test_a_circuit_is_shared(records):
    assert records.circuits.get("model") == Circuit()
    opened = Circuit(utc_now() + timedelta(minutes=1), "quota", 3, utc_now())
    records.circuits.put("model", opened)
    assert records.circuits.get("model") == opened
    records.circuits.put("model", Circuit())
    assert records.circuits.get("model") == Circuit()


def test_tokens_are_found_by_the_hash_of_their_secret(records):
    now = utc_now()
    one = Token(new_id(), "local", "script", ("submit", "read"), now, now + timedelta(days=9))
    two = Token(new_id(), "another", "all", ("*",), now, None)
    records.tokens.add(one, "hash one")
    records.tokens.add(two, "hash two")
    assert records.tokens.by_hash("hash one") == one
    assert records.tokens.by_hash("hash") is None
    assert records.tokens.of_owner("local") == [one]
    assert records.tokens.of_owner(None) == sorted([one, two], key=lambda token: token.id)
    assert records.tokens.revoke(one.id, now)
    assert not records.tokens.revoke(one.id, now)
    assert not records.tokens.revoke("none", now)
    assert records.tokens.by_hash("hash one").revoked_at == now


def test_dead_letters_wait_until_someone_looks(records):
    letters = [
        DeadLetter(new_id(), "extract", "undecodable", utc_now(), {"task": "x"}, bytes([number, 255]))
        for number in range(5)
    ]
    for letter in letters:
        records.dead_letters.add(letter)
        records.dead_letters.add(letter)
    first = records.dead_letters.page(cursor=None, limit=3)
    rest = records.dead_letters.page(cursor=first.next_cursor, limit=3)
    assert [*first.items, *rest.items] == sorted(letters, key=lambda letter: letter.id, reverse=True)
    assert rest.next_cursor is None
    assert records.dead_letters.get(letters[0].id) == letters[0]
    assert records.dead_letters.remove(letters[0].id)
    assert not records.dead_letters.remove(letters[0].id)
    assert records.dead_letters.get(letters[0].id) is None
