"""The promise about paid calls: each question is answered once, no request goes out without a row that says so.

For one call key there is at most one stored answer, nothing is sent after it, and no two attempts are open at a time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from finproc.clients.turns import TURNS
from finproc.llm import failures
from finproc.llm.backend import Backend, Lost, Refused, Reply
from finproc.llm.circuit import CircuitBreaker, Passage
from finproc.llm.limits import CallLimiter
from finproc.llm.prices import Price, PriceTable, estimate
from finproc.llm.question import GARBAGE, Answer, Question, Reading
from finproc.logs import events
from finproc.model.ids import new_id, utc_now
from finproc.model.model_call import ModelCall, TokenUsage
from finproc.records.outages import OUTAGES
from finproc.records.protocols import Budget, BudgetSpent, ModelCallRecords

log = events("llm")

GRACE = timedelta(seconds=30)
"""What an attempt's deadline allows beyond the request's own total, for writing the answer down."""
_PURPOSE = b"model_call"
_STORE_PAUSES = (0.2, 1.0, 3.0)
"""Seconds between tries to write an answer down, well within the grace."""


class KeyedHash(Protocol):
    """A hash for equality only, under the lookup key: of an owner and parts."""

    def __call__(self, owner: str, *parts: bytes) -> str: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What calls may cost and how often an unknown outcome is tried again."""

    prices: PriceTable
    price: Price
    budget: Budget
    unknown_retries: int = 1
    wait_for_budget: bool = True


@dataclass(frozen=True, slots=True)
class Payer:
    """On whose account and for which submission a question is asked."""

    owner: str
    submission: str


@dataclass(frozen=True, slots=True)
class PaidCalls:
    """Asks questions of a backend under the promise. `keyed_hash` is the keyring's hash for equality."""

    backend: Backend
    records: ModelCallRecords
    keyed_hash: KeyedHash
    limiter: CallLimiter
    circuit: CircuitBreaker
    terms: Terms
    grace: timedelta = GRACE
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep
    spread: Callable[[], float] = random.random

    def ask(self, question: Question, payer: Payer) -> Answer:
        """The answer to a question: the stored one, else a new one that is paid for and stored.

        Raises the classes of `finproc.llm.failures`: TryLater where time can help, Failed where it cannot.
        """
        body = self.backend.body(question)
        key, attempts, stored = self._look_up(payer.owner, body)
        if stored is not None:
            return _answer(self.backend.read(stored, question), replayed=True)
        self._settle_open(attempts)
        self._refuse_too_many_unknown(attempts)
        number = max((attempt.number for attempt in attempts), default=0) + 1
        passage = self.circuit.enter()
        try:
            self.limiter.take(estimate(body) + self.backend.max_output_tokens)
            call = self._claim(key, number, body, question, payer)
        except Exception:
            self.circuit.leave(passage)
            raise
        with TURNS.away():  # until the answer is stored: what was paid for does not wait for others
            return self._send(call, body, question, passage)

    def _look_up(self, owner: str, body: bytes) -> tuple[str, list[ModelCall], bytes | None]:
        """The call key, its attempts, and the raw answer where one is stored.

        An answer whose body was erased keeps its key, as the record of what was spent; the question then gets the next
        key, derived from that answer, so that it can be asked afresh.
        """
        parts = [_PURPOSE, body]
        while True:
            key = self.keyed_hash(owner, *parts)
            attempts = self.records.attempts(key)
            answered = next((attempt for attempt in attempts if attempt.state == "answered"), None)
            if answered is None:
                return key, attempts, None
            stored = self.records.answer_body(answered)
            if stored is not None:
                return key, attempts, stored
            parts.append(answered.id.encode())

    def _settle_open(self, attempts: list[ModelCall]) -> None:
        """Wait for an open attempt until its deadline; after it, its outcome is unknown and its reservation counts."""
        now = self.clock()
        for index, attempt in enumerate(attempts):
            if attempt.state != "open":
                continue
            if now < attempt.deadline:
                raise _still_open(attempt, now)
            lost = replace(
                attempt, state="unknown_outcome", outcome="unknown_outcome", cost=attempt.reserved, settled_at=now
            )
            if not self.records.settle(lost):
                raise _look_again()
            attempts[index] = lost
            log.warning("model_call_unknown", call=attempt.id, submission=attempt.submission)

    def _refuse_too_many_unknown(self, attempts: list[ModelCall]) -> None:
        unknown = sum(attempt.state == "unknown_outcome" for attempt in attempts)
        if unknown > self.terms.unknown_retries:
            raise failures.UnknownOutcome("unknown_outcome")

    def _claim(self, key: str, number: int, body: bytes, question: Question, payer: Payer) -> ModelCall:
        """Write the attempt row and reserve its cost; raises CallOpen where another process was first."""
        now = self.clock()
        most = TokenUsage(input=estimate(body), output=self.backend.max_output_tokens)
        call = ModelCall(
            id=new_id(),
            key=key,
            number=number,
            owner=payer.owner,
            submission=payer.submission,
            piece=question.piece,
            model=self.backend.model,
            state="open",
            sent_at=now,
            deadline=now + timedelta(seconds=self.backend.total_timeout) + self.grace,
            reserved=self._cost(most, self.backend.service_tier) or Decimal(0),
            service_tier=self.backend.service_tier,
        )
        try:
            claimed = self.records.claim(call, body, self.terms.budget)
        except BudgetSpent as spent:
            raise self._over_budget(spent, call, now) from None
        if not claimed:
            raise _still_open(call, now)
        return call

    def _over_budget(self, spent: BudgetSpent, call: ModelCall, now: datetime) -> Exception:
        """The day's budget can be waited for; a submission's cannot, nor a call dearer than a whole day."""
        per_day = self.terms.budget.per_day
        hopeless = spent.scope != "day" or per_day is None or call.reserved > per_day
        if hopeless or not self.terms.wait_for_budget:
            return failures.OverBudget("over_budget", f"the budget per {spent.scope} is spent")
        tomorrow = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), datetime.min.time(), UTC)
        after = (tomorrow - now).total_seconds()
        return failures.BudgetWait("over_budget", "today's budget is spent", after=after, waiting="budget")

    def _send(self, call: ModelCall, body: bytes, question: Question, passage: Passage) -> Answer:
        sent = self.backend.send(body, attempt=call.id)
        if isinstance(sent, Refused):
            self._settle_refused(call, sent)
            self._count_refusal(passage, sent)
            raise self._refusal(sent, call.key)
        if isinstance(sent, Lost):
            self.circuit.failed(passage, sent.outcome, at_once=False)
            _log_call(call, sent.outcome)
            raise _still_open(call, self.clock())
        reading = self.backend.read(sent.body, question)
        self._store(call, sent, reading)
        if reading.outcome in GARBAGE:
            self.circuit.failed(passage, reading.outcome, at_once=False)
        else:
            self.circuit.succeeded(passage)
        return _answer(reading, replayed=False)

    def _store(self, call: ModelCall, reply: Reply, reading: Reading) -> None:
        """Settle with the raw body. An answer without usage counts at its reserved cost, like one that never came."""
        tier = reading.service_tier or call.service_tier
        cost = self._cost(reading.usage, tier)
        settled = replace(
            call,
            state="answered",
            outcome=reading.outcome,
            cost=call.reserved if cost is None else cost,
            usage=reading.usage,
            settled_at=self.clock(),
            status=200,
            request_id=reply.request_id,
            service_tier=tier,
        )
        _log_call(settled, reading.outcome)
        if not self._write(settled, reply.body):
            # It came after its deadline, and the attempt that followed was answered first: that answer is the one.
            self.records.settle(replace(settled, state="unknown_outcome", outcome="second_answer"))
            raise _look_again()

    def _write(self, settled: ModelCall, body: bytes) -> bool:
        """Keep a paid answer although the database is away for a moment; False where the question has its answer."""
        for pause in _STORE_PAUSES:
            try:
                return self.records.answer(settled, body)
            except OUTAGES:
                self.sleep(pause)
        return self.records.answer(settled, body)

    def _settle_refused(self, call: ModelCall, refused: Refused) -> None:
        settled = replace(
            call,
            state="refused",
            outcome=refused.outcome,
            cost=Decimal(0),
            settled_at=self.clock(),
            status=refused.status,
            request_id=refused.request_id,
        )
        self.records.settle(settled)
        _log_call(settled, refused.outcome)

    def _refusal(self, refused: Refused, key: str) -> Exception:
        if refused.outcome != "rate_limit":
            return failures.of_refusal(refused)
        times = sum(attempt.outcome == "rate_limit" for attempt in self.records.attempts(key))
        return failures.rate_limited(refused, times, self.spread())

    def _count_refusal(self, passage: Passage, refused: Refused) -> None:
        if refused.outcome in failures.GLOBAL:
            self.circuit.failed(passage, refused.outcome, at_once=True)
        elif refused.outcome in failures.TRANSIENT:
            self.circuit.failed(passage, refused.outcome, at_once=False)
        else:
            self.circuit.succeeded(passage)

    def _cost(self, usage: TokenUsage, tier: str | None) -> Decimal | None:
        return self.terms.prices.cost(self.terms.price, usage, tier)


def _still_open(call: ModelCall, now: datetime) -> failures.CallOpen:
    rest = max((call.deadline - now).total_seconds(), 0.0)
    return failures.CallOpen("open_attempt", after=rest, waiting="attempt")


def _look_again() -> failures.CallOpen:
    """Another process settled this question in this instant."""
    return failures.CallOpen("open_attempt", after=0.0, waiting="attempt")


def _answer(reading: Reading, *, replayed: bool) -> Answer:
    return Answer(reading.outcome, reading.value, reading.detail, replayed)


def _log_call(call: ModelCall, outcome: str) -> None:
    log.info(
        "model_call",
        call=call.id,
        submission=call.submission,
        piece=call.piece,
        number=call.number,
        model=call.model,
        outcome=outcome,
        status=call.status,
    )
