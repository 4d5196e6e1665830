"""The whole of finproc on one machine: which programs run, where they answer, and that only one stack uses a folder."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import finproc
from finproc.clients.web_server import WebServer
from finproc.errors import FinprocError, SettingError
from finproc.identity.flower import credentials
from finproc.settings import Settings, child_environment
from finproc.supervisor import Program

MAIN_QUEUES = "default,market,portfolio,raw_transactions,financial_data"
HOUSE = Path(finproc.__file__).parent.parent
"""Where `gunicorn.conf.py` and `flowerconfig.py` stand beside the package."""


class AlreadyRunning(FinprocError):
    """Another finproc uses the same folder."""


def programs(settings: Settings) -> tuple[Program, ...]:
    """Web, the three workers, beat and Flower, in the order in which they are stopped."""
    environment = child_environment(
        FINPROC_VAR=str(settings.finproc_var.absolute()),
        FINPROC_HOST=settings.finproc_host,
        FINPROC_PORT=str(settings.finproc_port),
        FINPROC_FLOWER_PORT=str(settings.finproc_flower_port),
        PYTHONUNBUFFERED="1",
    )
    # Celery's soft shutdown listens to SIGQUIT; the supervisor, like every service manager, sends SIGTERM.
    working = {**environment, "REMAP_SIGTERM": "SIGQUIT"}
    gunicorn = (sys.executable, "-m", "gunicorn", "-c", str(HOUSE / "gunicorn.conf.py"))
    celery = (sys.executable, "-m", "celery", "--quiet", "-A", "finproc")
    schedule = str(settings.finproc_var.absolute() / "beat-schedule")
    threads = ("-P", "threads", "-c", str(settings.finproc_extract_concurrency))
    one = ("-c", "1", "--prefetch-multiplier=1")
    return (
        Program("web", (*gunicorn, "finproc.web:create_app()"), environment),
        Program("beat", (*celery, "beat", "--schedule", schedule, "--pidfile="), environment),
        Program("extract", (*celery, "worker", "-Q", "extract", *threads, "-n", "extract@%h"), working),
        Program("main", (*celery, "worker", "-Q", MAIN_QUEUES, "--autoscale=10,2", "-n", "main@%h"), working),
        Program("isolated", (*celery, "worker", "-Q", "isolated", *one, "-n", "isolated@%h"), working),
        Program("flower", (*celery, "flower", f"--conf={HOUSE / 'flowerconfig.py'}"), environment),
    )


def check_address(settings: Settings) -> None:
    """Refuse to listen where others could submit without a token."""
    if settings.finproc_auth == "open" and not settings.loopback:
        raise SettingError(
            "FINPROC_HOST",
            f"{settings.finproc_host} is reachable from other machines while anyone may submit; "
            "set FINPROC_AUTH=token, or listen on 127.0.0.1",
        )


def free_port(host: str, port: int, variable: str) -> int:
    """`port`, or a free one for 0; raises SettingError where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise SettingError(
                variable, f"port {port} of {host} cannot be used ({error.strerror}); choose another"
            ) from None
        return int(probe.getsockname()[1])


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for one stack; the kernel lets go when this process ends, however it ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "stack.lock"
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode().strip()
            raise AlreadyRunning(
                f"finproc already runs in {folder} (process {holder}); FINPROC_VAR names another folder"
            ) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        yield
    finally:
        os.close(file)


def healthy(settings: Settings) -> bool:
    """Whether web says that all it needs answers, and Flower is there."""
    flower = f"http://127.0.0.1:{settings.finproc_flower_port}"
    return WebServer(address(settings)).answers("/readyz") and WebServer(flower).answers("/healthcheck")


def address(settings: Settings) -> str:
    """Where web answers."""
    return f"http://{settings.finproc_host}:{settings.finproc_port}"


def addresses(settings: Settings) -> list[tuple[str, str]]:
    """What to open in a browser or call, with a word on each."""
    web = address(settings)
    user, _, password = credentials(settings).partition(":")
    return [
        ("submit", f"{web}/submit"),
        ("facts", f"{web}/facts"),
        ("documentation", f"{web}/docs"),
        ("Flower", f"http://127.0.0.1:{settings.finproc_flower_port} (user {user}, password {password})"),
    ]
