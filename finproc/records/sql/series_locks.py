"""One writer at a time for a series of facts."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from sqlalchemy import ARRAY, Connection, Integer, bindparam, func, select

from finproc.clients.sql import Database

_CLASS = 7002
_BUCKETS = 1024
_LOCKS = select(func.pg_advisory_xact_lock(_CLASS, func.unnest(bindparam("buckets", type_=ARRAY(Integer)))))


def lock_series(connection: Connection, series: Iterable[str], database: Database) -> None:
    """Hold the series until the transaction ends. SQLite needs nothing: there a write transaction is alone.

    Series share buckets, so that a large document takes few locks; locks are taken in order, so that none wait in a
    circle.
    """
    if database.sqlite:
        return
    buckets = sorted({zlib.crc32(name.encode()) % _BUCKETS for name in series})
    if buckets:
        connection.execute(_LOCKS, {"buckets": buckets})
