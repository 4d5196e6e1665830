"""Metrics and companies from files, through the command line as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from finproc.settings import child_environment

TEXT = "Jet Air Ltd (“Jet”) said its seat load factor was 85.5% in Q1 2024. Jet had takings of $5.3 million in Q1 2024."
METRICS = {
    "metrics": [
        {"name": "Load factor", "kind": "ratio", "sign": "+", "aliases": ["seat load factor"]},
        {"name": "revenue", "aliases": ["takings"]},
    ]
}
COMPANIES = {"companies": [{"name": "Jet Airlines Corporation", "aliases": ["Jet Air"]}]}


@pytest.fixture
def extract(tmp_path):
    """Run `finproc extract` on the text with these files."""

    def run(**files):
        given = {"FINPROC_VAR": str(tmp_path / "var")}
        for variable, content in files.items():
            path = tmp_path / f"{variable}.json"
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
            given[variable] = str(path)
        command = [sys.executable, "-m", "finproc", "extract", "-", "--json"]
        return subprocess.run(
            command, check=False, input=TEXT.encode(), capture_output=True, env=child_environment(**given), timeout=60
        )

    return run


def test_files_add_metrics_and_tie_companies(extract):
    done = extract(METRICS_FILE=METRICS, COMPANIES_FILE=COMPANIES)
    assert done.returncode == 0, done.stderr
    found = {fact["metric"]: fact for fact in json.loads(done.stdout)["facts"]}
    assert (found["load factor"]["value"], found["load factor"]["unit"]) == (85.5, "percent")
    assert found["revenue"]["value"] == 5_300_000
    assert {fact["entity"] for fact in found.values()} == {"Jet Airlines Corporation"}


def test_without_files_own_words_stay(extract):
    done = extract()
    metrics = {fact["metric"] for fact in json.loads(done.stdout)["facts"]}
    assert "revenue" not in metrics
    assert "load factor" not in metrics


@pytest.mark.parametrize("variable", ["METRICS_FILE", "COMPANIES_FILE"])
def test_a_file_that_cannot_be_used_stops_the_process_with_one_line(extract, variable):
    done = extract(**{variable: "{"})
    assert (done.returncode, done.stdout) == (1, b"")
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"finproc: {variable}: ")
