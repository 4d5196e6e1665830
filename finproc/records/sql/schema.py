"""Bringing a database to the newest schema, by one process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from finproc.clients.sql import Database

HEAD = "0001"
"""The newest migration; a test holds it to the scripts."""
_LOCK = 7000


def upgrade(database: Database) -> None:
    """Run the migrations that the database lacks. Processes that start at once wait for the first."""
    with database.read() as connection:
        if version(connection) == HEAD:
            return
    with _alone(database), database.write(patient=True) as connection:
        if not database.sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if version(connection) != HEAD:
            _run(connection)


def version(connection: Connection) -> str | None:
    """The migration the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _run(connection: Connection) -> None:
    from alembic import command, config  # noqa: PLC0415 -- most starts need no migration, and importing Alembic is slow

    settings = config.Config()
    settings.set_main_option("script_location", "finproc:migrations")
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """On SQLite, a lock on a file beside the database: migrations may take longer than a writer waits."""
    path = database.engine.url.database
    if not database.sqlite or path is None:
        yield
        return
    with Path(path + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
