"""The allowance of a caller, shared by all processes of a machine."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

from limits.storage import MemoryStorage

from finproc.clients.redis import limit_storage
from finproc.submit.rates import MachineRates, Rates, SharedRates
from finproc.submit.refusals import TooManyRequests


def admitted(path: Path, tries: int, per_second: int = 50, caller: str = "a") -> int:
    rates = MachineRates(path, per_second)
    count = 0
    for _ in range(tries):
        try:
            rates.admit(caller)
        except TooManyRequests:
            continue
        count += 1
    rates.close()
    return count


def test_a_caller_has_one_second_s_allowance_at_once_and_then_the_rate(tmp_path: Path):
    started = time.monotonic()
    count = admitted(tmp_path / "limits", 500)
    assert 50 <= count <= 50 + 50 * (time.monotonic() - started) + 1


def test_callers_do_not_use_up_each_others_allowance(tmp_path: Path):
    admitted(tmp_path / "limits", 200)
    assert admitted(tmp_path / "limits", 10, caller="b") == 10


def test_processes_share_one_allowance(tmp_path: Path):
    path = tmp_path / "limits"
    started = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        counts = pool.starmap(admitted, [(path, 200), (path, 200)])
    assert 50 <= sum(counts) <= 50 + 50 * (time.monotonic() - started) + 1


def test_the_allowance_comes_back(tmp_path: Path):
    rates = MachineRates(tmp_path / "limits", 20)
    while _passes(rates):
        pass
    deadline = time.monotonic() + 5
    while not _passes(rates):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    rates.close()


def test_a_shared_allowance_holds_for_all_who_count_on_it(tmp_path: Path):
    storage = MemoryStorage()
    machines = [SharedRates(storage, 10, MachineRates(tmp_path / str(number), 1)) for number in range(2)]
    started = time.monotonic()
    count = sum(_passes(machine) for _ in range(50) for machine in machines)
    assert 10 <= count <= 10 + 10 * (time.monotonic() - started) + 1


def test_redis_holds_one_allowance_for_all_machines(redis_url: str, tmp_path: Path):
    rates = SharedRates(limit_storage(redis_url), 20, MachineRates(tmp_path / "limits", 1))
    started = time.monotonic()
    count = sum(_passes(rates) for _ in range(200))
    assert 20 <= count <= 20 + 20 * (time.monotonic() - started) + 1


def test_a_shared_storage_that_is_away_leaves_each_machine_its_own_allowance(tmp_path: Path):
    own = MachineRates(tmp_path / "limits", 5)
    rates = SharedRates(limit_storage("redis://127.0.0.1:1/0"), 1000, own)
    started = time.monotonic()
    count = sum(_passes(rates) for _ in range(50))
    assert 5 <= count <= 5 + 5 * (time.monotonic() - started) + 1
    own.close()


def _passes(rates: Rates) -> bool:
    try:
        rates.admit("a")
    except TooManyRequests:
        return False
    return True
