"""The SQL database: SQLite in WAL with one writer at a time, or PostgreSQL."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.sql.base import Executable

from finproc.clients.prepared import Prepared, Values
from finproc.errors import Unavailable

Run = Callable[[Executable, Values | Sequence[Values]], list[Any]]
"""Runs a statement in a transaction and answers with its rows; for a list of values it runs once for each."""

RESTED_SECONDS = 2.0
"""After so long without use a connection is tried before it is trusted."""
BUSY_SECONDS = 5.0
"""How long a writer waits for its turn before it gives up."""
_CHECKPOINT_PAGES = 1000
"""Pages in SQLite's log from which on the writer that adds to it copies them to the database."""
_PATIENCE = 8
"""A durable write, for which a caller waits, leaves that copying to the others until there are so many times more."""
_MODESTY = 4
"""Writers for which nobody waits look so many times less often whether it is their turn: the durable ones go first."""

_OPTIONS = "-c timezone=UTC -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
_GENERIC_PLANS = " -c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off"
"""For statements that run again and again and find their rows by key: a plan of its own would cost each more.

The plan made while a table was small must serve when it has grown.
"""
_RELAXED = _GENERIC_PLANS + " -c synchronous_commit=off"
_LIMIT_PASSED = "54"
"""PostgreSQL's class of errors for a value that is too large: trying again does not help."""

_inherited: list[Pool] = []
"""Pools that a forked child got from its parent.

Kept alive, so that the child never closes the parent's connections.
"""


class Database:
    """An engine, and the two ways to use it: `read` and `write`. Safe to share between threads.

    What runs for every document goes by `run`, `look` and `transaction`: on PostgreSQL past SQLAlchemy, on connections
    of its own: `durable` or `relaxed`. Statements given to them are kept compiled for good: make them once.
    """

    def __init__(self, engine: Engine, durable: Engine | None = None, relaxed: Engine | None = None) -> None:
        self.engine = engine
        self._direct = None if durable is None or relaxed is None else {True: durable, False: relaxed}
        self._statements: dict[Executable, Prepared] = {}
        self.sqlite = engine.dialect.name == "sqlite"
        self._reading = engine if self.sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._writing = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection outside any transaction: every statement sees what is committed at its start."""
        with _answering(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """One transaction, committed at the end of the block and rolled back when it raises.

        `durable=False` commits without waiting for the disk (on PostgreSQL by `run` and `transaction` alone): what a
        crash of the *machine*, or of PostgreSQL itself, may then undo is the newest few such transactions in reverse
        order, never one before a durable one; a crash of a process of ours undoes nothing. It is for what the pipeline
        does again by itself: steps, leases. What a caller was promised is always durable.
        """
        with _answering(), self.engine.connect() as connection:
            if self.sqlite:
                with self._writing:  # threads of one process queue here, processes at BEGIN IMMEDIATE
                    _begin_immediate(connection, durable=durable)
                    with _transaction(connection):
                        yield connection
            else:
                with _transaction(connection):
                    yield connection

    def run(self, statement: Executable, values: Values, *, durable: bool = True) -> list[Any]:
        """One statement as a transaction by itself; the rows it answers with."""
        if self._direct is None:
            with self.write(durable=durable) as connection:
                return _rows(connection.execute(statement, values))
        with _answering(), _borrowed(self._direct[durable]) as cursor:
            return self._prepared(statement).run(cursor, values)

    def look(self, statement: Executable, values: Values) -> list[Any]:
        """The rows of one statement that only reads."""
        if self._direct is None:
            with self.read() as connection:
                return _rows(connection.execute(statement, values))
        return self.run(statement, values, durable=False)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[Run]:
        """As `write`, for statements that run for every document: gives what runs one and answers with its rows."""
        if self._direct is None:
            with self.write(durable=durable) as connection:
                yield lambda statement, values: _rows(connection.execute(statement, values))
            return
        with _answering(), _borrowed(self._direct[durable]) as cursor, cursor.connection.transaction():
            yield lambda statement, values: self._prepared(statement).run(cursor, values)

    def _prepared(self, statement: Executable) -> Prepared:
        found = self._statements.get(statement)
        if found is None:
            found = self._statements[statement] = Prepared(statement, self.engine.dialect)
        return found

    def ping(self) -> None:
        """Raise Unavailable unless the database answers."""
        with self.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        self.engine.dispose()
        for direct in (self._direct or {}).values():
            direct.dispose()


def open_database(url: str) -> Database:
    """Open (and for SQLite create) the database at a SQLAlchemy address.

    Connects at first use, except for SQLite's folder.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return Database(_forgotten_by_children(_sqlite(address)))
    engines = (_postgres(address), _postgres(address, direct=_GENERIC_PLANS), _postgres(address, direct=_RELAXED))
    return Database(*map(_forgotten_by_children, engines))


def _forgotten_by_children(engine: Engine) -> Engine:
    reference = weakref.ref(engine)
    os.register_at_fork(after_in_child=lambda: _forget(reference))
    return engine


def _forget(reference: weakref.ref[Engine]) -> None:
    engine = reference()
    if engine is not None:
        _inherited.append(engine.pool)
        engine.dispose(close=False)


def _sqlite(address: URL) -> Engine:
    path = Path(address.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
    engine = create_engine(
        address,
        hide_parameters=True,
        pool_size=8,
        max_overflow=256,
        connect_args={"timeout": BUSY_SECONDS, "cached_statements": 256},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where `write` says, never by themselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _postgres(address: URL, *, direct: str = "") -> Engine:
    """An engine; with `direct` (settings of its sessions) one whose connections are used past SQLAlchemy."""
    engine = create_engine(
        address,
        hide_parameters=True,  # they are words and numbers of documents, and errors end in logs
        pool_size=10 if direct else 20,  # all of them stay: one beyond the pool would be opened and closed at every use
        max_overflow=0,
        pool_reset_on_return=None if direct else "rollback",
        pool_timeout=30 if direct else BUSY_SECONDS,  # the pipeline can wait its turn; that is no outage
        connect_args={
            "autocommit": bool(direct),
            "connect_timeout": 5,
            "client_encoding": "utf8",  # a database made in the C locale would answer with bytes
            "prepare_threshold": 3,
            "options": _OPTIONS + direct,
        },
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _ping_rested)
    return engine


def _note_rest(_raw: object, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _ping_rested(raw: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Try a connection that has not been used for a while; one in steady use would pay a round trip each time."""
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < RESTED_SECONDS:
        return
    usual = raw.autocommit
    try:
        raw.autocommit = True
        raw.execute("SELECT 1")
        raw.autocommit = usual
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise DisconnectionError from error


def _begin_immediate(connection: Connection, *, durable: bool) -> None:
    """Take SQLite's write lock.

    Polls with short random pauses: SQLite's own handler sleeps up to 100 ms between tries, and knows no urgency.
    """
    pooled = connection.connection
    raw: Any = pooled.driver_connection
    if pooled.info.get("durable") != durable:
        raw.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        raw.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES * (_PATIENCE if durable else 1)}")
        pooled.info["durable"] = durable
    give_up = time.monotonic() + BUSY_SECONDS
    longest = 0.0015 * (1 if durable else _MODESTY)
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise OperationalError("BEGIN IMMEDIATE", None, error) from error
                time.sleep(random.uniform(0.0002, longest))  # noqa: S311 -- spreads waiting writers, hides nothing
            else:
                return
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


@contextmanager
def _borrowed(engine: Engine) -> Iterator[psycopg.Cursor[Any]]:
    """The cursor of a connection of the driver; the pool gets it back, or is told that it broke.

    A connection keeps its one cursor: making one costs as much as a statement.
    """
    try:
        pooled = engine.raw_connection()
    except psycopg.Error as error:
        raise Unavailable(f"the database does not answer ({type(error).__name__})") from error
    driver: Any = pooled.driver_connection
    cursor = pooled.info.get("cursor")
    if cursor is None:
        cursor = pooled.info["cursor"] = driver.cursor()
    try:
        yield cursor
    except psycopg.IntegrityError as error:
        raise IntegrityError("", None, error) from error
    except psycopg.Error as error:
        if driver.closed:
            pooled.invalidate(error)
            raise Unavailable("the database closed the connection") from error
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            raise OperationalError("", None, error) from error
        raise
    finally:
        pooled.close()


def _rows(result: CursorResult[Any]) -> list[Any]:
    return list(result) if result.returns_rows else []


@contextmanager
def _answering() -> Iterator[None]:
    """Translate "the database does not answer" to Unavailable; mistakes of ours stay what they are."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        if str(getattr(getattr(error, "orig", None), "sqlstate", None)).startswith(_LIMIT_PASSED):
            raise
        raise Unavailable(f"the database does not answer ({_cause(error)})") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("the database closed the connection") from error
        raise


def _cause(error: Exception) -> str:
    """The driver's kind of error: its message may hold addresses and values."""
    return type(getattr(error, "orig", None) or error).__name__
