"""Submissions, documents and history in MongoDB.

The history is part of the submission's document: one write, one truth.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bson import Binary
from pymongo import ASCENDING, DESCENDING, ReplaceOne, UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from finproc.clients.mongo import Document, answering
from finproc.model.page import Page
from finproc.model.submission import (
    ENDED,
    RUNNING,
    HistoryEntry,
    NewSubmission,
    State,
    Step,
    Submission,
    SubmissionFilter,
)
from finproc.records import chunks
from finproc.records.cursors import from_cursor, to_cursor
from finproc.records.mongo.extractions import MongoExtractions
from finproc.records.mongo.submission_documents import to_submission, written_fields
from finproc.records.protocols import NOT_HELD, Added, Output, Sealer
from finproc.records.revival import REVIVED, fresh, patience, revived

_DUPLICATE = 11000
_SETTLING = 500_000
"""Microseconds after which an entry is seen by readers of all history: time for a write begun earlier to land."""
_PENDING = [state.value for state in State if state not in ENDED]


class MongoSubmissions:
    """SubmissionRecords in MongoDB."""

    def __init__(self, database: Database[Document], sealer: Sealer) -> None:
        self._submissions = database["submissions"]
        self._documents = database["documents"]
        self._extractions = database["extractions"]
        self._outputs = MongoExtractions(database, sealer)
        self._sealer = sealer

    def add_many(self, new: Sequence[NewSubmission], at: datetime) -> list[Added]:
        with answering():
            known = self._known(new)
            first: dict[tuple[str, str], NewSubmission] = {}
            for item in new:
                if (item.owner, item.content_hash) not in known:
                    first.setdefault((item.owner, item.content_hash), item)
            created = self._create(list(first.values()), at)
            return [
                Added("created", created[item.id]) if item.id in created else self._existing(item, at) for item in new
            ]

    def _known(self, new: Sequence[NewSubmission]) -> set[tuple[str, str]]:
        wanted = {item.owner: [other.content_hash for other in new if other.owner == item.owner] for item in new}
        return {
            (owner, found["content_hash"])
            for owner, hashes in wanted.items()
            for found in self._submissions.find(
                {"owner": owner, "content_hash": {"$in": hashes}}, {"content_hash": True}
            )
        }

    def _create(self, new: list[NewSubmission], at: datetime) -> dict[str, Submission]:
        """Documents first, so that a submission never is without; what another process created first is not ours."""
        if not new:
            return {}
        made = {item.id: fresh(item, at) for item in new}
        self._documents.insert_many([chunk for item in new for chunk in self._chunks(item, item.id, 0)], ordered=False)
        rows = [
            written_fields(item, self._sealer)
            | {"_id": item.id, "version": 0, "generation": 0}
            | _first_history(_entry(item))
            for item in made.values()
        ]
        try:
            self._submissions.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            for failure in error.details["writeErrors"]:
                if failure["code"] != _DUPLICATE:
                    raise
                lost = rows[failure["index"]]["_id"]
                del made[lost]
                self._documents.delete_many({"submission": lost})
        return made

    def _existing(self, new: NewSubmission, at: datetime) -> Added:
        while True:
            found = self._submissions.find_one({"owner": new.owner, "content_hash": new.content_hash}, _WITHOUT_HISTORY)
            if found is None:  # erased in between
                created = self._create([new], at)
                if created:
                    return Added("created", created[new.id])
                continue
            old = to_submission(found, self._sealer)
            if old.state not in REVIVED:
                return Added("duplicate", old)
            changes = revived(old, at)
            generation = old.facts_set + 1
            self._documents.bulk_write(
                [
                    ReplaceOne({"_id": chunk["_id"]}, chunk, upsert=True)
                    for chunk in self._chunks(new, old.id, generation)
                ]
            )
            again = self._apply(found, old, changes, at, {"generation": generation})
            if again is not None:
                self._documents.delete_many({"submission": old.id, "generation": {"$lt": generation}})
                return Added("revived", again)

    def get(self, submission_id: str, owner: str | None = None) -> Submission | None:
        wanted = {"_id": submission_id} if owner is None else {"_id": submission_id, "owner": owner}
        with answering():
            found = self._submissions.find_one(wanted, _WITHOUT_HISTORY)
        return None if found is None else to_submission(found, self._sealer)

    def page(self, owner: str, where: SubmissionFilter, *, cursor: str | None, limit: int) -> Page[Submission]:
        wanted: Document = {"owner": owner} | _conditions(where)
        if cursor is not None:
            (before,) = from_cursor(cursor, 1)
            wanted["_id"] = {"$lt": before}
        found = self._list(wanted, [("_id", DESCENDING)], limit + 1)
        more = len(found) > limit
        return Page(found[:limit], to_cursor(found[limit - 1].id) if more else None)

    def select(self, where: SubmissionFilter, *, after: str | None, limit: int) -> list[Submission]:
        wanted = _conditions(where)
        if after is not None:
            wanted["_id"] = {"$gt": after}
        return self._list(wanted, [("_id", ASCENDING)], limit)

    def body(self, submission: Submission) -> bytes | None:
        with answering():
            found = self._submissions.find_one({"_id": submission.id}, {"generation": True})
            if found is None:
                return None
            wanted = {"submission": submission.id, "generation": found["generation"]}
            rows = [
                (row["number"], row["last"], bytes(row["sealed"]))
                for row in self._documents.find(wanted).sort("number", ASCENDING)
            ]
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
        with answering():
            while True:
                found = self._submissions.find_one({"_id": submission_id}, _WITHOUT_HISTORY)
                if found is None or found["state"] not in allowed:
                    return None
                if if_dispatch is not None and found["dispatch"] != if_dispatch:
                    return None
                if if_attempt is not None and found["attempt"] != if_attempt:
                    return None
                if output is not None:
                    self._outputs.keep(submission_id, output, at)
                new = self._apply(found, to_submission(found, self._sealer), changes, at, {})
                if new is not None:
                    return new

    def begin(
        self,
        submission_id: str,
        changes: Mapping[str, object],
        step: Step,  # noqa: ARG002 -- bytes and outputs are collections of their own here: a step asks for them
        *,
        at: datetime,
        if_state: Iterable[State],
        if_dispatch: int,
        if_attempt: int,
    ) -> tuple[Submission, bytes | None] | None:
        changed = self.change(
            submission_id, changes, at=at, if_state=if_state, if_dispatch=if_dispatch, if_attempt=if_attempt
        )
        return None if changed is None else (changed, None)

    def _apply(
        self,
        found: Document,
        old: Submission,
        changes: Mapping[str, object],
        at: datetime,
        beside: Mapping[str, object],
    ) -> Submission | None:
        """Write on condition that nobody wrote since `found` was read."""
        new = dataclasses.replace(old, **changes, updated_at=at)  # type: ignore[arg-type] # fields of Submission by name
        fields = written_fields(new, self._sealer)
        update: Document = {
            "$set": {name: fields[name] for name in (*changes, "updated_at")} | dict(beside),
            "$inc": {"version": 1},
        }
        if "state" in changes:
            entry = _entry(new, since=old.updated_at, after=found["newest_sequence"])
            update["$push"] = {"history": entry}
            update["$set"]["newest_sequence"] = entry["sequence"]
        done = self._submissions.update_one({"_id": old.id, "version": found["version"]}, update)
        return new if done.modified_count else None

    def extend_leases(self, attempts: Mapping[str, int], until: datetime) -> None:
        if attempts:
            with answering():
                self._submissions.bulk_write(
                    [
                        UpdateOne({"_id": key, "attempt": attempt}, {"$set": {"lease_until": until}})
                        for key, attempt in attempts.items()
                    ],
                    ordered=False,
                )

    def stalled(
        self, now: datetime, *, base_seconds: float, limit: int, held: Mapping[State, datetime] = NOT_HELD
    ) -> list[Submission]:
        *doubled, (latest, oldest) = patience(now, base_seconds)
        lost_message: list[Document] = [
            {"dispatched_at": None},
            *({"dispatch": dispatch, "dispatched_at": {"$lte": before}} for dispatch, before in doubled),
            {"dispatch": {"$gte": latest}, "dispatched_at": {"$lte": oldest}},
        ]
        lost_worker = {"state": {"$in": [state.value for state in RUNNING.values()]}, "lease_until": {"$lte": now}}
        wanted = {
            "state": {"$in": _PENDING},
            "$and": [
                {"$or": [{"lease_until": None}, {"lease_until": {"$lte": now}}]},
                {"$or": [{"not_before": None}, {"not_before": {"$lte": now}}]},
                {"$or": [lost_worker, *lost_message]},
                *(
                    {"$nor": [{"state": state.value, "isolated": False, "dispatched_at": {"$gte": since}}]}
                    for state, since in held.items()
                ),
            ],
        }
        return self._list(wanted, [("dispatched_at", ASCENDING), ("_id", ASCENDING)], limit)

    def discard(self, submission_id: str, *, at: datetime) -> None:  # noqa: ARG002 -- the time is for stores that keep one
        with answering():
            found = self._submissions.find_one({"_id": submission_id}, {"generation": True, "state": True})
            if found is None or found["state"] != State.DISCARDED:
                return
            self._documents.delete_many({"submission": submission_id, "generation": {"$lte": found["generation"]}})
            self._extractions.delete_many({"submission": submission_id})

    def erase(self, submission_id: str) -> None:
        with answering():
            self._submissions.delete_one({"_id": submission_id})
            self._documents.delete_many({"submission": submission_id})
            self._extractions.delete_many({"submission": submission_id})

    def history(self, submission_id: str) -> list[HistoryEntry]:
        with answering():
            found = self._submissions.find_one({"_id": submission_id}, {"history": True, "owner": True})
        return [] if found is None else [_history_entry(found, entry) for entry in found["history"]]

    def history_since(self, sequence: int, *, owner: str | None, limit: int) -> list[HistoryEntry]:
        landed = {"$gt": sequence, "$lte": time.time_ns() // 1000 - _SETTLING}
        wanted: Document = {"history.sequence": {"$gt": sequence}}
        if owner is not None:
            wanted["owner"] = owner
        stages: list[Document] = [
            {"$match": wanted},
            {"$project": {"owner": 1, "history": 1}},
            {"$unwind": "$history"},
            {"$match": {"history.sequence": landed}},
            {"$sort": {"history.sequence": 1, "_id": 1}},
        ]
        with answering():
            found = list(self._submissions.aggregate([*stages, {"$limit": limit}]))
            if len(found) == limit:  # entries of one microsecond belong on one page, else the next page skips some
                last = found[-1]["history"]["sequence"]
                same = [*stages, {"$match": {"history.sequence": last}}]
                found = [row for row in found if row["history"]["sequence"] != last]
                found += self._submissions.aggregate(same)
        return [_history_entry(row, row["history"]) for row in found]

    def count_by_state(self, owner: str | None = None) -> dict[State, int]:
        wanted: Document = {} if owner is None else {"owner": owner}
        with answering():
            counts = {state: self._submissions.count_documents(wanted | {"state": state.value}) for state in State}
        return {state: count for state, count in counts.items() if count}

    def _list(self, wanted: Document, order: list[tuple[str, int]], limit: int) -> list[Submission]:
        with answering():
            found = self._submissions.find(wanted, _WITHOUT_HISTORY).sort(order).limit(limit)
            return [to_submission(item, self._sealer) for item in found]

    def _chunks(self, new: NewSubmission, submission: str, generation: int) -> list[Document]:
        return [
            {
                "_id": f"{submission}:{generation}:{number}",
                "submission": submission,
                "generation": generation,
                "number": number,
                "last": last,
                "sealed": Binary(sealed),
            }
            for number, last, sealed in chunks.sealed_chunks(
                new.body, self._sealer, owner=new.owner, submission=submission
            )
        ]


_WITHOUT_HISTORY = {"history": False}


def _conditions(where: SubmissionFilter) -> Document:
    conditions: Document = {}
    if where.state is not None:
        conditions["state"] = where.state.value
    if where.since is not None:
        conditions["received_at"] = {"$gte": where.since}
    for field in ("reason", "extractor"):
        value = getattr(where, field)
        if value is not None:
            conditions[field] = value
    return conditions


def _first_history(entry: Document) -> Document:
    return {"history": [entry], "newest_sequence": entry["sequence"]}


def _entry(item: Submission, *, since: datetime | None = None, after: int = 0) -> Document:
    took = None if since is None else (item.updated_at - since) // timedelta(milliseconds=1)
    return {
        "sequence": max(time.time_ns() // 1000, after + 1),
        "state": item.state.value,
        "at": item.updated_at,
        "attempt": item.attempt,
        "dispatch": item.dispatch,
        "worker": item.worker,
        "duration_ms": took,
        "reason": item.reason,
        "detail": item.detail,
    }


def _history_entry(found: Mapping[str, Any], entry: Mapping[str, Any]) -> HistoryEntry:
    return HistoryEntry(**{**entry, "state": State(entry["state"])}, submission=found["_id"], owner=found["owner"])
