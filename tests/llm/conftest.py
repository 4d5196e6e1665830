from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from finproc.llm.backends.openai import OpenAIBackend
from finproc.llm.calls import KeyedHash, PaidCalls, Payer, Terms
from finproc.llm.circuit import CircuitBreaker
from finproc.llm.limits import CallLimiter
from finproc.llm.prices import price_table
from finproc.records.protocols import Budget
from tests.llm.memory_records import Clock, MemoryCalls, MemoryCircuits, MemoryLeases
from tests.stub_model import StubModel

PAYER = Payer("owner-1", "submission-1")


@dataclass(frozen=True)
class Bench:
    """Paid calls to a stub over real HTTP, on twins of the records."""

    stub: StubModel
    clock: Clock
    records: MemoryCalls
    circuits: MemoryCircuits
    calls: PaidCalls

    def with_terms(self, **changes: object) -> PaidCalls:
        return replace(self.calls, terms=replace(self.calls.terms, **changes))  # type: ignore[arg-type]  # any term

    def states(self) -> list[tuple[str, str]]:
        return [(row.state, row.outcome) for row in self.records.rows.values()]


@pytest.fixture
def stub() -> Iterator[StubModel]:
    with StubModel() as model:
        yield model


@pytest.fixture
def backend(stub: StubModel) -> Iterator[OpenAIBackend]:
    opened = OpenAIBackend(api_key="test", model="gpt-6-luna", base_url=stub.url, timeout=10, total_timeout=10)
    yield opened
    opened.close()


@pytest.fixture
def bench(stub: StubModel, backend: OpenAIBackend) -> Bench:
    return make_bench(stub, backend, lambda owner, *parts: repr((owner, parts)))


def make_bench(stub: StubModel, backend: OpenAIBackend, keyed_hash: KeyedHash) -> Bench:
    clock = Clock()
    records, circuits = MemoryCalls(), MemoryCircuits()
    prices = price_table()
    calls = PaidCalls(
        backend=backend,
        records=records,
        keyed_hash=keyed_hash,
        limiter=CallLimiter(None),
        circuit=CircuitBreaker(
            circuits, MemoryLeases(clock), pause=30, probe_seconds=1, threshold=1000, clock=clock, spread=lambda: 0.0
        ),
        terms=Terms(prices, prices.of_model("gpt-6-luna"), Budget(Decimal(2), Decimal(20))),
        clock=clock,
        sleep=lambda _: None,
        spread=lambda: 0.0,
    )
    return Bench(stub, clock, records, circuits, calls)
