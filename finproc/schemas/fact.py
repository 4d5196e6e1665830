"""Shapes of facts: as they travel between steps, and as people and programs read them."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from finproc.model.fact import Decision, Evidence, FactContent, Normalized, Proof, Unit, Verdict
from finproc.model.mention import ExtractorName, Status
from finproc.schemas.fields import ExactNumber, ExactString, FrozenSchema, Many, Moment
from finproc.schemas.problem import ProblemSchema
from finproc.schemas.text import QuoteSchema, SpanSchema


class EvidenceSchema(FrozenSchema):
    """Where one field of a fact comes from."""

    made = Evidence
    field = fields.String(required=True)
    quote = fields.Nested(QuoteSchema, required=True)
    rule = fields.String(required=True)


class FactContentSchema(FrozenSchema):
    """The fields of the fact standard, the mission's five first; `quarter` is derived, so never loaded."""

    made = FactContent
    company = fields.String(required=True, allow_none=True)
    metric = fields.String(required=True)
    value = ExactNumber(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    quarter = fields.String(dump_only=True, allow_none=True)
    segment = fields.String(required=True, allow_none=True)
    value_low = ExactNumber(required=True, allow_none=True)
    value_high = ExactNumber(required=True, allow_none=True)
    unit = fields.String(required=True, validate=validate.OneOf(get_args(Unit)))
    period = fields.String(required=True, allow_none=True)
    period_start = fields.Date(required=True, allow_none=True)
    period_end = fields.Date(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(get_args(Status)))
    quote = fields.String(required=True)
    quote_start = fields.Integer(required=True)
    quote_end = fields.Integer(required=True)
    amount = fields.Nested(SpanSchema, required=True)
    approximate = fields.Boolean()
    qualifier = fields.String(allow_none=True)
    precision = ExactString(allow_none=True)
    value_converted = ExactString(allow_none=True)
    currency_converted = fields.String(allow_none=True)
    proof = fields.String(validate=validate.OneOf(get_args(Proof)))
    doubts = Many(fields.String())
    extractor = fields.String(validate=validate.OneOf(get_args(ExtractorName)))
    model = fields.String(allow_none=True)
    evidence = Many(fields.Nested(EvidenceSchema))


class DecisionSchema(FrozenSchema):
    """A decision as it is read back."""

    made = Decision
    fact_id = fields.String(required=True)
    verdict = fields.String(required=True, validate=validate.OneOf(get_args(Verdict)))
    decided_at = Moment(required=True)
    decided_by = fields.String(required=True)
    value = ExactNumber(allow_none=True)
    reason = fields.String(allow_none=True)


class NormalizedSchema(FrozenSchema):
    """What normalization makes of an extraction."""

    made = Normalized
    facts = Many(fields.Nested(FactContentSchema, exclude=("quarter",)), required=True)
    problems = Many(fields.Nested(ProblemSchema))
    version = fields.String()
