"""Programs run together: started in order, started again when they die, stopped in order within a bounded time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from finproc.errors import FinprocError

TICK_SECONDS = 0.2
BACKOFF_SECONDS = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Wait before the first, second … start in a row of a program that keeps dying."""
SETTLED_SECONDS = 30.0
"""A program that ran this long has started well: its next death counts as the first."""
STARTS_BEFORE_HEALTHY = 4
"""Starts that a program gets before the whole was healthy once; then the fault is not a passing one."""
LOG_BYTES = 10_000_000


class StartFailed(FinprocError):
    """A program of the stack does not start."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `environment` is all that it sees; `grace` are the seconds it gets between SIGTERM and SIGKILL."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    grace: float = 12.0


@dataclass(slots=True)
class Child:
    """A program's process at present, and how often it had to be started in a row."""

    program: Program
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0

    def start(self) -> None:
        """Run the program in a process group of its own, its output appended to the log."""
        launcher = (sys.executable, "-m", "finproc.supervised", str(os.getpid()))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - the programs are the stack's own
                launcher + self.program.command,
                env=self.program.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,  # the terminal's Ctrl-C reaches the supervisor alone, which stops all in order
            )
        self.started = time.monotonic()

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """End what the process left behind, such as web workers whose parent was killed."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # nothing left; macOS says "not permitted" of zombies
            return

    def bury(self, now: float) -> int | None:
        """The exit status if it died since the last look; the next start is then due after the back-off."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        self.kill_group()
        self.process = None
        self.deaths = 1 if now - self.started > SETTLED_SECONDS else self.deaths + 1
        self.due = now + BACKOFF_SECONDS[min(self.deaths, len(BACKOFF_SECONDS)) - 1]
        return status


@dataclass(slots=True)
class Supervisor:
    """Runs programs until told to stop. `say` takes lines for the person at the terminal."""

    programs: Sequence[Program]
    logs: Path
    say: Callable[[str], None]
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, *, healthy: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Start all and keep them running; `announce` is called once, when `healthy` first says yes.

        Returns after SIGINT, SIGTERM or `stop`; raises StartFailed where a program cannot start. Nothing runs then.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        children = [Child(program, self.logs / f"{program.name}.log") for program in self.programs]
        announced = False
        with _signals(self.stop):
            try:
                for child in children:
                    bound(child.log)
                    child.start()
                while not self.stop.wait(TICK_SECONDS):
                    for child in children:
                        self._look_after(child, final=not announced)
                    if not announced and healthy():
                        announced = True
                        announce()
            finally:
                self._stop(children)

    def _look_after(self, child: Child, *, final: bool) -> None:
        now = time.monotonic()
        status = child.bury(now)
        if status is not None:
            if final and child.deaths >= STARTS_BEFORE_HEALTHY:
                raise StartFailed(f"{child.program.name} does not start; the end of {child.log}:\n{_tail(child.log)}")
            self.say(f"{child.program.name} {_ending(status)}; starting it again")
        if child.process is None and now >= child.due:
            bound(child.log)
            child.start()
        elif child.log.stat().st_size > LOG_BYTES:
            bound(child.log)

    def _stop(self, children: Sequence[Child]) -> None:
        """SIGTERM in the order of the programs, SIGKILL for what outlives its grace; a second signal ends waiting."""
        self.stop.clear()
        for child in children:
            child.signal(signal.SIGTERM)
        begun = time.monotonic()
        for child in children:
            while child.process is not None and child.process.poll() is None:
                if time.monotonic() - begun > child.program.grace or self.stop.wait(TICK_SECONDS / 4):
                    self.say(f"{child.program.name} did not stop in time and was killed")
                    child.signal(signal.SIGKILL)
                    child.process.wait()
            child.kill_group()


def bound(log: Path) -> None:
    """Keep a log from growing for ever: past LOG_BYTES it becomes `NAME.log.1`.

    Its writer holds it open for appending, so the content is copied away and the file cut to nothing.
    """
    if not log.exists():
        log.touch(mode=0o600)
    elif log.stat().st_size > LOG_BYTES:
        shutil.copyfile(log, log.with_name(log.name + ".1"))
        os.truncate(log, 0)


def _ending(status: int) -> str:
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def _tail(log: Path, size: int = 2000) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - size))
        return file.read().decode(errors="replace").strip()


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """SIGINT, SIGTERM and a closed terminal set `stop` instead of ending the process."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, handle) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
