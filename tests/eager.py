"""The whole route in this process: Celery runs the tasks at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from finproc import pipeline
from finproc.celery import app


@contextmanager
def eagerly() -> Iterator[None]:
    """Chains run where they are started.

    Shared tasks belong to the current app, which may be another one by now (pytest-celery makes one); and an earlier
    test may just have seen its broker die.
    """
    app.set_current()
    app.conf.task_always_eager = True
    pipeline._refused_until = 0.0
    try:
        yield
    finally:
        app.conf.task_always_eager = False
