"""A submission as a MongoDB document, and back."""

from __future__ import annotations

import dataclasses
from datetime import date

from bson import Binary

from finproc.clients.mongo import Document
from finproc.model.submission import Hints, State, Step, Submission
from finproc.records.contents import metadata_from_text, metadata_to_text
from finproc.records.protocols import Sealer

_FIELDS = tuple(field.name for field in dataclasses.fields(Submission) if field.name not in ("id", "hints"))


def written_fields(item: Submission, sealer: Sealer) -> Document:
    """All fields but `_id`; the account is sealed, metadata is JSON text (a key may hold what MongoDB refuses)."""
    row: Document = {name: getattr(item, name) for name in _FIELDS}
    row["metadata"] = metadata_to_text(item.metadata)
    row["state"] = item.state.value
    row["step"] = None if item.step is None else item.step.value
    hints = dataclasses.asdict(item.hints)
    hints["published"] = None if item.hints.published is None else item.hints.published.isoformat()
    if item.hints.account is not None:
        plain = item.hints.account.encode()
        hints["account"] = Binary(
            sealer.seal(plain, owner=item.owner, table="submissions", row=item.id, field="account")
        )
    row["hints"] = hints
    return row


def to_submission(found: Document, sealer: Sealer) -> Submission:
    """Back from a document."""
    hints = dict(found["hints"])
    if hints["published"] is not None:
        hints["published"] = date.fromisoformat(hints["published"])
    if hints["account"] is not None:
        hints["account"] = sealer.open(
            bytes(hints["account"]), owner=found["owner"], table="submissions", row=found["_id"], field="account"
        ).decode()
    values = {name: found[name] for name in _FIELDS}
    values["metadata"] = metadata_from_text(found["metadata"])
    values["state"] = State(found["state"])
    values["step"] = None if found["step"] is None else Step(found["step"])
    return Submission(id=found["_id"], hints=Hints(**hints), **values)
