"""What the steps found in a submission, beside its facts."""

from __future__ import annotations

from dataclasses import dataclass

from finproc.model.mention import Rejection
from finproc.model.problem import Problem
from finproc.model.submission import Step, Submission
from finproc.model.text import Quote
from finproc.records.protocols import ExtractionRecords
from finproc.schemas import outputs


@dataclass(frozen=True, slots=True)
class Findings:
    """Problems, amounts that nothing claims, and mentions that were refused; empty before the steps have run.

    `text` is what all offsets count in: None until the document is read.
    """

    text: str | None = None
    problems: tuple[Problem, ...] = ()
    unclaimed: tuple[Quote, ...] = ()
    rejected: tuple[Rejection, ...] = ()


def findings(extractions: ExtractionRecords, submission: Submission) -> Findings:
    """Read from the outputs that count."""
    extracted = normalized = None
    if submission.extraction is not None:
        extracted = extractions.get(submission, Step.EXTRACT, submission.extraction)
    if submission.normalization is not None:
        normalized = extractions.get(submission, Step.NORMALIZE, submission.normalization)
    extraction, document = (None, None) if extracted is None else outputs.load_extracted(extracted)
    return Findings(
        text=None if document is None else document.text,
        problems=() if normalized is None else outputs.load_normalized(normalized).problems,
        unclaimed=() if extraction is None else extraction.unclaimed,
        rejected=() if extraction is None else extraction.rejected,
    )
