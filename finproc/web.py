"""The Flask application: joins every capability's routes and gives them what they work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response
from flask.json.provider import JSONProvider
from flask_smorest import Api
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

import finproc.celery  # noqa: F401 - shared tasks are then published to finproc's broker, not to Celery's default
from finproc import documentation, pipeline
from finproc.clients import broker, mongo, redis
from finproc.errors import FinprocError, Refusal
from finproc.extract import readers
from finproc.identity.callers import DESK, Caller, Desk, require
from finproc.identity.guard import guard
from finproc.identity.tokens import LOCAL_OWNER, verify
from finproc.identity.workspace import Workspace, workspace
from finproc.logs import events
from finproc.model.ids import utc_now
from finproc.monitor import routes as monitor_routes
from finproc.monitor.health import Check
from finproc.records.outages import OUTAGES
from finproc.schemas import exact_json
from finproc.schemas.fields import ExactNumber, ExactString, Moment
from finproc.schemas.refusal import MEDIA_TYPE, RefusalSchema, problem
from finproc.settings import Settings, settings
from finproc.store import routes as store_routes
from finproc.submit import routes as submit_routes
from finproc.submit.figures import figures
from finproc.submit.gathering import Gathering
from finproc.submit.intake import Publish, leave_to_sweep
from finproc.submit.pulse import Pulse
from finproc.submit.rates import MachineRates, Rates, SharedRates
from finproc.submit.sending import Sending

VERSION = "0.1.0"
_ABOUT = "Financial documents in, exact and traceable facts out. In open mode no token is needed on this machine."
_ID = "[0-9A-Za-z_.-]{1,100}"
_RETRY_SECONDS = 5
_log = events("web")


class Ids(BaseConverter):
    """Ids in paths: what cannot be one is not found, before any database is asked."""

    regex = _ID


class ExactJSON(JSONProvider):
    """Flask's JSON with exact numbers."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return exact_json.dumps(obj, indent=kwargs.get("indent"))

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return exact_json.loads(s)


class ProblemApi(Api):
    """flask-smorest, with refusals as RFC 9457 problem documents."""

    ERROR_SCHEMA = RefusalSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        return _http_problem(error)

    def _register_responses(self) -> None:
        content = {MEDIA_TYPE: {"schema": RefusalSchema}}
        for name in ("DEFAULT_ERROR", "UNPROCESSABLE_ENTITY", "UNPROCESSABLE_CONTENT"):
            self.spec.components.response(name, {"description": "A refusal.", "content": content}, lazy=True)


def create_app(
    chosen: Settings | None = None,
    open_workspace: Callable[[], Workspace] = workspace,
    publish: Publish | None = None,
    rates: Rates | None = None,
) -> Flask:
    """The application; a test passes its own collaborators. Without `publish` messages are sent behind the answer."""
    chosen = chosen or settings()
    app = Flask("finproc.web", static_folder=None)
    app.json = ExactJSON(app)
    app.url_map.converters["id"] = Ids
    app.config.update(
        API_TITLE="finproc",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        MAX_CONTENT_LENGTH=chosen.max_document_bytes,
        MAX_FORM_MEMORY_SIZE=chosen.max_text_bytes,
        MAX_FORM_PARTS=200,
        API_SPEC_OPTIONS={"security": [{}, {"bearer": []}], "info": {"description": _ABOUT}},
    )
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.extensions[DESK] = Desk(open_workspace, utc_now)
    app.extensions[submit_routes.COUNTER] = submit_routes.Counter(
        settings=chosen,
        publish=publish or _sending(open_workspace),
        formats=readers,
        rates=rates or _rates(chosen),
        pulse=Pulse(
            lambda after, limit: open_workspace().records.submissions.history_since(after, owner=None, limit=limit),
            capacity=max(1, chosen.web_threads // 2),
        ),
        gathering=Gathering(),
    )
    app.extensions[monitor_routes.WATCH] = monitor_routes.Watch(
        _checks(chosen, open_workspace), lambda: _figures(chosen, open_workspace)
    )
    guard(app, chosen, lambda token: _token_caller(open_workspace(), token), Caller(LOCAL_OWNER, "local"))
    _refusals(app)
    _routes(app)
    return app


def _sending(open_workspace: Callable[[], Workspace]) -> Sending:
    return Sending(pipeline.start, lambda unsent: leave_to_sweep(open_workspace().records.submissions, unsent))


def _token_caller(place: Workspace, token: str) -> Caller | None:
    known = verify(place.records.tokens, token, utc_now())
    return None if known is None else Caller(known.owner, known.id, known.scopes)


def _routes(app: Flask) -> None:
    api = ProblemApi(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.register_converter(Ids, lambda _: {"type": "string", "pattern": f"^{_ID}$"})
    api.register_field(Moment, "string", "date-time")
    api.register_field(ExactNumber, "number", None)
    api.register_field(ExactString, "string", None)
    for routes in (submit_routes, store_routes, monitor_routes):
        api.register_blueprint(routes.blueprint)
    app.register_blueprint(documentation.blueprint)


def _checks(chosen: Settings, open_workspace: Callable[[], Workspace]) -> list[Check]:
    checks = [
        Check("database", lambda: _ping_database(open_workspace())),
        Check("broker", lambda: broker.ping(chosen)),
    ]
    if chosen.mongo_url is not None:
        checks.append(Check("mongo", lambda: _ping_mongo(open_workspace())))
    if chosen.redis_url is not None:
        client = redis.open_redis(chosen.redis_url)
        checks.append(Check("redis", lambda: redis.ping(client)))
    return checks


def _ping_database(place: Workspace) -> None:
    place.database.ping()


def _ping_mongo(place: Workspace) -> None:
    if place.mongo is not None:
        mongo.ping(place.mongo)


def _rates(chosen: Settings) -> Rates:
    """On Redis one allowance for all machines; this machine's own where there is none, or it does not answer."""
    own = MachineRates(chosen.finproc_var / "limits", chosen.submit_rate_per_second)
    if chosen.redis_url is None:
        return own
    return SharedRates(redis.limit_storage(chosen.redis_url), chosen.submit_rate_per_second, own)


def _figures(chosen: Settings, open_workspace: Callable[[], Workspace]) -> list[Any]:
    require("metrics")
    return figures(open_workspace().records, broker.depths(chosen), utc_now())


def _refusals(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    for kind in OUTAGES:
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(Exception, _broken)


def _refused(error: Refusal) -> Response:
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if error.status == 401:  # noqa: PLR2004 - HTTP
        headers["WWW-Authenticate"] = "Bearer"
    return _problem(problem(error.status, error.code, error.title, error.detail, error.field), headers)


def _unavailable(error: Exception) -> Response:
    _log.error("store_unavailable", error)
    after = getattr(error, "retry_after", _RETRY_SECONDS)
    detail = "A system that finproc needs does not answer. Try again: nothing is done twice."
    return _problem(problem(503, "unavailable", "Unavailable", detail), {"Retry-After": str(after)})


def _http_problem(error: HTTPException) -> Response:
    """Refusals of Flask, Werkzeug and webargs in finproc's own shape."""
    status = error.code or 500
    detail, field = error.description or error.name, None
    messages = getattr(error, "data", {}).get("messages")
    if isinstance(error, RequestEntityTooLarge):
        detail = "The request is larger than the limit."
    elif messages:
        detail, field = _first(messages)
    code = error.name.lower().replace(" ", "_").replace("-", "_")
    kept = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After", "Location"}}
    return _problem(problem(status, code, error.name, detail, field), kept)


def _first(messages: Mapping[str, Any]) -> tuple[str, str | None]:
    """The first message of webargs' {location: {field: [message]}}."""
    at: Any = messages
    names: list[str] = []
    while isinstance(at, Mapping):
        name, at = next(iter(at.items()))
        names.append(str(name))
    field = names[1] if len(names) > 1 and names[1] != "_schema" else None
    message = at[0] if isinstance(at, list) else at
    return f"{field}: {message}" if field else str(message), field


def _broken(error: Exception) -> Response:
    """What nobody foresaw: logged by its way, told without it."""
    _log.error("request_broke", error)
    detail = error.detail if isinstance(error, FinprocError) else "Something in finproc broke; it has been logged."
    return _problem(problem(500, "internal_error", "Internal error", detail), {})


def _problem(document: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    return Response(exact_json.dumps(document), document["status"], dict(headers), content_type=MEDIA_TYPE)
