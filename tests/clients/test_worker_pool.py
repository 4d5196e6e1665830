"""The pool grows while its supervisor looks, and neither breaks the other; its loop asks the kernel nothing in vain."""

from __future__ import annotations

import multiprocessing
import threading
from types import SimpleNamespace

import pytest
from billiard.pool import Pool
from celery.concurrency.asynpool import AsynPool
from kombu.asynchronous import Hub

from finproc.clients.worker_pool import GrowingPool, LoopPool, TaskPool


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


class WatchedHub(Hub):
    """A loop that counts what it is told to forget without watching it."""

    in_vain = 0

    def _unregister(self, fd):
        self.in_vain += fd not in self.readers and fd not in self.writers
        super()._unregister(fd)


def forgotten_in_vain(kind: type[AsynPool]) -> int:
    """Let two processes of a pool work off ten jobs in an event loop."""
    hub = WatchedHub()
    answers: list[int] = []
    pool = kind(processes=2, threads=False)
    try:
        pool.register_with_event_loop(hub)
        for number in range(10):
            pool.apply_async(abs, (-number,), callback=answers.append)
        while len(answers) < 10:
            hub.run_once()
    finally:
        pool.terminate()
        pool.join()
        hub.close()
    assert sorted(answers) == list(range(10))
    return hub.in_vain


def test_the_loop_of_our_pool_forgets_only_what_it_watches():
    assert TaskPool.Pool is LoopPool
    assert forgotten_in_vain(LoopPool) == 0


def test_the_library_still_lets_the_loop_forget_in_vain():
    assert forgotten_in_vain(AsynPool) > 0
