"""Step outputs as bytes, and facts as JSON: exact both ways (`load_x(dump_x(v)) == v`).

What the steps hand on is read and written by msgspec straight from the model's dataclasses, for it is the hot path of
every document; what callers see is described by marshmallow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import msgspec

from finproc.model.document import Document
from finproc.model.fact import Fact, FactContent, Normalized
from finproc.model.mention import Extraction
from finproc.schemas import exact_json
from finproc.schemas.fact import DecisionSchema, FactContentSchema


@dataclass(frozen=True, slots=True)
class Extracted:
    """An extraction, and the document that its offsets count in: a later reader may place characters elsewhere."""

    extraction: Extraction
    document: Document


_EXTRACTED = msgspec.json.Decoder(Extracted)
_NORMALIZED = msgspec.json.Decoder(Normalized)
_CONTENT = FactContentSchema()
_DECISION = DecisionSchema()


def dump_extraction(extraction: Extraction, document: Document) -> bytes:
    """UTF-8 JSON of an extraction and its document."""
    return msgspec.json.encode(Extracted(extraction, document))


def load_extracted(body: bytes) -> tuple[Extraction, Document]:
    """The extraction and the document that `dump_extraction` wrote together."""
    extracted = _EXTRACTED.decode(body)
    return extracted.extraction, extracted.document


def dump_normalized(normalized: Normalized) -> bytes:
    """UTF-8 JSON of a normalization's result."""
    return msgspec.json.encode(normalized)


def load_normalized(body: bytes) -> Normalized:
    """The result that `dump_normalized` wrote."""
    return _NORMALIZED.decode(body)


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
