"""No store holds the words of a document, a quote, a person's reason or a model's answer in the clear."""

import base64
from decimal import Decimal

import pytest
from pymongo import MongoClient

from finproc.model.fact import Decision, FactFilter
from finproc.model.ids import new_id, utc_now
from finproc.model.submission import Step
from finproc.model.text import Quote, Span
from finproc.records.idempotency import Reservation, StoredAnswer
from finproc.records.protocols import Budget, DeadLetter
from tests.conftest import MASTER_KEY
from tests.records.making import add, content
from tests.records.test_model_call_records import answered, attempt

SECRET = "correct horse battery staple"


def _rows_of_sql(store):
    with store.database.read() as connection:
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        if store.database.sqlite:
            names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (table,) in list(connection.exec_driver_sql(names)):
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                for value in row:
                    yield value if isinstance(value, bytes) else str(value).encode()


def _rows_of_mongo(store):
    with MongoClient[dict[str, object]](store.settings.mongo_url) as client:
        database = client.get_default_database()
        for name in database.list_collection_names():
            for row in database[name].find():
                yield repr(row).encode()


def _bytes_kept(store):
    yield from _rows_of_sql(store)
    if store.mongo is not None:
        yield from _rows_of_mongo(store)
    if store.database.sqlite:
        store.database.close()  # else reading the files would drop SQLite's locks on them
        for path in store.settings.finproc_var.rglob("*.db*"):
            yield path.read_bytes()


def test_no_words_are_kept_in_the_clear(store, records):
    saved = add(records, f"text {SECRET}", account=f"account {SECRET}")
    assert SECRET.encode() in records.submissions.body(saved)
    records.extractions.put(saved, Step.EXTRACT, 1, f"mention {SECRET}".encode(), utc_now())
    evidence = content().evidence[0]
    quoted = type(evidence)("metric", Quote(f"evidence {SECRET}", Span(1, 2)), "words")
    records.facts.store_set(saved, [content("5", quote=f"quote {SECRET}", evidence=(quoted,))], utc_now())
    (fact,) = records.facts.page("local", FactFilter(), cursor=None, limit=2).items
    decision = Decision(fact.fact_id, "correct", utc_now(), "me", Decimal(6), f"reason {SECRET}")
    assert records.facts.decide("local", fact.fact_id, decision).decision.reason == f"reason {SECRET}"
    call = attempt()
    records.model_calls.claim(call, f"request {SECRET}".encode(), Budget())
    records.model_calls.answer(answered(call), f"answer {SECRET}".encode())
    key = Reservation("local", "key", "h")
    records.idempotency.reserve(key, utc_now())
    records.idempotency.keep(key, StoredAnswer("h", 200, f"body {SECRET}".encode(), {}), utc_now())
    letter = DeadLetter(new_id(), "q", "undecodable", utc_now(), {"x": SECRET}, f"letter {SECRET}".encode())
    records.dead_letters.add(letter)
    kept = list(_bytes_kept(store))
    assert any(saved.id.encode() in value for value in kept), "the rows were read"
    assert not any(SECRET.encode() in value for value in kept)


def test_the_master_key_is_nowhere_in_the_store(store):
    store.keyring.seal(b"x", owner="local", table="t", row="r", field="f")
    kept = b"".join(_bytes_kept(store))
    assert base64.b64decode(MASTER_KEY) not in kept
    assert MASTER_KEY.encode() not in kept


def test_bytes_moved_to_another_place_do_not_open(store):
    sealed = store.keyring.seal(b"x", owner="a", table="t", row="r", field="f")
    assert store.keyring.open(sealed, owner="a", table="t", row="r", field="f") == b"x"
    for place in (("b", "t", "r", "f"), ("a", "u", "r", "f"), ("a", "t", "s", "f"), ("a", "t", "r", "g")):
        owner, table, row, field = place
        with pytest.raises(ValueError, match="does not open"):
            store.keyring.open(sealed, owner=owner, table=table, row=row, field=field)
