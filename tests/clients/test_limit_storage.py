"""Rate limits hold over everything that shares them, on each place they can be counted in."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, SlidingWindowCounterRateLimiter

from finproc.clients.limit_storage import SqlLimitStorage
from finproc.clients.limits import open_limit_storage
from finproc.identity.workspace import open_workspace
from finproc.settings import Settings
from tests.conftest import MASTER_KEY

STRATEGIES: list[Any] = [FixedWindowRateLimiter, MovingWindowRateLimiter, SlidingWindowCounterRateLimiter]


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def storages(request, tmp_path):
    """Two storages on one place, as two processes have them."""
    settings = {"finproc_var": tmp_path, "finproc_master_key": MASTER_KEY}
    if request.param != "sqlite":
        variable = {"postgres": "database_url", "redis": "redis_url"}[request.param]
        settings[variable] = request.getfixturevalue(f"{request.param}_url")
    opened = open_workspace(Settings(**settings))
    pair = open_limit_storage(Settings(**settings)), open_limit_storage(Settings(**settings))
    yield pair
    for storage in pair:
        if isinstance(storage, SqlLimitStorage):
            storage.close()
        elif isinstance(storage, RedisStorage):
            storage.storage.close()
    opened.close()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_more_pass_than_the_limit_however_many_ask(storages, strategy):
    limiters = [strategy(storage) for storage in storages]
    limit = RateLimitItemPerMinute(10)
    _away_from_the_border()
    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda number: limiters[number % 2].hit(limit, "who"), range(40)))
    assert sum(passed) == 10
    assert limiters[0].get_window_stats(limit, "who").remaining == 0
    assert limiters[1].hit(limit, "another")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_hit_may_cost_more_than_one(storages, strategy):
    limiter = strategy(storages[0])
    limit = RateLimitItemPerMinute(1000)
    _away_from_the_border()
    assert limiter.hit(limit, "tokens", cost=600)
    assert not limiter.test(limit, "tokens", cost=600)
    if strategy is not FixedWindowRateLimiter:  # which counts before it refuses
        assert not limiter.hit(limit, "tokens", cost=600)
        assert limiter.hit(limit, "tokens", cost=400)
    assert not limiter.hit(limit, "tokens", cost=1001)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_spent_comes_back_with_time(storages, strategy):
    limiter = strategy(storages[0])
    limit = RateLimitItemPerSecond(2)
    give_up = time.monotonic() + 20
    while limiter.hit(limit, "who"):
        assert time.monotonic() < give_up
    while not limiter.hit(limit, "who"):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_clearing_forgets(storages):
    limit = RateLimitItemPerMinute(1)
    for strategy in STRATEGIES:
        limiter = strategy(storages[0])
        assert limiter.hit(limit, strategy.__name__)
        limiter.clear(limit, strategy.__name__)
        assert limiter.hit(limit, strategy.__name__)
    assert storages[0].check()
    storages[0].reset()
    assert all(strategy(storages[1]).hit(limit, strategy.__name__) for strategy in STRATEGIES)


def _away_from_the_border():
    """Not in the last seconds of a minute, where a window's end would fall into the test."""
    while time.time() % 60 > 50:
        time.sleep(0.2)
