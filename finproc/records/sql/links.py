"""How the versions of a series follow each other, written in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Connection, Row, Select, String, any_, bindparam, exists, select, tuple_, update

from finproc.clients.sql import Database, Run
from finproc.records.series import Link, Version, changed_neighbours
from finproc.records.sql.tables import facts

_F = facts.c
_BATCH = 400
"""Series asked about in one statement: both databases limit the parameters of one."""


def relink(run: Run, submission: str, series: Iterable[str], database: Database) -> None:
    """Link the series again after this submission's rows in them changed. The caller holds their locks.

    For `erase`, call it on closed rows or before they are deleted, when their place in the order is still known.
    """
    names, shared = sorted(series), _SHARED if database.sqlite else _SHARED_BY_ARRAY
    for start in range(0, len(names), _BATCH):
        changed: dict[str, Link] = {}
        for row in run(shared, {"names": names[start : start + _BATCH], "own": submission}):
            changed |= _changed(run, row.series, submission)
        if changed:
            run(
                _LINK,
                [{"wanted": key, "until": link.known_to, "previous": link.replaces} for key, link in changed.items()],
            )


def already_there(run: Run, submission: str, series: Iterable[str], database: Database) -> tuple[bool, bool]:
    """Whether the submission has facts, and whether others have open ones in these series: mostly neither.

    True where it was not asked: on SQLite, and of more series than one statement takes. The caller holds their locks.
    """
    names = sorted(series)
    if database.sqlite or len(names) > _BATCH:
        return True, True
    ((own, others),) = run(_ALREADY_THERE, {"names": names, "own": submission})
    return own, others


def versions_of(connection: Connection, series: Iterable[str], at: datetime) -> Iterator[tuple[str, Version]]:
    """(series, version) of all rows known at a time, closed ones too."""
    names = sorted(series)
    for start in range(0, len(names), _BATCH):
        query = _VERSIONS.where(_F.series.in_(names[start : start + _BATCH]), _F.known_from <= at)
        for row in connection.execute(query):
            yield row.series, _version(row)


def _changed(run: Run, series: str, submission: str) -> dict[str, Link]:
    here = _group(run, series, submission)
    for place in run(_PLACE, {"name": series, "own": submission}):
        order = {"name": series, "known": place.known_from, "received": place.received_at, "own": submission}
        groups: list[Sequence[Version]] = []
        for neighbour in (_EARLIER, _LATER):
            rows = [row for beside in run(neighbour, order) for row in _group(run, series, beside.submission)]
            groups.append([row for row in rows if not row.review])
        return changed_neighbours(groups[0], here, groups[1])
    return {}


def _group(run: Run, series: str, submission: str) -> list[Version]:
    return [_version(row) for row in run(_GROUP, {"name": series, "own": submission})]


def _version(row: Row[Any]) -> Version:
    return Version(
        row.id,
        row.submission,
        row.known_from,
        row.received_at,
        review=row.proof == "review",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        known_to=row.known_to,
        replaces=row.replaces,
    )


_VERSIONS: Select[Any] = select(
    *(_F.series, _F.id, _F.submission, _F.known_from, _F.received_at, _F.proof),
    *(_F.opened_at, _F.closed_at, _F.known_to, _F.replaces),
)
_OPEN = _F.closed_at.is_(None)
_NAMED = _F.series == bindparam("name")
_OWN = _F.submission == bindparam("own")
_GROUP = _VERSIONS.where(_NAMED, _OWN, _OPEN).order_by(_F.id)
_BESIDE = select(_F.series).where(_F.submission != bindparam("own"), _OPEN).distinct()
_SHARED = _BESIDE.where(_F.series.in_(bindparam("names", expanding=True)))
_SHARED_BY_ARRAY = _BESIDE.where(_F.series == any_(bindparam("names", type_=ARRAY(String))))
"""Series that other submissions have open rows in: the others need no links."""
_ALREADY_THERE = select(
    exists().where(_OWN).label("own"),
    exists()
    .where(_F.series == any_(bindparam("names", type_=ARRAY(String))), _F.submission != bindparam("own"), _OPEN)
    .label("others"),
)
_PLACE = select(_F.known_from, _F.received_at).where(_NAMED, _OWN).limit(1)
_ORDER = tuple_(_F.known_from, _F.received_at, _F.submission)
_HERE = tuple_(
    bindparam("known", type_=_F.known_from.type),
    bindparam("received", type_=_F.received_at.type),
    bindparam("own", type_=_F.submission.type),
)
_NEIGHBOUR = select(_F.submission).where(_NAMED, _OPEN, _F.proof != "review").limit(1)
_EARLIER = _NEIGHBOUR.where(_ORDER < _HERE).order_by(_F.known_from.desc(), _F.received_at.desc(), _F.submission.desc())
_LATER = _NEIGHBOUR.where(_ORDER > _HERE).order_by(_F.known_from, _F.received_at, _F.submission)
_LINK = (
    update(facts)
    .where(_F.id == bindparam("wanted"))
    .values(known_to=bindparam("until", type_=_F.known_to.type), replaces=bindparam("previous", type_=_F.replaces.type))
)
