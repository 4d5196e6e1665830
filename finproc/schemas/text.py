"""Shapes of places in a text."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from finproc.model.text import Origin, Quote, Span
from finproc.schemas.fields import FrozenSchema


class SpanSchema(FrozenSchema):
    """Half-open range of characters."""

    made = Span
    start = fields.Integer(required=True, strict=True)
    end = fields.Integer(required=True, strict=True)


class QuoteSchema(FrozenSchema):
    """Verbatim characters and where they stand."""

    made = Quote
    text = fields.String(required=True)
    span = fields.Nested(SpanSchema, required=True, allow_none=True)
    origin = fields.String(validate=validate.OneOf(get_args(Origin)))
