"""In-memory twins of the records that paid calls need; one lock makes each method as atomic as its SQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from finproc.model.model_call import ModelCall, UsageRow
from finproc.records.protocols import Budget, BudgetSpent, Circuit
from finproc.records.spending import usage_rows


class Clock:
    """A clock that only tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class MemoryCalls:
    """ModelCallRecords in a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, ModelCall] = {}
        self.requests: dict[str, bytes] = {}
        self.answers: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def attempts(self, key: str) -> list[ModelCall]:
        with self._lock:
            return sorted((row for row in self.rows.values() if row.key == key), key=lambda row: row.number)

    def claim(self, call: ModelCall, request: bytes, budget: Budget) -> bool:
        with self._lock:
            if any((row.key, row.number) == (call.key, call.number) for row in self.rows.values()):
                return False
            of_submission = [row for row in self.rows.values() if row.submission == call.submission]
            of_day = [row for row in self.rows.values() if row.sent_at.date() == call.sent_at.date()]
            for scope, rows, limit in (
                ("submission", of_submission, budget.per_submission),
                ("day", of_day, budget.per_day),
            ):
                spent = sum((_spent(row) for row in rows), Decimal(0))
                if limit is not None and spent + call.reserved > limit:
                    raise BudgetSpent(scope)
            self.rows[call.id] = call
            self.requests[call.id] = request
            return True

    def answer(self, call: ModelCall, body: bytes) -> bool:
        with self._lock:
            answered = any(row.key == call.key and row.state == "answered" for row in self.rows.values())
            if answered or self.rows[call.id].state not in ("open", "unknown_outcome"):
                return False
            self.rows[call.id] = call
            self.answers[call.id] = body
            return True

    def settle(self, call: ModelCall) -> bool:
        with self._lock:
            if self.rows[call.id].state != "open":
                return False
            self.rows[call.id] = call
            return True

    def answer_body(self, call: ModelCall) -> bytes | None:
        return self.answers.get(call.id)

    def of_submission(self, submission_id: str) -> list[ModelCall]:
        return [row for row in self.rows.values() if row.submission == submission_id]

    def usage(self, owner: str | None, since: datetime) -> list[UsageRow]:
        rows = [row for row in self.rows.values() if row.sent_at >= since and owner in (None, row.owner)]
        return usage_rows(rows)

    def erase(self, submission_id: str) -> int:
        own = self.of_submission(submission_id)
        for row in own:
            self.requests.pop(row.id, None)
            self.answers.pop(row.id, None)
        return len(own)


def _spent(row: ModelCall) -> Decimal:
    return row.reserved if row.cost is None else row.cost


class MemoryCircuits:
    """Circuits in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, Circuit] = {}

    def get(self, name: str) -> Circuit:
        return self.kept.get(name, Circuit())

    def put(self, name: str, circuit: Circuit) -> None:
        self.kept[name] = replace(circuit)


class MemoryLeases:
    """Leases in a dict, by the test's clock."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._held: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def take(self, name: str, holder: str, seconds: float) -> bool:
        with self._lock:
            present = self._held.get(name)
            if present is not None and present[0] != holder and present[1] > self._clock():
                return False
            self._held[name] = (holder, self._clock() + timedelta(seconds=seconds))
            return True

    def give_back(self, name: str, holder: str) -> None:
        with self._lock:
            if self._held.get(name, ("",))[0] == holder:
                del self._held[name]
