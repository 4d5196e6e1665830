"""The step normalize: the door from verbatim to exact."""

from __future__ import annotations

from celery import Task, shared_task

from finproc import steps
from finproc.identity.workspace import Workspace
from finproc.model.submission import Step, Submission
from finproc.normalize import facts
from finproc.normalize.checks import history, with_history
from finproc.schemas.outputs import dump_normalized, load_extracted


@shared_task(bind=True, base=steps.StepTask, step=Step.NORMALIZE, name="finproc.normalize", max_retries=None)
def normalize(task: Task, submission_id: str, dispatch: int) -> None:
    """Turn the submission's extraction into facts and problems."""
    steps.run(task, Step.NORMALIZE, submission_id, dispatch, normalized)


def normalized(place: Workspace, submission: Submission, output: bytes) -> steps.Done:
    """Prove what the extraction says, and check it against what is known."""
    extraction, document = load_extracted(output)
    proven = facts.normalize(extraction, document, steps.context_of(submission))
    wanted = history.wanted(proven.facts)
    known = place.records.facts.known_amounts(submission.owner, wanted, besides=submission.id) if wanted else []
    result = with_history(proven, known)
    changes = {"normalization": submission.attempt, "problem_count": len(result.problems)}
    return steps.Done(changes, dump_normalized(result))
