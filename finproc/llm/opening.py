"""Joins what a paid call needs into one thing that a door hands on: ask a question for this submission."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from limits.storage import Storage

from finproc.llm import backends
from finproc.llm.backend import Backend
from finproc.llm.calls import PaidCalls, Payer, Terms
from finproc.llm.circuit import CircuitBreaker
from finproc.llm.limits import CallLimiter
from finproc.llm.prices import Price, price_table
from finproc.llm.question import Answer, Question
from finproc.model.submission import Submission
from finproc.records.protocols import Budget, Records
from finproc.settings import Settings


class LookupHash(Protocol):
    """What of the keyring is needed here: a keyed hash for equality only."""

    def keyed_hash(self, owner: str, *parts: bytes) -> str: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks for one submission. `seconds` is how long one run may go on starting new calls."""

    calls: PaidCalls
    payer: Payer
    seconds: float

    @property
    def model(self) -> str:
        return self.calls.backend.model

    def __call__(self, question: Question) -> Answer:
        return self.calls.ask(question, self.payer)


def asker(settings: Settings, keyring: LookupHash, records: Records, submission: Submission) -> Asker | None:
    """What to ask the model with, or None where no model is configured."""
    backend = _backend(settings)
    if backend is None:
        return None
    payer = Payer(submission.owner, submission.id)
    return Asker(paid_calls(settings, backend, keyring, records), payer, settings.openai_pieces_seconds)


def paid_calls(settings: Settings, backend: Backend, keyring: LookupHash, records: Records) -> PaidCalls:
    """The promise over these records, with the limits, budgets and prices that the settings name."""
    return PaidCalls(
        backend=backend,
        records=records.model_calls,
        keyed_hash=keyring.keyed_hash,
        limiter=CallLimiter(
            _limit_storage(settings, os.getpid()),
            settings.openai_requests_per_minute,
            settings.openai_tokens_per_minute,
        ),
        circuit=CircuitBreaker(
            records.circuits,
            records.leases,
            pause=settings.openai_circuit_seconds,
            probe_seconds=settings.openai_total_timeout,
        ),
        terms=terms(settings),
    )


def terms(settings: Settings) -> Terms:
    """Prices and budgets by the settings."""
    prices = price_table()
    fallback = None
    if settings.openai_price_input is not None and settings.openai_price_output is not None:
        fallback = Price(settings.openai_price_input, settings.openai_price_input, settings.openai_price_output)
    return Terms(
        prices=prices,
        price=prices.of_model(settings.openai_model, fallback),
        budget=Budget(settings.openai_budget_submission, settings.openai_budget_day),
        unknown_retries=settings.openai_unknown_retries,
        wait_for_budget=settings.openai_over_budget == "wait",
    )


@cache
def _backend(settings: Settings) -> Backend | None:
    return backends.configured(settings)


@cache
def _limit_storage(settings: Settings, process: int) -> Storage | None:  # noqa: ARG001  # a fork opens its own
    """The shared counters of this process; None where nothing is limited."""
    if settings.openai_requests_per_minute is None and settings.openai_tokens_per_minute is None:
        return None
    from finproc.clients.limits import open_limit_storage  # noqa: PLC0415  # its drivers load where something is limited

    return open_limit_storage(settings)
