"""Outputs of the steps in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, delete, or_, select

from finproc.clients.sql import Database
from finproc.model.submission import Step, Submission
from finproc.records.protocols import Sealer
from finproc.records.sql.inserts import insert
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
        statement = insert(database, extractions)
        self._put = statement.on_conflict_do_update(
            index_elements=["submission", "step", "attempt"],
            set_={"sealed": statement.excluded.sealed, "at": statement.excluded.at},
        )

    def put(self, submission: Submission, step: Step, attempt: int, body: bytes, at: datetime) -> None:
        row = output_row(submission.id, step, attempt)
        sealed = self._sealer.seal(body, owner=submission.owner, table="extractions", row=row, field="body")
        with self._database.statement(durable=False) as connection:
            connection.execute(
                self._put,
                {"submission": submission.id, "step": step.value, "attempt": attempt, "sealed": sealed, "at": at},
            )

    def get(self, submission: Submission, step: Step, attempt: int) -> bytes | None:
        wanted = {"of": submission.id, "which": step.value, "number": attempt}
        with self._database.read() as connection:
            sealed = connection.execute(_ONE, wanted).scalar_one_or_none()
        if sealed is None:
            return None
        row = output_row(submission.id, step, attempt)
        return self._sealer.open(sealed, owner=submission.owner, table="extractions", row=row, field="body")

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


def output_row(submission: str, step: Step, attempt: int) -> str:
    """The row's name in the AAD of an output."""
    return f"{submission}:{step}:{attempt}"
