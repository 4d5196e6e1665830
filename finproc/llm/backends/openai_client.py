"""The `openai` client under one clock per exchange. Loading this module costs 57 MB and 0.7 s, so it is loaded late."""

from __future__ import annotations

import urllib.request
from urllib.parse import urlsplit

import httpx2
from openai import APIConnectionError, APIStatusError, OpenAI

from finproc.llm.backend import Lost, Refused, Reply
from finproc.llm.backends.chat_completion import refusal
from finproc.llm.backends.deadline import DeadlineTransport, deadline

ATTEMPT_HEADER = "X-Finproc-Attempt"
_CONNECT_SECONDS = 5.0
_KEEPALIVE_SECONDS = 5.0
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)
"""Causes that rule out that the server saw the request."""


class ChatClient:
    """A process's connections to one address. `timeout` bounds a read, `total_timeout` an exchange, in seconds."""

    def __init__(self, *, api_key: str, base_url: str, timeout: float, total_timeout: float) -> None:
        self._total_timeout = total_timeout
        bounds = httpx2.Timeout(timeout, connect=min(_CONNECT_SECONDS, timeout))
        self._openai = OpenAI(
            api_key=api_key,
            base_url=base_url,
            timeout=bounds,
            max_retries=0,
            http_client=httpx2.Client(
                transport=DeadlineTransport(keepalive=_KEEPALIVE_SECONDS, proxy=_proxy(base_url)),
                timeout=bounds,
                follow_redirects=False,  # a redirected POST would be a request without an attempt row
            ),
        )

    def close(self) -> None:
        self._openai.close()

    def post(self, body: bytes, attempt: str) -> Reply | Refused | Lost:
        """Send exactly these bytes once."""
        try:
            with deadline(self._total_timeout):
                response = self._openai.post(
                    "/chat/completions",
                    cast_to=httpx2.Response,
                    content=body,
                    options={"headers": {ATTEMPT_HEADER: attempt}, "max_retries": 0},
                )
            return Reply(response.content, response.headers.get("x-request-id"))
        except APIStatusError as error:
            return refusal(error.status_code, error.code, error.response.headers)
        except APIConnectionError as error:
            return _broken_off(error.__cause__)
        except OSError as error:  # the client translates those of httpx2; another one may have come after the send
            return _broken_off(error)


def _broken_off(cause: BaseException | None) -> Refused | Lost:
    if isinstance(cause, _NEVER_SENT):
        return Refused("connection")
    return Lost("timeout" if isinstance(cause, httpx2.TimeoutException) else "connection_lost")


def _proxy(address: str) -> str | None:
    """The proxy that the system's settings name for this address; httpx2 asks them only for its own transports.

    A server on this machine is never asked for through a proxy, which would look for it on its own.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if host in _THIS_MACHINE or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
