"""Paid calls on real records: SQLite, a real keyring, and a process that is killed in mid-call."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from finproc.errors import Failed, TryLater
from finproc.extract.mentions.prompt import question
from finproc.identity.workspace import Workspace, open_workspace
from finproc.llm import backends, failures
from finproc.llm.calls import PaidCalls, Payer
from finproc.llm.opening import paid_calls
from finproc.llm.question import Question
from finproc.model.document import Context
from finproc.model.ids import utc_now
from finproc.model.model_call import ModelCall
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


FAULTS = {
    "rate_limit_ms": 0.1,
    "server_error": 0.1,
    "timeout": 0.03,
    "reset_before": 0.03,
    "reset_after": 0.03,
    "drip": 0.03,
    "html": 0.03,
    "not_json": 0.03,
    "truncated": 0.03,
}


def test_the_promise_holds_against_the_servers_own_log(calls: PaidCalls, stub: StubModel, place: Workspace) -> None:
    """Eight threads ask the same thirty questions over and over while nearly every second call goes wrong."""
    stub.plan.rates = FAULTS
    backend = replace(calls.backend, timeout=0.5, total_timeout=1.0)  # type: ignore[type-var]  # a dataclass in fact
    eager = replace(
        calls,
        backend=backend,
        grace=timedelta(seconds=2),
        circuit=replace(calls.circuit, threshold=1000),
        spread=lambda: 0.0,
    )
    questions = [question(f"Net sales were ${number} million in 2023.", (), Context(), number) for number in range(30)]
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda seed: _ask_all(eager, questions, seed), range(8)))
    backend.close()

    rows = place.records.model_calls.of_submission(PAYER.submission)
    by_id = {row.id: row for row in rows}
    assert {seen.attempt for seen in stub.seen} <= by_id.keys(), "every request has a row"
    assert len(stub.seen) == len({seen.attempt for seen in stub.seen}), "every row was sent at most once"
    attempts = defaultdict(list)
    for row in rows:
        attempts[row.key].append(row)
    assert len(attempts) == len(questions)
    for of_key in attempts.values():
        _check(sorted(of_key, key=lambda row: row.number))
    for number in range(len(questions)):
        assert len({end[number] for end in ends}) == 1, "all askers see the same end"


def _ask_all(calls: PaidCalls, questions: list[Question], seed: int) -> list[str]:
    """The end of every question: asked in an order of this thread's own until it is answered or failed."""
    ends: dict[int, str] = {}
    order = random.Random(seed).sample(range(len(questions)), len(questions))
    deadline = time.monotonic() + 90
    while len(ends) < len(questions):
        assert time.monotonic() < deadline, "not every question came to an end"
        for number in order:
            if number not in ends:
                try:
                    ends[number] = calls.ask(questions[number], PAYER).outcome
                except TryLater as later:
                    time.sleep(min(later.after or 0.0, 0.05))
                except Failed as failed:
                    ends[number] = failed.reason
    return [ends[number] for number in range(len(questions))]


def _check(attempts: list[ModelCall]) -> None:
    assert [row.number for row in attempts] == list(range(1, len(attempts) + 1))
    assert [row.state for row in attempts].count("answered") <= 1
    assert [row.state for row in attempts].count("unknown_outcome") <= 2
    for before, after in pairwise(attempts):
        assert before.state != "answered", "nothing is sent after a stored answer"
        assert before.settled_at is not None
        assert before.settled_at <= after.sent_at, "no two attempts are open at a time"
        if before.state == "unknown_outcome":
            assert before.deadline <= after.sent_at
