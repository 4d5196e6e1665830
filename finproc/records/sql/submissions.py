"""Submissions, documents and history in SQL."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import Select

from finproc.clients.sql import Database
from finproc.model.page import Page
from finproc.model.submission import (
    ENDED,
    RUNNING,
    WORKS_ON,
    Hints,
    HistoryEntry,
    NewSubmission,
    State,
    Step,
    Submission,
    SubmissionFilter,
)
from finproc.records import chunks
from finproc.records.contents import metadata_from_text, metadata_to_text
from finproc.records.cursors import from_cursor, to_cursor
from finproc.records.protocols import NOT_HELD, Added, Output, Sealer
from finproc.records.revival import REVIVED, fresh, patience, revived
from finproc.records.sql.changes import HISTORY_LOCK, adding, changing, parameter, plain
from finproc.records.sql.changes import sequence as next_sequence
from finproc.records.sql.extractions import output_put, output_row, sealed_output
from finproc.records.sql.inserts import insert
from finproc.records.sql.tables import PENDING, documents, extractions, history, submissions

_HINTS = tuple(field.name for field in dataclasses.fields(Hints))
_FIELDS = tuple(field.name for field in dataclasses.fields(Submission) if field.name != "hints")
_OF_HISTORY = tuple(field.name for field in dataclasses.fields(HistoryEntry))
_DURABLE = ENDED | {State.RECEIVED}
_IN = submissions.c


class SqlSubmissions:
    """SubmissionRecords in SQL."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self._insert = insert(database, submissions).on_conflict_do_nothing().returning(_IN.id)
        self._insert_chunk = insert(database, documents).on_conflict_do_nothing()
        self._insert_history = _history_insert(database)
        self._put_output = output_put(database)

    def add_many(self, new: Sequence[NewSubmission], at: datetime) -> list[Added]:
        made = [fresh(item, at) for item in new]
        rows = sorted((self._row(item) for item in made), key=lambda row: (row["owner"], row["content_hash"]))
        sealed = {item.id: self._chunks(item, item.id) for item in new}
        if not self._database.sqlite:
            created = self._create(rows, sealed)
            return [
                Added("created", saved) if saved.id in created else self._known(item, at)
                for item, saved in zip(new, made, strict=True)
            ]
        with self._database.write() as connection:
            created = set(connection.execute(self._insert, rows).scalars())
            if created:
                connection.execute(self._insert_chunk, [row for key in created for row in sealed[key]])
                connection.execute(self._insert_history, [_entry(item) for item in made if item.id in created])
            return [
                Added("created", saved) if saved.id in created else self._existing(connection, item, at)
                for item, saved in zip(new, made, strict=True)
            ]

    def _create(
        self, rows: Sequence[Mapping[str, object]], sealed: Mapping[str, Sequence[Mapping[str, object]]]
    ) -> set[str]:
        """PostgreSQL: all rows in one transaction, a statement for each; the ids of those that were not there.

        In one round trip, unless a document has more chunks, which are written only where its row is new.
        """
        if all(len(sealed[str(row["id"])]) == 1 for row in rows):
            whole = [{**row, **_chunk(*sealed[str(row["id"])])} for row in rows]
            return {made.id for made in self._database.run(adding(), whole)}
        created: set[str] = set()
        with self._database.transaction() as run:
            for row in rows:
                first, *rest = sealed[str(row["id"])]
                for made in run(adding(), {**row, **_chunk(first)}):
                    created.add(made.id)
                    if rest:
                        run(_INSERT_CHUNK, rest)
        return created

    def _known(self, new: NewSubmission, at: datetime) -> Added:
        with self._database.write() as connection:
            self._lock_history(connection)
            return self._existing(connection, new, at)

    def _existing(self, connection: Connection, new: NewSubmission, at: datetime) -> Added:
        natural = and_(_IN.owner == new.owner, _IN.content_hash == new.content_hash)
        old = self._read(connection.execute(select(submissions).where(natural).with_for_update()).one())
        if old.state not in REVIVED:
            return Added("duplicate", old)
        changes = revived(old, at)
        connection.execute(delete(documents).where(documents.c.submission == old.id))
        connection.execute(self._insert_chunk, self._chunks(new, old.id))
        return Added("revived", self._apply(connection, old, changes, at))

    def get(self, submission_id: str, owner: str | None = None) -> Submission | None:
        rows = self._database.look(_ONE, {"wanted": submission_id})
        return self._read(rows[0]) if rows and owner in (None, rows[0].owner) else None

    def page(self, owner: str, where: SubmissionFilter, *, cursor: str | None, limit: int) -> Page[Submission]:
        query = _filtered(select(submissions).where(_IN.owner == owner), where)
        if cursor is not None:
            (before,) = from_cursor(cursor, 1)
            query = query.where(_IN.id < before)
        found = self._list(query.order_by(_IN.id.desc()).limit(limit + 1))
        more = len(found) > limit
        return Page(found[:limit], to_cursor(found[limit - 1].id) if more else None)

    def select(self, where: SubmissionFilter, *, after: str | None, limit: int) -> list[Submission]:
        query = _filtered(select(submissions), where)
        if after is not None:
            query = query.where(_IN.id > after)
        return self._list(query.order_by(_IN.id).limit(limit))

    def body(self, submission: Submission) -> bytes | None:
        rows = [tuple(row) for row in self._database.look(_CHUNKS, {"wanted": submission.id})]
        return chunks.opened(rows, self._sealer, owner=submission.owner, submission=submission.id)

    def change(
        self,
        submission_id: str,
        changes: Mapping[str, object],
        *,
        at: datetime,
        if_state: Iterable[State],
        if_dispatch: int | None = None,
        if_attempt: int | None = None,
        output: Output | None = None,
    ) -> Submission | None:
        allowed = frozenset(if_state)
        kept = None if output is None else sealed_output(submission_id, output, at, self._sealer)
        if not self._database.sqlite:
            conditions = {"if_dispatch": if_dispatch, "if_attempt": if_attempt}
            values = {**changes, "updated_at": at}
            rows = self._changed_at_once(submission_id, values, allowed, conditions, output=kept)
            return self._read(rows[0]) if rows else None
        with self._database.write(durable=changes.get("state") in _DURABLE) as connection:
            row = connection.execute(_LOCKED, {"wanted": submission_id}).one_or_none()
            if row is None or row.state not in allowed:
                return None
            if (if_dispatch is not None and row.dispatch != if_dispatch) or (
                if_attempt is not None and row.attempt != if_attempt
            ):
                return None
            if kept is not None:
                connection.execute(self._put_output, kept)
            return self._apply(connection, self._read(row), changes, at)

    def begin(
        self,
        submission_id: str,
        changes: Mapping[str, object],
        step: Step,
        *,
        at: datetime,
        if_state: Iterable[State],
        if_dispatch: int,
        if_attempt: int,
    ) -> tuple[Submission, bytes | None] | None:
        if self._database.sqlite:
            changed = self.change(
                submission_id, changes, at=at, if_state=if_state, if_dispatch=if_dispatch, if_attempt=if_attempt
            )
            return None if changed is None else (changed, None)
        values, conditions = {**changes, "updated_at": at}, {"if_dispatch": if_dispatch, "if_attempt": if_attempt}
        rows = self._changed_at_once(submission_id, values, frozenset(if_state), conditions, begins=step)
        return (self._read(rows[0]), self._input(rows[0], step)) if rows else None

    def _input(self, row: Row[Any], step: Step) -> bytes | None:
        if row.input is None:
            return None
        if step == Step.EXTRACT:
            return chunks.opened([(0, True, row.input)], self._sealer, owner=row.owner, submission=row.id)
        before, pointer = WORKS_ON[step]
        name = output_row(row.id, before, getattr(row, pointer))
        return self._sealer.open(row.input, owner=row.owner, table="extractions", row=name, field="body")

    def _changed_at_once(
        self,
        submission_id: str,
        changes: Mapping[str, object],
        allowed: frozenset[State],
        conditions: Mapping[str, int | None],
        *,
        output: Mapping[str, object] | None = None,
        begins: Step | None = None,
    ) -> list[Row[Any]]:
        """PostgreSQL: condition, change and history in one statement, which is one transaction and one round trip."""
        values = {parameter(name): plain(value) for name, value in changes.items()}
        wanted = {"wanted": submission_id, "states": [state.value for state in allowed]}
        held = {name: value for name, value in conditions.items() if value is not None}
        kept = {} if output is None else {"output_step": output["step"], "output_sealed": output["sealed"]}
        statement = changing(frozenset(changes), frozenset(held), output=output is not None, begins=begins)
        durable = changes.get("state") in _DURABLE
        return self._database.run(statement, {**values, **wanted, **held, **kept}, durable=durable)

    def _apply(
        self, connection: Connection, old: Submission, changes: Mapping[str, object], at: datetime
    ) -> Submission:
        new = dataclasses.replace(old, **changes, updated_at=at)  # type: ignore[arg-type] # fields of Submission by name
        row = self._row(new)
        values = {name: row[name] for name in (*changes, "updated_at")}
        connection.execute(_UPDATE, {**values, "wanted": old.id})
        if "state" in changes:
            connection.execute(self._insert_history, [_entry(new, since=old.updated_at)])
        return new

    def extend_leases(self, attempts: Mapping[str, int], until: datetime) -> None:
        if not attempts:
            return
        rows = [{"wanted": key, "newest": attempts[key], "until": until} for key in sorted(attempts)]
        with self._database.write(durable=False) as connection:
            connection.execute(_EXTEND, rows)

    def stalled(
        self, now: datetime, *, base_seconds: float, limit: int, held: Mapping[State, datetime] = NOT_HELD
    ) -> list[Submission]:
        lost_worker = and_(_IN.state.in_([state.value for state in RUNNING.values()]), _IN.lease_until.is_not(None))
        *doubled, (latest, oldest) = patience(now, base_seconds)
        lost_message = or_(
            _IN.dispatched_at.is_(None),
            *(and_(_IN.dispatch <= dispatch, _IN.dispatched_at <= before) for dispatch, before in doubled[:1]),
            *(and_(_IN.dispatch == dispatch, _IN.dispatched_at <= before) for dispatch, before in doubled[1:]),
            and_(_IN.dispatch >= latest, _IN.dispatched_at <= oldest),
        )
        query = select(submissions).where(
            PENDING,
            or_(_IN.lease_until.is_(None), _IN.lease_until <= now),
            or_(_IN.not_before.is_(None), _IN.not_before <= now),
            or_(lost_worker, lost_message),
            *(
                or_(_IN.state != state.value, _IN.isolated, _IN.dispatched_at.is_(None), _IN.dispatched_at < since)
                for state, since in held.items()
            ),
        )
        return self._list(query.order_by(_IN.dispatched_at.asc().nulls_first(), _IN.id).limit(limit))

    def discard(self, submission_id: str, *, at: datetime) -> None:  # noqa: ARG002 -- the time is for stores that keep one
        with self._database.write() as connection:
            row = connection.execute(_LOCKED, {"wanted": submission_id}).one_or_none()
            if row is None or row.state != State.DISCARDED:
                return
            for table in (documents, extractions):
                connection.execute(delete(table).where(table.c.submission == submission_id))

    def erase(self, submission_id: str) -> None:
        with self._database.write() as connection:  # documents, history, outputs and facts go by foreign key
            connection.execute(delete(submissions).where(_IN.id == submission_id))

    def history(self, submission_id: str) -> list[HistoryEntry]:
        query = select(history).where(history.c.submission == submission_id).order_by(history.c.sequence)
        with self._database.read() as connection:
            return [_history_entry(row) for row in connection.execute(query)]

    def history_since(self, sequence: int, *, owner: str | None, limit: int) -> list[HistoryEntry]:
        query = select(history).order_by(history.c.sequence, history.c.submission)
        if owner is not None:
            query = query.where(history.c.owner == owner)
        newer = query.where(history.c.sequence > sequence).limit(limit)
        if self._database.sqlite:
            with self._database.read() as connection:
                return [_history_entry(row) for row in connection.execute(newer)]
        with self._database.write() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(HISTORY_LOCK)))
            rows = list(connection.execute(newer))
            if len(rows) == limit:  # entries of one microsecond belong on one page, else the next page skips some
                rest = query.where(history.c.sequence == rows[-1].sequence, history.c.submission > rows[-1].submission)
                rows += connection.execute(rest)
            return [_history_entry(row) for row in rows]

    def count_by_state(self, owner: str | None = None) -> dict[State, int]:
        query = select(_IN.state, func.count()).group_by(_IN.state)
        if owner is not None:
            query = query.where(_IN.owner == owner)
        with self._database.read() as connection:
            return {State(state): count for state, count in connection.execute(query)}

    def _list(self, query: Select[Any]) -> list[Submission]:
        with self._database.read() as connection:
            return [self._read(row) for row in connection.execute(query)]

    def _lock_history(self, connection: Connection) -> None:
        if not self._database.sqlite:  # before any row lock, so that a waiting reader cannot close a circle
            connection.execute(select(func.pg_advisory_xact_lock_shared(HISTORY_LOCK)))

    def _chunks(self, new: NewSubmission, submission: str) -> list[dict[str, object]]:
        return [
            {"submission": submission, "number": number, "last": last, "sealed": sealed}
            for number, last, sealed in chunks.sealed_chunks(
                new.body, self._sealer, owner=new.owner, submission=submission
            )
        ]

    def _row(self, item: Submission) -> dict[str, Any]:
        row = {name: getattr(item, name) for name in _FIELDS} | {name: getattr(item.hints, name) for name in _HINTS}
        row["metadata"] = metadata_to_text(item.metadata)
        row["state"] = item.state.value
        row["step"] = None if item.step is None else item.step.value
        if item.hints.account is not None:
            plain = item.hints.account.encode()
            row["account"] = self._sealer.seal(
                plain, owner=item.owner, table="submissions", row=item.id, field="account"
            )
        return row

    def _read(self, row: Row[Any]) -> Submission:
        hints = {name: getattr(row, name) for name in _HINTS}
        if hints["account"] is not None:
            hints["account"] = self._sealer.open(
                hints["account"], owner=row.owner, table="submissions", row=row.id, field="account"
            ).decode()
        values = {name: getattr(row, name) for name in _FIELDS}
        values["metadata"] = metadata_from_text(row.metadata)
        values["state"] = State(row.state)
        values["step"] = None if row.step is None else Step(row.step)
        return Submission(hints=Hints(**hints), **values)


_INSERT_CHUNK = documents.insert()
_ONE = select(submissions).where(_IN.id == bindparam("wanted"))
_UPDATE = update(submissions).where(_IN.id == bindparam("wanted"))
_CHUNKS = (
    select(documents.c.number, documents.c.last, documents.c.sealed)
    .where(documents.c.submission == bindparam("wanted"))
    .order_by(documents.c.number)
)
_LOCKED = select(submissions).where(_IN.id == bindparam("wanted")).with_for_update()
_EXTEND = (
    update(submissions)
    .where(_IN.id == bindparam("wanted"), _IN.attempt == bindparam("newest"))
    .values(lease_until=bindparam("until"))
)


def _chunk(row: Mapping[str, object]) -> dict[str, object]:
    """A chunk of a document as `adding` takes it."""
    return {f"chunk_{name}": row[name] for name in ("number", "last", "sealed")}


def _filtered(query: Select[Any], where: SubmissionFilter) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if where.state is not None:
        conditions.append(_IN.state == where.state.value)
    if where.since is not None:
        conditions.append(_IN.received_at >= where.since)
    if where.reason is not None:
        conditions.append(_IN.reason == where.reason)
    if where.extractor is not None:
        conditions.append(_IN.extractor == where.extractor)
    return query.where(*conditions)


def _history_insert(database: Database) -> Any:
    """Sequences that grow: on SQLite over all entries (there is one writer), on PostgreSQL within a submission."""
    if database.sqlite:
        newest = select(func.coalesce(func.max(history.c.sequence), 0) + 1).scalar_subquery()
        sequence: ColumnElement[int] = func.max(bindparam("clock", type_=BigInteger), newest)
    else:
        sequence = next_sequence(bindparam("whose", type_=history.c.submission.type))
    return history.insert().values(sequence=sequence)


def _entry(item: Submission, *, since: datetime | None = None) -> dict[str, object]:
    took = None if since is None else (item.updated_at - since) // timedelta(milliseconds=1)
    return {
        "clock": time.time_ns() // 1000,
        "submission": item.id,
        "whose": item.id,
        "owner": item.owner,
        "state": item.state.value,
        "at": item.updated_at,
        "attempt": item.attempt,
        "dispatch": item.dispatch,
        "worker": item.worker,
        "duration_ms": took,
        "reason": item.reason,
        "detail": item.detail,
    }


def _history_entry(row: Row[Any]) -> HistoryEntry:
    values = {name: getattr(row, name) for name in _OF_HISTORY}
    return HistoryEntry(**{**values, "state": State(row.state)})
