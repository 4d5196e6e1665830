"""Doors of the way in: submissions come in, are looked up, retried and discarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, cast

from flask import Response, current_app, request
from marshmallow import RAISE

from finproc.identity.callers import NotFound, desk, readable_cursor, require
from finproc.model.submission import State, Submission, SubmissionFilter
from finproc.schemas import exact_json
from finproc.schemas.blueprint import ExactBlueprint
from finproc.schemas.evidence import EvidencePageSchema, EvidenceQuery
from finproc.schemas.model_call import UsageQuery, UsageSchema
from finproc.schemas.submission import (
    SubmissionDetailSchema,
    SubmissionPageSchema,
    SubmissionQuery,
    SubmissionSchema,
)
from finproc.settings import Settings
from finproc.submit import answers, batches, control, intake, openapi, refusals, streams
from finproc.submit.evidence import answers as evidence
from finproc.submit.evidence.page import CONTENT_SECURITY_POLICY
from finproc.submit.findings import findings
from finproc.submit.gathering import Gathering
from finproc.submit.pulse import Pulse
from finproc.submit.rates import Rates

COUNTER = "finproc.submit"
"""Where `create_app` puts the Counter in `app.extensions`."""
_READ = 1 << 16
NDJSON = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})

_SUBMISSION = SubmissionSchema()
_BESIDE = SubmissionDetailSchema(only=("history", "problems", "checks", "unclaimed", "rejected", "model_calls"))
blueprint = ExactBlueprint("submissions", __name__, description="The way in, and what became of it")


@dataclass(frozen=True, slots=True)
class Counter:
    """What the doors of the way in work with."""

    settings: Settings
    publish: intake.Publish
    formats: intake.Formats
    rates: Rates
    pulse: Pulse
    gathering: Gathering


def counter() -> Counter:
    """The counter of the running application."""
    return cast("Counter", current_app.extensions[COUNTER])


@blueprint.route("/submit", methods=["POST"])
@blueprint.route("/api/v1/financial-data/submit", methods=["POST"])
@blueprint.doc(**openapi.SUBMIT)
def submit() -> Response:
    """Submit a text, files, or a batch of texts."""
    owner = require("submit").owner
    counter().rates.admit(owner)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise refusals.UnsupportedMedia("Compressed bodies are not read.", field="Content-Encoding")
    if request.mimetype in NDJSON:
        return _sent(_batch(owner))
    return _sent(_items(owner, _read_items()))


def _read_items() -> list[intake.Item]:
    settings = counter().settings
    if request.mimetype == "application/json":
        request.max_content_length = batches.longest_json(settings)
        return [intake.from_bytes(_body(), settings)]
    if request.mimetype != "multipart/form-data":
        raise refusals.UnsupportedMedia(field="Content-Type")
    request.max_content_length = 2 * settings.max_document_bytes
    uploads = [
        intake.Upload(file.read(), file.filename, file.mimetype) for _, file in request.files.items(multi=True) if file
    ]
    if not uploads:
        raise refusals.NoFile(field="file")
    form = request.form.to_dict()
    return [intake.from_file(upload, form, settings, counter().formats) for upload in uploads]


def _body() -> bytes:
    """The whole body. A chunked one beyond the limit is refused at its end; `get_data` would cut it short silently."""
    return b"".join(iter(partial(request.stream.read, _READ), b""))


def _items(owner: str, items: list[intake.Item]) -> answers.Answer:
    workspace, publish, gathering = desk().workspace(), counter().publish, counter().gathering
    return answers.once(
        workspace.records.idempotency,
        owner,
        request.headers.get("Idempotency-Key"),
        lambda: _request_hash(workspace.keyring, owner, items),
        lambda: answers.accepted(
            intake.accept(workspace.records.submissions, workspace.keyring, owner, items, publish, gathering=gathering)
        ),
    )


def _request_hash(keyring: intake.Hasher, owner: str, items: list[intake.Item]) -> str:
    """What makes two requests the same: their content, and what was said beside it."""
    said = [[intake.content_hash(keyring, owner, item), item.source, item.filename, item.metadata] for item in items]
    return keyring.keyed_hash(owner, b"request", exact_json.dumps(said).encode())


def _batch(owner: str) -> answers.Answer:
    workspace, publish, settings = desk().workspace(), counter().publish, counter().settings
    request.max_content_length = settings.max_statement_bytes
    batch = batches.receive(request.stream, settings)
    with batch.file:
        return answers.once(
            workspace.records.idempotency,
            owner,
            request.headers.get("Idempotency-Key"),
            lambda: workspace.keyring.keyed_hash(owner, b"batch", batch.digest.encode()),
            lambda: batches.answer(
                batch,
                lambda items: intake.accept(workspace.records.submissions, workspace.keyring, owner, items, publish),
                settings,
            ),
        )


def _sent(answer: answers.Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers))


@blueprint.route("/submissions")
@blueprint.arguments(SubmissionQuery, location="query", unknown=RAISE)
@blueprint.response(200, SubmissionPageSchema)
def submissions(query: dict[str, Any]) -> object:
    """List submissions, newest first."""
    cursor, limit = query.pop("cursor", None), query.pop("limit")
    where = SubmissionFilter(**query | {"state": State(query["state"]) if "state" in query else None})
    records, owner = desk().workspace().records, require("read").owner
    with readable_cursor():
        return records.submissions.page(owner, where, cursor=cursor, limit=limit)


@blueprint.route("/submissions/<id:submission_id>")
@blueprint.response(200, SubmissionDetailSchema)
def submission(submission_id: str) -> Response:
    """A submission: its state and history, problems, unclaimed amounts, and model calls."""
    found, records = _own(submission_id, "read"), desk().workspace().records
    known = findings(records.extractions, found)
    beside = {
        "history": records.submissions.history(found.id),
        "problems": known.problems,
        "checks": known.checks,
        "unclaimed": known.unclaimed,
        "rejected": known.rejected,
        "model_calls": records.model_calls.of_submission(found.id),
    }
    contradictions = [one.as_json() for one in known.contradictions]
    body = {**_SUBMISSION.dump(found), **_BESIDE.dump(beside), "findings": contradictions}
    return Response(exact_json.dumps(body), content_type="application/json")


@blueprint.route("/submissions/<id:submission_id>/evidence")
@blueprint.arguments(EvidenceQuery, location="query", unknown=RAISE)
@blueprint.doc(**openapi.EVIDENCE)
@blueprint.response(200, EvidencePageSchema)
def submission_evidence(query: dict[str, Any], submission_id: str) -> Response:
    """The source with every fact's place marked: JSON, or a page where HTML is asked for."""
    found, records = _own(submission_id, "read"), desk().workspace().records
    known = findings(records.extractions, found)
    facts = sorted(control.facts_of(records, found.owner, found.id), key=lambda fact: fact.content.amount)
    wanted = query.get("format") or request.accept_mimetypes.best_match(["application/json", "text/html"])
    if wanted in {"html", "text/html"}:
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return Response(evidence.as_page(found, facts, known), content_type="text/html; charset=utf-8", headers=headers)
    return Response(exact_json.dumps(evidence.as_json(found, facts, known)), content_type="application/json")


@blueprint.route("/submissions/<id:submission_id>/retry", methods=["POST"])
@blueprint.response(202, SubmissionSchema)
def retry(submission_id: str) -> Submission:
    """Send a failed submission on its way again."""
    return control.retry(desk().workspace().records, _own(submission_id, "decide"), counter().publish)


@blueprint.route("/submissions/<id:submission_id>", methods=["DELETE"])
@blueprint.doc(**openapi.DISCARD)
@blueprint.response(204)
def discard(submission_id: str) -> None:
    """Discard a submission: delete its document, close its facts; with `erase=1` leave nothing of it."""
    found = _own(submission_id, "decide")
    action = control.erase if request.args.get("erase") == "1" else control.discard
    action(desk().workspace().records, found)


@blueprint.route("/events")
@blueprint.doc(**openapi.EVENTS)
def events() -> Response:
    """The history of all your submissions as it happens, as server-sent events."""
    return _stream(require("read").owner, None)


@blueprint.route("/submissions/<id:submission_id>/events")
@blueprint.doc(**openapi.EVENTS)
def submission_events(submission_id: str) -> Response:
    """The history of one submission from its beginning, then as it happens."""
    found = _own(submission_id, "read")
    return _stream(found.owner, found.id)


def _stream(owner: str, submission_id: str | None) -> Response:
    last = request.headers.get("Last-Event-ID", "")
    flow = streams.stream(
        counter().pulse,
        desk().workspace().records.submissions,
        owner,
        after=int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None,  # noqa: PLR2004 - 64 bits
        submission=submission_id,
        gone=streams.watch(request.environ.get("gunicorn.socket")),
    )
    return Response(streams.begun(flow), content_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@blueprint.route("/usage")
@blueprint.arguments(UsageQuery, location="query", unknown=RAISE)
@blueprint.response(200, UsageSchema)
def usage(query: dict[str, Any]) -> dict[str, object]:
    """What model calls cost, by day, model and outcome; the last 30 days unless asked otherwise."""
    day = query.get("since") or (desk().now() - timedelta(days=30)).date()
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    rows = desk().workspace().records.model_calls.usage(require("read").owner, since)
    return {"items": rows, "total_cost": sum((row.cost for row in rows), Decimal(0))}


def _own(submission_id: str, scope: str) -> Submission:
    """The caller's submission; anybody else's does not exist."""
    found = desk().workspace().records.submissions.get(submission_id, require(scope).owner)
    if found is None:
        raise NotFound("There is no such submission.")
    return found
