"""Who sends a request, and what open mode lets in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, g

from finproc.errors import Refusal
from finproc.identity.workspace import Workspace

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
DESK = "finproc"
"""Where `create_app` puts the Desk in `app.extensions`."""


class Unauthorized(Refusal):
    """Send a valid token: `Authorization: Bearer …`."""

    status = 401
    code = "unauthorized"
    title = "Unauthorized"


class Forbidden(Refusal):
    """This request is not allowed."""

    status = 403
    code = "forbidden"
    title = "Forbidden"


class NotFound(Refusal):
    """There is no such thing here."""

    status = 404
    code = "not_found"
    title = "Not found"


class BadCursor(Refusal):
    """This is not a cursor that an earlier page gave."""

    code = "bad_cursor"
    title = "Bad cursor"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is. `scopes` None: the local workspace, which may do all."""

    owner: str
    name: str
    scopes: tuple[str, ...] | None = None

    def may(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes or "*" in self.scopes


@dataclass(frozen=True, slots=True)
class Desk:
    """What every route works with; `workspace` opens it once per process."""

    workspace: Callable[[], Workspace]
    now: Callable[[], datetime]


def desk() -> Desk:
    """The desk of the running application."""
    return cast("Desk", current_app.extensions[DESK])


def caller() -> Caller:
    """The caller of the present request; the guard has set it."""
    return cast("Caller", g.caller)


def require(scope: str) -> Caller:
    """The caller, who must hold `scope`."""
    known = caller()
    if not known.may(scope):
        raise Forbidden(f"This token does not have the scope {scope}.")
    return known


@contextmanager
def readable_cursor() -> Iterator[None]:
    """Around a listing: a cursor that the records cannot read is the caller's fault."""
    try:
        yield
    except ValueError as error:
        raise BadCursor(field="cursor") from error


def check_host(host: str) -> None:
    """In open mode only names of this machine are served: a name that was rebound to it is somebody else's page."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name.lower() not in LOOPBACK_NAMES:
        raise Forbidden("Open mode answers to localhost, 127.0.0.1 and [::1] alone.")


def check_origin(fetch_site: str | None, origin: str | None, own: str) -> None:
    """In open mode a page of another site may not act for the person who looks at it. `own`: `http://127.0.0.1:8000`."""
    if fetch_site not in {None, "none", "same-origin"}:
        raise Forbidden("Requests from other sites are refused in open mode.")
    if origin is not None and _place(origin) != _place(own):
        raise Forbidden("Requests from other sites are refused in open mode.")


def bearer(value: str | None) -> str | None:
    """The token of a header `Authorization`, or None where there is no such header."""
    if value is None:
        return None
    scheme, _, token = value.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized
    return token.strip()


def _place(address: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(address)
        return parts.scheme, (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "", "", None
