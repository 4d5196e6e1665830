"""Load on an HTTP server: a bare client on asyncio, so that the measuring costs little beside what is measured."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Measured:
    """Answers by status, and how long each took in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed

    def quantile(self, share: float) -> float:
        """The time within which this share of the requests was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def closed(port: int, bodies: Iterable[str], clients: int, seconds: float) -> Measured:
    """So many clients, each sending its next request once the one before is answered; for so many seconds at most."""
    return asyncio.run(_closed(port, iter(bodies), clients, seconds))


def steady(port: int, bodies: Iterable[str], per_second: float, connections: int = 64) -> Measured:
    """Requests at fixed times, however slow the answers; a request's time counts from when it was due."""
    return asyncio.run(_steady(port, list(bodies), per_second, connections))


async def _closed(port: int, bodies: Iterator[str], clients: int, seconds: float) -> Measured:
    measured = Measured()
    deadline = time.perf_counter() + seconds

    async def client() -> None:
        connection = await asyncio.open_connection("127.0.0.1", port)
        for body in bodies:
            begun = time.perf_counter()
            measured.statuses[await _post(connection, body)] += 1
            measured.seconds.append(time.perf_counter() - begun)
            if time.perf_counter() > deadline:
                break
        connection[1].close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    measured.elapsed = time.perf_counter() - begun
    return measured


async def _steady(port: int, bodies: list[str], per_second: float, connections: int) -> Measured:
    measured = Measured()
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = (
        asyncio.Queue()
    )  # in turn: one that rests for long is closed by the server
    for _ in range(connections):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    begun = time.perf_counter()

    async def request(number: int, body: str) -> None:
        due = begun + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        connection = await free.get()
        measured.statuses[await _post(connection, body)] += 1
        measured.seconds.append(time.perf_counter() - due)
        free.put_nowait(connection)

    await asyncio.gather(*(request(number, body) for number, body in enumerate(bodies)))
    measured.elapsed = time.perf_counter() - begun
    while not free.empty():
        free.get_nowait()[1].close()
    return measured


async def _post(connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], text: str) -> int:
    """One `POST /submit` on a connection that is kept; the status."""
    reader, writer = connection
    body = json.dumps({"raw_text": text}).encode()
    host = "Host: 127.0.0.1\r\nContent-Type: application/json"
    head = f"POST /submit HTTP/1.1\r\n{host}\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    status = int((await reader.readline()).split()[1])
    length = 0
    while (line := await reader.readline()) not in {b"\r\n", b""}:
        name, _, value = line.decode().partition(":")
        if name.lower() == "content-length":
            length = int(value)
    await reader.readexactly(length)
    return status
