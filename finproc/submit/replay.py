"""Replay: what was stored is worked on again from a step on, after the step became better."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from finproc.model.ids import utc_now
from finproc.model.submission import State, Step, Submission, SubmissionFilter
from finproc.records.protocols import SubmissionRecords
from finproc.records.revival import revived
from finproc.submit.sweep import publish

PAGE = 500
REPLAYED = frozenset({State.STORED, State.FAILED})
"""States that a replay starts from: what is still on its way will take the better step anyway."""
EXTRACTED = ("extraction", "extractor", "fallback", "unclaimed_count")
"""What a replay from `normalize` keeps: the paid part."""

Start = Callable[[Submission], bool]


def candidates(records: SubmissionRecords, where: SubmissionFilter, step: Step) -> Iterator[Submission]:
    """Submissions of all owners that a replay from `step` can take, in order of id."""
    after: str | None = None
    while page := records.select(where, after=after, limit=PAGE):
        after = page[-1].id
        for submission in page:
            if submission.state in REPLAYED and (step is Step.EXTRACT or submission.extraction is not None):
                yield submission


def replay(records: SubmissionRecords, start: Start, submission: Submission, step: Step) -> bool:
    """Send one submission on its way again from `step` (extract or normalize); False if it changed meanwhile.

    Its present facts stay until the new set is stored, which closes those that are not in it.
    """
    now = utc_now()
    changes = revived(submission, now)
    if step is Step.NORMALIZE:
        changes = {name: value for name, value in changes.items() if name not in EXTRACTED}
        changes["state"] = State.EXTRACTED
    again = records.change(
        submission.id,
        changes,
        at=now,
        if_state=[submission.state],
        if_dispatch=submission.dispatch,
        if_attempt=submission.attempt,
    )
    if again is None:
        return False
    publish(records, start, [again])
    return True
