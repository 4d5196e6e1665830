"""A stand-in for a model's server: Chat Completions over real HTTP, true answers, and every failure on demand.

Run alone: ``python tests/stub_model.py --port 0 --latency 0.1 --plan rate_limit=0.05,timeout=0.01 --seed 7``;
it prints one JSON line with its address and stops on SIGTERM. In tests: ``with StubModel() as stub: stub.url``.

``GET /log`` answers with every request seen; ``POST /plan`` takes ``{"rates": {…}, "next": […], "latency": s,
"cut_above": characters}`` and changes what is named. Requests for chat completions alone are logged.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import re
import signal
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self, TextIO, cast

_AMOUNT = r"(?:US\$|C\$|[$€£]|USD |EUR )\s?\d[\d,.]*(?<=\d)(?:\s(?:thousand|million|billion|trillion))?"
_METRIC = (
    r"(?:adjusted )?(?:net income|net loss|net profit|total revenues?|revenues?|net sales|sales|operating income"
    r"|operating profit|operating loss|gross profit|free cash flow|EBITDA|total assets)"
)
_PERIOD = r"Q[1-4] \d{4}|H[12] \d{4}|FY ?\d{4}|fiscal \d{4}|the (?:first|second|third|fourth) quarter of \d{4}|\d{4}"
_FACT = re.compile(
    rf"(?P<metric>{_METRIC})\s+(?:of|was|were|totaled|came to)\s+(?P<amount>{_AMOUNT})"
    rf"(?:\s+(?:for|in)\s+(?P<period>{_PERIOD}))?",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"(?P<company>[A-Z][\w&'-]*(?:,? [A-Z][\w&'.-]*)*) (?:reported|posted|announced|recorded)\b")
_PIECE = re.compile(r"<<<piece (?P<mark>[0-9a-f]+)>>>\n(?P<text>.*)\n<<<end (?P=mark)>>>", re.DOTALL)


def mentions(text: str) -> list[dict[str, str | None]]:
    """What the stub truly reads in a text: "<metric> of $X million for Q1 2024", with the company reporting it."""
    found = []
    for match in _FACT.finditer(text):
        sentence = max(text.rfind(". ", 0, match.start()), text.rfind("\n", 0, match.start()), 0)
        companies = _COMPANY.findall(text, sentence, match.start())
        metric = match["metric"]
        adjusted = metric[:8].lower() == "adjusted"
        found.append(
            {
                "amount": match["amount"],
                "metric": metric[9:] if adjusted else metric,
                "company": companies[-1] if companies else None,
                "period": match["period"],
                "segment": None,
                "qualifier": metric[:8] if adjusted else None,
                "status": "actual",
                "quote": text[match.start() : match.end("amount")],
            }
        )
    return found


@dataclass(slots=True)
class Seen:
    """One request as the stub saw it. Times are seconds since 1970; `answered` is when the whole answer was written."""

    time: float
    attempt: str | None
    body: str
    """SHA-256 of the body without its service tier, so that it is the same for every attempt of one question."""
    outcome: str
    tier: str | None = None
    answered: float | None = None


@dataclass(slots=True)
class Exchange:
    """A chat completion that is to be answered."""

    request: dict[str, Any]
    text: str
    raw: bytes
    cut: bool = False

    def completion(self, content: str | None, finish: str = "stop", refusal: str | None = None) -> bytes:
        written = len(content or "") // 4 + 1
        read = len(self.raw) // 4
        return _json(
            {
                "id": f"chatcmpl-{hashlib.sha256(self.raw).hexdigest()[:12]}",
                "object": "chat.completion",
                "created": 0,
                "model": self.request.get("model"),
                "service_tier": self.request.get("service_tier", "default"),
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": content, "refusal": refusal},
                        "finish_reason": finish,
                    }
                ],
                "usage": {
                    "prompt_tokens": read,
                    "completion_tokens": written,
                    "total_tokens": read + written,
                    "prompt_tokens_details": {"cached_tokens": 0},
                    "completion_tokens_details": {"reasoning_tokens": 0},
                },
            }
        )

    def content(self) -> str:
        return json.dumps({"mentions": mentions(self.text)}, ensure_ascii=False)


@dataclass(slots=True)
class Reply:
    """What goes over the wire, and how: at once, in drips (seconds between bytes), or broken off."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = "application/json"
    drip: float = 0.0
    drip_head: bool = False
    claimed_length: int | None = None
    never: bool = False
    reset: bool = False


_LIMITED = "rate_limit_exceeded"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _error(status: int, kind: str, code: str | None = None, **headers: str) -> Callable[[Exchange], Reply]:
    body = _json({"error": {"message": f"stub: {kind}", "type": kind, "code": code, "param": None}})
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda _: Reply(status, body, named)


def _ok(exchange: Exchange) -> Reply:
    if exchange.cut:
        return _cut_off(exchange)
    return Reply(body=exchange.completion(exchange.content()))


def _cut_off(exchange: Exchange) -> Reply:
    return Reply(body=exchange.completion('{"mentions": [{"amount": "$5', "length"))


def _without_usage(exchange: Exchange) -> Reply:
    answer = json.loads(exchange.completion(exchange.content()))
    del answer["usage"], answer["service_tier"]
    return Reply(body=_json(answer))


def _in_half_a_minute(exchange: Exchange) -> Reply:
    date = formatdate(time.time() + 30, usegmt=True)
    return _error(429, _LIMITED, _LIMITED, retry_after=date)(exchange)


OUTCOMES: dict[str, Callable[[Exchange], Reply]] = {
    "ok": _ok,
    "rate_limit": _error(429, _LIMITED, _LIMITED, retry_after="1"),
    "rate_limit_ms": _error(429, _LIMITED, _LIMITED, retry_after_ms="250", retry_after="1"),
    "rate_limit_date": _in_half_a_minute,
    "rate_limit_bare": _error(429, _LIMITED, _LIMITED),
    "quota": _error(429, "insufficient_quota", "insufficient_quota"),
    "server_error": _error(500, "server_error"),
    "unavailable": _error(503, "server_error", retry_after="2"),
    "bad_request": _error(400, "invalid_request_error", "invalid_value"),
    "filtered_request": _error(400, "invalid_request_error", "content_filter"),
    "unauthorized": _error(401, "invalid_request_error", "invalid_api_key"),
    "forbidden": _error(403, "forbidden"),
    "not_found": _error(404, "invalid_request_error", "model_not_found"),
    "conflict": _error(409, "conflict"),
    "unprocessable": _error(422, "unprocessable"),
    "redirect": lambda _: Reply(307, headers=(("location", "/v1/elsewhere"),)),
    "timeout": lambda _: Reply(never=True),
    "drip": lambda exchange: Reply(body=exchange.completion(exchange.content()), drip=0.05),
    "drip_head": lambda exchange: Reply(body=exchange.completion(exchange.content()), drip=0.05, drip_head=True),
    "drip_error": lambda _: Reply(500, b'{"error": {"message": "' + b"x" * 100_000, drip=0.05),
    "cut_off": _cut_off,
    "not_json": lambda exchange: Reply(body=exchange.completion('{"mentions": [{"amount": }')),
    "schema_mismatch": lambda exchange: Reply(body=exchange.completion('{"mentions": [{"amount": 5.3}]}')),
    "extra_field": lambda exchange: Reply(body=exchange.completion('{"mentions": [], "note": "x"}')),
    "html": lambda _: Reply(body=b"<!doctype html><title>Sign in</title>", media_type="text/html"),
    "error_body": lambda _: Reply(body=_json({"error": {"message": "upstream failed", "code": 502}})),
    "no_choices": lambda _: Reply(body=_json({"id": "chatcmpl-0", "choices": []})),
    "empty": lambda _: Reply(),
    "deep": lambda _: Reply(body=b"[" * 200_000),
    "refusal": lambda exchange: Reply(body=exchange.completion(None, refusal="I cannot help with that.")),
    "content_filter": lambda exchange: Reply(body=exchange.completion(None, "content_filter")),
    "no_usage": _without_usage,
    "truncated": lambda _: Reply(body=b'{"id": "chatcmpl-0", "choi', claimed_length=5000),
    "reset_before": lambda _: Reply(reset=True),
    "reset_after": lambda _: Reply(reset=True),
}
"""Every outcome by name. `reset_before` breaks the connection once the head is there, `reset_after` after the body."""


class Plan:
    """Decides what becomes of each request: first what was queued, then by rates from a seeded generator, else `ok`."""

    def __init__(self, rates: dict[str, float] | None = None, seed: int = 0) -> None:
        self.queued: deque[str] = deque()
        self._random = random.Random(seed)
        self.rates = rates or {}

    @property
    def rates(self) -> dict[str, float]:
        return self._rates

    @rates.setter
    def rates(self, rates: dict[str, float]) -> None:
        unknown = rates.keys() - OUTCOMES.keys()
        if unknown or sum(rates.values()) > 1:
            raise ValueError(f"no such outcomes, or rates above 1: {sorted(unknown) or rates}")
        self._rates = rates

    def decide(self) -> str:
        if self.queued:
            return self.queued.popleft()
        place = self._random.random() if self._rates else 1.0
        for outcome, rate in self._rates.items():
            if place < rate:
                return outcome
            place -= rate
        return "ok"


class StubModel:
    """The server in a thread of its own. `latency` is seconds before an answer; `cut_above` cuts off longer texts."""

    def __init__(
        self,
        *,
        port: int = 0,
        latency: float = 0.0,
        rates: dict[str, float] | None = None,
        seed: int = 0,
        cut_above: int | None = None,
        log: Path | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.plan = Plan(rates, seed)
        self._scheme = "https" if tls else "http"
        self.latency = latency
        self.cut_above = cut_above
        self.seen: list[Seen] = []
        self.requests: list[dict[str, Any]] = []
        self.keep_requests = True
        self.connections_opened = 0
        self._connections: set[_Connection] = set()
        self._file: TextIO | None = log.open("a", encoding="utf-8") if log else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="stub-model")
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(
            self._loop.create_server(lambda: _Connection(self), "127.0.0.1", port, ssl=tls), self._loop
        )
        self._server = started.result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        """What OPENAI_BASE_URL is set to."""
        return f"{self._scheme}://127.0.0.1:{self.port}/v1"

    def next(self, *outcomes: str) -> None:
        """What becomes of the next requests, in order; after them the plan's rates decide."""
        for outcome in outcomes:
            OUTCOMES[outcome]
        self.plan.queued.extend(outcomes)

    def outcomes(self) -> list[str]:
        return [seen.outcome for seen in self.seen]

    def close_listener(self) -> None:
        """Take no more connections and break those that are open: the server is gone, the log remains."""

        async def stop() -> None:
            self._server.close()
            for connection in tuple(self._connections):
                connection.abort()

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(10)

    def close(self) -> None:
        self.close_listener()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What connections call, all on the loop's thread.

    def opened(self, connection: _Connection) -> None:
        self._connections.add(connection)
        self.connections_opened += 1

    def closed(self, connection: _Connection) -> None:
        self._connections.discard(connection)

    def note(self, seen: Seen) -> None:
        self.seen.append(seen)
        self._write("request", seen)

    def answered(self, seen: Seen) -> None:
        seen.answered = time.time()
        self._write("answer", seen)

    def _write(self, event: str, seen: Seen) -> None:
        if self._file is not None:
            self._file.write(json.dumps({"event": event, **asdict(seen)}) + "\n")
            self._file.flush()

    def change(self, wanted: dict[str, Any]) -> None:
        self.plan.rates = wanted.get("rates", self.plan.rates)
        self.next(*wanted.get("next", ()))
        self.latency = wanted.get("latency", self.latency)
        self.cut_above = wanted.get("cut_above", self.cut_above)


class _Connection(asyncio.Protocol):
    """One client's connection: requests one after the other, kept alive."""

    def __init__(self, stub: StubModel) -> None:
        self._stub = stub
        self._buffer = bytearray()
        self._busy = False
        self._decided: str | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._stub.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stub.closed(self)
        if self._waiting is not None:
            self._waiting.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._busy:
            self._next()

    def abort(self) -> None:
        """Break the connection with a reset, as a dying server does."""
        raw = self._transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def _next(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        method, path, _ = first.split(" ", 2)
        completing = method == "POST" and path.endswith("/chat/completions")
        if completing and self._decided is None:
            self._decided = self._stub.plan.decide()
            if self._decided == "reset_before":
                self._stub.note(Seen(time.time(), headers.get("x-finproc-attempt"), "", self._decided))
                self.abort()
                return
        length = int(headers.get("content-length", 0))
        if len(self._buffer) < end + 4 + length:
            return
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        self._busy = True
        if completing:
            self._complete(body, headers)
        else:
            self._answer(self._control(method, path, body), None)

    def _control(self, method: str, path: str, body: bytes) -> Reply:
        if (method, path) == ("GET", "/log"):
            return Reply(body=_json([asdict(seen) for seen in self._stub.seen]))
        if (method, path) == ("POST", "/plan"):
            try:
                self._stub.change(json.loads(body))
            except (ValueError, KeyError) as error:
                return Reply(400, _json({"error": {"message": str(error)}}))
            return Reply(body=b"{}")
        return Reply(404, _json({"error": {"message": "stub: no such place"}}))

    def _complete(self, body: bytes, headers: dict[str, str]) -> None:
        stub = self._stub
        request = json.loads(body)
        user = next(turn["content"] for turn in request["messages"] if turn["role"] == "user")
        piece = _PIECE.search(user)
        tier = request.get("service_tier")
        plain = body if tier is None else body.replace(f',"service_tier":{json.dumps(tier)}'.encode(), b"")
        outcome, self._decided = self._decided or "ok", None
        seen = Seen(time.time(), headers.get("x-finproc-attempt"), hashlib.sha256(plain).hexdigest(), outcome, tier)
        stub.note(seen)
        if stub.keep_requests:
            stub.requests.append(request)
        text = piece["text"] if piece else user
        cut = stub.cut_above is not None and len(text) > stub.cut_above
        reply = OUTCOMES[outcome](Exchange(request, text, body, cut))
        if stub.latency:
            self._waiting = asyncio.get_running_loop().call_later(stub.latency, self._answer, reply, seen)
        else:
            self._answer(reply, seen)

    def _answer(self, reply: Reply, seen: Seen | None) -> None:
        if reply.reset:
            self.abort()
            return
        if reply.never or self._transport.is_closing():
            return
        length = len(reply.body) if reply.claimed_length is None else reply.claimed_length
        lines = [
            f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
            f"content-type: {reply.media_type}",
            f"content-length: {length}",
            *(f"{name}: {value}" for name, value in reply.headers),
            f"x-request-id: req_{seen.attempt if seen else 0}",
        ]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        if reply.drip:
            if not reply.drip_head:
                self._transport.write(head)
            self._drip((head if reply.drip_head else b"") + reply.body, reply.drip, seen)
            return
        self._transport.write(head + reply.body)
        if reply.claimed_length is not None:
            self._transport.close()
            return
        self._done(seen)

    def _drip(self, rest: bytes, seconds: float, seen: Seen | None) -> None:
        if self._transport.is_closing():
            return
        if not rest:
            self._done(seen)
            return
        self._transport.write(rest[:1])
        self._waiting = asyncio.get_running_loop().call_later(seconds, self._drip, rest[1:], seconds, seen)

    def _done(self, seen: Seen | None) -> None:
        if seen is not None:
            self._stub.answered(seen)
        self._busy = False
        if self._buffer:
            self._next()


def _rates(plan: str) -> dict[str, float]:
    pairs = (part.partition("=") for part in plan.split(",") if part and part != "ok")
    return {name: float(rate or 1) for name, _, rate in pairs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--plan", type=_rates, default={}, help="outcome=rate, … ; the rest is ok")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cut-above", type=int, help="cut off answers to texts of more characters")
    parser.add_argument("--log", type=Path, help="append every request and answer as a JSON line")
    given = parser.parse_args()
    stub = StubModel(
        port=given.port,
        latency=given.latency,
        rates=given.plan,
        seed=given.seed,
        cut_above=given.cut_above,
        log=given.log,
    )
    stub.keep_requests = False
    print(json.dumps({"url": stub.url, "port": stub.port}), flush=True)  # noqa: T201  # a program's own output
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    stopping.wait()
    stub.close()


if __name__ == "__main__":
    main()
