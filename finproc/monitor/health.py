"""Health: each outside system asked at the same time, none waited for longer than a moment."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PATIENCE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Check:
    """A system's name, and a call that raises where it does not answer."""

    name: str
    ask: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a system answered: `error` is the kind of what went wrong, or None."""

    name: str
    latency_ms: float
    error: str | None = None


def read(checks: Sequence[Check], patience_seconds: float = PATIENCE_SECONDS) -> list[Reading]:
    """One reading of each system, in the order given; `timeout` where one says nothing in time."""
    answers: queue.SimpleQueue[Reading] = queue.SimpleQueue()
    started = time.monotonic()
    for check in checks:
        threading.Thread(target=_ask, args=(check, answers), name=f"health-{check.name}", daemon=True).start()
    readings: dict[str, Reading] = {}
    while len(readings) < len(checks):
        left = started + patience_seconds - time.monotonic()
        try:
            answer = answers.get(timeout=max(0.0, left))
        except queue.Empty:
            break
        readings[answer.name] = answer
    silent = _milliseconds(started)
    return [readings.get(check.name, Reading(check.name, silent, "timeout")) for check in checks]


def _ask(check: Check, answers: queue.SimpleQueue[Reading]) -> None:
    started = time.monotonic()
    try:
        check.ask()
    except Exception as error:  # noqa: BLE001 - whatever a system's client raises is the answer
        answers.put(Reading(check.name, _milliseconds(started), type(error).__name__))
    else:
        answers.put(Reading(check.name, _milliseconds(started)))


def _milliseconds(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
