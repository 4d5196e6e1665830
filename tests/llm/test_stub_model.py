"""The stand-in itself: other tests believe its log."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from finproc.extract.mentions.prompt import question
from finproc.llm.backends.openai import OpenAIBackend
from finproc.model.document import Context
from tests.stub_model import StubModel
from tests.stub_outcomes import Plan, mentions

BODY = OpenAIBackend(api_key="k", model="m").body(question("Net sales were $9 million in 2023.", (), Context(), 0))


def _call(address: str, path: str, body: bytes | None = None, **headers: str) -> Any:
    request = urllib.request.Request(f"{address.removesuffix('/v1')}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def test_it_reads_what_a_text_says_and_nothing_else() -> None:
    text = "Company XYZ reported a net income of $5.3 million for Q1 2024. It rains. Adjusted EBITDA was €12.5 million."
    first, second = mentions(text)
    assert (first["company"], first["metric"], first["amount"], first["period"]) == (
        "Company XYZ",
        "net income",
        "$5.3 million",
        "Q1 2024",
    )
    assert (second["company"], second["metric"], second["qualifier"], second["period"]) == (
        None,
        "EBITDA",
        "Adjusted",
        None,
    )
    assert all((mention["quote"] or "nothing") in text for mention in (first, second))


def test_the_same_seed_gives_the_same_faults_at_about_the_rates_asked_for() -> None:
    rates = {"rate_limit": 0.1, "timeout": 0.05}
    one, other = (Plan(rates, seed=7) for _ in range(2))
    drawn = [one.decide() for _ in range(4000)]
    assert drawn == [other.decide() for _ in range(4000)]
    counts = Counter(drawn)
    assert 300 < counts["rate_limit"] < 500
    assert 130 < counts["timeout"] < 270
    assert drawn != [Plan(rates, seed=8).decide() for _ in range(4000)]


def test_an_outcome_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        Plan({"nonsense": 0.5})


def test_its_log_and_plan_are_reachable_over_http(stub: StubModel) -> None:
    _call(stub.url, "/plan", b'{"next": ["no_usage"], "latency": 0.01}')
    answer = _call(stub.url, "/v1/chat/completions", BODY, **{"X-Finproc-Attempt": "a1"})
    assert "usage" not in answer
    (seen,) = _call(stub.url, "/log")
    assert (seen["attempt"], seen["outcome"]) == ("a1", "no_usage")
    assert seen["answered"] >= seen["time"] + 0.01


def test_it_runs_alone_and_writes_every_request_down(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    program = [sys.executable, str(Path(__file__).parents[1] / "stub_model.py"), "--log", str(log), "--plan", "html"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["url"]
        request = urllib.request.Request(f"{address}/chat/completions", BODY, {"X-Finproc-Attempt": "a1"})
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.headers["content-type"] == "text/html"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    asked, answered = [json.loads(line) for line in log.read_text().splitlines()]
    assert (asked["event"], asked["attempt"], asked["outcome"], asked["answered"]) == ("request", "a1", "html", None)
    assert (answered["event"], answered["attempt"]) == ("answer", "a1")
