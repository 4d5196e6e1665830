"""Shapes of facts: as they travel between steps, and as people and programs read them."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any, get_args

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from finproc.model.fact import Decision, Evidence, FactContent, Proof, Unit, Verdict
from finproc.model.mention import ExtractorName, Status
from finproc.schemas.fields import CURSOR, ExactNumber, ExactString, FrozenSchema, Many, Moment
from finproc.schemas.text import PlaceSchema, QuoteSchema, SpanSchema

_WIDE = Context(prec=400)
MAX_DIGITS = 34
"""What MongoDB's Decimal128 and every SQL store hold exactly."""


def amount_in_bounds(value: Decimal) -> None:
    """Refuse an amount that not every store keeps exactly."""
    far = bool(value) and abs(value.adjusted()) > MAX_DIGITS
    if far or len(value.normalize(_WIDE).as_tuple().digits) > MAX_DIGITS:
        raise ValidationError(f"More than {MAX_DIGITS} digits.")


def storable(text: str) -> None:
    """Refuse NUL and halves of surrogate pairs, which no database keeps."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError("Holds a character that cannot be kept.")


class EvidenceSchema(FrozenSchema):
    """Where one field of a fact comes from."""

    made = Evidence
    field = fields.String(required=True)
    quote = fields.Nested(QuoteSchema, required=True)
    rule = fields.String(required=True)
    place = fields.Nested(PlaceSchema, allow_none=True)


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
    entity = fields.String(allow_none=True, metadata={"description": "The company's full name, where it is another."})
    findings = Many(fields.String(), metadata={"description": "Codes of the failed checks it takes part in."})


class DecisionSchema(FrozenSchema):
    """A decision as it is read back."""

    made = Decision
    fact_id = fields.String(required=True)
    verdict = fields.String(required=True, validate=validate.OneOf(get_args(Verdict)))
    decided_at = Moment(required=True)
    decided_by = fields.String(required=True)
    value = ExactNumber(allow_none=True)
    reason = fields.String(allow_none=True)


class FactSchema(FactContentSchema):
    """A stored fact as it is read back."""

    id = fields.String(required=True, metadata={"description": "This revision."})
    fact_id = fields.String(required=True, metadata={"description": "The same for all revisions."})
    revision = fields.Integer(required=True)
    series = fields.String(required=True)
    submission = fields.String(required=True)
    published = fields.Date(required=True, allow_none=True)
    received_at = Moment(required=True)
    known_from = Moment(required=True)
    known_to = Moment(required=True, allow_none=True)
    replaces = fields.String(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    closed_reason = fields.String(required=True, allow_none=True)
    decision = fields.Nested(DecisionSchema, required=True, allow_none=True)


class FactPageSchema(Schema):
    """A page of facts, newest knowledge first."""

    items = fields.List(fields.Nested(FactSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class FactVersionSchema(FactSchema):
    """A version of a series, and how it stands to the one it replaces."""

    relation = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["agrees", "restates"]),
        metadata={"description": "Against `replaces`: the same within the printed digits, or another value."},
    )


class FactVersionsSchema(Schema):
    """All versions of one fact's series, oldest first."""

    items = fields.List(fields.Nested(FactVersionSchema), required=True)


_WORDS = [validate.Length(1, 200), validate.Regexp(r"^[^\x00]*$", error="Holds a NUL character.")]


class FactQuery(Schema):
    """Filters of `GET /facts`."""

    company = fields.String(validate=_WORDS)
    metric = fields.String(validate=_WORDS)
    period = fields.String(validate=_WORDS)
    currency = fields.String(validate=validate.Regexp(r"^[A-Za-z]{3}$", error="Not a currency code (USD)."))
    min_value = ExactNumber(validate=amount_in_bounds)
    max_value = ExactNumber(validate=amount_in_bounds)
    proof = fields.String(validate=validate.OneOf([*get_args(Proof), "any"]))
    status = fields.String(validate=validate.OneOf(get_args(Status)))
    submission = fields.String(validate=_WORDS)
    as_of = Moment(last=True, metadata={"description": "What was known at this time, or at the end of this day."})
    cursor = fields.String(validate=CURSOR)
    limit = fields.Integer(validate=validate.Range(1, 1000), metadata={"default": 100})
    format = fields.String(
        validate=validate.OneOf(["json", "csv", "xlsx"]), metadata={"description": "Else `Accept` decides."}
    )


class DecisionRequest(Schema):
    """What a person decides about a fact; `correct` needs the value and the reason."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE

    verdict = fields.String(required=True, validate=validate.OneOf(get_args(Verdict)))
    value = ExactNumber(allow_none=True, validate=amount_in_bounds)
    reason = fields.String(allow_none=True, validate=[validate.Length(1, 1000), storable])

    @validates_schema
    def complete(self, data: dict[str, Any], **_: object) -> None:
        given = data.get("value") is not None
        if data["verdict"] == "correct" and not (given and (data.get("reason") or "").strip()):
            raise ValidationError("A correction needs a value and a reason.", "value" if not given else "reason")
        if data["verdict"] != "correct" and given:
            raise ValidationError("Only a correction has a value.", "value")
