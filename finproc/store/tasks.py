"""The step store: the door to the facts."""

from __future__ import annotations

from celery import Task, shared_task

from finproc import steps
from finproc.identity.workspace import Workspace
from finproc.model.ids import utc_now
from finproc.model.submission import Step, Submission
from finproc.schemas.outputs import load_normalized


@shared_task(bind=True, base=steps.StepTask, step=Step.STORE, name="finproc.store", max_retries=None)
def store(task: Task, submission_id: str, dispatch: int) -> None:
    """Make the submission's facts those of its newest normalization."""
    steps.run(task, Step.STORE, submission_id, dispatch, stored)


def stored(place: Workspace, submission: Submission, output: bytes) -> steps.Done:
    """Write the facts; the state `stored` follows by compare-and-set, last."""
    result = load_normalized(output)
    count = place.records.facts.store_set(submission, result.facts, utc_now())
    return steps.Done({"fact_count": count})
