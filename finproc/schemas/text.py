"""Shapes of places in a text."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import fields, post_dump, validate

from finproc.model.places import Place
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


class PlaceSchema(FrozenSchema):
    """Where a stretch stands in the file that was read; numbers count from one."""

    made = Place
    page = fields.Integer(allow_none=True)
    part = fields.String(
        allow_none=True, metadata={"description": "A workbook's sheet, or a note, header or footer (`footnote 2`)."}
    )
    paragraph = fields.Integer(allow_none=True, metadata={"description": "Headings and list items count too."})
    table = fields.Integer(allow_none=True)
    cell = fields.String(allow_none=True, metadata={"description": "`B7`: the second column's seventh row."})

    @post_dump
    def without_absent(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value is not None}
