"""The step extract: the door to what a document says."""

from __future__ import annotations

from dataclasses import replace

from celery import Task, shared_task

from finproc import steps
from finproc.errors import TryLater
from finproc.extract.extraction import extract_document
from finproc.extract.mentions.language_model import ModelReader
from finproc.extract.mentions.prompt import LATEST
from finproc.extract.mentions.prompts import prompt_named
from finproc.extract.mentions.prompts.prompt import Prompt
from finproc.extract.readers import read
from finproc.identity.workspace import Workspace
from finproc.llm.opening import asker
from finproc.llm.question import Ask
from finproc.model.document import Context, Document
from finproc.model.mention import Extraction
from finproc.model.submission import Step, Submission
from finproc.schemas.outputs import dump_extraction


@shared_task(bind=True, base=steps.StepTask, step=Step.EXTRACT, name="finproc.extract", max_retries=None)
def extract(task: Task, submission_id: str, dispatch: int) -> None:
    """Keep what the submission's document says, verbatim."""
    steps.run(task, Step.EXTRACT, submission_id, dispatch, extracted)


def extracted(place: Workspace, submission: Submission, body: bytes) -> steps.Done:
    """Read the document and extract from it."""
    document, context = read(body, submission.media_type, submission.filename), steps.context_of(submission)
    ask = asker(place.settings, place.keyring, place.records, submission)
    fall_back = place.settings.extractor_fallback == "rules"
    prompt = prompt_named(place.settings.openai_prompt)
    extraction = extraction_of(document, context, ask, fall_back=fall_back, prompt=prompt)
    changes = {
        "extraction": submission.attempt,
        "extractor": extraction.extractor,
        "fallback": extraction.fallback,
        "unclaimed_count": len(extraction.unclaimed),
    }
    return steps.Done(changes, dump_extraction(extraction, document))


def extraction_of(
    document: Document, context: Context, ask: Ask | None, *, fall_back: bool = False, prompt: Prompt = LATEST
) -> Extraction:
    """What rules and, where there is one, the model find together.

    With `fall_back` a model whose circuit is open is done without, and the extraction says so.
    """
    if ask is None:
        return extract_document(document, context)
    reader = ModelReader(ask, prompt)
    try:
        return extract_document(
            document, context, offered=reader.first, again=reader.again, model=ask.model, prompt=prompt.version
        )
    except TryLater as error:
        if fall_back and error.waiting == "circuit":
            return replace(extract_document(document, context), fallback=True)
        raise
