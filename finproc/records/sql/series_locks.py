"""One writer at a time for a series of facts."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from sqlalchemy import ARRAY, Integer, bindparam, func, select

from finproc.clients.sql import Database, Run

_CLASS = 7002
_BUCKETS = 1024
LOCKED = func.pg_advisory_xact_lock(_CLASS, func.unnest(bindparam("buckets", type_=ARRAY(Integer))))
"""Takes the locks of `buckets`, one row for each."""
_LOCKS = select(LOCKED.label("locked"))


def lock_series(run: Run, series: Iterable[str], database: Database) -> None:
    """Hold the series until the transaction ends. SQLite needs nothing: there a write transaction is alone.

    Series share buckets, so that a large document takes few locks; locks are taken in order, so that none wait in a
    circle.
    """
    if database.sqlite:
        return
    wanted = buckets(series)
    if wanted:
        run(_LOCKS, {"buckets": wanted})


def buckets(series: Iterable[str]) -> list[int]:
    """The locks of these series, in the order in which everybody takes them."""
    return sorted({zlib.crc32(name.encode()) % _BUCKETS for name in series})
