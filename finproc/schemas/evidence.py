"""Shape of a document with its evidence."""

from __future__ import annotations

from marshmallow import Schema, fields

from finproc.schemas.check import CheckCountSchema, StoredFindingSchema
from finproc.schemas.fact import FactSchema
from finproc.schemas.problem import ProblemSchema
from finproc.schemas.text import QuoteSchema


class EvidencePageSchema(Schema):
    """The source text, and what was found at which place of it."""

    submission = fields.String(required=True)
    text = fields.String(required=True, allow_none=True, metadata={"description": "null where the document is gone."})
    facts = fields.List(fields.Nested(FactSchema), required=True)
    problems = fields.List(fields.Nested(ProblemSchema), required=True)
    checks = fields.List(fields.Nested(CheckCountSchema), required=True)
    findings = fields.List(fields.Nested(StoredFindingSchema), required=True)
    unclaimed = fields.List(fields.Nested(QuoteSchema), required=True)
