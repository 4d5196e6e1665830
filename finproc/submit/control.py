"""What people do with submissions: retry, discard, erase."""

from __future__ import annotations

from collections.abc import Iterator

from finproc.model.fact import Fact, FactFilter
from finproc.model.ids import utc_now
from finproc.model.submission import BEFORE, State, Step, Submission
from finproc.records.protocols import Records
from finproc.submit.intake import Publish
from finproc.submit.refusals import NotFailed

_PAGE = 500


def retry(records: Records, submission: Submission, publish: Publish) -> Submission:
    """Send a failed submission on its way again, from the step that failed. Raises NotFailed."""
    changed = records.submissions.change(
        submission.id,
        {
            "state": BEFORE[_again_from(submission)],
            "dispatch": submission.dispatch + 1,
            "dispatched_at": utc_now(),
            "facts_set": submission.facts_set + 1,
            "tries": 0,
            "losses": 0,
            "isolated": False,
            "not_before": None,
            "waiting": None,
            "reason": None,
            "detail": None,
            "step": None,
        },
        at=utc_now(),
        if_state=(State.FAILED,),
        if_dispatch=submission.dispatch,
    )
    if changed is None:
        raise NotFailed
    if not publish(changed):
        records.submissions.change(
            changed.id,
            {"dispatched_at": None},
            at=utc_now(),
            if_state=(changed.state,),
            if_dispatch=changed.dispatch,
        )
    return changed


def _again_from(submission: Submission) -> Step:
    """The step that failed, if the outputs it needs are there."""
    if submission.step is Step.STORE and submission.normalization is not None:
        return Step.STORE
    if submission.step in {Step.NORMALIZE, Step.STORE} and submission.extraction is not None:
        return Step.NORMALIZE
    return Step.EXTRACT


def discard(records: Records, submission: Submission) -> None:
    """Take a submission out: its document and outputs are deleted, its facts closed. May be called again."""
    at = utc_now()
    records.submissions.change(
        submission.id,
        {"state": State.DISCARDED, "lease_until": None, "waiting": None, "not_before": None},
        at=at,
        if_state=tuple(state for state in State if state is not State.DISCARDED),
    )
    records.submissions.discard(submission.id, at=at)
    records.facts.close(submission.id, at=at, reason="discarded")


def erase(records: Records, submission: Submission) -> None:
    """Leave nothing of a submission but the record of what its model calls cost. May be called again."""
    discard(records, submission)
    records.facts.erase(submission.id)
    records.model_calls.erase(submission.id)
    records.submissions.erase(submission.id)


def facts_of(records: Records, owner: str, submission_id: str) -> Iterator[Fact]:
    """All that a submission says, in review or not, also where a later document said something else."""
    cursor: str | None = None
    where = FactFilter(submission=submission_id, proof="any", replaced=True)
    while True:
        page = records.facts.page(owner, where, cursor=cursor, limit=_PAGE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return
