"""Outputs of the steps in MongoDB, in parts: a document holds at most 16 MB."""

from __future__ import annotations

from datetime import datetime

from bson import Binary
from pymongo import ReplaceOne
from pymongo.database import Database

from finproc.clients.mongo import Document, answering
from finproc.model.submission import Step, Submission
from finproc.records.protocols import Output, Sealer
from finproc.records.sql.extractions import output_row

_PART = 8 << 20


class MongoExtractions:
    """ExtractionRecords in MongoDB."""

    def __init__(self, database: Database[Document], sealer: Sealer) -> None:
        self._extractions = database["extractions"]
        self._sealer = sealer

    def put(self, submission: Submission, step: Step, attempt: int, body: bytes, at: datetime) -> None:
        self.keep(submission.id, Output(submission.owner, step, attempt, body), at)

    def keep(self, submission: str, output: Output, at: datetime) -> None:
        """`put` for one who knows the submission by its id."""
        row = output_row(submission, output.step, output.attempt)
        sealed = self._sealer.seal(output.body, owner=output.owner, table="extractions", row=row, field="body")
        parts = [sealed[start : start + _PART] for start in range(0, len(sealed), _PART)]
        rows = [
            {
                "_id": f"{row}:{number}",
                "submission": submission,
                "step": output.step.value,
                "attempt": output.attempt,
                "number": number,
                "parts": len(parts),
                "sealed": Binary(part),
                "at": at,
            }
            for number, part in enumerate(parts)
        ]
        with answering():
            self._extractions.bulk_write([ReplaceOne({"_id": item["_id"]}, item, upsert=True) for item in rows])

    def get(self, submission: Submission, step: Step, attempt: int) -> bytes | None:
        row = output_row(submission.id, step, attempt)
        with answering():
            first = self._extractions.find_one({"_id": f"{row}:0"})
            if first is None:
                return None
            sealed = bytes(first["sealed"])
            for number in range(1, first["parts"]):
                part = self._extractions.find_one({"_id": f"{row}:{number}"})
                sealed += b"" if part is None else bytes(part["sealed"])
        return self._sealer.open(sealed, owner=submission.owner, table="extractions", row=row, field="body")

    def prune(self, submission: Submission) -> None:
        kept = [
            {"step": step.value, "attempt": attempt}
            for step, attempt in ((Step.EXTRACT, submission.extraction), (Step.NORMALIZE, submission.normalization))
            if attempt is not None
        ]
        unwanted: Document = {"submission": submission.id}
        if kept:
            unwanted["$nor"] = kept
        with answering():
            self._extractions.delete_many(unwanted)
