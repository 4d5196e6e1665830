"""The SQL client: one writer at a time, outages in finproc's words, values kept out of errors."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from finproc.clients import sql
from finproc.clients.sql import open_database
from finproc.errors import Unavailable


@pytest.fixture
def database(tmp_path):
    opened = open_database(f"sqlite:///{tmp_path}/deep/x.db")
    with opened.write() as connection:
        connection.execute(text("CREATE TABLE things (name TEXT PRIMARY KEY, amount INTEGER)"))
        connection.execute(text("INSERT INTO things VALUES ('a', 0)"))
    yield opened
    opened.close()


def _pragma(connection, name):
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_sqlite_is_set_up_to_lose_nothing(database, tmp_path):
    with database.write() as connection:
        assert (_pragma(connection, "journal_mode"), _pragma(connection, "foreign_keys")) == ("wal", 1)
        assert _pragma(connection, "synchronous") == 2
    with database.write(durable=False) as connection:
        assert (_pragma(connection, "synchronous"), _pragma(connection, "wal_autocheckpoint")) == (1, 1000)
    with database.write() as connection:
        assert (_pragma(connection, "synchronous"), _pragma(connection, "wal_autocheckpoint")) == (2, 8000)
    assert (tmp_path / "deep" / "x.db").stat().st_mode & 0o077 == 0


def test_a_block_that_raises_leaves_nothing(database):
    def two_at_once():
        with database.write() as connection:
            connection.execute(text("INSERT INTO things VALUES ('b', 1)"))
            connection.execute(text("INSERT INTO things VALUES (:name, 2)"), {"name": "a"})

    with pytest.raises(IntegrityError) as raised:
        two_at_once()
    assert "[SQL parameters hidden" in str(raised.value)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM things")).scalar_one() == 1


def test_writers_take_turns(database, tmp_path):
    other = open_database(f"sqlite:///{tmp_path}/deep/x.db")  # as another process would: it shares no lock in memory

    def add(number):
        with (database, other)[number % 2].write(durable=False) as connection:
            amount = connection.execute(text("SELECT amount FROM things")).scalar_one()
            connection.execute(text("UPDATE things SET amount = :amount"), {"amount": amount + 1})

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(200)))
    with database.read() as connection:
        assert connection.execute(text("SELECT amount FROM things")).scalar_one() == 200
    other.close()


def test_a_reader_does_not_wait_for_a_writer(database):
    with database.write() as writing:
        writing.execute(text("UPDATE things SET amount = 7"))
        with database.read() as reading:
            assert reading.execute(text("SELECT amount FROM things")).scalar_one() == 0


def test_a_writer_that_does_not_get_its_turn_says_so(database, tmp_path, monkeypatch):
    monkeypatch.setattr(sql, "BUSY_SECONDS", 0.2)
    blocking = sqlite3.connect(tmp_path / "deep" / "x.db", isolation_level=None)
    blocking.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(Unavailable), database.write():
        pass
    assert time.monotonic() - started < 5
    blocking.close()
    with database.write() as connection:
        connection.execute(text("UPDATE things SET amount = 1"))


def test_a_server_that_is_not_there_is_unavailable():
    database = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(Unavailable):
        database.ping()
    database.close()


def test_waiting_writers_of_one_process_do_not_hold_each_other_up(database):
    waits = []

    def write(_):
        started = time.monotonic()
        with database.write(durable=False) as connection:
            connection.execute(text("UPDATE things SET amount = amount + 1"))
        waits.append(time.monotonic() - started)

    threads = [threading.Thread(target=lambda: [write(None) for _ in range(20)]) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == 200
