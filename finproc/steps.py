"""One run of a step in a worker: begin, work, finish, and what becomes of every way in which that can end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Never

from celery import Task
from celery.exceptions import Ignore, Reject, SoftTimeLimitExceeded

from finproc.errors import Failed, Fenced, TryLater
from finproc.identity.workspace import Workspace, workspace
from finproc.model.document import Context
from finproc.model.submission import Step, Submission
from finproc.records.attempts import HEARTBEAT, Begun, NotNow, back_off, begin, fail, finish, release
from finproc.records.outages import OUTAGES

log = logging.getLogger(__name__)

Work = Callable[[Workspace, Submission], Mapping[str, object]]
"""Does the step: writes its output under the submission's attempt and gives the submission's fields that follow."""

QUEUES = {Step.EXTRACT: "extract", Step.NORMALIZE: "default", Step.STORE: "default"}


def run(task: Task, step: Step, submission_id: str, dispatch: int, work: Work) -> None:
    """Run a step once; returns where its output exists, so that the chain goes on.

    Raises Celery's Ignore where there is nothing to go on with, and Retry where the step is to run again.
    """
    try:
        place = workspace()
        lease = place.settings.lease_seconds
        begun = begin(place.records.submissions, submission_id, dispatch, step, lease_seconds=lease)
    except NotNow as reason:
        log.info("step_skipped", extra={"submission": submission_id, "step": step, "why": reason.detail})
        raise Ignore(reason.detail) from None
    except OUTAGES:
        _again(task, step, wait=back_off(1, None, base_seconds=5, longest_seconds=30))
    if begun is not None:
        _attempt(task, place, begun, work)


def output(place: Workspace, submission: Submission, step: Step, attempt: int | None) -> bytes:
    """What the step before wrote, at the attempt that the submission points at."""
    body = None if attempt is None else place.records.extractions.get(submission, step, attempt)
    if body is None:
        raise Failed("no_output", f"the output of {step} is gone")
    return body


def context_of(submission: Submission) -> Context:
    """What the submitter said, as extraction and normalization see it."""
    hints = submission.hints
    return Context(hints.company, hints.published, hints.language, submission.metadata)


def _attempt(task: Task, place: Workspace, begun: Begun, work: Work) -> None:
    records = place.records.submissions
    try:
        try:
            with HEARTBEAT.beating(records, begun, place.settings.lease_seconds):
                changes = work(place, begun.submission)
            finish(records, begun, changes)
        except SoftTimeLimitExceeded:
            raise Failed("too_slow", "the step did not end within its time limit") from None
        except OUTAGES as error:
            raise TryLater("database_down", type(error).__name__) from None
    except Fenced:
        raise Ignore("fenced") from None
    except Failed as error:
        fail(records, begun, error)
        raise Ignore(error.reason) from None
    except TryLater as error:
        _release(task, place, begun, error)


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
    except OUTAGES:  # the lease runs out meanwhile
        wait = back_off(1, None, base_seconds=5, longest_seconds=30) + round(s.lease_seconds)
    if wait is None:
        raise Ignore(error.reason)
    _again(task, begun.step, wait=wait, isolated=begun.submission.isolated, reason=error.reason)


def _again(task: Task, step: Step, *, wait: int, isolated: bool = False, reason: str = "database_down") -> Never:
    """Publish the same message for later. Where the broker takes none, the sweep will."""
    try:
        raise task.retry(countdown=wait, queue="isolated" if isolated else QUEUES[step], exc=TryLater(reason))
    except Reject:
        raise Ignore("not published") from None
