"""HTTP under one clock: an httpx2 transport whose every network operation ends at the deadline of the whole exchange.

A client's own timeouts bound one read each, so a server that drips bytes is never cut off by them (neither in the head
nor in the body nor in the body of an error).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

import httpcore2
import httpx2

from finproc.clients.turns import Turns

ANSWER_LIMIT = 32 << 20
"""Most bytes one exchange may receive."""
_CHUNK = 16_384
_TURNS = Turns()
"""Of making requests and reading answers: a hundred threads that all do so at once wake each other in vain."""


@dataclass(slots=True)
class _Allowance:
    ends: float
    bytes_left: int


_allowance: ContextVar[_Allowance | None] = ContextVar("allowance", default=None)


@contextmanager
def deadline(seconds: float) -> Generator[None]:
    """Bound all network work of this thread's exchange to so many seconds from now and to ANSWER_LIMIT bytes.

    The thread works on it in its turn, which it gives away while it waits for the network.
    """
    token = _allowance.set(_Allowance(time.monotonic() + seconds, ANSWER_LIMIT))
    try:
        with _TURNS.turn():
            yield
    finally:
        _allowance.reset(token)


def _left(timeout: float | None, expired: type[Exception]) -> float | None:
    allowance = _allowance.get()
    if allowance is None:
        return timeout
    left = allowance.ends - time.monotonic()
    if left <= 0:
        raise expired("the deadline of the whole exchange has passed")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _TURNS.away():
            received = self._inner.read(max_bytes, _left(timeout, httpcore2.ReadTimeout))
        if (allowance := _allowance.get()) is not None:
            allowance.bytes_left -= len(received)
            if allowance.bytes_left < 0:
                raise httpcore2.ReadError("the answer is larger than any answer may be")
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _TURNS.away():
            for start in range(0, len(buffer), _CHUNK):
                self._inner.write(buffer[start : start + _CHUNK], _left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _left(timeout, httpcore2.ConnectTimeout)
        with _TURNS.away():
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Network(httpcore2.NetworkBackend):
    def __init__(self, inner: httpcore2.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = _left(timeout, httpcore2.ConnectTimeout)
        with _TURNS.away():
            return _Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options))


class DeadlineTransport(httpx2.BaseTransport):
    """An httpx2 transport that keeps `deadline`. To the last byte of its answer an exchange has a connection to itself.

    Afterwards the connection rests for the next one; after `keepalive` seconds of that it is not used again, and the
    next exchange closes it. httpx2's own pool looks at all its connections for every request and every answer, under
    one lock: with a hundred threads a good part of an exchange's work.
    """

    def __init__(self, *, keepalive: float, proxy: str | None) -> None:
        self._keepalive, self._proxy = keepalive, proxy
        self._tls = httpx2.create_ssl_context()
        self._resting: list[tuple[float, httpx2.HTTPTransport]] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        connection = self._take()
        try:
            with closing(connection.handle_request(request)) as answer:
                body = httpx2.ByteStream(b"".join(cast("httpx2.SyncByteStream", answer.stream)))
        finally:
            self._give_back(connection)
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=body, extensions=answer.extensions)

    def close(self) -> None:
        while self._resting:
            self._resting.pop()[1].close()

    def _take(self) -> httpx2.HTTPTransport:
        """The connection that has rested shortest: at a slow pace one is enough, and stays open."""
        with suppress(IndexError):
            return self._resting.pop()[1]
        return self._connection()

    def _give_back(self, connection: httpx2.HTTPTransport) -> None:
        now = time.monotonic()
        self._resting.append((now, connection))
        with suppress(IndexError):  # another thread took the last one
            while now - self._resting[0][0] > self._keepalive:
                self._resting.pop(0)[1].close()

    def _connection(self) -> httpx2.HTTPTransport:
        """Pinned library, private attribute: the drip test guards the seam."""
        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=self._keepalive)
        made = httpx2.HTTPTransport(verify=self._tls, limits=limits, proxy=self._proxy)
        pool = made._pool  # noqa: SLF001  # httpx2 passes no backend through
        pool._network_backend = _Network(pool._network_backend)  # noqa: SLF001  # as above
        return made
