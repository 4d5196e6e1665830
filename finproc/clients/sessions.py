"""Connections to PostgreSQL: those for the statements of every document, past SQLAlchemy's pool, and SQLAlchemy's kind.

Neither waits without end for a server that says nothing.

`psycopg_pool` connects in threads of its own: a forked child does not have them, and behind them a server that is down
shows as a time-out alone.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.abc import Transformer as Reader
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from finproc.clients.forks import in_each_child
from finproc.clients.prepared import Prepared, Values
from finproc.errors import Unavailable

RESTED_SECONDS = 2.0
"""After so long without use a connection is tried before it is trusted."""
ANSWER_SECONDS = 20.0
"""After so long without an answer the server counts as gone: what runs takes milliseconds, a lock five seconds."""
_PATIENCE = 30.0
"""Seconds that a thread waits for a connection: the pipeline can wait its turn, that is no outage."""

T = TypeVar("T")

_OPEN = frozenset({TransactionStatus.INTRANS, TransactionStatus.INERROR})
_inherited: list[Session] = []
"""Connections that a forked child got from its parent: kept alive, so that the child never closes them."""


class Bounded(psycopg.Connection[Any]):
    """The driver's connection as SQLAlchemy uses it: it breaks where the server does not answer a statement in time."""

    patient = False
    """Whether it waits as long as a statement takes."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        if timeout is None and not self.patient:
            timeout = ANSWER_SECONDS
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # of what was asked nothing is known
                self.close()
            raise


class Session:
    """A connection in autocommit mode, with what it has prepared."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._readers: dict[bytes, Reader | None] = {}
        self._rests_since = time.monotonic()

    def run(self, statement: Prepared, values: Values | Sequence[Values]) -> list[Any]:
        """The rows that the statement answers with: for a list of values those of all of them, in one round trip.

        Where no transaction is open, it is one by itself, a list of values too.
        """
        if statement.name not in self._readers:
            self._driver.pgconn.send_prepare(statement.name, statement.text, statement.types)
            self._answer()
            self._readers[statement.name] = None
        if isinstance(values, Mapping):
            return self._run(statement, values)
        return self._run(statement, values[0]) if len(values) == 1 else self._run_in_a_row(statement, values)

    @contextmanager
    def transaction(self) -> Generator[None]:
        """What runs in the block is committed at its end together, or not at all."""
        self._tell(b"BEGIN")
        try:
            yield
            self._tell(b"COMMIT")
        except BaseException:
            if self._driver.pgconn.transaction_status in _OPEN:
                self._tell(b"ROLLBACK")
            raise

    def rests(self) -> bool:
        """Whether it can be used again: it answers, and no transaction is left open on it."""
        self._rests_since = time.monotonic()
        connection = self._driver.pgconn
        if connection.transaction_status != TransactionStatus.IDLE or connection.pipeline_status:
            self.close()
            return False
        return True

    def wakes(self) -> bool:
        """Whether it still answers. One in steady use is trusted: a trial each time would cost it a round trip."""
        if time.monotonic() - self._rests_since > RESTED_SECONDS:
            try:
                self._tell(b"SELECT 1")
            except psycopg.Error:
                self.close()
                return False
        return True

    @property
    def broken(self) -> bool:
        return self._driver.closed

    def close(self) -> None:
        self._driver.close()

    def _run(self, statement: Prepared, values: Values) -> list[Any]:
        self._send(statement, statement.bound(values))
        return self._read(statement, self._answer())

    def _read(self, statement: Prepared, result: PGresult) -> list[Any]:
        if result.ntuples == 0:
            return []
        reader = self._readers[statement.name]
        if reader is None:
            reader = self._readers[statement.name] = Transformer.from_context(self._driver)
            reader.set_pgresult(result)
        else:
            reader.set_pgresult(result, set_loaders=False)
        found = reader.load_rows(0, result.ntuples, tuple)
        reader.set_pgresult(None, set_loaders=False)
        return statement.rows(found)

    def _run_in_a_row(self, statement: Prepared, values: Sequence[Values]) -> list[Any]:
        """Send all before the first is answered."""
        bound = [statement.bound(each) for each in values]
        connection, failed = self._driver.pgconn, None
        found: list[Any] = []
        connection.enter_pipeline_mode()
        for each in bound:
            self._send(statement, each)
        connection.pipeline_sync()
        while (result := self._next()) is None or result.status != ExecStatus.PIPELINE_SYNC:
            if failed is None and result is not None and result.status == ExecStatus.FATAL_ERROR:
                failed = result  # the first one; those that follow it were not tried
            elif result is not None and result.status == ExecStatus.TUPLES_OK:
                found += self._read(statement, result)
            if self.broken:
                raise psycopg.OperationalError("the connection broke")
        connection.exit_pipeline_mode()
        if failed is not None:
            self._checked(failed)
        return found

    def _tell(self, command: bytes) -> None:
        self._driver.pgconn.send_query(command)
        self._answer()

    def _send(self, statement: Prepared, bound: list[bytes | None]) -> None:
        send: Callable[..., None] = self._driver.pgconn.send_query_prepared  # its types know of no NULL
        send(statement.name, bound, statement.formats)

    def _answer(self) -> PGresult:
        """The one result of what was sent."""
        result = self._next()
        if result is None:
            raise psycopg.OperationalError("the connection broke")
        while self._next() is not None:  # libpq ends every answer with nothing
            if self.broken:
                break
        return self._checked(result)

    def _next(self) -> PGresult | None:
        """The next result. Signals get through meanwhile, and a server that says nothing is not awaited for ever."""
        connection = self._driver.pgconn
        while connection.flush():
            self._await(select.POLLIN | select.POLLOUT)
        while connection.is_busy():
            self._await(select.POLLIN)
        return connection.get_result()

    def _await(self, events: int) -> None:
        connection = self._driver.pgconn
        poll = select.poll()
        poll.register(connection.socket, events)
        if not poll.poll(ANSWER_SECONDS * 1000):
            self.close()
            raise psycopg.OperationalError("the server did not answer in time")
        connection.consume_input()

    def _checked(self, result: PGresult) -> PGresult:
        if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
            raise psycopg.errors.error_from_result(result, encoding="utf-8")
        return result


class Sessions:
    """So many connections of a process at most, kept open. Safe to share between threads and after a fork."""

    def __init__(self, size: int, arguments: Mapping[str, Any]) -> None:
        self._size, self._arguments = size, arguments
        self._open_none()
        in_each_child(self, Sessions._forget)

    def _forget(self) -> None:
        _inherited.extend(self._idle)
        self._open_none()

    def _open_none(self) -> None:
        self._idle: list[Session] = []
        self._open = 0
        self._waiting = 0
        self._free = threading.Condition()

    def take(self) -> Session:
        """A connection, to be given back; raises Unavailable where none can be had."""
        while True:
            try:
                session = self._idle.pop()
            except IndexError:
                session = self._another()
            try:
                awake = session.wakes()
            except BaseException:
                session.close()
                self._lost()
                raise
            if awake:
                return session
            self._lost()

    def give_back(self, session: Session) -> None:
        if not session.rests():
            self._lost()
            return
        self._idle.append(session)
        if self._waiting:  # whoever waits has said so before it looked at those that are idle
            with self._free:
                self._free.notify()

    def _another(self) -> Session:
        """A new connection, or one that another thread gives back."""
        give_up = time.monotonic() + _PATIENCE
        with self._free:
            self._waiting += 1
            try:
                while self._open >= self._size:
                    if self._idle:
                        with suppress(IndexError):  # `take` asks nobody before it takes one
                            return self._idle.pop()
                    elif not self._free.wait(give_up - time.monotonic()):
                        raise Unavailable("all connections to the database are in use")
                self._open += 1
            finally:
                self._waiting -= 1
        try:
            return self._connect()
        except BaseException:
            self._lost()
            raise

    def _lost(self) -> None:
        """A connection less: another one may be opened."""
        with self._free:
            self._open -= 1
            self._free.notify()

    def _connect(self) -> Session:
        try:
            return Session(psycopg.connect(autocommit=True, **self._arguments))
        except psycopg.Error as error:
            raise Unavailable(f"the database does not answer ({type(error).__name__})") from error

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
