"""Doors for those who watch: alive, ready, figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import Response, current_app
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from finproc.monitor import health, metrics

WATCH = "finproc.monitor"
"""Where `create_app` puts the Watch in `app.extensions`."""

blueprint = Blueprint("monitor", __name__, description="Health and figures")


@dataclass(frozen=True, slots=True)
class Watch:
    """What the doors of monitoring work with. `figures` raises Forbidden where the caller may not see them."""

    checks: Sequence[health.Check]
    figures: Callable[[], Sequence[metrics.Figure]]


class AliveSchema(Schema):
    """The process answers."""

    status = fields.String(required=True)


class SystemSchema(Schema):
    """One outside system."""

    ok = fields.Boolean(required=True)
    latency_ms = fields.Float(required=True)
    error = fields.String(allow_none=True, required=True)


class ReadySchema(Schema):
    """Whether finproc can work, system by system."""

    status = fields.String(required=True)
    systems = fields.Dict(keys=fields.String(), values=fields.Nested(SystemSchema), required=True)


def _watch() -> Watch:
    return cast("Watch", current_app.extensions[WATCH])


@blueprint.route("/healthz")
@blueprint.response(200, AliveSchema)
def healthz() -> dict[str, str]:
    """This process is alive."""
    return {"status": "alive"}


@blueprint.route("/readyz")
@blueprint.response(200, ReadySchema)
@blueprint.alt_response(503, schema=ReadySchema, description="A system does not answer.")
def readyz() -> tuple[dict[str, object], int]:
    """Each outside system answers, and how fast."""
    readings = health.read(_watch().checks)
    ready = all(reading.error is None for reading in readings)
    systems = {
        reading.name: {"ok": reading.error is None, "latency_ms": reading.latency_ms, "error": reading.error}
        for reading in readings
    }
    return {"status": "ready" if ready else "not ready", "systems": systems}, 200 if ready else 503


@blueprint.route("/metrics")
@blueprint.doc(responses={"200": {"content": {"text/plain": {"schema": {"type": "string"}}}}})
def scrape() -> Response:
    """Figures for Prometheus."""
    return Response(metrics.render(_watch().figures()), content_type=metrics.CONTENT_TYPE)
