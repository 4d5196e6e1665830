"""Attempts at a step: who may run it, what ends it, and when its process counts as lost. All by compare-and-set."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from finproc.clients import processes
from finproc.errors import Failed, Fenced, StepError, TryLater
from finproc.logs import events
from finproc.model.ids import utc_now
from finproc.model.submission import AFTER, BEFORE, ENDED, RUNNING, State, Step, Submission
from finproc.records.outages import OUTAGES
from finproc.records.protocols import Output, SubmissionRecords

_log = events("pipeline")

MAX_LOSSES = 3
"""Workers that a submission may cost on the queue `isolated`."""
ISOLATED_GRACE = timedelta(seconds=30)
"""How much longer an isolated attempt on another machine keeps its silence before it counts as a loss."""
_EARLY = timedelta(seconds=2)
"""How much before `not_before` a message may come: delays on the broker are whole seconds."""


class NotNow(StepError):
    """This message has nothing to do: it is stale, the submission has ended, or the attempt is alive elsewhere."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A running attempt: the submission as it is now, the step, and what it works on where that was read with it."""

    submission: Submission
    step: Step
    input: bytes | None = None


def begin(
    records: SubmissionRecords, submission_id: str, dispatch: int, step: Step, *, lease_seconds: float
) -> Begun | None:
    """Start an attempt, or None where the step's output exists and the chain goes on; raises NotNow.

    Where the last attempt's process is lost, the submission is marked for the queue `isolated` and left to the sweep.
    """
    now = utc_now()
    first = _start(records, submission_id, dispatch, step, lease_seconds, after=(BEFORE[step], _STRAIGHT[step]))
    if first is not None:
        return first
    found = records.get(submission_id)
    if found is None or found.state in ENDED or found.dispatch != dispatch:
        raise NotNow("stale")
    if _position(found.state) > _position(RUNNING[step]):
        return None
    if found.state not in (BEFORE[step], RUNNING[step]) or (found.not_before and found.not_before > now + _EARLY):
        raise NotNow("early")
    if found.state == RUNNING[step]:
        match verdict(found, now):
            case "alive":
                raise NotNow("alive elsewhere")
            case "lost":
                isolate(records, found)
                raise NotNow("lost")
    changed = _start(records, submission_id, dispatch, step, lease_seconds, after=(found.state, found.attempt))
    if changed is None:
        raise NotNow("another attempt began")
    return changed


_STRAIGHT = {Step.EXTRACT: 0, Step.NORMALIZE: 1, Step.STORE: 2}
"""Attempts before a step of a submission on which nothing ran twice: most need no look before they begin."""


def _start(
    records: SubmissionRecords,
    submission_id: str,
    dispatch: int,
    step: Step,
    lease_seconds: float,
    *,
    after: tuple[State, int],
) -> Begun | None:
    """Begin the attempt that follows `after`; None where the submission is not (or no longer) there."""
    now = utc_now()
    state, attempt = after
    begun = records.begin(
        submission_id,
        {
            "state": RUNNING[step],
            "attempt": attempt + 1,
            "worker": processes.own_name(),
            "lease_until": now + timedelta(seconds=lease_seconds),
            "not_before": None,
            "waiting": None,
        },
        step,
        at=now,
        if_state=[state],
        if_dispatch=dispatch,
        if_attempt=attempt,
    )
    return None if begun is None else Begun(begun[0], step, begun[1])


def verdict(running: Submission, now: datetime) -> Literal["alive", "lost", "over"]:
    """What became of a running attempt. `over`: its process lives (or has given it up) but does not run it any more."""
    if running.worker is None:
        return "over"
    if processes.is_gone(running.worker):
        return "lost"
    if running.lease_until is not None and running.lease_until > now:
        return "alive"
    if processes.is_here(running.worker):
        return "over"
    if running.isolated and running.lease_until is not None and running.lease_until + ISOLATED_GRACE > now:
        return "alive"
    return "lost"


def isolate(records: SubmissionRecords, lost: Submission) -> Submission | None:
    """Take a lost attempt's submission to the queue `isolated`, or end it after MAX_LOSSES there; None if it moved on.

    It is left unpublished: the sweep takes it next.
    """
    losses = lost.losses + 1 if lost.isolated else 0
    if losses >= MAX_LOSSES:
        step = next(step for step, state in RUNNING.items() if state == lost.state)
        detail = f"{losses} workers were lost while they ran it alone"
        changes: dict[str, object] = _ended("worker_lost", step, detail) | {"losses": losses}
    else:
        changes = {
            "isolated": True,
            "losses": losses,
            "dispatch": lost.dispatch + 1,
            "dispatched_at": None,
            "worker": None,
            "lease_until": None,
        }
    _log.warning("worker_lost", submission=lost.id, attempt=lost.attempt, losses=losses)
    return records.change(
        lost.id, changes, at=utc_now(), if_state=[lost.state], if_dispatch=lost.dispatch, if_attempt=lost.attempt
    )


def finish(
    records: SubmissionRecords, begun: Begun, changes: Mapping[str, object], output: bytes | None = None
) -> Submission:
    """Keep this attempt's output and move the submission on; raises Fenced where a newer attempt owns it."""
    settled = {"state": AFTER[begun.step], "tries": 0, "lease_until": None, "reason": None, "detail": None}
    submission = begun.submission
    kept = None if output is None else Output(submission.owner, begun.step, submission.attempt, output)
    finished = _leave(records, begun, {**settled, **changes}, kept)
    if finished is None:
        raise Fenced
    return finished


def release(
    records: SubmissionRecords,
    begun: Begun,
    error: TryLater,
    *,
    max_tries: int,
    base_seconds: float,
    longest_seconds: float,
) -> int | None:
    """Give the attempt back for later: whole seconds to wait, or None where it ended (tries used up) or is fenced."""
    submission = begun.submission
    tries = submission.tries + (0 if error.waiting else 1)
    if tries >= max_tries:
        fail(records, begun, Failed(error.reason, f"{error.detail} (tried {tries} times)"))
        return None
    wait = back_off(tries, error.after, base_seconds=base_seconds, longest_seconds=longest_seconds)
    due = utc_now() + timedelta(seconds=wait)
    changes = {
        "state": BEFORE[begun.step],
        "tries": tries,
        "not_before": due,
        "waiting": error.waiting,
        "dispatched_at": due,  # the retry's message arrives then; the sweep counts from there
        "lease_until": None,
        "reason": error.reason,
        "detail": error.detail,
    }
    return None if _leave(records, begun, changes) is None else wait


def back_off(tries: int, after: float | None, *, base_seconds: float, longest_seconds: float) -> int:
    """Whole seconds until the next try: base × 2ⁿ with full jitter, at least `after` where the other side named it."""
    spread = random.uniform(0, min(longest_seconds, base_seconds * 2 ** min(tries, 16)))  # noqa: S311 # no secret
    return max(1, round(spread if after is None else after + min(spread, max(1.0, after / 2))))


def fail(records: SubmissionRecords, begun: Begun, error: Failed) -> Submission | None:
    """End the submission as `failed` with the error's reason code."""
    return _leave(records, begun, _ended(error.reason, begun.step, error.detail))


def fail_running(
    records: SubmissionRecords, submission_id: str, dispatch: int, step: Step, *, reason: str, detail: str
) -> Submission | None:
    """End a submission whose step broke outside an attempt's own reach, if it still is running under this dispatch."""
    return records.change(
        submission_id,
        _ended(reason, step, detail),
        at=utc_now(),
        if_state=[RUNNING[step]],
        if_dispatch=dispatch,
    )


def end(records: SubmissionRecords, found: Submission, step: Step, reason: str, detail: str) -> Submission | None:
    """End a submission as `failed`, if it still is as it was found."""
    return records.change(
        found.id,
        _ended(reason, step, detail),
        at=utc_now(),
        if_state=[found.state],
        if_dispatch=found.dispatch,
        if_attempt=found.attempt,
    )


def _ended(reason: str, step: Step, detail: str) -> dict[str, object]:
    return {
        "state": State.FAILED,
        "reason": reason,
        "detail": detail[:500],
        "step": step,
        "lease_until": None,
        "waiting": None,
        "not_before": None,
    }


def _leave(
    records: SubmissionRecords, begun: Begun, changes: Mapping[str, object], output: Output | None = None
) -> Submission | None:
    submission = begun.submission
    return records.change(
        submission.id,
        changes,
        at=utc_now(),
        if_state=[RUNNING[begun.step]],
        if_dispatch=submission.dispatch,
        if_attempt=submission.attempt,
        output=output,
    )


_ORDER = (
    State.RECEIVED,
    State.EXTRACTING,
    State.EXTRACTED,
    State.NORMALIZING,
    State.NORMALIZED,
    State.STORING,
    State.STORED,
)


def _position(state: State) -> int:
    return _ORDER.index(state)


class Heartbeat:
    """Extends the leases of all attempts that run in this process, by one statement every third of a lease."""

    def __init__(self) -> None:
        self._pid = 0
        self._reset()

    def _reset(self) -> None:
        """Start anew: also in a forked child, which inherits neither the thread nor the attempts."""
        self._pid = os.getpid()
        self._running: dict[str, int] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    @contextmanager
    def beating(self, records: SubmissionRecords, begun: Begun, lease_seconds: float) -> Iterator[None]:
        """Keep this attempt's lease alive for the length of the block."""
        if self._pid != os.getpid():
            self._reset()
        with self._lock:
            self._running[begun.submission.id] = begun.submission.attempt
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._beat, args=(records, lease_seconds), name="heartbeat", daemon=True
                )
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                if self._running.get(begun.submission.id) == begun.submission.attempt:
                    del self._running[begun.submission.id]

    def _beat(self, records: SubmissionRecords, lease_seconds: float) -> None:
        while not self._wake.wait(lease_seconds / 3):
            with self._lock:
                running = dict(self._running)
            if not running:
                continue
            try:
                records.extend_leases(running, utc_now() + timedelta(seconds=lease_seconds))
            except OUTAGES:
                _log.warning("heartbeat_missed", attempts=len(running))


HEARTBEAT = Heartbeat()
"""The one of this process."""
