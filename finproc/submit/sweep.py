"""The sweep: publishes again what stands still, because a message, a worker or the broker was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from finproc.logs import events
from finproc.model.ids import utc_now
from finproc.model.submission import RUNNING, Submission
from finproc.records.attempts import isolate, verdict
from finproc.records.protocols import SubmissionRecords
from finproc.submit.queues import Waiting

_log = events("submit")

ROUND = 500
"""Submissions a round."""

Start = Callable[[Submission], bool]


def sweep(records: SubmissionRecords, start: Start, waiting: Waiting, *, base_seconds: float) -> int:
    """One round; how many were published. Two at once do no harm: before each publication comes a compare-and-set."""
    now = utc_now()
    published = 0
    for submission in records.stalled(now, base_seconds=base_seconds, limit=ROUND, held=waiting.held(now)):
        taken = _taken(records, submission, waiting, now)
        if taken is None:
            continue
        if not start(taken):
            _unpublished(records, taken)
            break
        published += 1
    if published:
        _log.info("swept", published=published)
    return published


def _taken(records: SubmissionRecords, submission: Submission, waiting: Waiting, now: datetime) -> Submission | None:
    """The submission under a new dispatch number, or None where it needs no publication (now)."""
    if submission.state in RUNNING.values():
        match verdict(submission, now):
            case "alive":
                return None
            case "lost":
                moved = isolate(records, submission)
                if moved is None or moved.reason == "worker_lost":
                    return None
                submission = moved
    if waiting.holds(submission, now):
        return None
    changes: dict[str, object] = {
        "dispatch": submission.dispatch + 1,
        "dispatched_at": now,
        "worker": None,
        "lease_until": None,
    }
    return records.change(
        submission.id,
        changes,
        at=now,
        if_state=[submission.state],
        if_dispatch=submission.dispatch,
        if_attempt=submission.attempt,
    )


def _unpublished(records: SubmissionRecords, submission: Submission) -> None:
    """Note that the broker did not take it, so that the next round tries at once."""
    records.change(
        submission.id,
        {"dispatched_at": None},
        at=utc_now(),
        if_state=[submission.state],
        if_dispatch=submission.dispatch,
    )


def publish(records: SubmissionRecords, start: Start, submissions: Iterable[Submission]) -> int:
    """Publish what was just put on its way; how many the broker took. The rest is left to the sweep."""
    count = 0
    for submission in submissions:
        if start(submission):
            count += 1
        else:
            _unpublished(records, submission)
    return count
