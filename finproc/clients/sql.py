"""The SQL database: SQLite in WAL with one writer at a time, or PostgreSQL."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.sql.base import Executable

from finproc.clients.forks import in_each_child
from finproc.clients.prepared import Prepared, Values
from finproc.clients.sessions import RESTED_SECONDS, Bounded, Session, Sessions
from finproc.errors import Unavailable

Run = Callable[[Executable, Values | Sequence[Values]], list[Any]]
"""Runs a statement in a transaction and answers with its rows; for a list of values it runs once for each."""

BUSY_SECONDS = 5.0
"""How long a writer waits for its turn before it gives up."""
_CHECKPOINT_PAGES = 1000
"""Pages in SQLite's log from which on the writer that adds to it copies them to the database."""
_PATIENCE = 8
"""A durable write, for which a caller waits, leaves that copying to the others until there are so many times more."""
_MODESTY = 4
"""Writers for which nobody waits look so many times less often whether it is their turn: the durable ones go first."""

_CONNECTING = {
    "connect_timeout": 5,
    "client_encoding": "utf8",  # a database made in the C locale would answer with bytes
    "keepalives_idle": 30,
    "tcp_user_timeout": 30_000,  # milliseconds after which a server that is cut off counts as gone
}
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

    def __init__(self, engine: Engine, durable: Sessions | None = None, relaxed: Sessions | None = None) -> None:
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
    def write(self, *, durable: bool = True, patient: bool = False) -> Iterator[Connection]:
        """One transaction, committed at the end of the block and rolled back when it raises.

        `durable=False` commits without waiting for the disk (on PostgreSQL by `run` and `transaction` alone): what a
        crash of the *machine*, or of PostgreSQL itself, may then undo is the newest few such transactions in reverse
        order, never one before a durable one; a crash of a process of ours undoes nothing. It is for what the pipeline
        does again by itself: steps, leases. What a caller was promised is always durable.

        `patient` is for statements that may take minutes, as those of migrations: on PostgreSQL others are an outage.
        """
        with _answering(), self.engine.connect() as connection:
            if self.sqlite:
                with self._writing:  # threads of one process queue here, processes at BEGIN IMMEDIATE
                    _begin_immediate(connection, durable=durable)
                    with _transaction(connection):
                        yield connection
            else:
                with _patient(connection) if patient else nullcontext(), _transaction(connection):
                    yield connection

    def run(self, statement: Executable, values: Values | Sequence[Values], *, durable: bool = True) -> list[Any]:
        """One statement as a transaction by itself; the rows it answers with.

        For a list of values it runs once for each, all in that transaction; the rows are then PostgreSQL's alone.
        """
        if self._direct is None:
            with self.write(durable=durable) as connection:
                return _rows(connection.execute(statement, values))
        with _Borrowed(self._direct[durable]) as session:
            return session.run(self._prepared(statement), values)

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
        with _Borrowed(self._direct[durable]) as session, session.transaction():
            yield lambda statement, values: session.run(self._prepared(statement), values)

    def _prepared(self, statement: Executable) -> Prepared:
        found = self._statements.get(statement)
        if found is None:
            found = self._statements[statement] = Prepared(statement)
        return found

    def ping(self) -> None:
        """Raise Unavailable unless the database answers."""
        with self.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        self.engine.dispose()
        for direct in (self._direct or {}).values():
            direct.close()


def open_database(url: str) -> Database:
    """Open (and for SQLite create) the database at a SQLAlchemy address.

    Connects at first use, except for SQLite's folder.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return Database(_forgotten_by_children(_sqlite(address)))
    sessions = (Sessions(10, _arguments(address, _OPTIONS + options)) for options in (_GENERIC_PLANS, _RELAXED))
    return Database(_forgotten_by_children(_postgres(address)), *sessions)


def _forgotten_by_children(engine: Engine) -> Engine:
    in_each_child(engine, _forget)
    return engine


def _forget(engine: Engine) -> None:
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
    arguments = _arguments(address, _OPTIONS)
    engine = create_engine(
        address,
        creator=lambda: Bounded.connect(**arguments, prepare_threshold=3),
        hide_parameters=True,  # they are words and numbers of documents, and errors end in logs
        pool_size=20,  # all of them stay: one beyond the pool would be opened and closed at every use
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _ping_rested)
    return engine


def _arguments(address: URL, options: str) -> dict[str, Any]:
    """How to connect to PostgreSQL; what the address itself says of it goes first."""
    _, said = address.get_dialect()().create_connect_args(address)
    return {**_CONNECTING, "options": options, **said}


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
def _patient(connection: Connection) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    driver.patient = True
    try:
        yield
    finally:
        driver.patient = False


class _Borrowed:
    """A session for a block, whose errors are those that SQLAlchemy's way gives."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __enter__(self) -> Session:
        self._session = self._sessions.take()
        return self._session

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        broken = self._session.broken
        self._sessions.give_back(self._session)
        if isinstance(error, psycopg.IntegrityError):
            raise IntegrityError("", None, error) from error
        if isinstance(error, psycopg.Error) and broken:
            raise Unavailable("the database closed the connection") from error
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            if _passes_a_limit(error):
                raise OperationalError("", None, error) from error
            raise Unavailable(f"the database does not answer ({type(error).__name__})") from error


def _rows(result: CursorResult[Any]) -> list[Any]:
    return list(result) if result.returns_rows else []


@contextmanager
def _answering() -> Iterator[None]:
    """Translate "the database does not answer" to Unavailable; mistakes of ours stay what they are."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        if _passes_a_limit(getattr(error, "orig", None)):
            raise
        raise Unavailable(f"the database does not answer ({_cause(error)})") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("the database closed the connection") from error
        raise


def _passes_a_limit(error: object) -> bool:
    return str(getattr(error, "sqlstate", None)).startswith(_LIMIT_PASSED)


def _cause(error: Exception) -> str:
    """The driver's kind of error: its message may hold addresses and values."""
    return type(getattr(error, "orig", None) or error).__name__
