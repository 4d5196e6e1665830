"""The guard at the web's door: who may come in, and the headers that every answer carries."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, g, request

from finproc.identity.callers import Caller, Unauthorized, bearer, check_host, check_origin
from finproc.settings import Settings

PUBLIC = frozenset(
    {
        "monitor.healthz",
        "monitor.readyz",
        "api-docs.openapi_json",
        "documentation.page",
        "documentation.start",
        "documentation.asset",
    }
)
"""Endpoints that need no caller."""
CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

Verify = Callable[[str], Caller | None]
"""The caller that a bearer token stands for, or None."""


def guard(app: Flask, settings: Settings, verify: Verify, local: Caller) -> None:
    """Put the guard before every request of `app`. `local` is the caller without a token in open mode."""
    opened = settings.finproc_auth == "open"

    @app.before_request
    def admit() -> None:
        if opened:
            check_host(request.host)
        token = bearer(request.headers.get("Authorization"))
        if token is None and opened:
            check_origin(request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin"), request.host_url)
            g.caller = local
        elif token is not None:
            g.caller = verify(token)
        if request.endpoint and request.endpoint not in PUBLIC and g.get("caller") is None:
            raise Unauthorized

    @app.after_request
    def armour(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response
