"""THE order: extract → normalize → store."""

from __future__ import annotations

import time

from celery import Signature, Task, chain
from kombu.exceptions import OperationalError

from finproc.extract.tasks import extract
from finproc.logs import events
from finproc.model.submission import NEXT_STEP, Step, Submission
from finproc.normalize.tasks import normalize
from finproc.store.tasks import store

_log = events("pipeline")

ORDER: tuple[tuple[Step, Task], ...] = ((Step.EXTRACT, extract), (Step.NORMALIZE, normalize), (Step.STORE, store))
_REFUSE_SECONDS = 3.0
_refused_until = 0.0


def start(submission: Submission) -> bool:
    """Publish the steps that the submission still needs; False if the broker does not take them.

    After a failure it answers False at once for a few seconds, so that nobody waits for a broker that is down.
    """
    global _refused_until  # noqa: PLW0603 # what this process last saw of its broker
    if time.monotonic() < _refused_until:
        return False
    try:
        route(submission).apply_async(
            retry_policy={"max_retries": 1, "interval_start": 0},
            confirm_timeout=5,
        )
    except (OperationalError, OSError) as error:
        _refused_until = time.monotonic() + _REFUSE_SECONDS
        _log.warning("publish_failed", submission=submission.id, error=type(error).__name__)
        return False
    return True


def route(submission: Submission) -> Signature:
    """The chain from the step that the submission needs next; its messages hold id and dispatch alone."""
    next_step = NEXT_STEP[submission.state]
    steps = [step for step, _ in ORDER]
    tasks = [task.si(submission.id, submission.dispatch) for _, task in ORDER[steps.index(next_step) :]]
    if submission.isolated:
        tasks = [task.set(queue="isolated") for task in tasks]
    return chain(*tasks)
