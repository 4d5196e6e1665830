"""Facts, their versions and decisions in MongoDB: one document in `financial_data` for each row."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bson import Decimal128
from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from finproc.clients.mongo import Document, answering
from finproc.errors import Fenced, Unavailable
from finproc.model.check import KnownAmount
from finproc.model.fact import Decision, Fact, FactContent, FactFilter
from finproc.model.ids import utc_now
from finproc.model.page import Page
from finproc.model.submission import State, Submission
from finproc.records.cursors import from_place, to_place
from finproc.records.fact_set import Stored, plan, verdict
from finproc.records.mongo.fact_documents import (
    is_known,
    to_decision,
    to_known_amount,
    to_stored,
    to_version,
    written_decision,
    written_fact,
)
from finproc.records.protocols import Sealer
from finproc.records.series import Link, Version, by_series, changed_links, changed_neighbours, known_at, searched_texts

_DUPLICATE = 11000
_SAMPLE = 24
"""Rows looked at for a company's metric: an index finds them at once, however many there are."""
_ROUNDS = 50
"""Times a write is tried beside others on the same fact or series before the store counts as too busy."""


class MongoFacts:
    """FactRecords in MongoDB.

    Without transactions a set is written in rounds: compare what is wanted with what is there, write the difference,
    until there is none. Links of a series are written under a counter: read counter and rows, write links, raise the
    counter if nobody else did, else do it again.
    """

    def __init__(self, database: Database[Document], sealer: Sealer) -> None:
        self._facts = database["financial_data"]
        self._decisions = database["decisions"]
        self._series = database["series"]
        self._submissions = database["submissions"]
        self._sealer = sealer

    def store_set(self, submission: Submission, contents: Sequence[FactContent], at: datetime) -> int:
        with answering():
            self._fence(submission)
            for number in range(_ROUNDS):
                existing = self._rows({"submission": submission.id})
                decisions = {
                    row["_id"]: to_decision(row, self._sealer)
                    for row in self._decisions.find({"submission": submission.id})
                }
                what = plan(submission, contents, existing, decisions, at)
                if not what.opened and not what.closed:
                    # A run that finds its work done may follow one that died while it wrote links: it looks at all.
                    beside = None if number == 0 else submission.id
                    self._relink({row.fact.series for row in existing}, beside)
                    self._fence(submission)
                    return what.open_count
                self._open(what.opened)
                self._close(what.closed, at)
            raise Unavailable("others keep writing the same facts")

    def _fence(self, submission: Submission) -> None:
        fields = {"state": True, "attempt": True, "facts_set": True}
        found = self._submissions.find_one({"_id": submission.id}, fields)
        if found is None or found["state"] == State.DISCARDED:
            self._close({row.fact.id: "discarded" for row in self._rows({"submission": submission.id})}, None)
            raise Fenced("the submission was discarded")
        if (found["attempt"], found["facts_set"]) != (submission.attempt, submission.facts_set):
            raise Fenced("a newer attempt owns this submission")

    def _open(self, rows: Iterable[Stored]) -> None:
        documents = [written_fact(row, self._sealer) for row in rows]
        if documents:
            try:
                self._facts.insert_many(documents, ordered=False)
            except BulkWriteError as error:
                if any(failure["code"] != _DUPLICATE for failure in error.details["writeErrors"]):
                    raise  # a duplicate was written by a run beside this one: the next round sees it

    def _close(self, rows: Mapping[str, str], at: datetime | None) -> None:
        """Close rows; those that a rejection closed keep their time."""
        if rows:
            when = at or utc_now()
            self._facts.bulk_write(
                [
                    step
                    for key, reason in rows.items()
                    for step in (
                        UpdateOne({"_id": key, "closed_at": None}, {"$set": {"closed_at": when}}),
                        UpdateOne({"_id": key}, {"$set": {"closed_reason": reason}}),
                    )
                ]
            )

    def _relink(self, touched: Iterable[str], beside: str | None = None) -> None:
        """Link series again; with `beside`, where only that submission's rows have changed, its neighbours alone.

        Only a first try may look at neighbours alone: one that met another writer may have written over its links.
        """
        for series in sorted(touched):
            for number in range(_ROUNDS):
                self._series.update_one({"_id": series}, {"$setOnInsert": {"counter": 0}}, upsert=True)
                found = self._series.find_one({"_id": series})
                counter = 0 if found is None else found["counter"]
                if number == 0 and beside is not None:
                    changed = self._changed_beside(series, beside)
                else:
                    changed = changed_links(self._versions({"series": series, "closed_at": None}))
                if changed:
                    self._facts.bulk_write(
                        [
                            UpdateOne({"_id": key}, {"$set": {"known_to": link.known_to, "replaces": link.replaces}})
                            for key, link in changed.items()
                        ]
                    )
                raised = self._series.update_one({"_id": series, "counter": counter}, {"$inc": {"counter": 1}})
                if raised.modified_count:
                    break
            else:
                raise Unavailable("others keep writing the same series")

    def _changed_beside(self, series: str, submission: str) -> dict[str, Link]:
        here = {"series": series, "submission": submission}
        place = self._facts.find_one(here, {"known_from": True, "received_at": True})
        if place is None:
            return {}
        groups: list[list[Version]] = []
        for sign, direction in (("$lt", DESCENDING), ("$gt", ASCENDING)):
            wanted = {"series": series, "closed_at": None, "proof": {"$ne": "review"}} | _beyond(
                sign, place["known_from"], place["received_at"], submission
            )
            order = [(field, direction) for field in ("known_from", "received_at", "submission")]
            found = self._facts.find_one(wanted, {"submission": True}, sort=order)
            members: list[Version] = []
            if found is not None:
                beside = {"series": series, "submission": found["submission"], "closed_at": None}
                members = [version for version in self._versions(beside) if not version.review]
            groups.append(members)
        return changed_neighbours(groups[0], self._versions({**here, "closed_at": None}), groups[1])

    def _versions(self, wanted: Document) -> list[Version]:
        return [to_version(row) for row in self._facts.find(wanted).sort("_id", ASCENDING)]

    def get(self, row_id: str, owner: str) -> Fact | None:
        with answering():
            rows = self._rows({"_id": row_id, "owner": owner})
        return rows[0].shown() if rows else None

    def known_amounts(self, owner: str, wanted: Collection[tuple[str, str]], *, besides: str) -> list[KnownAmount]:
        known: list[KnownAmount] = []
        with answering():
            for company, metric in sorted(wanted):
                of_pair = {"owner": owner, "company_key": company, "metric": metric}
                rows = self._facts.find(of_pair).sort("period", DESCENDING).limit(_SAMPLE)
                known += [to_known_amount(row) for row in rows if is_known(row) and row["submission"] != besides]
        return known

    def page(self, owner: str, where: FactFilter, *, cursor: str | None, limit: int) -> Page[Fact]:
        place = None if cursor is None else from_place(cursor)
        wanted = {"owner": owner, "$and": _conditions(where)}
        found: list[Document] = []
        with answering():
            while len(found) <= limit:
                here = wanted if place is None else {**wanted, "$or": _before(*place)}
                order = [("known_from", DESCENDING), ("_id", DESCENDING)]
                batch = list(self._facts.find(here).sort(order).limit(limit + 1))
                found += batch if where.as_of is None else self._known(batch, where.as_of)
                if len(batch) <= limit:
                    break
                place = (batch[-1]["known_from"], batch[-1]["_id"])
        items = [to_stored(row, self._sealer).shown() for row in found[:limit]]
        more = len(found) > limit
        return Page(items, to_place(items[-1].known_from, items[-1].id) if more else None)

    def _known(self, batch: list[Document], at: datetime) -> list[Document]:
        names = list({row["series"] for row in batch})
        rows = self._facts.find({"series": {"$in": names}, "known_from": {"$lte": at}})
        versions = by_series((row["series"], to_version(row)) for row in rows)
        known = {key for members in versions.values() for key in known_at(members, at)}
        return [row for row in batch if row["_id"] in known]

    def versions(self, owner: str, row_id: str) -> list[Fact]:
        with answering():
            one = self._facts.find_one({"_id": row_id, "owner": owner}, {"series": True, "fact_id": True})
            if one is None:
                return []
            related = self._rows({"owner": owner, "$or": [{"series": one["series"]}, {"fact_id": one["fact_id"]}]})
        facts = [row.shown() for row in related]
        return sorted(
            facts, key=lambda fact: (fact.known_from, fact.received_at, fact.submission, fact.fact_id, fact.revision)
        )

    def decide(self, owner: str, fact_id: str, decision: Decision) -> Fact | None:
        stable = fact_id.partition(".")[0]
        decision = dataclasses.replace(decision, fact_id=stable, decided_at=_milliseconds(decision.decided_at))
        with answering():
            for number in range(_ROUNDS):
                found = self._newest(owner, stable)
                if found is None:
                    return None
                before = to_stored(found, self._sealer)
                if number == 0:
                    row = written_decision(decision, before.fact, self._sealer)
                    self._decisions.replace_one({"_id": stable}, row, upsert=True)
                result = verdict(before, decision)
                if result.newest == before and result.following is None:
                    self._relink({before.fact.series})
                    return self._shown(owner, stable)
                if result.following is not None:
                    try:
                        self._facts.insert_one(written_fact(result.following, self._sealer))
                    except DuplicateKeyError:
                        continue  # a revision was written beside this one: decide about that
                if result.newest != before:
                    self._facts.replace_one(
                        {"_id": before.fact.id, "sealed": found["sealed"], "closed_at": found["closed_at"]},
                        written_fact(result.newest, self._sealer),
                    )
            raise Unavailable("others keep writing the same fact")

    def _newest(self, owner: str, fact_id: str) -> Document | None:
        return self._facts.find_one({"fact_id": fact_id, "owner": owner}, sort=[("revision", DESCENDING)])

    def _shown(self, owner: str, fact_id: str) -> Fact | None:
        found = self._newest(owner, fact_id)
        return None if found is None else to_stored(found, self._sealer).shown()

    def close(self, submission_id: str, *, at: datetime, reason: str) -> int:
        alive = {"submission": submission_id, "$or": [{"closed_at": None}, {"closed_reason": "rejected"}]}
        with answering():
            rows = [row.fact for row in self._rows(alive)]
            self._close({fact.id: reason for fact in rows}, at)
            self._relink({fact.series for fact in rows})
        return sum(fact.closed_at is None for fact in rows)

    def erase(self, submission_id: str) -> int:
        with answering():
            touched = {row["series"] for row in self._facts.find({"submission": submission_id}, {"series": True})}
            self._decisions.delete_many({"submission": submission_id})
            gone = self._facts.delete_many({"submission": submission_id}).deleted_count
            self._relink(touched)
        return gone

    def _rows(self, wanted: Document) -> list[Stored]:
        return [to_stored(row, self._sealer) for row in self._facts.find(wanted).sort("_id", ASCENDING)]


def _milliseconds(at: datetime) -> datetime:
    """Cut to what MongoDB keeps."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _beyond(sign: str, known: datetime, received: datetime, submission: str) -> Document:
    """Rows before (`$lt`) or after (`$gt`) a place in the order of versions."""
    return {
        "$or": [
            {"known_from": {sign: known}},
            {"known_from": known, "received_at": {sign: received}},
            {"known_from": known, "received_at": received, "submission": {sign: submission}},
        ]
    }


def _before(known: datetime, row: str) -> list[Document]:
    return [{"known_from": {"$lt": known}}, {"known_from": known, "_id": {"$lt": row}}]


def _conditions(where: FactFilter) -> list[Document]:
    conditions: list[Document] = [{name: wanted} for name, wanted in searched_texts(where).items()]
    if where.min_value is not None:
        conditions.append({"least": {"$gte": Decimal128(where.min_value)}})
    if where.max_value is not None:
        conditions.append({"most": {"$lte": Decimal128(where.max_value)}})
    if where.proof is None:
        conditions.append({"proof": {"$ne": "review"}})
    elif where.proof != "any":
        conditions.append({"proof": where.proof})
    if where.as_of is None:
        newest: list[Document] = [] if where.replaced else [{"known_to": None}]
        return [*conditions, {"closed_at": None}, *newest]
    at = where.as_of
    open_then = {"$or": [{"closed_at": None}, {"closed_at": {"$gt": at}}]}
    return [*conditions, {"known_from": {"$lte": at}}, {"opened_at": {"$lte": at}}, open_then]
