"""What the API document says of the doors that take or give more than one kind of content."""

from __future__ import annotations

from typing import Any

from finproc.extract.readers import NAMES, READERS
from finproc.schemas.refusal import MEDIA_TYPE, RefusalSchema
from finproc.schemas.submission import AcceptedSchema, SubmissionRequest

_FILE_FIELDS = ("company", "published", "source", "language", "account", "profile")
_MULTIPART = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "format": "binary"},
            "description": f"{NAMES}. What a file is, its content tells.",
        },
        **{name: {"type": "string"} for name in _FILE_FIELDS},
        "metadata": {"type": "string", "description": "A JSON object."},
    },
}
_ACCEPTED: dict[str, Any] = {
    "oneOf": [
        AcceptedSchema,
        {
            "type": "object",
            "required": ["submissions"],
            "properties": {"submissions": {"type": "array", "items": AcceptedSchema}},
        },
    ]
}
_NDJSON_ANSWER = {"schema": {"type": "string", "description": "One result a line."}}


def refusal(description: str) -> dict[str, Any]:
    """A response that is a problem document."""
    return {"description": description, "content": {MEDIA_TYPE: {"schema": RefusalSchema}}}


SUBMIT: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
            "description": (
                "The first answer, unless it is a refusal, is repeated for 24 hours. "
                "Until it is there, the same request gets 409; another request with the same key gets 422."
            ),
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": SubmissionRequest,
                "example": {"raw_text": "Company XYZ reported a net income of $5.3 million for Q1 2024."},
            },
            "multipart/form-data": {
                "schema": _MULTIPART,
                "encoding": {"file": {"contentType": ", ".join(reader.media_type for reader in READERS)}},
            },
            "application/x-ndjson": {
                "schema": {"type": "string", "description": "One JSON submission a line, at most 10,000 lines."}
            },
        },
    },
    "responses": {
        "200": {
            "description": "Everything was here before, or the results of a batch.",
            "content": {"application/json": {"schema": _ACCEPTED}, "application/x-ndjson": _NDJSON_ANSWER},
        },
        "202": {
            "description": "Accepted: the document is in the database.",
            "headers": {"Location": {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": _ACCEPTED}},
        },
        "400": refusal("Not JSON, or not UTF-8."),
        "409": refusal("The first request with this `Idempotency-Key` is still at work; see `Retry-After`."),
        "413": refusal("Too large."),
        "415": refusal("A content type or format that finproc does not read."),
        "422": refusal("Something is wrong with a field, or the `Idempotency-Key` is another request's."),
        "429": refusal("Too many requests; see `Retry-After`."),
        "503": refusal("The database does not answer; see `Retry-After`."),
    },
}
EVIDENCE: dict[str, Any] = {
    "responses": {200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
}
DISCARD: dict[str, Any] = {
    "parameters": [
        {"in": "query", "name": "erase", "schema": {"type": "string", "enum": ["0", "1"]}, "required": False}
    ]
}
EVENTS: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Last-Event-ID",
            "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
            "description": "Go on after this event.",
        }
    ],
    "responses": {
        "200": {
            "description": "Events named `state`; the id is for `Last-Event-ID`, the data a change of state.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        "503": refusal("Too many streams are open; see `Retry-After`."),
    },
}
