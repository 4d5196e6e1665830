"""Shape of a document with its evidence."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema, fields, validate

from finproc.model.document import BlockKind
from finproc.schemas.check import CheckCountSchema, StoredFindingSchema
from finproc.schemas.fact import FactSchema
from finproc.schemas.mention import RejectionSchema
from finproc.schemas.problem import ProblemSchema
from finproc.schemas.text import QuoteSchema, SpanSchema


class BlockSchema(Schema):
    """A stretch of the text that belongs together, and where in the file it stands."""

    kind = fields.String(required=True, validate=validate.OneOf(get_args(BlockKind)))
    span = fields.Nested(SpanSchema, required=True)
    page = fields.Integer(required=True, allow_none=True)
    part = fields.String(required=True, allow_none=True, metadata={"description": "A sheet, note, header or footer."})


class EvidencePageSchema(Schema):
    """The source text, and what was found at which place of it.

    All spans count characters (Unicode code points) of `text`. A fact's `evidence` says of every field where it stands;
    `quote.span` is null for what is no stretch of the text, and `rule` and `quote.origin` say how the field follows.
    """

    submission = fields.String(required=True)
    name = fields.String(required=True, allow_none=True, metadata={"description": "The file's name."})
    text = fields.String(required=True, allow_none=True, metadata={"description": "null where the document is gone."})
    media_type = fields.String(required=True, allow_none=True)
    page_count = fields.Integer(required=True, allow_none=True)
    blocks = fields.List(fields.Nested(BlockSchema), required=True)
    facts = fields.List(fields.Nested(FactSchema), required=True)
    problems = fields.List(fields.Nested(ProblemSchema), required=True)
    checks = fields.List(fields.Nested(CheckCountSchema), required=True)
    findings = fields.List(fields.Nested(StoredFindingSchema), required=True)
    unclaimed = fields.List(
        fields.Nested(QuoteSchema), required=True, metadata={"description": "Monetary amounts that no fact claims."}
    )
    rejected = fields.List(
        fields.Nested(RejectionSchema),
        required=True,
        metadata={"description": "What a language model offered and the text does not bear out."},
    )


class EvidenceQuery(Schema):
    """How the evidence is told."""

    format = fields.String(
        validate=validate.OneOf(["json", "html"]), metadata={"description": "Else `Accept` decides."}
    )
