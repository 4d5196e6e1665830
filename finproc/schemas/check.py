"""Shapes of checks between facts: how many were made, and what did not fit."""

from __future__ import annotations

from marshmallow import fields

from finproc.model.check import CheckCount, Finding
from finproc.schemas.fields import ExactString, FrozenSchema, Many


class CheckCountSchema(FrozenSchema):
    """How often one check could be made, and how often it failed."""

    made = CheckCount
    code = fields.String(required=True)
    made_count = fields.Integer(required=True, attribute="made", data_key="made")
    failed = fields.Integer(required=True)


class FindingSchema(FrozenSchema):
    """Facts that contradict each other by more than their printed digits explain."""

    made = Finding
    code = fields.String(required=True, metadata={"description": "Which check: gross_profit, growth, periods …"})
    formula = fields.String(required=True, metadata={"description": "What should hold."})
    computed = fields.String(required=True, metadata={"description": "The same with the figures."})
    facts = Many(fields.Integer(), metadata={"description": "Places among `facts`, the stated one first."})
    expected = ExactString(required=True)
    actual = ExactString(required=True)
    tolerance = ExactString(required=True, metadata={"description": "What the last printed digits leave open."})
    known = Many(fields.String(), metadata={"description": "Rows of earlier documents' facts it was compared with."})


class StoredFindingSchema(FindingSchema):
    """A finding of a stored submission: its facts by their ids."""

    facts = Many(fields.String(), metadata={"description": "`fact_id` of the facts, the stated one first."})
