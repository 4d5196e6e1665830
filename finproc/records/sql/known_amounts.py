"""A sample of what is known of a company's metrics, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from sqlalchemy import Connection, Select, select, union_all

from finproc.model.check import KnownAmount
from finproc.records.sql.tables import facts

_F = facts.c
_SAMPLE = 24
"""Rows looked at for a pair: an index finds them at once, however many there are."""
_AT_ONCE = 50
"""Pairs in one statement; SQLite takes 500."""


def known_amounts(
    connection: Connection, owner: str, wanted: Collection[tuple[str, str]], besides: str
) -> Iterator[KnownAmount]:
    """Figures of (company key, metric) pairs, those of the latest period labels first."""
    pairs = iter(sorted(wanted))
    while chunk := list(islice(pairs, _AT_ONCE)):
        for row in connection.execute(union_all(*(_sample(owner, *pair) for pair in chunk))):
            open_now = row.closed_at is None and row.known_to is None and row.submission != besides
            if open_now and row.value is not None and row.status == "actual" and row.proof != "review":
                yield KnownAmount(
                    row.id, row.company_key, row.metric, row.qualifier, row.segment, row.unit, row.currency, row.value
                )


def _sample(owner: str, company: str, metric: str) -> Select[tuple[object, ...]]:
    columns = (
        *(_F.id, _F.submission, _F.company_key, _F.metric, _F.qualifier, _F.segment, _F.unit, _F.currency, _F.value),
        *(_F.status, _F.proof, _F.closed_at, _F.known_to),
    )
    of_pair = (_F.owner == owner, _F.company_key == company, _F.metric == metric)
    return select(select(*columns).where(*of_pair).order_by(_F.period.desc()).limit(_SAMPLE).subquery())
