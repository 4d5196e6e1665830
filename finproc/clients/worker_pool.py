"""Celery's prefork pool, made safe to grow while its supervisor looks for processes that have ended."""

from __future__ import annotations

import threading
from typing import Any

from billiard.pool import Pool
from celery.concurrency import prefork


class GrowingPool(Pool):
    """A pool with a supervisor thread, as brokers without an event loop use it.

    billiard 4.3 lists a new process before it starts it. A supervisor that looks in between takes it for one that has
    ended, breaks on its missing pid, and from then on the pool stands still; autoscaling gets there sooner or later.
    Here the two wait for each other.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._changing = threading.RLock()
        super().__init__(*args, **kwargs)

    def _create_worker_process(self, i: int) -> Any:
        with self._changing:
            return super()._create_worker_process(i)

    def _join_exited_workers(self, shutdown: bool = False) -> Any:
        with self._changing:
            return super()._join_exited_workers(shutdown)


class TaskPool(prefork.TaskPool):
    """The prefork pool with GrowingPool where there is no event loop."""

    BlockingPool = GrowingPool
