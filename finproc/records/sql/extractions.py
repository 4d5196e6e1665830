"""Outputs of the steps in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, or_, select

from finproc.clients.sql import Database
from finproc.model.submission import Step, Submission
from finproc.records.protocols import Output, Sealer
from finproc.records.sql.inserts import Insert, insert
from finproc.records.sql.tables import extractions

_OUT = extractions.c
_ONE = select(_OUT.sealed).where(
    _OUT.submission == bindparam("of"), _OUT.step == bindparam("which"), _OUT.attempt == bindparam("number")
)


class SqlExtractions:
    """ExtractionRecords in SQL."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self._put = output_put(database)

    def put(self, submission: Submission, step: Step, attempt: int, body: bytes, at: datetime) -> None:
        row = sealed_output(submission.id, Output(submission.owner, step, attempt, body), at, self._sealer)
        self._database.run(self._put, row, durable=False)

    def get(self, submission: Submission, step: Step, attempt: int) -> bytes | None:
        wanted = {"of": submission.id, "which": step.value, "number": attempt}
        for found in self._database.look(_ONE, wanted):
            row = output_row(submission.id, step, attempt)
            return self._sealer.open(found.sealed, owner=submission.owner, table="extractions", row=row, field="body")
        return None

    def prune(self, submission: Submission) -> None:
        kept = [
            and_(_OUT.step == step.value, _OUT.attempt == attempt)
            for step, attempt in (
                (Step.EXTRACT, submission.extraction),
                (Step.NORMALIZE, submission.normalization),
            )
            if attempt is not None
        ]
        unwanted = delete(extractions).where(_OUT.submission == submission.id)
        with self._database.write(durable=False) as connection:
            connection.execute(unwanted.where(~or_(*kept)) if kept else unwanted)


def output_put(database: Database) -> Insert:
    """The statement that writes a step's output, or overwrites it."""
    statement = insert(database, extractions)
    return statement.on_conflict_do_update(
        index_elements=["submission", "step", "attempt"],
        set_={"sealed": statement.excluded.sealed, "at": statement.excluded.at},
    )


def sealed_output(submission: str, output: Output, at: datetime, sealer: Sealer) -> dict[str, object]:
    """The row of a step's output."""
    row = output_row(submission, output.step, output.attempt)
    sealed = sealer.seal(output.body, owner=output.owner, table="extractions", row=row, field="body")
    return {
        "submission": submission,
        "step": output.step.value,
        "attempt": output.attempt,
        "sealed": sealed,
        "at": at,
    }


def output_row(submission: str, step: Step, attempt: int) -> str:
    """The row's name in the AAD of an output."""
    return f"{submission}:{step}:{attempt}"
