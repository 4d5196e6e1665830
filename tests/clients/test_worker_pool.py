"""The pool grows while its supervisor looks, and neither breaks the other."""

from __future__ import annotations

import multiprocessing
import threading
from types import SimpleNamespace

import pytest
from billiard.pool import Pool

from finproc.clients.worker_pool import GrowingPool


class SlowProcess:
    """A worker process that takes its time between being listed and being started."""

    name, exitcode, pid, _popen = "ForkPoolProcess-1", None, None, None

    def __init__(self, listed, looked):
        self._listed, self._looked = listed, looked

    def start(self):
        self._listed.set()
        self._looked.wait(0.5)
        self.pid, self._popen = 4711, object()


def grown_while_watched(kind: type[Pool]) -> Pool:
    """Look for ended processes just when a new one is listed and not yet started."""
    listed, looked = threading.Event(), threading.Event()
    pool = object.__new__(kind)
    pool.__dict__.update(
        _changing=threading.RLock(),
        _ctx=multiprocessing,
        _pool=[],
        _cache={},
        _poolctrl={},
        _on_ready_counters={},
        _result_handler=SimpleNamespace(on_worker_exit=lambda _pid: None),
        Worker=lambda *_args, **_kwargs: None,
        WorkerProcess=lambda _worker: SlowProcess(listed, looked),
        allow_restart=False,
        on_process_up=None,
        threads=False,
        get_process_queues=lambda: (None, None, None),
        _initializer=None,
        _initargs=(),
        _maxtasksperchild=None,
        _max_memory_per_child=None,
        _on_process_exit=None,
        _wrap_exception=True,
    )
    grows = threading.Thread(target=pool._create_worker_process, args=(0,))
    grows.start()
    assert listed.wait(10)
    try:
        pool._join_exited_workers()
    finally:
        looked.set()
        grows.join(10)
    return pool


def test_a_pool_that_grows_is_not_taken_for_one_that_ended():
    pool = grown_while_watched(GrowingPool)
    assert [process.pid for process in pool._pool] == [4711]


def test_the_library_still_has_the_fault_that_this_guards_against():
    with pytest.raises(KeyError):
        grown_while_watched(Pool)
