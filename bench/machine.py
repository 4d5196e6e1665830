"""What the machine itself adds to every time: how long it takes a core away from a process that never rests."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

SECONDS = 10.0
SHORT, LONG = 0.01, 0.02


def gaps() -> str:
    """A line for a benchmark's head. All cores are watched at once, so it must not have started anything yet."""
    if not hasattr(os, "sched_setaffinity"):
        return "pauses of the machine's cores: not measured on this system"
    cores = sorted(os.sched_getaffinity(0))
    with ProcessPoolExecutor(len(cores), get_context("spawn")) as watching:
        found = [gap for core in watching.map(_watch, cores) for gap in core]
    some = ", ".join(f"{sum(gap > least for gap in found)} above {least * 1000:.0f} ms" for least in (SHORT, LONG))
    return (
        f"pauses of the machine's {len(cores)} cores in {SECONDS:.0f} s, before anything is started: "
        f"{some}, the longest {max(found, default=0.0) * 1000:.0f} ms"
    )


def _watch(core: int) -> list[float]:
    """The pauses of this core above a millisecond, in seconds."""
    os.sched_setaffinity(0, {core})
    found = []
    last = time.perf_counter()
    end = last + SECONDS
    while last < end:
        now = time.perf_counter()
        if now - last > 0.001:
            found.append(now - last)
        last = now
    return found
