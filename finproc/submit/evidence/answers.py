"""What a caller is told of a submission's evidence: as JSON, or as a page."""

from __future__ import annotations

from collections.abc import Sequence

from finproc.model.fact import Fact
from finproc.model.submission import Submission
from finproc.schemas.check import CheckCountSchema
from finproc.schemas.evidence import BlockSchema
from finproc.schemas.mention import RejectionSchema
from finproc.schemas.outputs import fact_json
from finproc.schemas.problem import ProblemSchema
from finproc.schemas.text import QuoteSchema
from finproc.submit.evidence import page
from finproc.submit.evidence.view import Subject
from finproc.submit.findings import Findings


def as_json(submission: Submission, facts: Sequence[Fact], known: Findings) -> dict[str, object]:
    """The text, what its layout says, and everything that was found in it; see EvidencePageSchema."""
    document = known.document
    return {
        "submission": submission.id,
        "name": submission.filename,
        "text": known.text,
        "media_type": None if document is None else document.media_type,
        "page_count": None if document is None else document.page_count,
        "blocks": [] if document is None else BlockSchema(many=True).dump(document.blocks),
        "facts": [fact_json(fact) for fact in facts],
        "problems": ProblemSchema(many=True).dump(known.problems),
        "checks": CheckCountSchema(many=True).dump(known.checks),
        "findings": [one.as_json() for one in known.contradictions],
        "unclaimed": QuoteSchema(many=True).dump(known.unclaimed),
        "rejected": RejectionSchema(many=True).dump(known.rejected),
    }


def as_page(submission: Submission, facts: Sequence[Fact], known: Findings) -> str:
    """The same for people; see `page`."""
    return page.page(
        Subject(
            submission.filename or submission.id,
            known.document,
            facts,
            known.problems,
            known.unclaimed,
            known.rejected,
            known.contradictions,
            language=submission.hints.language,
        )
    )
