"""Step outputs as bytes, and facts as JSON: exact both ways (`load_x(dump_x(v)) == v`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from finproc.model.document import Document
from finproc.model.fact import Evidence, Fact, FactContent, Normalized
from finproc.model.mention import Extraction
from finproc.schemas import exact_json
from finproc.schemas.document import from_json as document_from_json
from finproc.schemas.document import to_json as document_to_json
from finproc.schemas.fact import DecisionSchema, EvidenceSchema, FactContentSchema, NormalizedSchema
from finproc.schemas.mention import ExtractionSchema

_DOCUMENT = "document"
_EXTRACTION = ExtractionSchema()
_NORMALIZED = NormalizedSchema()
_CONTENT = FactContentSchema()
_STORED_CONTENT = FactContentSchema(exclude=("quarter",))
_EVIDENCE = EvidenceSchema(many=True)
_DECISION = DecisionSchema()


def dump_extraction(extraction: Extraction, document: Document | None = None) -> bytes:
    """UTF-8 JSON of an extraction, and of the document that its offsets count in."""
    dumped: dict[str, Any] = _EXTRACTION.dump(extraction)
    if document is not None:
        dumped[_DOCUMENT] = document_to_json(document)
    return exact_json.dumps(dumped).encode()


def load_extraction(body: bytes) -> Extraction:
    """The extraction that `dump_extraction` wrote."""
    loaded = exact_json.loads(body)
    loaded.pop(_DOCUMENT, None)
    return cast("Extraction", _EXTRACTION.load(loaded))


def load_extracted(body: bytes) -> tuple[Extraction, Document]:
    """The extraction and the document that `dump_extraction` wrote together."""
    loaded = exact_json.loads(body)
    document = document_from_json(loaded.pop(_DOCUMENT))
    return cast("Extraction", _EXTRACTION.load(loaded)), document


def dump_normalized(normalized: Normalized) -> bytes:
    """UTF-8 JSON of a normalization's result."""
    return exact_json.dumps(_NORMALIZED.dump(normalized)).encode()


def load_normalized(body: bytes) -> Normalized:
    """The result that `dump_normalized` wrote."""
    return cast("Normalized", _NORMALIZED.load(exact_json.loads(body)))


def dump_content(content: FactContent) -> bytes:
    """UTF-8 JSON of one fact's content."""
    return exact_json.dumps(_STORED_CONTENT.dump(content)).encode()


def load_content(body: bytes) -> FactContent:
    """The content that `dump_content` wrote."""
    return cast("FactContent", _STORED_CONTENT.load(exact_json.loads(body)))


def dump_evidence(evidence: Sequence[Evidence]) -> bytes:
    """UTF-8 JSON of a fact's evidence."""
    return exact_json.dumps(_EVIDENCE.dump(evidence)).encode()


def load_evidence(body: bytes) -> tuple[Evidence, ...]:
    """The evidence that `dump_evidence` wrote."""
    return tuple(_EVIDENCE.load(exact_json.loads(body)))


def fact_json(fact: Fact | FactContent) -> dict[str, Any]:
    """A fact for `exact_json.dumps`: company, metric, value, currency, quarter, then the rest of the fact standard.

    `value`, `value_low` and `value_high` are Decimals (JSON numbers); other amounts are strings. A stored fact adds its
    ids, versions and decision.
    """
    if isinstance(fact, FactContent):
        return cast("dict[str, Any]", _CONTENT.dump(fact))
    return {
        **cast("dict[str, Any]", _CONTENT.dump(fact.content)),
        "id": fact.id,
        "fact_id": fact.fact_id,
        "revision": fact.revision,
        "series": fact.series,
        "submission": fact.submission,
        "published": None if fact.published is None else fact.published.isoformat(),
        "received_at": exact_json.moment(fact.received_at),
        "known_from": exact_json.moment(fact.known_from),
        "known_to": None if fact.known_to is None else exact_json.moment(fact.known_to),
        "replaces": fact.replaces,
        "closed_at": None if fact.closed_at is None else exact_json.moment(fact.closed_at),
        "closed_reason": fact.closed_reason,
        "decision": None if fact.decision is None else _DECISION.dump(fact.decision),
    }
