"""Leases and circuits in SQL."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, delete, or_, select

from finproc.clients.sql import Database
from finproc.model.ids import utc_now
from finproc.records.protocols import Circuit
from finproc.records.sql.inserts import insert
from finproc.records.sql.tables import circuits, leases

_ONE = select(circuits).where(circuits.c.name == bindparam("wanted"))


class SqlLeases:
    """Leases in SQL: one statement takes or extends.

    Times are this machine's; hosts are expected to agree to a second.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        statement = insert(database, leases)
        self._statement = statement

    def take(self, name: str, holder: str, seconds: float) -> bool:
        now = utc_now()
        new = self._statement.excluded
        statement = self._statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": new.holder, "until": new.until},
            where=or_(leases.c.holder == new.holder, leases.c.until <= now),
        ).returning(leases.c.holder)
        row = {"name": name, "holder": holder, "until": now + timedelta(seconds=seconds)}
        with self._database.write(durable=False) as connection:
            return connection.execute(statement, [row]).scalar_one_or_none() == holder

    def give_back(self, name: str, holder: str) -> None:
        own = delete(leases).where(leases.c.name == name, leases.c.holder == holder)
        with self._database.write(durable=False) as connection:
            connection.execute(own)


class SqlCircuits:
    """Circuits in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        statement = insert(database, circuits)
        fields = ("open_until", "reason", "failures", "opened_at")
        self._put = statement.on_conflict_do_update(
            index_elements=["name"], set_={field: statement.excluded[field] for field in fields}
        )

    def get(self, name: str) -> Circuit:
        for row in self._database.look(_ONE, {"wanted": name}):
            return Circuit(row.open_until, row.reason, row.failures, row.opened_at)
        return Circuit()

    def put(self, name: str, circuit: Circuit) -> None:
        row = {
            "name": name,
            "open_until": circuit.open_until,
            "reason": circuit.reason,
            "failures": circuit.failures,
            "opened_at": circuit.opened_at,
        }
        with self._database.write(durable=False) as connection:
            connection.execute(self._put, row)
