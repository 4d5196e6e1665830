"""The pulse of a process: one reader of all history, many listeners."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from finproc.errors import Unavailable
from finproc.logs import events
from finproc.model.submission import HistoryEntry
from finproc.submit.refusals import TooManyStreams

POLL_SECONDS = 0.25
OVERLAP_SECONDS = 5.0
"""How far back entries are read again: what began earlier may commit later, and clocks differ a little."""
SWEEP_SECONDS = 1.0
"""How often the whole overlap is read; in between a quarter second is enough."""
PAGE = 1000
BACKLOG = 2000
"""Events that a slow listener may be behind before its stream ends (it resumes with Last-Event-ID)."""

HistorySince = Callable[[int, int], list[HistoryEntry]]
"""(sequence, limit) → entries of all owners after it, in order."""
_log = events("pulse")


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream."""

    owner: str
    submission: str | None
    waiting: queue.Queue[HistoryEntry] = field(default_factory=lambda: queue.Queue(BACKLOG))
    lost: bool = False

    def wants(self, entry: HistoryEntry) -> bool:
        return entry.owner == self.owner and self.submission in {None, entry.submission}

    def offer(self, entry: HistoryEntry) -> None:
        try:
            self.waiting.put_nowait(entry)
        except queue.Full:
            self.lost = True


class Pulse:
    """Polls while anybody listens; each listener gets each entry once, late commits included."""

    def __init__(self, since: HistorySince, *, capacity: int, poll_seconds: float = POLL_SECONDS) -> None:
        self._since = since
        self._capacity = capacity
        self._poll = poll_seconds
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self._thread: threading.Thread | None = None
        self._woken = threading.Event()

    @contextmanager
    def listen(self, owner: str, submission: str | None = None) -> Iterator[Listener]:
        """A listener for the length of the block. Raises TooManyStreams where the process has enough of them."""
        listener = Listener(owner, submission)
        with self._lock:
            if len(self._listeners) >= self._capacity:
                raise TooManyStreams
            self._listeners.add(listener)
            if self._thread is None:
                self._woken.clear()
                self._thread = threading.Thread(target=self._run, args=(time.time(),), name="pulse", daemon=True)
                self._thread.start()
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners.discard(listener)
                if not self._listeners:
                    self._woken.set()

    def _run(self, started: float) -> None:
        reading = _Reading(self._since, started)
        while True:
            self._woken.wait(self._poll)
            with self._lock:
                if not self._listeners:
                    self._thread = None
                    return
                self._woken.clear()
                listeners = tuple(self._listeners)
            try:
                fresh = reading.fresh(time.time())
            except Unavailable as error:
                _log.warning("events_unavailable", error_type=type(error).__name__)
                continue
            for entry in fresh:
                for listener in listeners:
                    if listener.wants(entry):
                        listener.offer(entry)


class _Reading:
    """Where the reader stands, and what it has seen of the overlap."""

    def __init__(self, since: HistorySince, started: float) -> None:
        self._since = since
        self._seen: set[tuple[int, str]] = set()
        self._swept = started
        self._high = _micro(started)
        self._first = True

    def fresh(self, now: float) -> list[HistoryEntry]:
        """Entries not seen before, in order of sequence; at first those since the start."""
        if self._first:
            past = self._unseen(self._high - _micro(OVERLAP_SECONDS))
            self._first = False
            return [entry for entry in past if entry.sequence > self._high]
        back = 2 * POLL_SECONDS
        if now - self._swept >= SWEEP_SECONDS:
            self._swept, back = now, OVERLAP_SECONDS
        found = self._unseen(self._high - _micro(back))
        if found:
            self._high = max(self._high, found[-1].sequence)
        self._forget()
        return found

    def _unseen(self, after: int) -> list[HistoryEntry]:
        entries: list[HistoryEntry] = []
        while True:
            page = self._since(after, PAGE)
            for entry in page:
                key = (entry.sequence, entry.submission)
                if key not in self._seen:
                    self._seen.add(key)
                    entries.append(entry)
            if len(page) < PAGE:
                return entries
            first, last = page[0].sequence, page[-1].sequence
            after = last if first == last else last - 1  # several submissions may share a microsecond

    def _forget(self) -> None:
        horizon = self._high - 2 * _micro(OVERLAP_SECONDS)
        self._seen = {key for key in self._seen if key[0] >= horizon}


def _micro(seconds: float) -> int:
    return int(seconds * 1_000_000)
