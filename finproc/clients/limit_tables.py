"""The tables of rate limits; times are microseconds since 1970.

`finproc.records.sql.tables` makes them part of the schema.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table

limit_metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"})

limit_hits = Table(
    "limit_hits",
    limit_metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("key", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Index("ix_limit_hits_key_at", "key", "at"),
    Index("ix_limit_hits_expires_at", "expires_at"),
)
"""Hits of moving windows."""

limit_counters = Table(
    "limit_counters",
    limit_metadata,
    Column("key", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("ix_limit_counters_expires_at", "expires_at"),
)
"""Counters of fixed and sliding windows."""
