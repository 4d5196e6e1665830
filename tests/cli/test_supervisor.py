"""The supervisor: what dies is started again, what is told to stop stops, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from pathlib import Path

import psutil
import pytest

from finproc.settings import child_environment
from finproc.supervisor import LOG_BYTES, Program, StartFailed, Supervisor, bound

DEADLINE = 20.0


def until(condition, what):
    end = time.monotonic() + DEADLINE
    while not (found := condition()):
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.02)
    return found


def program(name, code, grace=5.0):
    return Program(name, (sys.executable, "-c", code), child_environment(PYTHONUNBUFFERED="1"), grace)


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


SLEEPER = "import os, time; print(os.getpid()); time.sleep(600)"
STUBBORN = "import os, signal, time; signal.signal(15, signal.SIG_IGN); print(os.getpid()); time.sleep(600)"
WITH_CHILD = (
    "import os, subprocess, sys, time; "
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid); time.sleep(600)"
)


@pytest.fixture
def supervise(tmp_path):
    """Runs a supervisor of programs in a thread; gives it, and ends it."""
    running = []

    def begin(*programs):
        said: list[str] = []
        supervisor = Supervisor(programs, tmp_path, said.append)
        announced = threading.Event()
        failure: list[BaseException] = []

        def run():
            try:
                supervisor.run(healthy=lambda: True, announce=announced.set)
            except BaseException as error:  # noqa: BLE001 - handed to the test
                failure.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        running.append((supervisor, thread))
        return supervisor, thread, said, failure

    yield begin
    for supervisor, thread in running:
        supervisor.stop.set()
        thread.join(DEADLINE)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def no_signal_handlers(monkeypatch):
    """Python takes signal handlers in the main thread alone; the tests that send signals use a process."""
    monkeypatch.setattr("finproc.supervisor._signals", lambda _stop: nullcontext())


def test_what_is_killed_is_started_again(supervise, tmp_path):
    _, _, said, _ = supervise(program("one", SLEEPER))
    log = tmp_path / "one.log"
    first = int(until(lambda: lines(log), "the first start")[0])
    os.kill(first, signal.SIGKILL)
    until(lambda: len(lines(log)) == 2, "the second start")
    assert "one was ended by SIGKILL; starting it again" in said


def test_what_a_dead_program_leaves_behind_is_ended(supervise, tmp_path):
    supervise(program("parent", WITH_CHILD))
    log = tmp_path / "parent.log"
    grandchild = int(until(lambda: lines(log), "the start")[0])
    parent = psutil.Process(grandchild).parent()
    assert parent is not None
    parent.kill()
    until(lambda: gone(grandchild), "the end of the grandchild")


def test_stopping_ends_all_within_their_grace(supervise, tmp_path):
    supervisor, thread, said, _ = supervise(program("quick", SLEEPER), program("stubborn", STUBBORN, grace=0.5))
    pids = [int(until(lambda name=name: lines(tmp_path / f"{name}.log"), name)[0]) for name in ("quick", "stubborn")]
    begun = time.monotonic()
    supervisor.stop.set()
    thread.join(DEADLINE)
    assert all(gone(pid) for pid in pids)
    assert time.monotonic() - begun < 5
    assert said == ["stubborn did not stop in time and was killed"]


def test_a_program_that_cannot_start_ends_the_whole_with_the_end_of_its_log(tmp_path):
    supervisor = Supervisor(
        [program("good", SLEEPER), program("bad", "raise SystemExit('no such thing')")], tmp_path, lambda _: None
    )
    with pytest.raises(StartFailed, match="no such thing"):
        supervisor.run(healthy=lambda: False, announce=lambda: None)
    assert gone(int(lines(tmp_path / "good.log")[0]))


SUPERVISED = """
import sys
from pathlib import Path

from finproc.settings import child_environment
from finproc.supervisor import Program, Supervisor

command = (sys.executable, "-c", "import os, time; print(os.getpid()); time.sleep(600)")
program = Program("one", command, child_environment(PYTHONUNBUFFERED="1"))
announce = lambda: print("up", flush=True)
Supervisor([program], Path(sys.argv[1]), print).run(healthy=lambda: True, announce=announce)
"""


@pytest.fixture
def supervisor_process(tmp_path):
    """A supervisor in a process of its own, up; and its child's process id."""
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISED, str(tmp_path)], stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    with supervisor.stdout:
        assert supervisor.stdout.readline() == b"up\n"
        yield supervisor, int(until(lambda: lines(tmp_path / "one.log"), "the start")[0])
        supervisor.kill()
        supervisor.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_nothing_outlives_a_killed_supervisor(supervisor_process):
    supervisor, child = supervisor_process
    supervisor.kill()
    supervisor.wait()
    until(lambda: gone(child), "the end of the child")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_in_order(supervisor_process, number):
    supervisor, child = supervisor_process
    supervisor.send_signal(number)
    assert supervisor.wait(DEADLINE) == 0
    assert gone(child)


def test_a_log_is_cut_while_its_writer_holds_it_open(tmp_path):
    log = tmp_path / "one.log"
    with log.open("ab") as writer:
        writer.write(b"x" * (LOG_BYTES + 1))
        writer.flush()
        bound(log)
        writer.write(b"after\n")
        writer.flush()
    assert log.read_bytes() == b"after\n"
    assert (tmp_path / "one.log.1").stat().st_size == LOG_BYTES + 1


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
