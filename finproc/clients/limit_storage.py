"""Rate limits in the SQL database: the storage that the library `limits` lacks.

Exact over threads, processes and hosts.
"""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import floor

from limits.storage import MovingWindowSupport, SlidingWindowCounterSupport, Storage
from limits.storage.base import TimestampedSlidingWindow
from sqlalchemy import Connection, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from finproc.clients.limit_tables import limit_counters, limit_hits
from finproc.clients.sql import Database
from finproc.errors import Unavailable

_C, _H = limit_counters.c, limit_hits.c
_LOCK_CLASS = 7003
_SECOND = 1_000_000
_SWEEP_SHARE = 0.01
"""Share of writes that also delete what has expired."""


class SqlLimitStorage(Storage, MovingWindowSupport, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """Fixed, moving and sliding windows.

    Each acquisition reads and writes in one transaction that is alone on its key.
    """

    STORAGE_SCHEME = None

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._insert = (sqlite.insert if database.sqlite else postgresql.insert)(limit_counters)

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return (SQLAlchemyError, Unavailable)

    def close(self) -> None:
        self._database.close()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = _now()
        with self._alone(key) as connection:
            return self._raise(connection, key, now, now + expiry * _SECOND, amount)

    def _raise(self, connection: Connection, key: str, now: int, expires_at: int, amount: int) -> int:
        new = self._insert.excluded
        expired = _C.expires_at <= now
        statement = self._insert.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "amount": case((expired, new.amount), else_=_C.amount + new.amount),
                "expires_at": case((expired, new.expires_at), else_=_C.expires_at),
            },
        ).returning(_C.amount)
        row = {"key": key, "amount": amount, "expires_at": expires_at}
        return int(connection.execute(statement, [row]).scalar_one())

    def get(self, key: str) -> int:
        with self._database.read() as connection:
            return _amount(connection, key, _now())

    def get_expiry(self, key: str) -> float:
        with self._database.read() as connection:
            at = connection.execute(select(_C.expires_at).where(_C.key == key)).scalar_one_or_none()
        return time.time() if at is None else at / _SECOND

    def check(self) -> bool:
        self._database.ping()
        return True

    def reset(self) -> int:
        with self._database.write(durable=False) as connection:
            return sum(connection.execute(delete(table)).rowcount for table in (limit_counters, limit_hits))

    def clear(self, key: str) -> None:
        with self._database.write(durable=False) as connection:
            connection.execute(delete(limit_counters).where(_C.key == key))
            connection.execute(delete(limit_hits).where(_H.key == key))

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        if amount > limit:
            return False
        now = _now()
        with self._alone(key) as connection:
            used = select(func.coalesce(func.sum(_H.amount), 0)).where(_H.key == key, _H.at >= now - expiry * _SECOND)
            if connection.execute(used).scalar_one() + amount > limit:
                return False
            row = {"key": key, "at": now, "expires_at": now + expiry * _SECOND, "amount": amount}
            connection.execute(limit_hits.insert(), row)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 -- the library's
        now = _now()
        query = select(func.min(_H.at), func.coalesce(func.sum(_H.amount), 0)).where(
            _H.key == key, _H.at >= now - expiry * _SECOND
        )
        with self._database.read() as connection:
            first, used = connection.execute(query).one()
        return (now if first is None else first) / _SECOND, int(used)

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        if amount > limit:
            return False
        now = _now()
        with self._alone(key) as connection:
            before, before_ttl, current, _ = self._window(connection, key, expiry, now)
            if floor(before * before_ttl / expiry + current) + amount > limit:
                return False
            _, current_key = self.sliding_window_keys(key, expiry, now / _SECOND)
            self._raise(connection, current_key, now, now + 2 * expiry * _SECOND, amount)
        return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        with self._database.read() as connection:
            return self._window(connection, key, expiry, _now())

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        for window in self.sliding_window_keys(key, expiry, time.time()):
            self.clear(window)

    def _window(self, connection: Connection, key: str, expiry: int, now: int) -> tuple[int, float, int, float]:
        """Hits of the window before and how long they still count, hits of this window and how long it is kept."""
        before_key, current_key = self.sliding_window_keys(key, expiry, now / _SECOND)
        left = expiry - now / _SECOND % expiry
        before = _amount(connection, before_key, now)
        return before, left if before else 0.0, _amount(connection, current_key, now), left + expiry

    @contextmanager
    def _alone(self, key: str) -> Iterator[Connection]:
        """A transaction that no other on this key runs beside. SQLite has one writer anyway."""
        with self._database.write(durable=False) as connection:
            if not self._database.sqlite:
                bucket = zlib.crc32(key.encode()) - (1 << 31)
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK_CLASS, bucket)))
            if random.random() < _SWEEP_SHARE:  # noqa: S311 -- spreads the work, hides nothing
                for table in (limit_counters, limit_hits):
                    connection.execute(delete(table).where(table.c.expires_at <= _now()))
            yield connection


def _amount(connection: Connection, key: str, now: int) -> int:
    query = select(_C.amount).where(_C.key == key, _C.expires_at > now)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def _now() -> int:
    return time.time_ns() // 1000
