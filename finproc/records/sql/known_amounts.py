"""A sample of what is known of a company's metrics, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import islice

from sqlalchemy import Executable, Select, bindparam, select, union_all

from finproc.clients.sql import Database
from finproc.model.check import KnownAmount
from finproc.records.sql.tables import facts

_F = facts.c
_SAMPLE = 24
"""Rows looked at for a pair: an index finds them at once, however many there are."""
_AT_ONCE = 50
"""Pairs in one statement; SQLite takes 500."""


def known_amounts(
    database: Database, owner: str, wanted: Collection[tuple[str, str]], besides: str
) -> Iterator[KnownAmount]:
    """Figures of (company key, metric) pairs, those of the latest period labels first."""
    pairs = iter(sorted(wanted))
    while chunk := list(islice(pairs, _AT_ONCE)):
        names = {
            f"{name}{place}": value for place, pair in enumerate(chunk) for name, value in zip("cm", pair, strict=True)
        }
        for row in database.look(_samples(len(chunk)), {"whose": owner, **names}):
            open_now = row.closed_at is None and row.known_to is None and row.submission != besides
            if open_now and row.value is not None and row.status == "actual" and row.proof != "review":
                yield KnownAmount(
                    row.id, row.company_key, row.metric, row.qualifier, row.segment, row.unit, row.currency, row.value
                )


@lru_cache(maxsize=_AT_ONCE)
def _samples(count: int) -> Executable:
    """One statement for so many pairs, made once: building it costs more than running it."""
    samples = [_sample(place) for place in range(count)]
    return samples[0] if count == 1 else union_all(*(select(sample.subquery()) for sample in samples))


def _sample(place: int) -> Select[tuple[object, ...]]:
    columns = (
        *(_F.id, _F.submission, _F.company_key, _F.metric, _F.qualifier, _F.segment, _F.unit, _F.currency, _F.value),
        *(_F.status, _F.proof, _F.closed_at, _F.known_to),
    )
    of_pair = (
        _F.owner == bindparam("whose"),
        _F.company_key == bindparam(f"c{place}"),
        _F.metric == bindparam(f"m{place}"),
    )
    return select(*columns).where(*of_pair).order_by(_F.period.desc()).limit(_SAMPLE)
