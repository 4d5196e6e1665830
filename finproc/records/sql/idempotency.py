"""Reservations and answers for Idempotency-Keys in SQL."""

from __future__ import annotations

import base64
import json
from datetime import datetime

from sqlalchemy import Executable, and_, bindparam, case, delete, or_, update

from finproc.clients.sql import Database
from finproc.records.idempotency import HELD, KEPT, Reservation, StoredAnswer
from finproc.records.protocols import Sealer
from finproc.records.sql.inserts import insert
from finproc.records.sql.tables import idempotency

_AT_WORK = 0
"""The status of a reservation: `sealed` holds its token, and `expires_at` is KEPT after it was made."""
_I = idempotency.c
_STILL_HELD = and_(
    _I.owner == bindparam("whose"),
    _I.key == bindparam("wanted"),
    _I.sealed == bindparam("token", type_=_I.sealed.type),
)
_ANSWERED = {name: bindparam(f"new_{name}", type_=_I[name].type) for name in ("status", "sealed", "expires_at")}
_KEEP = update(idempotency).where(_STILL_HELD).values(_ANSWERED)
_RELEASE = delete(idempotency).where(_STILL_HELD)
_PRUNE = delete(idempotency).where(_I.expires_at <= bindparam("now", type_=_I.expires_at.type))


class SqlIdempotency:
    """Idempotency in SQL."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self._reserve = _reserve(database)

    def reserve(self, asked: Reservation, now: datetime) -> Reservation | StoredAnswer:
        row = {
            "owner": asked.owner,
            "key": asked.key,
            "request_hash": asked.request_hash,
            "status": _AT_WORK,
            "sealed": asked.token,
            "expires_at": now + KEPT,
            "now": now,
            "run_out": now + KEPT - HELD,
        }
        # Not durable: a crash cuts the request off, too, and nothing was promised before its answer.
        (there,) = self._database.run(self._reserve, row, durable=False)
        if there.status == _AT_WORK:
            return Reservation(asked.owner, asked.key, there.request_hash, there.sealed)
        stored = self._sealer.open(there.sealed, owner=asked.owner, table="idempotency", row=asked.key, field="answer")
        headers, body = json.loads(stored)
        return StoredAnswer(there.request_hash, there.status, base64.b64decode(body), headers)

    def keep(self, reservation: Reservation, answer: StoredAnswer, now: datetime) -> None:
        stored = json.dumps([dict(answer.headers), base64.b64encode(answer.body).decode()]).encode()
        sealed = self._sealer.seal(
            stored, owner=reservation.owner, table="idempotency", row=reservation.key, field="answer"
        )
        new = {"new_status": answer.status, "new_sealed": sealed, "new_expires_at": now + KEPT}
        with self._database.transaction() as run:
            run(_KEEP, {**_named(reservation), **new})
            run(_PRUNE, {"now": now})

    def release(self, reservation: Reservation) -> None:
        self._database.run(_RELEASE, _named(reservation), durable=False)


def _named(reservation: Reservation) -> dict[str, object]:
    return {"whose": reservation.owner, "wanted": reservation.key, "token": reservation.token}


def _reserve(database: Database) -> Executable:
    """Insert the reservation, or put it in the place of what has run out; either way tell what is there then."""
    statement = insert(database, idempotency)
    new, instant = statement.excluded, _I.expires_at.type
    same_run_out = and_(
        _I.status == _AT_WORK,
        _I.request_hash == new.request_hash,
        _I.expires_at <= bindparam("run_out", type_=instant),
    )
    free = or_(_I.expires_at <= bindparam("now", type_=instant), same_run_out)
    names = ("request_hash", "status", "sealed", "expires_at")
    return statement.on_conflict_do_update(
        index_elements=["owner", "key"], set_={name: case((free, new[name]), else_=_I[name]) for name in names}
    ).returning(_I.request_hash, _I.status, _I.sealed)
