"""Requests and tokens per minute, over all workers together."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from limits import RateLimitItemPerMinute
from limits.storage import SlidingWindowCounterSupport, Storage
from limits.strategies import FixedWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from finproc.llm.failures import LimiterFull

_WINDOW = 60.0


@dataclass(frozen=True, slots=True)
class CallLimiter:
    """Limits on a storage that all workers share; None is no limit.

    `spread` gives a number in [0, 1): waiters come back over half a window, not at one instant.
    """

    storage: Storage | None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    name: str = "model"
    spread: Callable[[], float] = field(default=random.random)

    def take(self, tokens: int) -> None:
        """Use one request and so many tokens; raises LimiterFull, which says when to come again.

        More tokens than a minute's limit count as the whole minute, else the call could never be made.
        """
        if self.storage is None:
            return
        limiter = _strategy(self.storage)
        wanted = (
            ("tokens", self.tokens_per_minute, tokens),
            ("requests", self.requests_per_minute, 1),
        )
        for unit, limit, cost in wanted:
            if limit is None:
                continue
            item = RateLimitItemPerMinute(limit)
            if not limiter.hit(item, self.name, unit, cost=min(cost, limit)):
                reset = limiter.get_window_stats(item, self.name, unit).reset_time - time.time()
                after = min(max(reset, 0.5), _WINDOW) + self.spread() * _WINDOW / 2
                raise LimiterFull("limiter", f"{unit} per minute", after=after, waiting="limiter")


def _strategy(storage: Storage) -> RateLimiter:
    """The sliding window where the storage can keep one; a fixed window lets twice the limit pass at its border."""
    if isinstance(storage, SlidingWindowCounterSupport):
        return SlidingWindowCounterRateLimiter(storage)
    return FixedWindowRateLimiter(storage)
