"""Events: each once, late commits included, resumed after a break, and no thread held for a client that has gone."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from finproc.model.submission import HistoryEntry, State
from finproc.submit.pulse import Pulse
from finproc.submit.refusals import TooManyStreams
from tests.web.house import House

SECONDS = 20.0
ROOT = Path(__file__).parents[2]


class History:
    """A store of history whose entries may be committed late."""

    def __init__(self) -> None:
        self.entries: list[HistoryEntry] = []
        self.start = int(time.time() * 1_000_000)

    def commit(self, offset: int, submission: str = "s", owner: str = "me") -> HistoryEntry:
        at = datetime.fromtimestamp((self.start + offset) / 1_000_000, UTC)
        entry = HistoryEntry(self.start + offset, submission, owner, State.RECEIVED, at, 0, 1)
        self.entries.append(entry)
        return entry

    def since(self, sequence: int, limit: int) -> list[HistoryEntry]:
        found = sorted((entry for entry in self.entries if entry.sequence > sequence), key=lambda entry: entry.sequence)
        return found[:limit]


def drain(waiting: queue.Queue[HistoryEntry], count: int) -> list[HistoryEntry]:
    return [waiting.get(timeout=SECONDS) for _ in range(count)]


def test_each_entry_comes_once_late_commits_included():
    history = History()
    history.commit(-1_000)
    pulse = Pulse(history.since, capacity=2, poll_seconds=0.01)
    with pulse.listen("me") as listener:
        first = history.commit(2_000_000)
        assert drain(listener.waiting, 1) == [first]
        late = history.commit(1_000_000)
        beside = history.commit(2_000_000, submission="t")
        assert sorted(entry.submission for entry in drain(listener.waiting, 2)) == sorted(
            [late.submission, beside.submission]
        )
        last = history.commit(2_500_000)
        assert drain(listener.waiting, 1) == [last]
        assert listener.waiting.empty()


def test_a_listener_hears_its_own_and_of_one_submission_alone():
    history = History()
    pulse = Pulse(history.since, capacity=2, poll_seconds=0.01)
    with pulse.listen("me") as mine, pulse.listen("me", "b") as one:
        history.commit(1_000_001, "a")
        history.commit(1_000_002, "b", owner="you")
        history.commit(1_000_003, "b")
        assert [entry.submission for entry in drain(mine.waiting, 2)] == ["a", "b"]
        assert [entry.sequence - history.start for entry in drain(one.waiting, 1)] == [1_000_003]


def test_more_streams_than_a_process_has_room_for_are_refused():
    pulse = Pulse(History().since, capacity=1, poll_seconds=0.01)
    with pulse.listen("me"), pytest.raises(TooManyStreams), pulse.listen("me"):
        pass
    with pulse.listen("me"):
        pass


def test_a_listener_that_falls_far_behind_is_cut_off():
    history = History()
    pulse = Pulse(history.since, capacity=1, poll_seconds=0.01)
    with pulse.listen("me") as listener:
        for number in range(2_500):
            history.commit(1_000_000 + number)
        deadline = time.monotonic() + SECONDS
        while not listener.lost:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def events(client: FlaskClient, path: str, count: int, **headers: str) -> list[dict[str, str]]:
    answer = client.get(path, headers=headers, buffered=False)
    assert answer.content_type.startswith("text/event-stream")
    with contextlib.closing(answer):
        return list(parse(answer.iter_encoded(), count))


def parse(parts: Iterator[bytes], count: int) -> Iterator[dict[str, str]]:
    text = ""
    for part in parts:
        text += part.decode()
        while "\n\n" in text:
            block, _, text = text.partition("\n\n")
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "data" in fields:
                yield fields
                count -= 1
                if count == 0:
                    return


def test_a_stream_resumes_after_the_last_event_that_was_seen(
    house: House, submitted: Callable[..., str], client: FlaskClient
):
    idents = [submitted(f"Text {number}.") for number in range(3)]
    seen = events(client, "/events", 3, **{"Last-Event-ID": "1"})
    assert [json.loads(event["data"])["submission"] for event in seen] == idents
    assert [event["event"] for event in seen] == ["state"] * 3
    house.change(idents[0], state=State.FAILED, reason="unreadable")
    (later,) = events(client, "/events", 1, **{"Last-Event-ID": seen[-1]["id"]})
    told = json.loads(later["data"])
    assert (told["submission"], told["state"], told["reason"]) == (idents[0], "failed", "unreadable")


def test_a_submission_s_stream_begins_with_its_beginning(
    house: House, submitted: Callable[..., str], client: FlaskClient
):
    ident = submitted("One.")
    submitted("Other.")
    house.change(ident, state=State.EXTRACTING)
    seen = events(client, f"/submissions/{ident}/events", 2)
    assert [json.loads(event["data"])["state"] for event in seen] == ["received", "extracting"]


def test_what_happens_while_listening_is_heard(submitted: Callable[..., str], client: FlaskClient):
    heard: queue.Queue[dict[str, str]] = queue.Queue()
    listening = threading.Thread(target=lambda: heard.put(events(client, "/events", 1)[0]))
    listening.start()
    ident, deadline = None, time.monotonic() + SECONDS
    while heard.empty() and time.monotonic() < deadline:
        ident = submitted(f"Text of {time.monotonic()}.")
        time.sleep(0.2)
    listening.join(SECONDS)
    assert ident is not None
    assert json.loads(heard.get_nowait()["data"])["state"] == "received"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """The port of a real gunicorn with one process of four threads: two of them may stream."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        "FINPROC_VAR": str(tmp_path),
        "FINPROC_PORT": str(port),
        "WEB_PROCESSES": "1",
        "WEB_THREADS": "4",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "finproc.web:create_app()"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
    try:
        deadline = time.monotonic() + 2 * SECONDS
        while not _alive(port):
            assert server.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(SECONDS)


def _alive(port: int) -> bool:
    try:
        return get(port, "/healthz")[0] == 200
    except OSError:
        return False


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()


@contextlib.contextmanager
def stream(port: int) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", "/events", headers={"Last-Event-ID": "1"})
        yield connection.getresponse()


def test_streams_leave_room_for_requests_and_a_client_that_goes_frees_its_place(served: int):
    with stream(served) as first, stream(served) as second:
        assert (first.status, second.status) == (200, 200)
        with stream(served) as third:
            assert third.status == 503
            assert int(third.headers["Retry-After"]) > 0
        body = json.dumps({"raw_text": "Company XYZ reported a net income of $5.3 million for Q1 2024."})
        connection = http.client.HTTPConnection("127.0.0.1", served, timeout=SECONDS)
        with contextlib.closing(connection):
            connection.request("POST", "/submit", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            ident = json.loads(answer.read())["id"]
            assert answer.status == 202
        for listening in (first, second):
            (heard,) = parse(iter(listening.readline, b""), 1)
            assert json.loads(heard["data"])["submission"] == ident
    deadline = time.monotonic() + SECONDS
    while True:
        with stream(served) as again:
            if again.status == 200:
                break
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_an_open_door_on_an_address_that_others_reach_is_refused(tmp_path: Path):
    environment = {"PATH": os.environ["PATH"], "FINPROC_VAR": str(tmp_path), "FINPROC_HOST": "0.0.0.0"}
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "finproc.web:create_app()"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False)
    assert done.returncode != 0
    assert b"FINPROC_HOST" in done.stderr
