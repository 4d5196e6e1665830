"""A running finproc as its own command line speaks to it: HTTP and JSON, every digit kept."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from finproc.errors import FinprocError, Unavailable

_SECONDS = 30.0


class Refused(FinprocError):
    """The server refused the request."""

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(detail)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.status, self.detail)


@dataclass(frozen=True, slots=True)
class WebServer:
    """The server at `url` (`http://127.0.0.1:8000`). One connection a call; a call lasts half a minute at most."""

    url: str
    token: str | None = None

    def answers(self, path: str) -> bool:
        """Whether a GET of `path` is answered with 200."""
        try:
            return self._call("GET", path, seconds=2.0)[0] == http.client.OK
        except Unavailable:
            return False

    def submit_text(self, text: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Submit `text` as `raw_text`; returns the answer's object, `duplicate` among it."""
        body = json.dumps({"raw_text": text, **fields}).encode()
        return self._object("POST", "/submit", body, "application/json")

    def submit_file(self, name: str, content: bytes, fields: Mapping[str, str]) -> dict[str, Any]:
        """Upload one document; as `submit_text`."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        disposition = f'form-data; name="file"; filename="{quote(name, safe=" .()[]")}"'
        parts.append(f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return self._object("POST", "/submit", body, f"multipart/form-data; boundary={boundary}")

    def submission(self, submission_id: str) -> dict[str, Any]:
        return self._object("GET", f"/submissions/{quote(submission_id)}")

    def submissions(self, **where: str) -> list[dict[str, Any]]:
        """The newest submissions that match, one page."""
        found: list[dict[str, Any]] = self._object("GET", f"/submissions?{urlencode(where)}")["items"]
        return found

    def facts(self, **where: str) -> list[dict[str, Any]]:
        """All facts that match, page after page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            query = {**where, **({"cursor": cursor} if cursor else {})}
            page = self._object("GET", f"/facts?{urlencode(query)}")
            found += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return found

    def _object(self, method: str, path: str, body: bytes | None = None, kind: str | None = None) -> dict[str, Any]:
        status, answer = self._call(method, path, body, kind)
        try:
            content = json.loads(answer, parse_float=Decimal)
        except ValueError:
            content = None
        if status >= http.client.BAD_REQUEST:
            detail = content.get("detail") or content.get("title") if isinstance(content, dict) else None
            raise Refused(status, str(detail or f"the server answered {status}"))
        if not isinstance(content, dict):
            raise Refused(status, f"{self.url} does not answer as finproc does")
        return content

    def _call(
        self, method: str, path: str, body: bytes | None = None, kind: str | None = None, *, seconds: float = _SECONDS
    ) -> tuple[int, bytes]:
        where = urlsplit(self.url)
        make = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        headers = {"Accept": "application/json"}
        if kind:
            headers["Content-Type"] = kind
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection = make(where.hostname or "127.0.0.1", where.port, timeout=seconds)
        try:
            connection.request(method, where.path.rstrip("/") + path, body=body, headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"no finproc answers at {self.url} ({error}); `finproc up` starts one") from None
        finally:
            connection.close()
