"""The SQL database: SQLite in WAL with one writer at a time, or PostgreSQL."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from finproc.errors import Unavailable

RESTED_SECONDS = 2.0
"""After so long without use a connection is tried before it is trusted."""
BUSY_SECONDS = 5.0
"""How long a writer waits for its turn before it gives up."""

_LIMIT_PASSED = "54"
"""PostgreSQL's class of errors for a value that is too large: trying again does not help."""

_inherited: list[Pool] = []
"""Pools that a forked child got from its parent.

Kept alive, so that the child never closes the parent's connections.
"""


class Database:
    """An engine, and the two ways to use it: `read` and `write`. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
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

        `durable=False` lets SQLite commit without waiting for the disk: what a crash of the *machine* may then undo
        is the newest few such transactions in reverse order, never one before a durable one; a crash of a process
        undoes nothing. It is for what the pipeline does again by itself: steps, leases. What a caller was promised is
        always durable.
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

    @contextmanager
    def statement(self, *, durable: bool = True) -> Iterator[Connection]:
        """For one writing statement, a transaction by itself: on PostgreSQL one round trip instead of three."""
        if self.sqlite:
            with self.write(durable=durable) as connection:
                yield connection
        else:
            with _answering(), self._reading.connect() as connection:
                yield connection

    def ping(self) -> None:
        """Raise Unavailable unless the database answers."""
        with self.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open (and for SQLite create) the database at a SQLAlchemy address.

    Connects at first use, except for SQLite's folder.
    """
    address = make_url(url)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgres(address)
    reference = weakref.ref(engine)
    os.register_at_fork(after_in_child=lambda: _forget(reference))
    return Database(engine)


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


def _postgres(address: URL) -> Engine:
    engine = create_engine(
        address,
        hide_parameters=True,  # they are words and numbers of documents, and errors end in logs
        pool_size=20,  # all of them stay: one beyond the pool would be opened and closed at every use
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={
            "connect_timeout": 5,
            "client_encoding": "utf8",  # a database made in the C locale would answer with bytes
            "prepare_threshold": 3,
            "options": "-c timezone=UTC -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s",
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
    try:
        raw.autocommit = True
        raw.execute("SELECT 1")
        raw.autocommit = False
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise DisconnectionError from error


def _begin_immediate(connection: Connection, *, durable: bool) -> None:
    """Take SQLite's write lock.

    Polls with short random pauses: SQLite's own handler sleeps up to 100 ms between tries.
    """
    pooled = connection.connection
    raw: Any = pooled.driver_connection
    wanted = "FULL" if durable else "NORMAL"
    if pooled.info.get("synchronous", "FULL") != wanted:
        raw.execute(f"PRAGMA synchronous={wanted}")
        pooled.info["synchronous"] = wanted
    give_up = time.monotonic() + BUSY_SECONDS
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise OperationalError("BEGIN IMMEDIATE", None, error) from error
                time.sleep(random.uniform(0.0002, 0.0015))  # noqa: S311 -- spreads waiting writers, hides nothing
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
