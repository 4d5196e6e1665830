"""Paid calls on real records: SQLite, a real keyring, and a process that is killed in mid-call."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from finproc.extract.mentions.prompt import question
from finproc.identity.workspace import Workspace, open_workspace
from finproc.llm import backends, failures
from finproc.llm.calls import PaidCalls, Payer
from finproc.llm.opening import paid_calls
from finproc.model.document import Context
from finproc.model.ids import utc_now
from finproc.settings import load
from tests.stub_model import StubModel

QUESTION = question("Company XYZ reported a net income of $5.3 million for Q1 2024.", (), Context(), 0)
PAYER = Payer("local", "submission-1")

CALLER = """
import sys
from finproc.identity.workspace import open_workspace
from finproc.llm import backends
from finproc.llm.opening import paid_calls
from finproc.settings import load
from tests.llm.test_paid_calls_kept import PAYER, QUESTION
settings = load(dict(argument.split("=", 1) for argument in sys.argv[1:]))
place = open_workspace(settings)
paid_calls(settings, backends.configured(settings), place.keyring, place.records).ask(QUESTION, PAYER)
"""


def environment(tmp_path: Path, stub: StubModel) -> dict[str, str]:
    return {"FINPROC_VAR": str(tmp_path), "OPENAI_API_KEY": "test", "OPENAI_BASE_URL": stub.url}


@pytest.fixture
def place(tmp_path: Path, stub: StubModel) -> Iterator[Workspace]:
    opened = open_workspace(load(environment(tmp_path, stub)))
    yield opened
    opened.close()


@pytest.fixture
def calls(place: Workspace) -> Iterator[PaidCalls]:
    backend = backends.configured(place.settings)
    assert backend is not None
    yield paid_calls(place.settings, backend, place.keyring, place.records)
    backend.close()


def test_an_answer_is_kept_sealed_and_replayed(calls: PaidCalls, stub: StubModel, tmp_path: Path) -> None:
    assert not calls.ask(QUESTION, PAYER).replayed
    again = calls.ask(QUESTION, PAYER)
    assert again.replayed
    assert again.outcome == "ok"
    assert len(stub.seen) == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    assert b"5.3 million" not in kept


def test_a_process_killed_in_mid_call_leaves_an_open_attempt_that_is_waited_for(
    calls: PaidCalls, stub: StubModel, place: Workspace, tmp_path: Path
) -> None:
    stub.next("timeout")
    arguments = [f"{name}={value}" for name, value in environment(tmp_path, stub).items()]
    child = subprocess.Popen([sys.executable, "-c", CALLER, *arguments], cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 30
    while not stub.seen and time.monotonic() < deadline:
        assert child.poll() is None
        time.sleep(0.02)
    child.kill()
    child.wait()
    assert [seen.outcome for seen in stub.seen] == ["timeout"]

    with pytest.raises(failures.CallOpen) as waiting:
        calls.ask(QUESTION, PAYER)
    assert waiting.value.after == pytest.approx(150, abs=20)
    assert len(stub.seen) == 1

    later = replace(calls, clock=lambda: utc_now() + timedelta(seconds=200))
    assert later.ask(QUESTION, PAYER).outcome == "ok"
    first, second = place.records.model_calls.of_submission(PAYER.submission)
    assert (first.state, first.cost) == ("unknown_outcome", first.reserved)
    assert second.state == "answered"
    assert [seen.attempt for seen in stub.seen] == [first.id, second.id]
