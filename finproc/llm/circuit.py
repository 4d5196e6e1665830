"""The circuit of the paid model: after too many failures in a row calls pause, and one probe at a time tries again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from finproc.llm.failures import CircuitOpen
from finproc.logs import events
from finproc.model.ids import new_id, utc_now
from finproc.records.protocols import Circuit, Circuits, Leases

log = events("llm")

_LONGEST_PAUSE = 600.0
_PROBE_WAIT = 2.0
_ALERT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Passage:
    """Leave to make one call. `seen` is the circuit as it was then."""

    holder: str
    probe: bool
    seen: Circuit


@dataclass(frozen=True, slots=True)
class CircuitBreaker:
    """A circuit shared by all workers.

    `pause` is the first pause in seconds, doubled by every failed probe; `probe_seconds` the longest a probe takes.
    """

    circuits: Circuits
    leases: Leases
    pause: float
    probe_seconds: float
    name: str = "model"
    threshold: int = 5
    clock: Callable[[], datetime] = utc_now
    spread: Callable[[], float] = field(default=random.random)

    def enter(self) -> Passage:
        """Leave to call; raises CircuitOpen with the seconds until the next probe may pass."""
        seen = self.circuits.get(self.name)
        holder = new_id()
        if seen.open_until is None:
            return Passage(holder, probe=False, seen=seen)
        left = (seen.open_until - self.clock()).total_seconds()
        if left <= 0 and self.leases.take(self._lease, holder, self.probe_seconds):
            # Another probe may have closed it between reading and taking the lease.
            return Passage(holder, probe=True, seen=self.circuits.get(self.name))
        after = max(left, 0.0) + _PROBE_WAIT * (1 + self.spread())
        raise CircuitOpen("circuit_open", f"circuit open: {seen.reason}", after=after, waiting="circuit")

    def leave(self, passage: Passage) -> None:
        """No call was made after all."""
        if passage.probe:
            self.leases.give_back(self._lease, passage.holder)

    def succeeded(self, passage: Passage) -> None:
        """The server answered: a probe closes the circuit, any other call forgets the failures counted so far."""
        if passage.probe:
            self.circuits.put(self.name, Circuit())
            self.leave(passage)
            log.info("model_circuit_closed", circuit=self.name)
        elif passage.seen.failures and self.circuits.get(self.name).open_until is None:
            self.circuits.put(self.name, Circuit())

    def failed(self, passage: Passage, reason: str, *, at_once: bool) -> None:
        """The server failed: count it, and open the circuit at the threshold, by a failed probe, or `at_once`."""
        now = self.clock()
        present = self.circuits.get(self.name)
        if not passage.probe and present.open_until is not None:
            return
        failures = max(present.failures + 1, self.threshold if at_once else 0)
        opened = passage.probe or failures >= self.threshold
        pause = min(self.pause * 2.0 ** min(max(failures - self.threshold, 0), 20), _LONGEST_PAUSE)
        self.circuits.put(
            self.name,
            Circuit(
                open_until=now + timedelta(seconds=pause) if opened else None,
                reason=reason,
                failures=failures,
                opened_at=(present.opened_at or now) if opened else None,
            ),
        )
        self.leave(passage)
        if opened and self.leases.take(f"{self._lease}:alert:{reason}", passage.holder, _ALERT_SECONDS):
            log.error("model_circuit_opened", circuit=self.name, reason=reason, seconds=pause)

    @property
    def _lease(self) -> str:
        return f"circuit:{self.name}"
