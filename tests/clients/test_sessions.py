"""The way past SQLAlchemy: what goes in comes out, one transaction at a time, broken connections are not lent again."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import psycopg
import pytest
from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    BigInteger,
    Boolean,
    Column,
    Date,
    LargeBinary,
    MetaData,
    String,
    Table,
    any_,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from finproc.clients import sessions
from finproc.clients.sql import open_database
from finproc.errors import Unavailable

THINGS = Table(
    "things",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("amount", BigInteger),
    Column("sealed", LargeBinary),
    Column("flag", Boolean),
    Column("day", Date),
    Column("at", TIMESTAMP(timezone=True)),
)
ADD = THINGS.insert()
ADDED = THINGS.insert().returning(THINGS.c.name)
ONE = select(THINGS).where(THINGS.c.name == bindparam("wanted"))
NAMED = select(THINGS.c.name).where(THINGS.c.name == any_(bindparam("names", type_=ARRAY(String))))
PID = select(func.pg_backend_pid().label("pid"))
OWN_END = select(func.pg_terminate_backend(func.pg_backend_pid()).label("ended"))
SLEEP = select(func.pg_sleep(20).label("slept"))
EMPTY = {"amount": None, "sealed": None, "flag": None, "day": None, "at": None}


@pytest.fixture
def database(postgres_url):
    opened = open_database(postgres_url)
    with opened.write() as connection:
        THINGS.metadata.create_all(connection)
    yield opened
    opened.close()


def count(database):
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(THINGS)).scalar_one()


@pytest.mark.parametrize(
    "row",
    [
        EMPTY | {"name": ""},
        EMPTY | {"name": 'a"b\\c{d},é€𝄞\n', "sealed": b"\x00\\x41\xff", "flag": False},
        {
            "name": "NULL",
            "amount": -(2**63),
            "sealed": b"",
            "flag": True,
            "day": date(1, 1, 1),
            "at": datetime(2024, 2, 29, 23, 59, 59, 999_999, UTC),
        },
        EMPTY | {"name": "elsewhere", "at": datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=-9, minutes=-30)))},
    ],
    ids=["nothing", "signs", "borders", "another zone"],
)
def test_what_goes_in_comes_out(database, row):
    database.run(ADD, row)
    (found,) = database.look(ONE, {"wanted": row["name"]})
    assert found._asdict() == row
    assert database.look(ONE, {"wanted": "another"}) == []
    assert [name for (name,) in database.look(NAMED, {"names": ["x", row["name"]]})] == [row["name"]]
    assert database.look(NAMED, {"names": []}) == []


def test_a_text_that_postgresql_cannot_keep_is_refused_and_not_cut(database):
    with pytest.raises(psycopg.DataError):
        database.run(ADD, EMPTY | {"name": "a\0b"})
    with pytest.raises(psycopg.DataError):
        database.look(NAMED, {"names": ["a\0b"]})
    assert count(database) == 0


def test_a_block_that_raises_leaves_nothing_and_its_connection_is_lent_again(database):
    def twice_the_same():
        with database.transaction() as run:
            run(ADD, [EMPTY | {"name": "a"}, EMPTY | {"name": "b"}])
            run(ADD, EMPTY | {"name": "a"})

    def stopped():
        with database.transaction() as run:
            run(ADD, EMPTY | {"name": "c"})
            raise KeyboardInterrupt

    for _ in range(30):
        with pytest.raises(IntegrityError):
            twice_the_same()
        with pytest.raises(KeyboardInterrupt):
            stopped()
    assert count(database) == 0
    with database.transaction() as run:
        run(ADD, [EMPTY | {"name": "a"}, EMPTY | {"name": "b"}])
    assert count(database) == 2


def test_a_value_too_large_is_a_mistake_and_no_outage(database):
    with database.write() as connection:
        connection.execute(text("CREATE INDEX by_content ON things (name, sealed)"))
    with pytest.raises(OperationalError):
        database.run(ADD, EMPTY | {"name": "a", "sealed": os.urandom(9000)})


def test_a_connection_that_breaks_is_an_outage_and_is_not_lent_again(database):
    for _ in range(30):
        with pytest.raises(Unavailable):
            database.run(OWN_END, {})

    def in_a_block():
        with database.transaction() as run:
            run(ADD, EMPTY | {"name": "a"})
            run(OWN_END, {})

    with pytest.raises(Unavailable):
        in_a_block()
    assert count(database) == 0
    database.run(ADD, EMPTY | {"name": "a"})


def test_a_server_that_says_nothing_is_an_outage(database, monkeypatch):
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 0.3)
    began = time.monotonic()
    for _ in range(12):
        with pytest.raises(Unavailable):
            database.run(SLEEP, {})
    assert time.monotonic() - began < 20
    database.run(ADD, EMPTY | {"name": "a"})
    assert count(database) == 1


def test_a_server_that_says_nothing_is_an_outage_for_all_other_statements_too(database, monkeypatch):
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 0.1)

    def write_and_sleep():
        with database.write() as connection:
            connection.execute(ADD, EMPTY | {"name": "a"})
            connection.execute(SLEEP)

    began = time.monotonic()
    for _ in range(25):  # more than there are connections: those that broke are replaced
        with pytest.raises(Unavailable), database.read() as connection:
            connection.execute(SLEEP)
        with pytest.raises(Unavailable):
            write_and_sleep()
    assert time.monotonic() - began < 30
    assert count(database) == 0


def test_a_migration_may_take_its_time(database, monkeypatch):
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 0.3)
    with database.write(patient=True) as connection:
        connection.execute(select(func.pg_sleep(1)))
        connection.execute(ADD, EMPTY | {"name": "a"})
    with pytest.raises(Unavailable), database.read() as connection:
        connection.execute(SLEEP)
    assert count(database) == 1


def test_a_signal_breaks_off_a_statement_and_its_connection_is_not_lent_again(database):
    def stop(*_):
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, stop)
    began = time.monotonic()
    try:
        for _ in range(12):
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(InterruptedError):
                database.run(SLEEP, {})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - began < 20
    database.run(ADD, EMPTY | {"name": "a"})
    assert count(database) == 1


def test_connections_that_the_server_closed_while_they_rested_are_replaced_unseen(database, monkeypatch):
    database.run(ADD, EMPTY | {"name": "a"})
    with database.write() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    monkeypatch.setattr(sessions, "RESTED_SECONDS", -1)
    for _ in range(30):
        assert len(database.look(ONE, {"wanted": "a"})) == 1


def test_threads_share_few_connections_and_wait_for_one(database, monkeypatch):
    pids = set()
    inside = threading.Barrier(10)

    def work(number):
        with database.transaction() as run:
            ((pid,),) = run(PID, {})
            pids.add(pid)
            if number < 10:
                inside.wait(20)  # all connections are lent at that moment
            run(ADD, EMPTY | {"name": str(number)})

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(work, range(200)))
    assert count(database) == 200
    assert len(pids) == 10
    monkeypatch.setattr(sessions, "_PATIENCE", 0.1)
    ready, go_on = threading.Barrier(11), threading.Event()

    def hold(_):
        with database.transaction():
            ready.wait(20)
            go_on.wait(20)

    with ThreadPoolExecutor(10) as pool:
        held = pool.map(hold, range(10))
        ready.wait(20)
        with pytest.raises(Unavailable):
            database.run(ADD, EMPTY | {"name": "more"})
        go_on.set()
        list(held)
    database.run(ADD, EMPTY | {"name": "more"})


def test_never_more_connections_than_agreed_however_fast_they_change_hands(database):
    def look(_):
        return {database.look(PID, {})[0].pid for _ in range(25)}

    with ThreadPoolExecutor(60) as pool:
        pids = set().union(*pool.map(look, range(120)))
    assert len(pids) <= 10
    with database.read() as connection:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert connection.execute(query).scalar_one() <= 12  # with the one that asks, and the one of the fixture


def test_a_server_that_is_not_there_is_an_outage_at_once_and_takes_no_place(monkeypatch):
    monkeypatch.setattr(sessions, "_PATIENCE", 0)
    database = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    for _ in range(30):
        with pytest.raises(Unavailable, match="does not answer"):
            database.look(ONE, {"wanted": "a"})
    database.close()


def test_a_forked_child_opens_connections_of_its_own(database):
    with database.transaction() as run:
        ((parents,),) = run(PID, {})
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            ((childs,),) = database.run(PID, {})
            os.write(writing, str(childs).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        childs = int(told.read())
    os.waitpid(child, 0)
    assert childs != parents
    with database.transaction() as run:
        assert run(PID, {}) == [(parents,)]


def test_many_rows_at_once_are_all_there_or_the_first_mistake_is_told(database):
    large = os.urandom(20_000)  # all together are more than any buffer takes
    rows = [EMPTY | {"name": str(number), "sealed": large} for number in range(2000)]
    with database.transaction() as run:
        run(ADD, rows)
        run(ADD, [])
    assert count(database) == 2000
    more = [EMPTY | {"name": f"more {number}"} for number in range(50)]

    def with_mistakes():
        with database.transaction() as run:
            run(ADD, [*more, rows[0], EMPTY | {"name": "a", "day": "no day"}, *more])

    with pytest.raises(IntegrityError):
        with_mistakes()
    with pytest.raises(psycopg.DataError):
        database.run(ADD, [EMPTY | {"name": "a"}, EMPTY | {"name": "b\0"}])
    assert count(database) == 2000
    with database.transaction() as run:
        run(ADD, more)
    assert count(database) == 2050


def test_a_statement_run_for_many_values_answers_with_the_rows_of_all_or_changes_nothing(database):
    made = database.run(ADDED, [EMPTY | {"name": name} for name in "abc"])
    assert [row.name for row in made] == ["a", "b", "c"]
    with pytest.raises(IntegrityError):
        database.run(ADDED, [EMPTY | {"name": name} for name in "dea"])
    assert count(database) == 3
    assert [row.name for row in database.run(ADDED, [EMPTY | {"name": "d"}])] == ["d"]


def test_a_connection_that_breaks_among_many_rows_is_an_outage(database):
    with pytest.raises(Unavailable):
        database.run(OWN_END, [{}] * 3)
    database.run(ADD, EMPTY | {"name": "a"})
    assert count(database) == 1


class Snatched(list[sessions.Session]):
    """Looks as if there was an idle connection, which another thread then takes first."""

    looks = 3

    def __bool__(self):
        self.looks -= 1
        return self.looks >= 0


def test_whoever_comes_too_late_for_an_idle_connection_opens_none_beyond_the_limit(monkeypatch):
    monkeypatch.setattr(sessions, "_PATIENCE", 0.2)
    monkeypatch.setattr(sessions.Sessions, "_connect", lambda _: object())
    few = sessions.Sessions(1, {})
    few._open, few._idle = 1, Snatched()
    with pytest.raises(Unavailable, match="in use"):
        few.take()
    assert few._open == 1


def test_a_wait_that_is_broken_off_frees_its_place(database, monkeypatch):
    database.run(ADD, EMPTY | {"name": "a"})
    monkeypatch.setattr(sessions, "RESTED_SECONDS", -1)

    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as while_it_wakes:
        while_it_wakes.setattr(sessions.Session, "_tell", stopped)
        for _ in range(11):
            with pytest.raises(KeyboardInterrupt):
                database.run(ADD, EMPTY | {"name": "b"})
    monkeypatch.setattr(sessions, "_PATIENCE", 0)
    database.run(ADD, EMPTY | {"name": "b"})
