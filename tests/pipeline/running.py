"""Real worker processes for tests: started as the README says, on a broker and a folder of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from finproc.clients import broker
from finproc.identity.workspace import open_workspace
from finproc.settings import load

ROOT = Path(__file__).parents[2]
FAST = {
    "SWEEP_BASE_SECONDS": "5",
    "LEASE_SECONDS": "3",
    "RETRY_BASE_SECONDS": "0.5",
    "RETRY_MAX_SECONDS": "5",
    "LOG_LEVEL": "INFO",
}
SUBMITTING = """
import json, sys
import finproc.celery
from finproc import pipeline
from finproc.clients import broker
from finproc.identity.workspace import workspace
from finproc.settings import settings
from finproc.submit import intake
place = workspace()
items = [intake.from_json({"raw_text": text}, settings()) for text in json.load(sys.stdin)]
added = []
for first in range(0, len(items), 100):
    added += intake.accept(
        place.records.submissions, place.keyring, "local", items[first : first + 100], pipeline.start
    )
json.dump([one.submission.id for one in added], sys.stdout)
"""


def wait_for(condition, seconds=60.0, what="the condition"):
    """The first true value of `condition()`; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.1)


class Stack:
    """Workers, beat and submitters of one test. Everything it started ends with `close`."""

    def __init__(self, folder, **environment):
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            "FINPROC_VAR": str(folder / "var"),
            **FAST,
            **{name: value for name, value in environment.items() if value is not None},
        }
        self.place = open_workspace(load(self.environment))
        self.records = self.place.records.submissions
        self._started = {}

    def start(self, name, *command, app="finproc", **environment):
        """Start a Celery program under a name; its output goes to a file of that name."""
        log = (self.folder / f"{name}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", app, *command],
            cwd=ROOT,
            env={**self.environment, **environment},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        log.close()
        self._started[name] = process
        return process

    def worker(self, name, *options, app="finproc", ready=True, **environment):
        """Start a worker, by default on all queues as the README has it, and wait until it is ready."""
        seen = self.log(name).count(" ready.")
        options = options or ("--autoscale=10,2",)
        process = self.start(name, "worker", "-l", "INFO", "-n", f"{name}@%h", *options, app=app, **environment)
        if ready:
            wait_for(lambda: self.log(name).count(" ready.") > seen or process.poll() is not None, 60, f"worker {name}")
            assert process.poll() is None, self.log(name)[-3000:]
        return process

    def beat(self):
        return self.start("beat", "beat", "--schedule", str(self.folder / "schedule"), "--pidfile=")

    def log(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def submit(self, texts, first="", **environment):
        """Submit as the web process does, in a process of its own, which does `first` before; the ids in order."""
        ids: list[str] = json.loads(self.python(first + SUBMITTING, json.dumps(list(texts)), **environment))
        return ids

    def python(self, code, given="", **environment):
        """Run a program in the stack's environment; what it prints."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=given,
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def depth(self, queue):
        return broker.depths(self.place.settings)[queue]

    def kill(self, name):
        """SIGKILL to the program and all its children at once, as the machine's memory warden does to a container."""
        process = self._started.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def states(self):
        return {state.value: count for state, count in self.records.count_by_state().items() if count}

    def wait_until_ended(self, count, seconds=90.0):
        """Wait until `count` submissions have ended; their states."""

        def ended():
            states = self.states()
            return sum(states.get(state, 0) for state in ("stored", "failed", "discarded")) >= count

        try:
            wait_for(ended, seconds)
        except AssertionError:
            raise AssertionError(f"after {seconds} s: {self.states()}") from None
        return self.states()

    def close(self):
        for process in self._started.values():
            if process.poll() is None:
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        for process in self._started.values():
            process.wait()
        self.place.close()


def text(number):
    """A text with one fact of its own."""
    return f"Company C{number} reported a net income of ${number + 1}.5 million for Q1 2024."
