"""`finproc up` and the command line against it: the embedded stack, whole and as processes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from finproc.settings import Settings, child_environment

EXAMPLE = "Company XYZ reported a net income of $5.3 million for Q1 2024."
FIVE = {"company": "XYZ", "metric": "net income", "value": 5300000, "currency": "USD", "quarter": "Q1 2024"}
DEADLINE = 90.0
ROOT = Path(__file__).parents[2]


def until(condition, what, seconds=DEADLINE):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.05)
    return found


def free_ports():
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Stack:
    """A running `finproc up` with a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.web, self.flower = free_ports()
        unset = {field.upper(): "" for field in Settings.__dataclass_fields__}
        self.environment = child_environment(
            **unset
            | {"FINPROC_VAR": str(folder), "FINPROC_PORT": str(self.web), "FINPROC_FLOWER_PORT": str(self.flower)}
        )
        self.said = folder.parent / "said"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "finproc", "up"], env=self.environment, cwd=ROOT, stderr=said
            )

    def ready(self):
        assert self.process.poll() is None, self.said.read_text()
        return "Ctrl-C stops it" in self.said.read_text()

    def finproc(self, *arguments, status=0, text=None):
        """Run the command line on this stack's folder; its stdout."""
        done = subprocess.run(
            [sys.executable, "-m", "finproc", *arguments],
            env=self.environment,
            cwd=ROOT,
            input=text,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    def children(self):
        """The programs by what they are, and their process ids."""
        names = ("gunicorn", "beat", "extract@", "main@", "isolated@", "flower")
        lines = {child.pid: command_line(child) for child in psutil.Process(self.process.pid).children()}
        return {name: next((pid for pid, line in lines.items() if name in line), None) for name in names}


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    running = Stack(tmp_path_factory.mktemp("up") / "var")
    yield until(lambda: running if running.ready() else None, "finproc up")
    family = psutil.Process(running.process.pid).children(recursive=True)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    _, alive = psutil.wait_procs(family, timeout=2)
    assert not alive


def test_the_example_becomes_its_fact_and_twice_is_once(stack):
    first = json.loads(stack.finproc("submit", "-", "--json", text=EXAMPLE))
    assert first["state"] == "stored"
    assert [{name: fact[name] for name in FIVE} for fact in first["facts"]] == [FIVE]
    again = json.loads(stack.finproc("submit", "-", "--json", text=EXAMPLE))
    assert again["duplicate"]
    assert again["id"] == first["id"]
    assert again["facts"] == first["facts"]


def test_a_table_shows_what_json_says(stack):
    shown = stack.finproc("submit", "-", text=EXAMPLE)
    assert "5,300,000" in shown
    listed = [json.loads(line) for line in stack.finproc("facts", "--company", "XYZ", "--json").splitlines()]
    assert [{name: fact[name] for name in FIVE} for fact in listed] == [FIVE]


def test_what_is_accepted_is_stored_whatever_child_is_killed(stack):
    before = stack.children()
    assert None not in before.values()
    ids = []
    for number, (name, pid) in enumerate(before.items()):
        answer = stack.finproc(
            "submit", "-", "--no-wait", "--json", text=f"Farrowby plc had revenue of ${number + 2} million in Q2 2023."
        )
        ids.append(json.loads(answer)["id"])
        os.kill(pid, signal.SIGKILL)
        until(lambda name=name, pid=pid: stack.children()[name] not in {None, pid}, f"the restart of {name}")
        until(lambda: answers(f"http://127.0.0.1:{stack.web}/readyz"), "web")

    def states():
        found = [json.loads(line) for line in stack.finproc("submissions", "--json").splitlines()]
        return {one["id"]: one["state"] for one in found if one["id"] in ids}

    until(lambda: set(states().values()) == {"stored"}, "all of them stored")
    assert len(states()) == len(before)


def test_flower_asks_for_a_password_and_shows_the_workers(stack):
    url = f"http://127.0.0.1:{stack.flower}/"
    assert status_of(url) == 401
    password = re.search(r"user (\S+), password (\S+)\)", stack.said.read_text())
    assert password is not None
    opener = with_password(url, *password.groups())
    page = until(
        lambda: "main@" in (text := opener.open(url, timeout=10).read().decode()) and text, "the workers in Flower"
    )
    assert "extract@" in page
    assert status_of(f"{url}api/workers") == 401


def test_a_second_stack_on_the_folder_is_refused(stack):
    done = subprocess.run(
        [sys.executable, "-m", "finproc", "up"],
        env=stack.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"already runs in {stack.folder} (process {stack.process.pid})" in done.stderr


def test_its_secrets_are_its_owner_s_alone(stack):
    for file in (stack.folder / "secrets").iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
    assert (stack.folder / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_file_with_nothing_in_it_is_refused_in_words(stack, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text(" ")
    stack.finproc("submit", str(empty), status=1)


def test_the_queue_and_usage_can_be_looked_at(stack):
    assert json.loads(stack.finproc("queue", "--json"))["queues"]["extract"] == 0
    assert json.loads(stack.finproc("usage", "--json"))["cost"] == "0"
    assert stack.finproc("dead", "list", "--json") == ""


def test_replay_from_normalize_keeps_one_set_of_facts(stack):
    first = json.loads(stack.finproc("submit", "-", "--json", text=EXAMPLE))
    stack.finproc("replay", "--from", "normalize", "--where", "state=stored")
    again = until(lambda: settled(stack, first["id"]), "the replay's end")
    assert again["dispatch"] > first["dispatch"]
    listed = [json.loads(line) for line in stack.finproc("facts", "--submission", first["id"], "--json").splitlines()]
    assert [{name: fact[name] for name in FIVE} for fact in listed] == [FIVE]


def test_backfill_goes_on_where_it_stopped(stack, tmp_path):
    source = tmp_path / "texts.ndjson"
    names = ("Hartwell", "Dunmere", "Glenside")
    lines = [json.dumps({"raw_text": f"{name} AG had revenue of $7 million in Q3 2022."}) for name in names]
    source.write_text("\n".join(lines))
    stack.finproc("backfill", str(source), "--wait")
    stack.finproc("backfill", str(source))
    listed = stack.finproc("facts", "--period", "Q3 2022", "--json").splitlines()
    assert len(listed) == 3


def test_where_no_server_runs_submit_says_how_to_start_one(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "finproc", "submit", "-", "--url", "http://127.0.0.1:1"],
        input=EXAMPLE,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "finproc up" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(
    ("host", "port", "message"), [("0.0.0.0", None, "FINPROC_AUTH=token"), ("127.0.0.1", "taken", "cannot be used")]
)
def test_up_refuses_an_open_address_and_a_taken_port(tmp_path, host, port, message):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        arguments = ["--host", host, "--port", str(taken.getsockname()[1] if port else 0)]
        done = subprocess.run(
            [sys.executable, "-m", "finproc", "up", *arguments],
            env=child_environment(FINPROC_VAR=str(tmp_path), FINPROC_AUTH="", FINPROC_HOST=""),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
    assert done.returncode == 1
    assert message in done.stderr


def command_line(process):
    """What a process runs; nothing once it is dead, buried or not."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def settled(stack, ident):
    found = [json.loads(line) for line in stack.finproc("submissions", "--json").splitlines()]
    return next((one for one in found if one["id"] == ident and one["state"] == "stored"), None)


def answers(url):
    try:
        return status_of(url) == 200
    except OSError:
        return False


def status_of(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def with_password(url, user, password):
    store = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    store.add_password(None, url, user, password)
    return urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(store))
