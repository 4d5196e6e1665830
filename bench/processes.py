"""Programs under measurement: started on loopback, watched for CPU time and memory, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
UNSET = ("BROKER_URL", "DATABASE_URL", "MONGO_URL", "REDIS_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL")


@dataclass(frozen=True, slots=True)
class Running:
    """A program and where it writes."""

    name: str
    process: psutil.Popen
    log: Path

    def family(self) -> list[psutil.Process]:
        """It and all it started."""
        try:
            whole = psutil.Process(self.process.pid)
            return [whole, *whole.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@contextmanager
def started(name: str, command: list[str], folder: Path, **settings: str) -> Iterator[Running]:
    """A program of the repository with only these settings; SIGTERM at the end, SIGKILL after 20 seconds."""
    environment = {**os.environ, **dict.fromkeys(UNSET, ""), "FINPROC_VAR": str(folder), **settings}
    log = folder / f"{name}.log"
    with log.open("ab") as out:
        process = psutil.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT
        )
    running = Running(name, process, log)
    try:
        yield running
    finally:
        family = running.family()
        for each in family[:1]:
            each.send_signal(signal.SIGTERM)
        _, alive = psutil.wait_procs(family, timeout=20)
        for each in alive:
            each.kill()


def python(*arguments: str) -> list[str]:
    """A command line of this Python."""
    return [sys.executable, "-m", *arguments]


def web(folder: Path, port: int, **settings: str) -> AbstractContextManager[Running]:
    """Finproc's web server as it is deployed, without its limit of requests a second."""
    command = python("gunicorn", "-c", "gunicorn.conf.py", "finproc.web:create_app()")
    return started("web", command, folder, FINPROC_PORT=str(port), SUBMIT_RATE_PER_SECOND="100000", **settings)


def workers(folder: Path, **settings: str) -> list[AbstractContextManager[Running]]:
    """The workers `extract` and `main`, and beat, as `finproc up` starts them."""
    celery = python("celery", "--quiet", "-A", "finproc")
    schedule = str(folder / "beat-schedule")
    threads = ["-P", "threads", "-c", settings.get("FINPROC_EXTRACT_CONCURRENCY", "100")]
    queues = "default,market,portfolio,raw_transactions,financial_data"
    return [
        started("extract", [*celery, "worker", "-Q", "extract", *threads, "-n", "extract@%h"], folder, **settings),
        started("main", [*celery, "worker", "-Q", queues, "--autoscale=10,2", "-n", "main@%h"], folder, **settings),
        started("beat", [*celery, "beat", "--schedule", schedule, "--pidfile="], folder, **settings),
    ]


def cpu_seconds(processes: list[psutil.Process]) -> float:
    """CPU time that these processes, and the children they have waited for, have used."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def until(condition: Callable[[], bool], seconds: float, what: str, pause: float = 0.05) -> None:
    """Poll; ends the benchmark where the condition does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"bench: {what} did not happen within {seconds:.0f} s")
        time.sleep(pause)


def free_port() -> int:
    """A port that nothing uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder, kept on the disk that would hold `var/`."""
    with tempfile.TemporaryDirectory(prefix="finproc-bench-", ignore_cleanup_errors=True) as path:
        yield Path(path)
