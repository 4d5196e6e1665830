"""Shape of a refusal: an RFC 9457 problem document."""

from __future__ import annotations

from marshmallow import Schema, fields

MEDIA_TYPE = "application/problem+json"


class RefusalSchema(Schema):
    """Why a request was refused."""

    type = fields.String(required=True, metadata={"description": "A stable name: `urn:finproc:` and the code."})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    field = fields.String(metadata={"description": "The field that is wrong."})


def problem(status: int, code: str, title: str, detail: str, field: str | None = None) -> dict[str, object]:
    """A problem document; `field` only where one is to blame."""
    document: dict[str, object] = {
        "type": f"urn:finproc:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if field is not None:
        document["field"] = field
    return document
