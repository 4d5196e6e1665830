"""Limits that hold over all workers, whose counters a shared storage keeps."""

from __future__ import annotations

import pytest
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from finproc.llm import limits
from finproc.llm.failures import LimiterFull
from finproc.llm.limits import CallLimiter


def _taken(limiters: list[CallLimiter], tokens: int, tries: int) -> int:
    taken = 0
    for number in range(tries):
        try:
            limiters[number % len(limiters)].take(tokens)
        except LimiterFull:
            continue
        taken += 1
    return taken


def test_two_workers_on_one_storage_share_one_limit_of_requests() -> None:
    storage = MemoryStorage()
    workers = [CallLimiter(storage, requests_per_minute=5) for _ in range(2)]
    assert _taken(workers, 10, 20) == 5


def test_tokens_are_limited_beside_requests() -> None:
    limiter = CallLimiter(MemoryStorage(), requests_per_minute=100, tokens_per_minute=1000)
    assert _taken([limiter], 300, 20) == 3


def test_a_call_larger_than_a_minutes_tokens_takes_the_whole_minute() -> None:
    limiter = CallLimiter(MemoryStorage(), tokens_per_minute=1000)
    limiter.take(5000)
    with pytest.raises(LimiterFull):
        limiter.take(1)


def test_a_full_limiter_says_when_to_come_again_and_that_waiting_is_no_try() -> None:
    limiter = CallLimiter(MemoryStorage(), requests_per_minute=1, spread=lambda: 0.5)
    limiter.take(1)
    with pytest.raises(LimiterFull) as full:
        limiter.take(1)
    assert full.value.waiting == "limiter"
    assert 0.5 <= (full.value.after or 0) <= 90


def test_without_limits_nothing_is_counted() -> None:
    assert _taken([CallLimiter(None), CallLimiter(MemoryStorage())], 10**9, 50) == 50


def test_a_storage_without_sliding_windows_is_counted_in_fixed_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[Storage] = []

    class Watched(FixedWindowRateLimiter):
        def __init__(self, storage: Storage) -> None:
            used.append(storage)
            super().__init__(storage)

    class Plain(MemoryStorage):
        pass

    monkeypatch.setattr(limits, "FixedWindowRateLimiter", Watched)
    monkeypatch.setattr(limits, "SlidingWindowCounterSupport", ())
    assert _taken([CallLimiter(Plain(), requests_per_minute=3)], 1, 10) == 3
    assert used
