"""Attempt rows of paid calls in MongoDB."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from decimal import Decimal

from bson import Binary, Decimal128, Int64
from pymongo import ASCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from finproc.clients.mongo import Document, answering
from finproc.model.model_call import CallState, ModelCall, TokenUsage, UsageRow
from finproc.records.protocols import Budget, BudgetSpent, Sealer
from finproc.records.spending import day_scope, picodollars, settled_cost, submission_scope, usage_rows

_FIELDS = tuple(field.name for field in dataclasses.fields(ModelCall) if field.name not in ("id", "usage"))
_SETTLED = ("state", "outcome", "settled_at", "status", "request_id", "service_tier")
_WITHOUT_BODIES = {"request": False, "answer": False}


class MongoModelCalls:
    """ModelCallRecords in MongoDB.

    Counters of spending are documents of their own: a reservation raises them before its attempt row is written, and a
    settlement lowers them after; a crash in between counts too much, never too little.
    """

    def __init__(self, database: Database[Document], sealer: Sealer) -> None:
        self._calls = database["model_calls"]
        self._spending = database["spending"]
        self._sealer = sealer

    def attempts(self, key: str) -> list[ModelCall]:
        return self._list({"key": key}, "number")

    def claim(self, call: ModelCall, request: bytes, budget: Budget) -> bool:
        sealed = self._sealer.seal(request, owner=call.owner, table="model_calls", row=call.id, field="request")
        row = {name: getattr(call, name) for name in _FIELDS} | {
            "_id": call.id,
            "reserved": Decimal128(call.reserved),
            "cost": None if call.cost is None else Decimal128(call.cost),
            "usage": dataclasses.asdict(call.usage),
            "request": Binary(sealed),
            "open_key": call.key,
        }
        of_submission, of_day = submission_scope(call.submission), day_scope(call.sent_at)
        with answering():
            if self._calls.find_one({"key": call.key, "number": call.number}, {"_id": True}) is not None:
                return False
            self._reserve(of_submission, call.reserved, budget.per_submission)
            try:
                self._reserve(of_day, call.reserved, budget.per_day)
            except BudgetSpent:
                self._add(of_submission, -call.reserved)
                raise
            try:
                self._calls.insert_one(row)
            except DuplicateKeyError:
                self._add(of_submission, -call.reserved)
                self._add(of_day, -call.reserved)
                return False
        return True

    def answer(self, call: ModelCall, body: bytes) -> bool:
        sealed = self._sealer.seal(body, owner=call.owner, table="model_calls", row=call.id, field="answer")
        try:
            return self._settle(call, ("open", "unknown_outcome"), {"answer": Binary(sealed), "answered_key": call.key})
        except DuplicateKeyError:  # the key has its answer
            return False

    def settle(self, call: ModelCall) -> bool:
        return self._settle(call, ("open",), {})

    def _settle(self, call: ModelCall, states: tuple[CallState, ...], beside: Document) -> bool:
        values: Document = {name: getattr(call, name) for name in _SETTLED} | beside
        values["cost"] = None if call.cost is None else Decimal128(call.cost)
        values["usage"] = dataclasses.asdict(call.usage)
        with answering():
            before = self._calls.find_one_and_update(
                {"_id": call.id, "state": {"$in": list(states)}},
                {"$set": values, "$unset": {"open_key": ""}},
                projection={"reserved": True},
                return_document=ReturnDocument.BEFORE,
            )
            if before is None:
                return False
            reserved = before["reserved"].to_decimal()
            difference = settled_cost(call, reserved) - reserved
            if difference:
                for scope in (submission_scope(call.submission), day_scope(call.sent_at)):
                    self._add(scope, difference)
        return True

    def _reserve(self, scope: str, amount: Decimal, limit: Decimal | None) -> None:
        self._spending.update_one({"_id": scope}, {"$setOnInsert": {"amount": Int64(0)}}, upsert=True)
        wanted: Document = {"_id": scope}
        if limit is not None:
            wanted["amount"] = {"$lte": Int64(picodollars(limit) - picodollars(amount))}
        if not self._spending.update_one(wanted, {"$inc": {"amount": Int64(picodollars(amount))}}).matched_count:
            raise BudgetSpent(scope.partition(":")[0])

    def _add(self, scope: str, amount: Decimal) -> None:
        self._spending.update_one({"_id": scope}, {"$inc": {"amount": Int64(picodollars(amount))}})

    def answer_body(self, call: ModelCall) -> bytes | None:
        with answering():
            found = self._calls.find_one({"_id": call.id}, {"answer": True})
        if found is None or found.get("answer") is None:
            return None
        sealed = bytes(found["answer"])
        return self._sealer.open(sealed, owner=call.owner, table="model_calls", row=call.id, field="answer")

    def of_submission(self, submission_id: str) -> list[ModelCall]:
        return self._list({"submission": submission_id}, "_id")

    def usage(self, owner: str | None, since: datetime) -> list[UsageRow]:
        wanted: Document = {"sent_at": {"$gte": since}}
        if owner is not None:
            wanted["owner"] = owner
        return usage_rows(self._list(wanted, "sent_at"))

    def erase(self, submission_id: str) -> int:
        with answering():
            return self._calls.update_many(
                {"submission": submission_id}, {"$set": {"request": None, "answer": None}}
            ).matched_count

    def _list(self, wanted: Document, order: str) -> list[ModelCall]:
        with answering():
            return [_read(found) for found in self._calls.find(wanted, _WITHOUT_BODIES).sort(order, ASCENDING)]


def _read(found: Document) -> ModelCall:
    values = {name: found[name] for name in _FIELDS}
    values["reserved"] = found["reserved"].to_decimal()
    values["cost"] = None if found["cost"] is None else found["cost"].to_decimal()
    return ModelCall(id=found["_id"], usage=TokenUsage(**found["usage"]), **values)
