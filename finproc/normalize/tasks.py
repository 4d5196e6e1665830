"""The step normalize: the door from verbatim to exact."""

from __future__ import annotations

from collections.abc import Mapping

from celery import Task, shared_task

from finproc import steps
from finproc.identity.workspace import Workspace
from finproc.model.submission import Step, Submission


@shared_task(bind=True, name="finproc.normalize", max_retries=None)
def normalize(task: Task, submission_id: str, dispatch: int) -> None:
    """Turn the submission's extraction into facts and problems."""
    steps.run(task, Step.NORMALIZE, submission_id, dispatch, normalized)


def normalized(place: Workspace, submission: Submission) -> Mapping[str, object]:
    """Prove what the extraction says, and write facts and problems under this attempt."""
    raise NotImplementedError
