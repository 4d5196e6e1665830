"""The compare-and-set of a submission as one PostgreSQL statement: condition, change and history entry together."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, CTE, BigInteger, LargeBinary, String, any_, bindparam, cast, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import Select

from finproc.model.submission import WORKS_ON, Step
from finproc.records.sql.tables import documents, extractions, history, submissions

HISTORY_LOCK = 7001
"""PostgreSQL advisory lock: writers of history share it, a reader of all history takes it alone for a moment.

So no entry with a smaller sequence can appear after the reader has seen a greater one.
"""
_IN, _H = submissions.c, history.c


def parameter(name: str) -> str:
    """The statement's parameter for the new value of a column."""
    return f"new_{name}"


def plain(value: object) -> object:
    """A value of a submission's field as its column takes it."""
    return value.value if isinstance(value, StrEnum) else value


def sequence(submission: ColumnElement[str]) -> ColumnElement[int]:
    """The next history sequence: the server's clock in microseconds, growing within a submission."""
    newest = select(func.coalesce(func.max(_H.sequence), 0) + 1).where(_H.submission == submission).scalar_subquery()
    clock = cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)
    return func.greatest(clock, newest)


@cache
def changing(
    names: frozenset[str], conditions: frozenset[str], *, output: bool = False, begins: Step | None = None
) -> Select[Any]:
    """The statement that changes these columns under these conditions; gives the changed row, or none.

    With `output` it also writes a step's output (`output_step`, `output_sealed`) at the changed row's attempt. Where
    it `begins` a step, the row has a column more: `input`, sealed, what the step works on (of a document that is more
    than one chunk: nothing).

    The row lock comes after the shared lock of the history (a waiting reader cannot close a circle), and the condition
    is judged on the row as it is once locked.
    """
    tracked = "state" in names
    wanted = [
        _IN.id == bindparam("wanted"),
        _IN.state == any_(bindparam("states", type_=ARRAY(String))),
        *(_IN[name.removeprefix("if_")] == bindparam(name) for name in sorted(conditions)),
    ]
    found = select(_IN.id, _IN.updated_at.label("since")).where(*wanted).with_for_update(of=submissions)
    if tracked:
        lock = select(func.pg_advisory_xact_lock_shared(HISTORY_LOCK).label("taken")).cte("history_lock")
        found = found.select_from(submissions.join(lock, true()))
    old = found.cte("old")
    values = {name: bindparam(parameter(name), type_=_IN[name].type) for name in names}
    changed = update(submissions).where(_IN.id == old.c.id).values(values).returning(submissions).cte("changed")
    answer = select(changed) if begins is None else select(changed, _input(changed, begins))
    if output:
        answer = answer.add_cte(_output(changed))
    if not tracked:
        return answer
    new = changed.c
    took = func.extract("epoch", new.updated_at - old.c.since) * 1000
    entry = (
        select(new.id, sequence(new.id), new.owner, new.state, new.updated_at, new.attempt, new.dispatch, new.worker)
        .add_columns(cast(func.trunc(took), BigInteger), new.reason, new.detail)
        .join_from(changed, old, true())
    )
    columns = ["submission", "sequence", "owner", "state", "at", "attempt", "dispatch", "worker", "duration_ms"]
    written = history.insert().from_select([*columns, "reason", "detail"], entry).returning(_H.sequence).cte("written")
    return answer.add_cte(written)


def _input(changed: CTE, step: Step) -> ColumnElement[Any]:
    new = changed.c
    if step == Step.EXTRACT:
        whole = select(documents.c.sealed).where(
            documents.c.submission == new.id, documents.c.number == 0, documents.c.last
        )
        return whole.scalar_subquery().label("input")
    before, pointer = WORKS_ON[step]
    of = (extractions.c.submission == new.id, extractions.c.step == before.value, extractions.c.attempt == new[pointer])
    return select(extractions.c.sealed).where(*of).scalar_subquery().label("input")


def _output(changed: CTE) -> CTE:
    step, sealed = bindparam("output_step", type_=String()), bindparam("output_sealed", type_=LargeBinary())
    row = select(changed.c.id, step, changed.c.attempt, sealed, changed.c.updated_at)
    put = insert(extractions).from_select(["submission", "step", "attempt", "sealed", "at"], row)
    new = put.excluded
    return put.on_conflict_do_update(
        index_elements=["submission", "step", "attempt"], set_={"sealed": new.sealed, "at": new.at}
    ).cte("output")


@cache
def adding() -> Select[Any]:
    """Save a submission with the first chunk of its document and its first history entry; its id, or nothing.

    Parameters: the columns of `submissions`, and `chunk_number`, `chunk_last`, `chunk_sealed`.
    """
    lock = select(func.pg_advisory_xact_lock_shared(HISTORY_LOCK).label("taken")).cte("history_lock")
    row = select(*(bindparam(column.name, type_=column.type) for column in _IN)).select_from(lock)
    saved = insert(submissions).from_select([column.name for column in _IN], row).on_conflict_do_nothing()
    made = saved.returning(_IN.id, _IN.owner, _IN.state, _IN.updated_at, _IN.attempt, _IN.dispatch).cte("made")
    names = ("number", "last", "sealed")
    parts = (bindparam(f"chunk_{name}", type_=documents.c[name].type) for name in names)
    chunk = documents.insert().from_select(["submission", *names], select(made.c.id, *parts))
    new = made.c
    entry = select(new.id, sequence(new.id), new.owner, new.state, new.updated_at, new.attempt, new.dispatch)
    columns = ["submission", "sequence", "owner", "state", "at", "attempt", "dispatch"]
    written = history.insert().from_select(columns, entry)
    return select(new.id).add_cte(chunk.cte("chunk"), written.cte("written"))
