"""Documents a second through the whole chain on RabbitMQ and PostgreSQL, with a stub for a model.

Measured on the same broker, database and stub, in the same run, against a chain of three steps that do nothing, three
that make as many commits and one HTTP call, and what so many calls at a time allow (concurrency ÷ latency).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench import baseline
from bench.processes import Running, cpu_seconds, folder, python, started, until, workers
from bench.submit import durable, master_key
from tests import servers

CONCURRENCY = 100
LATENCIES = (0.0, 0.1, 1.0)
DOCUMENTS = 1_000
BASELINES = {
    "the smallest call": {},
    "OpenAI's client": {"BENCH_CALL": "openai"},
    "OpenAI's client, SQLAlchemy": {"BENCH_CALL": "openai", "BENCH_COMMIT": "sqlalchemy"},
}
"""Chains with a call and commits, by how they make them; see `bench.baseline`."""
ROUNDS = 3
"""Runs of each chain, in turn; the one in the middle counts, since a shared machine is not as fast in each minute."""
WARM = 300
"""Documents before the clock runs: all processes of the pool are there then, with their plans."""
MOST_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Site:
    """The servers of a run."""

    database: str
    broker: str
    stub: str
    parts: Mapping[str, psutil.Process]
    """Server processes by name, for their CPU time."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run gave: documents a second, write transactions a document, CPU milliseconds a document by part."""

    rate: float
    commits: float
    cpu: Mapping[str, float]


def main() -> None:
    """Print the rates, then the CPU time by part."""
    try:
        with ExitStack() as running, folder() as place:
            _all(running, place)
    except servers.Absent as missing:
        print(f"skipped ({missing})")


def _all(running: ExitStack, place: Path) -> None:
    database, broker = running.enter_context(servers.postgres()), running.enter_context(servers.rabbitmq())
    durable(database)
    results: dict[tuple[str, float], Result] = {}
    bare = 0.0
    print("| chain | stub ms | documents/s | of bare | finproc of it | of concurrency ÷ latency |")
    print("| --- | --- | --- | --- | --- | --- |")
    for latency in LATENCIES:
        with ExitStack() as one:
            stub = one.enter_context(_stub(place, latency))
            url = _stub_url(stub)
            parts = {"stub": stub.process, "RabbitMQ": _on_port(broker.port), "PostgreSQL": _on_port(_port(database))}
            site = Site(database, f"amqp://guest:guest@127.0.0.1:{broker.port}//", url, parts)
            if not bare:
                results["bare", 0.0] = _baseline("bare", place, site, [0, 0, 0])
                bare = results["bare", 0.0].rate
                print(f"| three steps that do nothing | – | {bare:.1f} | 100 % | – | – |", flush=True)
            rounds: list[tuple[Result, ...]] = []
            for _ in range(ROUNDS):
                ours = _finproc(place, site)
                commits = _split(round(ours.commits))
                theirs = (_baseline("at_work", place, site, commits, **how) for how in BASELINES.values())
                rounds.append((ours, *theirs))
                print("finproc and its baselines:", *(f"{one.rate:.1f}" for one in rounds[-1]), file=sys.stderr)
            ours, *medians = (_median(list(some)) for some in zip(*rounds, strict=True))
            results["finproc", latency] = ours
            for how, baseline_of_it in zip(BASELINES, medians, strict=True):
                name = f"baseline, {sum(commits)} commits, {how}"
                results[name, latency] = baseline_of_it
                of_bare, of_it = f"{baseline_of_it.rate / bare:.0%}", f"{ours.rate / baseline_of_it.rate:.0%}"
                print(f"| {name} | {latency * 1000:.0f} | {baseline_of_it.rate:.1f} | {of_bare} | {of_it} | – |")
            bound = f"{ours.rate / (CONCURRENCY / latency):.0%}" if latency else "–"
            print(
                f"| finproc | {latency * 1000:.0f} | {ours.rate:.1f} | {ours.rate / bare:.0%} | – | {bound} |",
                flush=True,
            )
    _print_cpu(results)


def _median(results: list[Result]) -> Result:
    """The run whose rate is in the middle."""
    return sorted(results, key=lambda result: result.rate)[len(results) // 2]


def _print_cpu(results: Mapping[tuple[str, float], Result]) -> None:
    parts = list(dict.fromkeys(part for result in results.values() for part in result.cpu))
    print(f"\nCPU milliseconds a document\n\n| chain | stub ms | {' | '.join(parts)} | all |")
    print("| --- | --- |" + " --- |" * (len(parts) + 1))
    for (name, latency), result in results.items():
        figures = [f"{result.cpu.get(part, 0.0):.1f}" for part in parts]
        print(f"| {name} | {latency * 1000:.0f} | {' | '.join(figures)} | {sum(result.cpu.values()):.1f} |")


def _finproc(place: Path, site: Site) -> Result:
    settings = {
        "DATABASE_URL": site.database,
        "BROKER_URL": site.broker,
        "FINPROC_MASTER_KEY": _key(place),
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": site.stub,
        "OPENAI_BUDGET_SUBMISSION": "none",
        "OPENAI_BUDGET_DAY": "none",
        "FINPROC_EXTRACT_CONCURRENCY": str(CONCURRENCY),
    }
    with ExitStack() as running:
        running.enter_context(started("migrate", python("finproc", "migrate"), place, **settings)).process.wait(60)
        programs = {program.name: program for program in map(running.enter_context, workers(place, **settings))}

        def publish(count: int, first: int) -> Running:
            name = f"publisher-{first}"
            return running.enter_context(
                started(name, python("bench.publish", "finproc", str(count), str(first)), place, **settings)
            )

        look = running.enter_context(psycopg.connect(site.database, autocommit=True))
        return _run(site, programs, publish, lambda: _ended(look))


def _baseline(what: str, place: Path, site: Site, commits: list[int], **how: str) -> Result:
    baseline.prepare(site.database)
    settings = {
        "BENCH_BROKER": site.broker,
        "BENCH_DATABASE": site.database,
        "BENCH_STUB": site.stub,
        "BENCH_COMMITS": json.dumps(commits),
        **how,
    }
    celery = python("celery", "--quiet", "-A", "bench.baseline", "worker")
    threads = ["-Q", "bench-1", "-P", "threads", "-c", str(CONCURRENCY), "-n", "first@%h"]
    rest = ["-Q", "bench-2", "--autoscale=10,2", "-n", "rest@%h"]
    with ExitStack() as running:
        first = running.enter_context(started("extract", [*celery, *threads], place, **settings))
        second = running.enter_context(started("main", [*celery, *rest], place, **settings))
        programs = {"extract": first, "main": second}

        def publish(count: int, number: int) -> Running:
            command = python("bench.publish", what, str(count), str(number))
            return running.enter_context(started(f"publisher-{number}", command, place, **settings))

        look = running.enter_context(psycopg.connect(site.database, autocommit=True))
        return _run(site, programs, publish, lambda: baseline.count_done(look))


def _run(
    site: Site, programs: Mapping[str, Running], publish: Callable[[int, int], Running], ended: Callable[[], int]
) -> Result:
    """Warm up, then publish all and wait for the last; the publishing is part of the time."""
    offset = int(time.time()) % 1_000_000 * 1000
    before = ended()
    _begin(publish(WARM, offset))
    until(lambda: ended() >= before + WARM, MOST_SECONDS, "the warm-up ends")
    publisher = publish(DOCUMENTS, offset + WARM)
    cpu, commits = _cpu(site, programs), _write_transactions(site.database)
    begun = _begin(publisher)
    until(lambda: ended() >= before + WARM + DOCUMENTS, MOST_SECONDS, "the last document ends", pause=0.1)
    seconds = time.perf_counter() - begun
    publisher.process.wait(10)
    spent = {part: (now - cpu[part]) / DOCUMENTS * 1000 for part, now in _cpu(site, programs).items()}
    spent["publisher"] = float(publisher.log.read_text().split()[-1]) / DOCUMENTS * 1000
    return Result(DOCUMENTS / seconds, (_write_transactions(site.database) - commits) / DOCUMENTS, spent)


def _begin(publisher: Running) -> float:
    """Let a publisher begin once it is loaded; the time when it does."""
    until(lambda: "ready" in publisher.log.read_text(), 60, "the publisher is loaded")
    publisher.process.stdin.write(b"\n")
    publisher.process.stdin.flush()
    return time.perf_counter()


def _cpu(site: Site, programs: Mapping[str, Running]) -> dict[str, float]:
    parts = {name: cpu_seconds(program.family()) for name, program in programs.items()}
    return parts | {name: cpu_seconds([root, *root.children(recursive=True)]) for name, root in site.parts.items()}


def _ended(connection: psycopg.Connection[tuple[int]]) -> int:
    row = connection.execute("SELECT count(*) FROM submissions WHERE state IN ('stored', 'failed')").fetchone()
    return row[0] if row else 0


def _write_transactions(database: str) -> int:
    """PostgreSQL numbers the transactions that write."""
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    return row[0] if row else 0


def _split(commits: int) -> list[int]:
    """So many commits over three steps, the last with one at least."""
    third = commits // 3
    return [commits - 2 * third, third, max(1, third)]


def _stub(place: Path, latency: float) -> AbstractContextManager[Running]:
    command = [sys.executable, "tests/stub_model.py", "--port", "0", "--latency", str(latency)]
    return started(f"stub-{latency}", command, place)


def _stub_url(stub: Running) -> str:
    until(lambda: stub.log.read_text().count("\n") > 0, 20, "the stub is up")
    said: dict[str, str] = json.loads(stub.log.read_text().splitlines()[0])
    return said["url"]


def _key(place: Path) -> str:
    """One master key for all runs on the database."""
    file = place / "key"
    if not file.exists():
        file.write_text(master_key())
    return file.read_text()


def _port(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def _on_port(port: int) -> psutil.Process:
    """The process that listens on a port."""
    for connection in psutil.net_connections("tcp4"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
            return psutil.Process(connection.pid)
    raise servers.Absent(f"nothing listens on {port}")
