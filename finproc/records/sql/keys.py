"""Wrapped keys in SQL."""

from __future__ import annotations

from sqlalchemy import select

from finproc.clients.sql import Database
from finproc.records.sql.inserts import insert
from finproc.records.sql.tables import data_keys

_CHECK = "check"


class SqlKeys:
    """KeyRecords in SQL. Names of owners are kept apart from the check value's by a prefix."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = insert(database, data_keys).on_conflict_do_nothing()

    def wrapped(self, owner: str) -> bytes | None:
        return self._get(f"owner:{owner}")

    def put_if_absent(self, owner: str, wrapped: bytes) -> bytes:
        return self._put(f"owner:{owner}", wrapped)

    def check_value(self) -> bytes | None:
        return self._get(_CHECK)

    def put_check_value(self, value: bytes) -> bytes:
        return self._put(_CHECK, value)

    def _get(self, name: str) -> bytes | None:
        with self._database.read() as connection:
            return connection.execute(select(data_keys.c.wrapped).where(data_keys.c.name == name)).scalar_one_or_none()

    def _put(self, name: str, value: bytes) -> bytes:
        with self._database.write() as connection:
            connection.execute(self._insert, {"name": name, "wrapped": value})
        kept = self._get(name)
        if kept is None:
            raise LookupError(f"the key {name} was removed while it was written")
        return kept
