"""Shape of a problem."""

from __future__ import annotations

from marshmallow import fields

from finproc.model.problem import Problem
from finproc.schemas.fields import FrozenSchema
from finproc.schemas.text import SpanSchema


class ProblemSchema(FrozenSchema):
    """What could not be proven or read."""

    made = Problem
    code = fields.String(required=True)
    detail = fields.String(required=True)
    span = fields.Nested(SpanSchema, allow_none=True)
    text = fields.String(allow_none=True)
