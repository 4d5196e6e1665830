"""Shapes of submissions: as they come in, and as they are read back."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from finproc.model.submission import State
from finproc.schemas.check import CheckCountSchema, StoredFindingSchema
from finproc.schemas.fields import CURSOR, IsoDay, Moment
from finproc.schemas.mention import RejectionSchema
from finproc.schemas.model_call import ModelCallSchema
from finproc.schemas.problem import ProblemSchema
from finproc.schemas.text import QuoteSchema

LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_STATES = [state.value for state in State]
_NOT_BLANK = validate.Regexp(r"[\s\S]*\S[\s\S]*", error="Must not be blank.")


class SubmissionHints(Schema):
    """What a submitter may say about a document."""

    class Meta:
        """Unknown fields are refused: a misspelt one would silently change nothing."""

        unknown = RAISE

    company = fields.String(allow_none=True, validate=[validate.Length(1, 200), _NOT_BLANK])
    published = IsoDay(allow_none=True, metadata={"description": "The day the document was published."})
    source = fields.String(allow_none=True, validate=validate.Length(max=500))
    language = fields.String(
        allow_none=True, validate=validate.Regexp(LANGUAGE, error="Not a language tag (en, de-AT).")
    )
    account = fields.String(allow_none=True, validate=[validate.Length(1, 100), _NOT_BLANK])
    profile = fields.String(allow_none=True, validate=[validate.Length(1, 100), _NOT_BLANK])
    metadata = fields.Dict(keys=fields.String(), allow_none=True, metadata={"description": "At most 16 kB of JSON."})


class SubmissionRequest(SubmissionHints):
    """One text to work on."""

    raw_text = fields.String(required=True, metadata={"minLength": 1, "description": "The text, at most 1 MB."})


class LinksSchema(Schema):
    """Where to go on."""

    self = fields.String(required=True)
    facts = fields.String(required=True)


class AcceptedSchema(Schema):
    """The answer to a submission that is in the database."""

    id = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    duplicate = fields.Boolean(metadata={"description": "The same content was submitted before."})
    links = fields.Nested(LinksSchema, required=True)


class SubmissionSchema(Schema):
    """A submission, read back."""

    id = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    kind = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    filename = fields.String(required=True, allow_none=True)
    company = fields.String(required=True, allow_none=True, attribute="hints.company")
    published = fields.Date(required=True, allow_none=True, attribute="hints.published")
    language = fields.String(required=True, allow_none=True, attribute="hints.language")
    account = fields.String(required=True, allow_none=True, attribute="hints.account")
    profile = fields.String(required=True, allow_none=True, attribute="hints.profile")
    source = fields.String(required=True, allow_none=True)
    metadata = fields.Raw(required=True, metadata={"type": "object"})
    received_at = Moment(required=True)
    updated_at = Moment(required=True)
    attempt = fields.Integer(required=True)
    dispatch = fields.Integer(required=True)
    tries = fields.Integer(required=True)
    losses = fields.Integer(required=True)
    isolated = fields.Boolean(required=True)
    not_before = Moment(required=True, allow_none=True)
    waiting = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)
    step = fields.String(required=True, allow_none=True)
    extractor = fields.String(required=True, allow_none=True)
    fallback = fields.Boolean(required=True)
    fact_count = fields.Integer(required=True, allow_none=True)
    problem_count = fields.Integer(required=True, allow_none=True)
    unclaimed_count = fields.Integer(required=True, allow_none=True)
    links = fields.Method("get_links", required=True, metadata={"type": "object"})

    def get_links(self, submission: Any) -> dict[str, str]:
        return links(submission.id)


def links(submission_id: str) -> dict[str, str]:
    """Addresses of a submission and of its facts."""
    return {"self": f"/submissions/{submission_id}", "facts": f"/facts?submission={submission_id}"}


class HistoryEntrySchema(Schema):
    """One change of state; also the data of an event."""

    sequence = fields.Integer(required=True)
    submission = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    at = Moment(required=True)
    attempt = fields.Integer(required=True)
    dispatch = fields.Integer(required=True)
    worker = fields.String(required=True, allow_none=True)
    duration_ms = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)


class SubmissionDetailSchema(SubmissionSchema):
    """A submission with all that is known of its way."""

    history = fields.List(fields.Nested(HistoryEntrySchema), required=True)
    problems = fields.List(fields.Nested(ProblemSchema), required=True)
    checks = fields.List(fields.Nested(CheckCountSchema), required=True)
    findings = fields.List(fields.Nested(StoredFindingSchema), required=True)
    unclaimed = fields.List(fields.Nested(QuoteSchema), required=True)
    rejected = fields.List(fields.Nested(RejectionSchema), required=True)
    model_calls = fields.List(fields.Nested(ModelCallSchema), required=True)


_NAME = validate.Regexp(r"^[0-9A-Za-z_.:/ -]{1,100}\Z", error="Not a name.")


class SubmissionQuery(Schema):
    """Filters of `GET /submissions`."""

    state = fields.String(validate=validate.OneOf(_STATES))
    since = Moment(metadata={"description": "Received at or after this day or time."})
    reason = fields.String(validate=_NAME)
    extractor = fields.String(validate=_NAME)
    cursor = fields.String(validate=CURSOR)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class SubmissionPageSchema(Schema):
    """A page of submissions, newest first."""

    items = fields.List(fields.Nested(SubmissionSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
