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
import re
import signal
import socket
import ssl
import struct
import sys
import threading
import time
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self, TextIO, cast

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))  # run alone, the repository is not on the path

from tests.stub_labels import Answers, labelled
from tests.stub_outcomes import OUTCOMES, Exchange, Plan, Reads, Reply, json_bytes, mentions

_PIECE = re.compile(r"<<<piece (?P<mark>[0-9a-f]+)>>>\n(?P<text>.*)\n<<<end (?P=mark)>>>(?P<rest>.*)", re.DOTALL)


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
        reads: Reads = mentions,
    ) -> None:
        self.reads = reads
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
            return Reply(body=json_bytes([asdict(seen) for seen in self._stub.seen]))
        if (method, path) == ("POST", "/plan"):
            try:
                self._stub.change(json.loads(body))
            except (ValueError, KeyError) as error:
                return Reply(400, json_bytes({"error": {"message": str(error)}}))
            return Reply(body=b"{}")
        return Reply(404, json_bytes({"error": {"message": "stub: no such place"}}))

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
        left_out = _left_out(piece["rest"]) if piece else ()
        reply = OUTCOMES[outcome](Exchange(request, text, body, cut, stub.reads, left_out))
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


def _left_out(rest: str) -> tuple[str, ...]:
    """The amounts that a second question names behind the piece."""
    start = rest.find("[{")
    return tuple(place["amount"] for place in json.loads(rest[start:])) if start >= 0 else ()


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
    parser.add_argument("--labelled", type=Path, help="answer from labelled passages with what each fact was said in")
    parser.add_argument("--rearranged", action="store_true", help="labelled answers in any order")
    given = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # before anybody is told where it is, and may end it
        signal.signal(number, lambda *_: stopping.set())
    stub = StubModel(
        port=given.port,
        latency=given.latency,
        rates=given.plan,
        seed=given.seed,
        cut_above=given.cut_above,
        log=given.log,
        reads=Answers(labelled(given.labelled), given.seed, rearranged=given.rearranged)
        if given.labelled
        else mentions,
    )
    stub.keep_requests = False
    print(json.dumps({"url": stub.url, "port": stub.port}), flush=True)  # noqa: T201  # a program's own output
    stopping.wait()
    stub.close()


if __name__ == "__main__":
    main()
