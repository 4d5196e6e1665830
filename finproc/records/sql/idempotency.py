"""Answers kept for Idempotency-Keys in SQL."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from finproc.clients.sql import Database
from finproc.records.protocols import Sealer, StoredAnswer
from finproc.records.sql.inserts import insert
from finproc.records.sql.tables import idempotency

_KEPT = timedelta(hours=24)
_I = idempotency.c


class SqlIdempotency:
    """Idempotency in SQL."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self._insert = insert(database, idempotency)

    def get(self, owner: str, key: str, now: datetime) -> StoredAnswer | None:
        query = select(idempotency).where(_I.owner == owner, _I.key == key, _I.expires_at > now)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        stored = self._sealer.open(row.sealed, owner=owner, table="idempotency", row=key, field="answer")
        headers, body = json.loads(stored)
        return StoredAnswer(row.request_hash, row.status, base64.b64decode(body), headers)

    def put(self, owner: str, key: str, answer: StoredAnswer, now: datetime) -> None:
        stored = json.dumps([dict(answer.headers), base64.b64encode(answer.body).decode()]).encode()
        sealed = self._sealer.seal(stored, owner=owner, table="idempotency", row=key, field="answer")
        row = {
            "owner": owner,
            "key": key,
            "request_hash": answer.request_hash,
            "status": answer.status,
            "sealed": sealed,
            "expires_at": now + _KEPT,
        }
        with self._database.write() as connection:
            connection.execute(delete(idempotency).where(_I.expires_at <= now))
            connection.execute(self._insert.on_conflict_do_nothing(), row)
