"""Turns at the processor: of the many threads that wait for a model, few work at a time.

A hundred threads that all want the interpreter, a database connection and a broker connection at once spend a tenth of
their time on waking each other in vain.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

AT_A_TIME = 8
"""Enough to keep a process busy while some of them wait for the database."""


class Turns:
    """So many threads at a time work; a thread that waits for the world gives its turn away meanwhile."""

    def __init__(self, at_a_time: int = AT_A_TIME) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(at_a_time):
            self._free.put(None)
        self._own = threading.local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold a turn for the length of the block; one that holds one already goes on with it."""
        if getattr(self._own, "held", False):
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Give the turn away for the length of the block, if this thread holds one."""
        if not getattr(self._own, "held", False):
            yield
            return
        self._give()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        self._free.get()
        self._own.held = True

    def _give(self) -> None:
        self._own.held = False
        self._free.put(None)


TURNS = Turns()
"""Those of this process."""
