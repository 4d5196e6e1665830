"""The step extract: the door to what a document says."""

from __future__ import annotations

from collections.abc import Mapping

from celery import Task, shared_task

from finproc import steps
from finproc.errors import Failed
from finproc.extract.extraction import extract_document
from finproc.extract.readers import read
from finproc.identity.workspace import Workspace
from finproc.model.document import Context
from finproc.model.ids import utc_now
from finproc.model.submission import Step, Submission
from finproc.schemas.outputs import dump_extraction


@shared_task(bind=True, name="finproc.extract", max_retries=None)
def extract(task: Task, submission_id: str, dispatch: int) -> None:
    """Keep what the submission's document says, verbatim."""
    steps.run(task, Step.EXTRACT, submission_id, dispatch, extracted)


def extracted(place: Workspace, submission: Submission) -> Mapping[str, object]:
    """Read the document, extract from it, and write the extraction under this attempt."""
    body = place.records.submissions.body(submission)
    if body is None:
        raise Failed("no_document", "the document's bytes are gone")
    document = read(body, submission.media_type, submission.filename)
    extraction = extract_document(document, context_of(submission))
    place.records.extractions.put(submission, Step.EXTRACT, submission.attempt, dump_extraction(extraction), utc_now())
    return {
        "extraction": submission.attempt,
        "extractor": extraction.extractor,
        "fallback": extraction.fallback,
        "unclaimed_count": len(extraction.unclaimed),
    }


def context_of(submission: Submission) -> Context:
    """What the submitter said, as extraction and normalization see it."""
    hints = submission.hints
    return Context(hints.company, hints.published, hints.language, submission.metadata)
