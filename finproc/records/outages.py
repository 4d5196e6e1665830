"""What the stores' libraries raise when the database is away, busy or full: reasons to try later, never to fail."""

from __future__ import annotations

from pymongo.errors import AutoReconnect, ConnectionFailure, ExecutionTimeout, WTimeoutError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from finproc.errors import Unavailable

OUTAGES: tuple[type[Exception], ...] = (
    Unavailable,
    OperationalError,
    InterfaceError,
    PoolTimeout,
    AutoReconnect,
    ConnectionFailure,
    ExecutionTimeout,
    WTimeoutError,
)
