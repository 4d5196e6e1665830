"""`POST /submit`: rate and times at 50 clients that never rest, and times at a steady 100 requests a second.

On SQLite with the folder broker, and on PostgreSQL (with fsync: what is accepted is on the disk) with RabbitMQ; the
workers run beside it and work on what comes in, without a model. The same without workers, and the pauses of the
machine itself, show how much of a time is theirs.
"""

from __future__ import annotations

import secrets
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from bench import load, machine
from bench.processes import folder, free_port, until, web, workers
from bench.texts import texts
from finproc.clients.web_server import WebServer
from tests import servers

CLIENTS = 50
REQUESTS = 4_000
MOST_SECONDS = 20.0
STEADY_PER_SECOND = 100
STEADY_SECONDS = 20
WARM, WARM_SECONDS = 500, 6.0
"""Requests before the clock runs, and what workers have for them: all processes of the pool are there then."""

_AUTOGROUP = Path("/proc/sys/kernel/sched_autogroup_enabled")


def main() -> None:
    """Print a line for each stack and load, below what the machine and its system add (see README)."""
    print(f"{machine.gaps()}\n")
    if _AUTOGROUP.exists():
        print(f"kernel.sched_autogroup_enabled={_AUTOGROUP.read_text().strip()}\n")
    print("| stack | clients | requests/s | p50 ms | p99 ms | refused |\n| --- | --- | --- | --- | --- | --- |")
    _measure("SQLite, folder broker", {})
    try:
        with servers.postgres() as database, servers.rabbitmq() as broker:
            durable(database)
            settings = {
                "DATABASE_URL": database,
                "BROKER_URL": f"amqp://guest:guest@127.0.0.1:{broker.port}//",
                "FINPROC_MASTER_KEY": master_key(),
            }
            _measure("PostgreSQL, RabbitMQ", settings)
    except servers.Absent as missing:
        print(f"PostgreSQL, RabbitMQ: skipped ({missing})")


def durable(database: str) -> None:
    """Let a private PostgreSQL of the tests sync its commits: a benchmark of the other kind would flatter."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = on")
        connection.execute("SELECT pg_reload_conf()")
        until(lambda: _syncs(connection), 10, "PostgreSQL syncs its commits")


def _syncs(connection: psycopg.Connection[TupleRow]) -> bool:
    row = connection.execute("SHOW fsync").fetchone()
    return row == ("on",)


def master_key() -> str:
    """A key for one run."""
    return b64encode(secrets.token_bytes(32)).decode()


def _measure(stack: str, settings: Mapping[str, str]) -> None:
    with _running(settings) as port:
        measured = load.closed(port, texts(REQUESTS), CLIENTS, MOST_SECONDS)
        _print(f"{stack}, workers running", f"{CLIENTS} that never rest", measured)
    for at_work, beside in ((True, "workers running"), (False, "no workers")):
        with _running(settings, at_work=at_work) as port:
            bodies = texts(STEADY_PER_SECOND * STEADY_SECONDS, first=1_000_000)
            measured = load.steady(port, bodies, STEADY_PER_SECOND)
            _print(f"{stack}, {beside}", f"{STEADY_PER_SECOND} requests/s", measured)


@contextmanager
def _running(settings: Mapping[str, str], *, at_work: bool = True) -> Iterator[int]:
    """Web, and the workers, in a folder of their own, warm; the port of web."""
    port = free_port()
    with folder() as place, ExitStack() as running:
        for program in (web(place, port, **settings), *(workers(place, **settings) if at_work else ())):
            running.enter_context(program)
        server = WebServer(f"http://127.0.0.1:{port}")
        until(lambda: server.answers("/readyz"), 60, "web is ready")
        load.closed(port, texts(WARM, first=10_000_000), 8, MOST_SECONDS)
        time.sleep(WARM_SECONDS)
        yield port


def _print(stack: str, how: str, measured: load.Measured) -> None:
    p50, p99 = (measured.quantile(share) * 1000 for share in (0.5, 0.99))
    refused = sum(count for status, count in measured.statuses.items() if status not in {200, 202})
    print(f"| {stack} | {how} | {measured.rate:.0f} | {p50:.1f} | {p99:.1f} | {refused} |", flush=True)
