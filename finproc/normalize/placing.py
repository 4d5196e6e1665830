"""Where in the file the evidence of facts stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from finproc.model.document import Document
from finproc.model.fact import Evidence, FactContent
from finproc.model.places import Places

_WITHOUT_PLACES = "text/plain"
"""A plain text has no places but its offsets."""


def placed(facts: Iterable[FactContent], document: Document) -> tuple[FactContent, ...]:
    """The facts, each piece of evidence with its place in the file that the document was read from."""
    if document.media_type == _WITHOUT_PLACES or not document.blocks:
        return tuple(facts)
    places = Places(document)

    def with_place(evidence: Evidence) -> Evidence:
        span = evidence.quote.span
        return evidence if span is None else replace(evidence, place=places.of(span))

    return tuple(replace(fact, evidence=tuple(map(with_place, fact.evidence))) for fact in facts)
