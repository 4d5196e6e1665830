"""Celery's prefork pool, of both kinds: with a supervisor thread made safe to grow, with an event loop made lighter."""

from __future__ import annotations

import threading
from typing import Any

from billiard.pool import Pool
from celery.concurrency import asynpool, prefork
from kombu.utils.compat import fileno


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


class LoopPool(asynpool.AsynPool):
    """A pool in an event loop.

    celery 5.7 tells the loop in each of its turns to watch the pipe of no process that has nothing to get. The loop
    asks the kernel to forget each of them, although it watches none: a fifth of a busy worker's system calls, in vain.
    """

    def register_with_event_loop(self, hub: Any) -> None:
        forget = type(hub).remove_writer

        def remove_writer(pipe: Any) -> None:
            if fileno(pipe) in hub.writers:
                forget(hub, pipe)

        hub.remove_writer = remove_writer
        super().register_with_event_loop(hub)


class TaskPool(prefork.TaskPool):
    """The prefork pool with these two."""

    Pool = LoopPool
    BlockingPool = GrowingPool
