"""One run of a step in a worker: begin, work, finish, and what becomes of every way in which that can end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Never

from celery import Task
from celery.exceptions import Ignore, Reject, SoftTimeLimitExceeded, TimeLimitExceeded

from finproc.clients.turns import TURNS
from finproc.errors import Failed, Fenced, TryLater
from finproc.identity.workspace import Workspace, workspace
from finproc.logs import bound, events
from finproc.model.document import Context
from finproc.model.submission import WORKS_ON, Step, Submission
from finproc.records.attempts import HEARTBEAT, Begun, NotNow, back_off, begin, fail, fail_running, finish, release
from finproc.records.outages import OUTAGES

_log = events("pipeline")


@dataclass(frozen=True, slots=True)
class Done:
    """What a step came to: the submission's fields that follow, and its output, kept under the attempt that made it."""

    changes: Mapping[str, object]
    output: bytes | None = None


Work = Callable[[Workspace, Submission, bytes], Done]
"""Does the step: of a submission, on the document's bytes or on what the step before wrote."""

QUEUES = {Step.EXTRACT: "extract", Step.NORMALIZE: "default", Step.STORE: "default"}
"""Where a step's messages go, unless the submission is isolated."""


class StepTask(Task):  # type: ignore[misc] # Celery has no types
    """The base of a step's task: what nobody foresaw ends its submission."""

    step: Step

    def on_failure(self, exc: Exception, task_id: str, args: Sequence[Any], kwargs: object, einfo: object) -> None:  # noqa: ARG002 -- Celery's signature
        """Celery calls it where the step ran, or where it killed it for its time."""
        reason = "too_slow" if isinstance(exc, TimeLimitExceeded) else "internal_error"
        kind = getattr(exc, "exc_cls_name", type(exc).__name__)  # Celery wraps what pickle cannot carry
        submission_id, dispatch = args
        try:
            records = workspace().records.submissions
            fail_running(records, submission_id, dispatch, self.step, reason=reason, detail=kind)
        except OUTAGES:  # the sweep finds it, and the step breaks again
            _log.warning("step_broken", reason=reason)


def run(task: Task, step: Step, submission_id: str, dispatch: int, work: Work) -> None:
    """Run a step once; returns where its output exists, so that the chain goes on.

    Raises Celery's Ignore where there is nothing to go on with, and Retry where the step is to run again.
    """
    with TURNS.turn(), bound(submission=submission_id, task=task.request.id, step=step.value):
        try:
            place = workspace()
            lease = place.settings.lease_seconds
            begun = begin(place.records.submissions, submission_id, dispatch, step, lease_seconds=lease)
        except NotNow as reason:
            _log.info("step_skipped", why=reason.detail)
            raise Ignore(reason.detail) from None
        except OUTAGES as error:
            _log.warning("step_postponed", error=type(error).__name__)
            _again(task, QUEUES[step], back_off(1, None, base_seconds=5, longest_seconds=30))
        if begun is not None:
            with bound(attempt=begun.submission.attempt):
                _attempt(task, place, begun, work)


def context_of(submission: Submission) -> Context:
    """What the submitter said, as extraction and normalization see it."""
    hints = submission.hints
    return Context(hints.company, hints.published, hints.language, submission.metadata)


def _attempt(task: Task, place: Workspace, begun: Begun, work: Work) -> None:
    records = place.records.submissions
    try:
        try:
            with HEARTBEAT.beating(records, begun, place.settings.lease_seconds):
                done = work(place, begun.submission, _input(place, begun))
            finish(records, begun, done.changes, done.output)
        except SoftTimeLimitExceeded:
            raise Failed("too_slow", "the step did not end within its time limit") from None
        except OUTAGES as error:
            raise TryLater("database_down", type(error).__name__) from None
    except Fenced:
        _log.info("step_fenced")
        raise Ignore("fenced") from None
    except Failed as error:
        _fail(task, begun, place, error)
    except TryLater as error:
        _release(task, place, begun, error)
    else:
        _log.info("step_done")


def _input(place: Workspace, begun: Begun) -> bytes:
    """What the step works on, at the attempt that the submission points at."""
    submission, found = begun.submission, begun.input
    if begun.step == Step.EXTRACT:
        found = place.records.submissions.body(submission) if found is None else found
        if found is None:
            raise Failed("no_document", "the document's bytes are gone")
        return found
    before, pointer = WORKS_ON[begun.step]
    attempt = getattr(submission, pointer)
    if found is None and attempt is not None:
        found = place.records.extractions.get(submission, before, attempt)
    if found is None:
        raise Failed("no_output", f"the output of {before} is gone")
    return found


def _fail(task: Task, begun: Begun, place: Workspace, error: Failed) -> Never:
    try:
        fail(place.records.submissions, begun, error)
    except OUTAGES:  # the step runs again, and fails again, once the database is back
        _wait_for_database(task, place, begun)
    _log.warning("step_failed", reason=error.reason)
    raise Ignore(error.reason) from None


def _release(task: Task, place: Workspace, begun: Begun, error: TryLater) -> Never:
    s = place.settings
    try:
        wait = release(
            place.records.submissions,
            begun,
            error,
            max_tries=s.max_tries,
            base_seconds=s.retry_base_seconds,
            longest_seconds=s.retry_max_seconds,
        )
    except OUTAGES:
        _wait_for_database(task, place, begun)
    _log.info("step_released", reason=error.reason, waiting=error.waiting, wait=wait)
    if wait is None:
        raise Ignore(error.reason)
    _again(task, _queue(begun), wait, error.reason)


def _wait_for_database(task: Task, place: Workspace, begun: Begun) -> Never:
    """Come again when the lease, which nobody could give back, has run out."""
    lease = round(place.settings.lease_seconds)
    _again(task, _queue(begun), lease + back_off(1, None, base_seconds=5, longest_seconds=30))


def _queue(begun: Begun) -> str:
    return "isolated" if begun.submission.isolated else QUEUES[begun.step]


def _again(task: Task, queue: str, wait: int, reason: str = "database_down") -> Never:
    """Publish the same message for later. Where the broker takes none, the sweep will."""
    try:
        raise task.retry(countdown=wait, queue=queue, exc=TryLater(reason))
    except Reject:
        raise Ignore("not published") from None
