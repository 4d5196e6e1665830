"""What the steps found in a submission, beside its facts."""

from __future__ import annotations

from dataclasses import dataclass

from finproc.model.check import CheckCount, Finding
from finproc.model.document import Document
from finproc.model.fact import Normalized
from finproc.model.mention import Rejection
from finproc.model.problem import Problem
from finproc.model.submission import Step, Submission
from finproc.model.text import Quote
from finproc.records.protocols import ExtractionRecords
from finproc.records.series import fact_id
from finproc.schemas import outputs
from finproc.schemas.check import FindingSchema

_FINDING = FindingSchema()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A finding between facts, and the ids of these facts."""

    finding: Finding
    fact_ids: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The finding as it is read back."""
        return {**_FINDING.dump(self.finding), "facts": list(self.fact_ids)}


@dataclass(frozen=True, slots=True)
class Findings:
    """Problems, failed checks, amounts that nothing claims, and mentions that were refused.

    Empty before the steps have run.

    All offsets count in the document's text: None until the document is read.
    """

    document: Document | None = None
    problems: tuple[Problem, ...] = ()
    unclaimed: tuple[Quote, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    checks: tuple[CheckCount, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def text(self) -> str | None:
        return None if self.document is None else self.document.text


def findings(extractions: ExtractionRecords, submission: Submission) -> Findings:
    """Read from the outputs that count."""
    extracted = normalized = None
    if submission.extraction is not None:
        extracted = extractions.get(submission, Step.EXTRACT, submission.extraction)
    if submission.normalization is not None:
        normalized = extractions.get(submission, Step.NORMALIZE, submission.normalization)
    result = None if normalized is None else outputs.load_normalized(normalized)
    extraction, document = (None, None) if extracted is None else outputs.load_extracted(extracted)
    return Findings(
        document=document,
        problems=() if result is None else result.problems,
        unclaimed=() if extraction is None else extraction.unclaimed,
        rejected=() if extraction is None else extraction.rejected,
        checks=() if result is None else result.checks,
        contradictions=() if result is None else _contradictions(submission, result),
    )


def _contradictions(submission: Submission, result: Normalized) -> tuple[Contradiction, ...]:
    return tuple(
        Contradiction(finding, tuple(fact_id(submission.id, result.facts[place]) for place in finding.facts))
        for finding in result.findings
    )
