"""`INSERT … ON CONFLICT`, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from finproc.clients.sql import Database

Insert = sqlite.Insert | postgresql.Insert


def insert(database: Database, table: Table) -> Insert:
    """An insert into `table` that understands `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if database.sqlite else postgresql.insert(table)
