"""HTTP under one clock: an httpx2 transport whose every network operation ends at the deadline of the whole exchange.

A client's own timeouts bound one read each, so a server that drips bytes is never cut off by them (neither in the head
nor in the body nor in the body of an error).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

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


class DeadlineTransport(httpx2.HTTPTransport):
    """An httpx2 transport that keeps `deadline`. Pinned library, private attribute: the drip test guards the seam."""

    def __init__(self, *, limits: httpx2.Limits, proxy: str | None) -> None:
        super().__init__(limits=limits, proxy=proxy)
        pool = self._pool
        pool._network_backend = _Network(pool._network_backend)  # noqa: SLF001  # httpx2 passes no backend through
