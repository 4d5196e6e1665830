"""Facts, their versions and decisions in SQL."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from finproc.clients.prepared import Values
from finproc.clients.sql import Database, Run
from finproc.errors import Fenced
from finproc.model.check import KnownAmount
from finproc.model.fact import Decision, Fact, FactContent, FactFilter
from finproc.model.page import Page
from finproc.model.submission import State, Submission
from finproc.records.cursors import from_place, to_place
from finproc.records.fact_set import Plan, Stored, open_fact, plan, sealed_fact, verdict
from finproc.records.protocols import Sealer
from finproc.records.series import by_series, company_key, known_at, order_key, searched_texts
from finproc.records.sql.inserts import insert
from finproc.records.sql.known_amounts import known_amounts
from finproc.records.sql.links import already_there, relink, versions_of
from finproc.records.sql.series_locks import LOCKED, buckets, lock_series
from finproc.records.sql.tables import decisions, facts, submissions

_F = facts.c


class SqlFacts:
    """FactRecords in SQL."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        statement = insert(database, decisions)
        self._keep_decision = statement.on_conflict_do_update(
            index_elements=["fact_id"],
            set_={
                name: statement.excluded[name] for name in ("verdict", "decided_at", "decided_by", "value", "reason")
            },
        )

    def store_set(self, submission: Submission, contents: Sequence[FactContent], at: datetime) -> int:
        first = not submission.facts_set and submission.attempt <= _FIRST_STORE
        while True:
            # Planning and sealing outside the transaction keep it short; a first set expects no earlier facts.
            seen: _State = ([], []) if first else _state(self._database.look, submission.id)
            stored = self._store(submission, seen, *self._plan(submission, contents, seen, at), at)
            if stored is not None:
                return stored
            first = False

    def _store(
        self, submission: Submission, seen: _State, what: Plan, rows: list[dict[str, Any]], at: datetime
    ) -> int | None:
        """Carry a plan out; None where the facts are not (any more) as they were seen."""
        closed = {row.id: row.series for row in seen[0] if row.id in what.closed}
        touched = {*(stored.fact.series for stored in what.opened), *closed.values()}
        with self._database.transaction(durable=False) as run:
            _fence(run, submission, touched, self._database)
            own, others = already_there(run, submission.id, touched, self._database)
            if (own or seen[0]) and _state(run, submission.id) != seen:
                return None
            if closed:
                run(_CLOSE, [_closing(key, at, why) for key, why in what.closed.items()])
            if rows:
                run(_INSERT, rows)
            if others:
                relink(run, submission.id, touched, self._database)
        return what.open_count

    def _plan(
        self,
        submission: Submission,
        contents: Sequence[FactContent],
        state: _State,
        at: datetime,
    ) -> tuple[Plan, list[dict[str, Any]]]:
        rows, verdicts = state
        known = {row.fact_id: self._decision(row) for row in verdicts}
        what = plan(submission, contents, map(self._read, rows), known, at)
        return what, [self._row(stored) for stored in what.opened]

    def get(self, row_id: str, owner: str) -> Fact | None:
        for row in self._database.look(_ONE, {"wanted": row_id, "whose": owner}):
            return self._read(row).shown()
        return None

    def known_amounts(self, owner: str, wanted: Collection[tuple[str, str]], *, besides: str) -> list[KnownAmount]:
        return list(known_amounts(self._database, owner, wanted, besides))

    def page(self, owner: str, where: FactFilter, *, cursor: str | None, limit: int) -> Page[Fact]:
        place = None if cursor is None else from_place(cursor)
        query = select(facts).where(_F.owner == owner, *_conditions(where))
        query = query.order_by(_F.known_from.desc(), _F.id.desc()).limit(limit + 1)
        found: list[Row[Any]] = []
        with self._database.read() as connection:
            while len(found) <= limit:
                batch = list(connection.execute(query if place is None else query.where(_before(*place))))
                found += batch if where.as_of is None else self._known(connection, batch, where.as_of)
                if len(batch) <= limit:
                    break
                place = (batch[-1].known_from, batch[-1].id)
        items = [self._read(row).shown() for row in found[:limit]]
        more = len(found) > limit
        return Page(items, to_place(items[-1].known_from, items[-1].id) if more else None)

    def _known(self, connection: Connection, batch: list[Row[Any]], at: datetime) -> list[Row[Any]]:
        names = {row.series for row in batch}
        versions = by_series(versions_of(connection, names, at))
        known = {key for rows in versions.values() for key in known_at(rows, at)}
        return [row for row in batch if row.id in known]

    def versions(self, owner: str, row_id: str) -> list[Fact]:
        with self._database.read() as connection:
            wanted = connection.execute(
                select(_F.series, _F.fact_id).where(_F.id == row_id, _F.owner == owner)
            ).one_or_none()
            if wanted is None:
                return []
            related = or_(_F.series == wanted.series, _F.fact_id == wanted.fact_id)
            query = select(facts).where(_F.owner == owner, related)
            query = query.order_by(_F.known_from, _F.received_at, _F.submission, _F.fact_id, _F.revision)
            return [self._read(row).shown() for row in connection.execute(query)]

    def decide(self, owner: str, fact_id: str, decision: Decision) -> Fact | None:
        stable = fact_id.partition(".")[0]
        decision = dataclasses.replace(decision, fact_id=stable)
        asked = {"wanted": stable, "whose": owner}
        with self._database.transaction() as run:
            for row in run(_NEWEST, asked):
                run(_LOCK_SUBMISSION, {"wanted": row.submission})
                lock_series(run, {row.series}, self._database)
                before = self._read(run(_NEWEST, asked)[0])
                run(self._keep_decision, self._decision_row(decision, before.fact))
                result = verdict(before, decision)
                if result.newest != before:
                    run(_REWRITE, {f"new_{name}": value for name, value in self._row(result.newest).items()})
                if result.following is not None:
                    run(_INSERT, [self._row(result.following)])
                relink(run, row.submission, {row.series}, self._database)
                return self._read(run(_NEWEST, asked)[0]).shown()
        return None

    def close(self, submission_id: str, *, at: datetime, reason: str) -> int:
        with self._database.transaction() as run:
            run(_LOCK_SUBMISSION, {"wanted": submission_id})
            rows = run(_ALIVE, {"wanted": submission_id})
            touched = {row.series for row in rows}
            lock_series(run, touched, self._database)
            if rows:
                run(_CLOSE, [_closing(row.id, at, reason) for row in rows])
            relink(run, submission_id, touched, self._database)
        return sum(row.closed_at is None for row in rows)

    def erase(self, submission_id: str) -> int:
        own = {"wanted": submission_id}
        with self._database.transaction() as run:
            run(_LOCK_SUBMISSION, own)
            rows = run(_OF_SUBMISSION, own)
            touched = {row.series for row in rows}
            lock_series(run, touched, self._database)
            run(_FORGET_DECISIONS, own)
            if rows:
                run(_CLOSE, [_closing(row.id, row.received_at, "erased") for row in rows])
            relink(run, submission_id, touched, self._database)
            run(_FORGET, own)
        return len(rows)

    def _row(self, stored: Stored) -> dict[str, Any]:
        fact, shown = stored.fact, stored.shown().content
        low = shown.value if shown.value is not None else shown.value_low
        high = shown.value if shown.value is not None else shown.value_high
        row: dict[str, Any] = dict(zip(_OF_FACT, _fields_of_fact(fact), strict=True))
        row |= zip(_OF_CONTENT, _fields_of_content(shown), strict=True)
        row["company_key"] = company_key(shown.company or shown.entity)
        row["low_order"] = None if low is None else order_key(low)
        row["high_order"] = row["low_order"] if high is low else None if high is None else order_key(high)
        row["facts_set"], row["opened_at"] = stored.facts_set, stored.opened_at
        row["sealed"] = sealed_fact(fact, self._sealer)
        return row

    def _read(self, row: Row[Any]) -> Stored:
        content, decision = open_fact(row.sealed, self._sealer, owner=row.owner, row=row.id, fact_id=row.fact_id)
        kept = {name: getattr(row, name) for name in _OF_FACT}
        return Stored(Fact(content=content, decision=decision, **kept), row.facts_set, row.opened_at)

    def _decision_row(self, decision: Decision, fact: Fact) -> dict[str, Any]:
        reason = None
        if decision.reason is not None:
            reason = self._sealer.seal(
                decision.reason.encode(), owner=fact.owner, table="decisions", row=fact.fact_id, field="reason"
            )
        return {
            "fact_id": fact.fact_id,
            "owner": fact.owner,
            "submission": fact.submission,
            "verdict": decision.verdict,
            "decided_at": decision.decided_at,
            "decided_by": decision.decided_by,
            "value": decision.value,
            "reason": reason,
        }

    def _decision(self, row: Row[Any]) -> Decision:
        reason = None
        if row.reason is not None:
            reason = self._sealer.open(
                row.reason, owner=row.owner, table="decisions", row=row.fact_id, field="reason"
            ).decode()
        return Decision(row.fact_id, row.verdict, row.decided_at, row.decided_by, row.value, reason)


_FIRST_STORE = 3
"""The attempt that stores a submission on which no step had to run twice."""
_OF_FACT = tuple(field.name for field in dataclasses.fields(Fact) if field.name not in ("content", "decision"))
_OF_CONTENT = (
    *("company", "metric", "qualifier", "segment", "value", "value_low", "value_high", "unit", "currency"),
    *("period", "period_start", "period_end", "status", "proof", "extractor", "model"),
)
_fields_of_fact = operator.attrgetter(*_OF_FACT)
_fields_of_content = operator.attrgetter(*_OF_CONTENT)
_ONE = select(facts).where(_F.id == bindparam("wanted"), _F.owner == bindparam("whose"))
_NEWEST = (
    select(facts)
    .where(_F.fact_id == bindparam("wanted"), _F.owner == bindparam("whose"))
    .order_by(_F.revision.desc())
    .limit(1)
)
_ALIVE = select(_F.id, _F.series, _F.closed_at).where(
    _F.submission == bindparam("wanted"), or_(_F.closed_at.is_(None), _F.closed_reason == "rejected")
)
_INSERT = facts.insert()
_REWRITE = (
    update(facts)
    .where(_F.id == bindparam("new_id"))
    .values({column.name: bindparam(f"new_{column.name}", type_=column.type) for column in _F if column.name != "id"})
)
_OF_SUBMISSION = select(facts).where(_F.submission == bindparam("wanted")).order_by(_F.id)
_DECISIONS = select(decisions).where(decisions.c.submission == bindparam("wanted")).order_by(decisions.c.fact_id)
_LOCK_SUBMISSION = (
    select(submissions.c.state, submissions.c.attempt, submissions.c.facts_set)
    .where(submissions.c.id == bindparam("wanted"))
    .with_for_update()
)
_CLOSE = (
    update(facts)
    .where(_F.id == bindparam("wanted"))
    .values(
        closed_at=func.coalesce(_F.closed_at, bindparam("ended", type_=_F.closed_at.type)),
        closed_reason=bindparam("why"),
    )
)


_FENCED = _LOCK_SUBMISSION.cte("fenced")
_FENCE = select(_FENCED, LOCKED.label("locked"))
"""On PostgreSQL the submission's lock and then those of the series; one row for each of these."""
_FORGET = delete(facts).where(_F.submission == bindparam("wanted"))
_FORGET_DECISIONS = delete(decisions).where(decisions.c.submission == bindparam("wanted"))
_State = tuple[list[Any], list[Any]]
"""A submission's facts as rows, and the decisions about them."""


def _state(run: Callable[[Executable, Values], list[Any]], submission: str) -> _State:
    rows = run(_OF_SUBMISSION, {"wanted": submission})
    return rows, run(_DECISIONS, {"wanted": submission}) if rows else []


def _closing(row: str, at: datetime, reason: str) -> dict[str, object]:
    return {"wanted": row, "ended": at, "why": reason}


def _fence(run: Run, submission: Submission, series: set[str], database: Database) -> None:
    wanted = {"wanted": submission.id}
    together = series and not database.sqlite
    rows = run(_FENCE, wanted | {"buckets": buckets(series)}) if together else run(_LOCK_SUBMISSION, wanted)
    if not rows or rows[0].state == State.DISCARDED:
        raise Fenced("the submission was discarded")
    row = rows[0]
    if (row.attempt, row.facts_set) != (submission.attempt, submission.facts_set):
        raise Fenced("a newer attempt owns this submission")


def _before(known: datetime, row: str) -> ColumnElement[bool]:
    return or_(_F.known_from < known, and_(_F.known_from == known, _F.id < row))


def _conditions(where: FactFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_F[name] == wanted for name, wanted in searched_texts(where).items()]
    if where.min_value is not None:
        conditions.append(_F.low_order >= order_key(where.min_value))
    if where.max_value is not None:
        conditions.append(_F.high_order <= order_key(where.max_value))
    if where.proof is None:
        conditions.append(_F.proof != "review")
    elif where.proof != "any":
        conditions.append(_F.proof == where.proof)
    if where.as_of is None:
        newest = [] if where.replaced else [_F.known_to.is_(None)]
        return [*conditions, _F.closed_at.is_(None), *newest]
    at = where.as_of
    return [*conditions, _F.known_from <= at, _F.opened_at <= at, or_(_F.closed_at.is_(None), _F.closed_at > at)]
