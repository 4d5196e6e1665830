"""Attempt rows of paid calls in SQL."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from finproc.clients.sql import Database, Run
from finproc.model.model_call import CallState, ModelCall, TokenUsage, UsageRow
from finproc.records.protocols import Budget, BudgetSpent, Sealer
from finproc.records.spending import day_scope, settled_cost, submission_scope, usage_rows
from finproc.records.sql.call_statements import claiming, settling
from finproc.records.sql.inserts import insert
from finproc.records.sql.tables import model_calls, spending

_C = model_calls.c
_TOKENS = tuple(field.name for field in dataclasses.fields(TokenUsage))
_FIELDS = tuple(field.name for field in dataclasses.fields(ModelCall) if field.name != "usage")
_SETTLED = ("state", "outcome", "cost", "settled_at", "status", "request_id", "service_tier")


class SqlModelCalls:
    """ModelCallRecords in SQL."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer
        self._claim = insert(database, model_calls).on_conflict_do_nothing().returning(_C.id)
        first = insert(database, spending).values(scope=bindparam("scope"), amount=bindparam("amount"))
        raised = spending.c.amount + first.excluded.amount
        within = bindparam("limit", type_=spending.c.amount.type) >= raised
        free = first.on_conflict_do_update(index_elements=["scope"], set_={"amount": raised})
        held = first.on_conflict_do_update(index_elements=["scope"], set_={"amount": raised}, where=within)
        amount = bindparam("amount", type_=spending.c.amount.type)
        rows = [{"scope": bindparam(name), "amount": amount} for name in ("one", "other")]
        both = insert(database, spending).values(rows)
        self._settle_both = both.on_conflict_do_update(
            index_elements=["scope"], set_={"amount": spending.c.amount + both.excluded.amount}
        )
        self._raise, self._raise_within = free.returning(spending.c.scope), held.returning(spending.c.scope)

    def attempts(self, key: str) -> list[ModelCall]:
        return [_read(row) for row in self._database.look(_OF_KEY, {"wanted": key})]

    def claim(self, call: ModelCall, request: bytes, budget: Budget) -> bool:
        sealed = self._sealer.seal(request, owner=call.owner, table="model_calls", row=call.id, field="request")
        row = {**_row(call), "request": sealed, "answer": None}
        if budget == Budget() and not self._database.sqlite:
            spent = {"scopes": _scopes(call), "amount": call.reserved}
            return bool(self._database.run(claiming(), row | spent))
        with self._database.transaction() as run:
            if not run(self._claim, row):
                return False
            for scope, limit in zip(_scopes(call), (budget.per_submission, budget.per_day), strict=True):
                self._spend(run, scope, call.reserved, limit)
        return True

    def answer(self, call: ModelCall, body: bytes) -> bool:
        sealed = self._sealer.seal(body, owner=call.owner, table="model_calls", row=call.id, field="answer")
        try:
            return self._settle(call, ("open", "unknown_outcome"), answer=sealed)
        except IntegrityError:  # the key has its answer: the unique index holds it to one
            return False

    def settle(self, call: ModelCall) -> bool:
        return self._settle(call, ("open",))

    def _settle(self, call: ModelCall, states: tuple[CallState, ...], **bodies: bytes) -> bool:
        """Settle the row, and correct the counters by what it cost more or less than was reserved."""
        values = {name: getattr(call, name) for name in _SETTLED} | _tokens(call.usage) | bodies
        if not self._database.sqlite:
            counted = settled_cost(call, None)
            named = {f"new_{name}": value for name, value in values.items()}
            rest = {"wanted": call.id, "states": list(states), "scopes": _scopes(call), "counted": counted}
            return bool(self._database.run(settling(tuple(values)), named | rest))
        condition = (_C.id == call.id, _C.state.in_(states))
        with self._database.write() as connection:
            settled = update(model_calls).where(*condition).values(values).returning(_C.reserved)
            before = connection.execute(settled).scalar_one_or_none()
            if before is None:
                return False
            counted = settled_cost(call, before)
            if counted != before:
                one, other = _scopes(call)
                connection.execute(self._settle_both, {"one": one, "other": other, "amount": counted - before})
            return True

    def _spend(self, run: Run, scope: str, amount: Decimal, limit: Decimal | None) -> None:
        """Add to a counter, in one statement that holds the limit against every other spender."""
        if limit is not None and amount > limit:
            raise BudgetSpent(scope.partition(":")[0])
        statement = self._raise if limit is None else self._raise_within
        if not run(statement, {"scope": scope, "amount": amount, "limit": limit}):
            raise BudgetSpent(scope.partition(":")[0])

    def answer_body(self, call: ModelCall) -> bytes | None:
        with self._database.read() as connection:
            sealed = connection.execute(select(_C.answer).where(_C.id == call.id)).scalar_one_or_none()
        if sealed is None:
            return None
        return self._sealer.open(sealed, owner=call.owner, table="model_calls", row=call.id, field="answer")

    def of_submission(self, submission_id: str) -> list[ModelCall]:
        return self._list(select(*_ROW).where(_C.submission == submission_id).order_by(_C.id))

    def usage(self, owner: str | None, since: datetime) -> list[UsageRow]:
        query = select(*_ROW).where(_C.sent_at >= since)
        return usage_rows(self._list(query if owner is None else query.where(_C.owner == owner)))

    def erase(self, submission_id: str) -> int:
        own = update(model_calls).where(_C.submission == submission_id)
        with self._database.write() as connection:
            return connection.execute(own.values(request=None, answer=None)).rowcount

    def _list(self, query: Any) -> list[ModelCall]:
        with self._database.read() as connection:
            return [_read(row) for row in connection.execute(query)]


def _scopes(call: ModelCall) -> list[str]:
    """The counters that a call spends from, as Budget has their limits."""
    return [submission_scope(call.submission), day_scope(call.sent_at)]


_ROW = tuple(column for column in _C if column.name not in ("request", "answer"))
_OF_KEY = select(*_ROW).where(_C.key == bindparam("wanted")).order_by(_C.number)


def _tokens(usage: TokenUsage) -> dict[str, int | None]:
    return {f"{name}_tokens": getattr(usage, name) for name in _TOKENS}


def _row(call: ModelCall) -> dict[str, Any]:
    return {name: getattr(call, name) for name in _FIELDS} | _tokens(call.usage)


def _read(row: Row[Any]) -> ModelCall:
    usage = TokenUsage(**{name: getattr(row, f"{name}_tokens") for name in _TOKENS})
    return ModelCall(usage=usage, **{name: getattr(row, name) for name in _FIELDS})
