"""Shapes of paid model calls and of what they cost."""

from __future__ import annotations

from marshmallow import Schema, fields

from finproc.schemas.fields import ExactString, IsoDay, Moment


class TokenUsageSchema(Schema):
    """Tokens by class."""

    input = fields.Integer(required=True, allow_none=True)
    cached_input = fields.Integer(required=True, allow_none=True)
    output = fields.Integer(required=True, allow_none=True)
    reasoning = fields.Integer(required=True, allow_none=True)


class ModelCallSchema(Schema):
    """One attempt to call a model."""

    id = fields.String(required=True)
    number = fields.Integer(required=True)
    piece = fields.Integer(required=True)
    model = fields.String(required=True)
    state = fields.String(required=True)
    outcome = fields.String(required=True)
    sent_at = Moment(required=True)
    settled_at = Moment(required=True, allow_none=True)
    status = fields.Integer(required=True, allow_none=True)
    request_id = fields.String(required=True, allow_none=True)
    reserved = ExactString(required=True)
    cost = ExactString(required=True, allow_none=True)
    usage = fields.Nested(TokenUsageSchema, required=True)


class UsageRowSchema(Schema):
    """Spending of one day, model and outcome, in US dollars."""

    day = fields.String(required=True)
    model = fields.String(required=True)
    outcome = fields.String(required=True)
    calls = fields.Integer(required=True)
    input_tokens = fields.Integer(required=True)
    output_tokens = fields.Integer(required=True)
    cost = ExactString(required=True)


class UsageQuery(Schema):
    """Since when; by default the last 30 days."""

    since = IsoDay()


class UsageSchema(Schema):
    """Spending by day, model and outcome."""

    items = fields.List(fields.Nested(UsageRowSchema), required=True)
    total_cost = ExactString(required=True)
