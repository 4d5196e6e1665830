"""Rejected messages in SQL."""

from __future__ import annotations

import base64
import json
from typing import Any

from sqlalchemy import Row, delete, select

from finproc.clients.sql import Database
from finproc.model.page import Page
from finproc.records.cursors import from_cursor, to_cursor
from finproc.records.protocols import SYSTEM_OWNER, DeadLetter, Sealer
from finproc.records.sql.inserts import insert
from finproc.records.sql.tables import dead_letters

_D = dead_letters.c


class SqlDeadLetters:
    """DeadLetterRecords in SQL. Nobody owns a message that cannot be read: it is sealed with the system's key."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self._add = insert(database, dead_letters).on_conflict_do_nothing()

    def add(self, letter: DeadLetter) -> None:
        stored = json.dumps([dict(letter.headers), base64.b64encode(letter.body).decode()]).encode()
        sealed = self._sealer.seal(stored, owner=SYSTEM_OWNER, table="dead_letters", row=letter.id, field="message")
        row = {
            "id": letter.id,
            "queue": letter.queue,
            "reason": letter.reason,
            "received_at": letter.received_at,
            "sealed": sealed,
        }
        with self._database.write() as connection:
            connection.execute(self._add, row)

    def page(self, *, cursor: str | None, limit: int) -> Page[DeadLetter]:
        query = select(dead_letters).order_by(_D.id.desc()).limit(limit + 1)
        if cursor is not None:
            (before,) = from_cursor(cursor, 1)
            query = query.where(_D.id < before)
        with self._database.read() as connection:
            rows = list(connection.execute(query))
        return Page(
            [self._read(row) for row in rows[:limit]], to_cursor(rows[limit - 1].id) if len(rows) > limit else None
        )

    def get(self, letter_id: str) -> DeadLetter | None:
        with self._database.read() as connection:
            row = connection.execute(select(dead_letters).where(_D.id == letter_id)).one_or_none()
        return None if row is None else self._read(row)

    def remove(self, letter_id: str) -> bool:
        with self._database.write() as connection:
            return connection.execute(delete(dead_letters).where(_D.id == letter_id)).rowcount == 1

    def _read(self, row: Row[Any]) -> DeadLetter:
        stored = self._sealer.open(row.sealed, owner=SYSTEM_OWNER, table="dead_letters", row=row.id, field="message")
        headers, body = json.loads(stored)
        return DeadLetter(row.id, row.queue, row.reason, row.received_at, headers, base64.b64decode(body))
