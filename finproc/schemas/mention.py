"""Shapes of what extraction gives."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from finproc.model.mention import Extraction, ExtractorName, Mention, Rejection, Status
from finproc.schemas.fields import FrozenSchema, Many
from finproc.schemas.text import QuoteSchema, SpanSchema


class MentionSchema(FrozenSchema):
    """One reported number, verbatim."""

    made = Mention
    amount = fields.Nested(QuoteSchema, required=True)
    metric = fields.Nested(QuoteSchema, required=True)
    quote = fields.Nested(SpanSchema, required=True)
    company = fields.Nested(QuoteSchema, allow_none=True)
    period = fields.Nested(QuoteSchema, allow_none=True)
    period_anchor = fields.Nested(QuoteSchema, allow_none=True)
    period_parts = Many(fields.Nested(QuoteSchema))
    period_said = fields.Nested(QuoteSchema, allow_none=True)
    metric_parts = Many(fields.Nested(QuoteSchema))
    segment = fields.Nested(QuoteSchema, allow_none=True)
    qualifier = fields.Nested(QuoteSchema, allow_none=True)
    scale = fields.Nested(QuoteSchema, allow_none=True)
    currency = fields.Nested(QuoteSchema, allow_none=True)
    sign = fields.Nested(QuoteSchema, allow_none=True)
    negated = fields.Boolean()
    converted = fields.Nested(QuoteSchema, allow_none=True)
    status = fields.String(validate=validate.OneOf(get_args(Status)))
    status_cue = fields.Nested(QuoteSchema, allow_none=True)
    approximate = fields.Boolean()
    doubts = Many(fields.String())
    extractor = fields.String(validate=validate.OneOf(get_args(ExtractorName)))


class RejectionSchema(FrozenSchema):
    """A mention that reconciliation refused."""

    made = Rejection
    reason = fields.String(required=True)
    text = fields.String(required=True)
    span = fields.Nested(SpanSchema, allow_none=True)


class ExtractionSchema(FrozenSchema):
    """All that one extraction found."""

    made = Extraction
    mentions = Many(fields.Nested(MentionSchema), required=True)
    unclaimed = Many(fields.Nested(QuoteSchema))
    rejected = Many(fields.Nested(RejectionSchema))
    extractor = fields.String()
    prompt = fields.String(allow_none=True)
    fallback = fields.Boolean()
    version = fields.String()
