"""`finproc evaluate` from end to end: rules without any store, a model over HTTP, and what is wrong with its input."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from finproc.commands import evaluate
from finproc.identity.workspace import open_workspace
from finproc.settings import Settings
from tests.evaluation.conftest import PASSAGES
from tests.stub_labels import Answers, labelled
from tests.stub_model import StubModel

SAID = labelled(PASSAGES)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(evaluate.command, [str(PASSAGES), *map(str, arguments)])


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StubModel]:
    """A model that answers as labelled, and a workspace whose settings name it."""
    with StubModel(reads=Answers(SAID, 1, rearranged=True)) as model:
        place = open_workspace(
            Settings(
                finproc_var=tmp_path / "var", openai_api_key="test", openai_base_url=model.url, retry_base_seconds=0.01
            )
        )
        monkeypatch.setattr(evaluate, "workspace", lambda: place)
        yield model
        place.close()


@pytest.fixture
def no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("rules need no store")

    monkeypatch.setattr(evaluate, "workspace", refuse)


@pytest.mark.usefixtures("no_store")
def test_rules_are_scored_without_server_and_store(scoring_tool, tmp_path):
    file = tmp_path / "predicted.jsonl"
    result = run("--json", "--predictions", file)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    theirs, _ = scoring_tool.score(scoring_tool.load(str(PASSAGES)), scoring_tool.load(str(file)))
    assert {name: told[name] for name in theirs} == theirs
    assert told["characters_per_second"] > 0
    assert "model" not in told


def test_the_rules_are_good_on_our_own_passages():
    told = json.loads(run("--json").stdout)
    assert told["core"]["precision"] >= 0.95
    assert told["core"]["recall"] >= 0.85
    assert told["full"]["f1"] >= 0.8
    empty_left, empty = map(int, told["empty_passages_left_empty"].split("/"))
    assert empty_left >= empty - 1


def test_causes_add_up_to_what_is_missed_and_what_is_wrong():
    told = json.loads(run("--json", "--errors", "1000").stdout)
    counts = {cause: found["count"] for cause, found in told["causes"].items()}
    shown = {cause: found["examples"] for cause, found in told["causes"].items()}
    assert counts == {cause: len(examples) for cause, examples in shown.items()}
    assert all(example["predicted"] is None for example in shown["missed amount"])
    assert all(example["labelled"] is None for example in shown["not a fact"])
    assert all(example["labelled"]["metric"] != example["predicted"]["metric"] for example in shown["wrong metric"])


def test_a_model_is_scored_with_its_tokens_and_its_cost(stub):
    result = run("--extractor", "openai", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    bill = told["model"]
    assert (bill["name"], bill["prompt"], bill["calls"]) == ("gpt-6-luna", "mentions_v2", len(stub.requests))
    assert bill["input_tokens"] > 0
    assert (
        Decimal(bill["cost"])
        == (bill["input_tokens"] * Decimal("0.10") + bill["output_tokens"] * Decimal("0.50")) / 1_000_000
    )
    assert told["core"]["precision"] == 1.0


def test_a_second_run_with_the_same_prompt_costs_nothing_and_another_prompt_does(stub):
    run("--extractor", "openai")
    asked = len(stub.requests)
    again = json.loads(run("--extractor", "openai", "--json").stdout)["model"]
    assert (again["calls"], again["cost"], again["replayed_answers"]) == (0, "0", asked)
    other = json.loads(run("--extractor", "openai", "--json", "--prompt", "mentions_v1").stdout)["model"]
    assert other["prompt"] == "mentions_v1"
    assert other["calls"] > 0


def test_the_spend_limit_stops_the_run(stub):
    result = run("--extractor", "openai", "--json", "--max-cost", "0.004", "--at-a-time", "1")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert 0 < told["passages"] < len(SAID)
    assert Decimal(told["model"]["cost"]) <= Decimal("0.004")
    assert f"stopped after {told['passages']} of {len(SAID)} passages: the spend limit is reached" in result.stderr


def test_a_passage_that_the_pipeline_would_fail_is_named_and_counts_as_empty(stub):
    stub.next("refusal")
    result = run("--extractor", "openai", "--json", "--at-a-time", "1")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["failed"]) == (1, {"own-001": "refusal"})
    assert told["passages"] == len(SAID)


def test_a_limit_of_the_server_is_waited_for(stub):
    stub.next("rate_limit_ms", "rate_limit_ms")
    result = run("--extractor", "openai", "--json", "--at-a-time", "1")
    assert (result.exit_code, json.loads(result.stdout)["failed"]) == (0, {})


def test_an_account_that_answers_nothing_stops_the_run_at_once(stub):
    stub.next("unauthorized")
    result = run("--extractor", "openai", "--at-a-time", "1")
    assert result.exit_code == 1
    assert "stopped after 0 of" in result.stderr
    assert len(stub.seen) == 1


def test_what_changed_against_an_earlier_run_is_shown(stub, tmp_path):
    earlier = tmp_path / "rules.jsonl"
    before = json.loads(run("--json", "--predictions", earlier).stdout)
    told = json.loads(run("--extractor", "openai", "--json", "--compare", earlier).stdout)
    assert told["before"]["full"] == before["full"]
    counts = {kind: found["count"] for kind, found in told["changes"].items()}
    for figure, sign in (("matched", "right"), ("predicted", None)):
        gained = sum(count for kind, count in counts.items() if kind.startswith("gained") and (sign or "") in kind)
        lost = sum(count for kind, count in counts.items() if kind.startswith("lost") and (sign or "") in kind)
        assert told["full"][figure] - before["full"][figure] == gained - lost
    assert counts["gained right"] > 0
    same = json.loads(run("--json", "--compare", earlier).stdout)
    assert {found["count"] for found in same["changes"].values()} == {0}


def test_tables_say_the_same_as_json(tmp_path):
    told = json.loads(run("--json").stdout)
    result = run("--errors", "1", "--compare", _written(tmp_path))
    assert result.exit_code == 0
    for figure in (told["core"]["f1"], told["full"]["recall"]):
        assert f"{figure:.4f}" in result.stdout
    assert f"empty passages left empty: {told['empty_passages_left_empty']}" in result.stdout


def _written(folder: Path) -> Path:
    file = folder / "predicted.jsonl"
    run("--predictions", file)
    return file


GOOD = json.dumps({"id": "a", "text": "Acme Inc. had revenue of $5 million in 2023.", "facts": []})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON"),
        ("[1]", "must be an object with an “id”"),
        ('{"text": "x"}', "must be an object with an “id”"),
        ('{"id": "b", "text": " ", "facts": []}', "must have a “text”"),
        ('{"id": "b", "text": "x", "published": "soon"}', "“published” must be a date"),
        ('{"id": "b", "text": "x", "facts": {}}', "“facts” must be a list of objects"),
        ('{"id": "b", "text": "x", "facts": [{"value": "many"}]}', "a value must be a number"),
        ('{"id": "b", "text": "x", "facts": [{"metric": 5}]}', "“metric” must be a text or null"),
        (GOOD, "has the id a of a line before"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_scored(tmp_path, line, reason):
    file = tmp_path / "gold.jsonl"
    file.write_text(f"{GOOD}\n\n{line}\n", "utf-8")
    result = CliRunner().invoke(evaluate.command, [str(file), "--json"])
    assert result.exit_code == 1
    assert f"{file}:3: {reason}" in result.stderr
    assert json.loads(result.stdout)["passages"] == 1


@pytest.mark.parametrize("published", ["2024-04-25", "2024-04-25T08:00:00Z"])
def test_hint_and_date_go_in_as_a_submission_s(tmp_path, published):
    file = tmp_path / "gold.jsonl"
    label = {
        "company": "Ashgrove Labs", "metric": "net income", "value": 2200000, "unit": "currency", "currency": "USD",
        "period": "Q1 2024",
    }  # fmt: skip
    row = {
        "id": "a", "text": "Net income for the quarter was $2.2 million.", "company_hint": "Ashgrove Labs",
        "published": published, "facts": [label],
    }  # fmt: skip
    file.write_bytes(codecs.BOM_UTF8 + json.dumps(row).encode())
    told = json.loads(CliRunner().invoke(evaluate.command, [str(file), "--json"]).stdout)
    assert told["full"]["f1"] == 1.0


def test_a_file_without_any_passage_is_misuse(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text("\n", "utf-8")
    assert CliRunner().invoke(evaluate.command, [str(file)]).exit_code == 2
    assert run("--compare", _bad(tmp_path)).exit_code == 2
    assert run("--max-cost", "much").exit_code == 2
    assert run("--prompt", "mentions_v0").exit_code == 2
    assert run("--predictions", tmp_path / "nowhere" / "out.jsonl").exit_code == 2


def _bad(folder: Path) -> Path:
    file = folder / "bad.jsonl"
    file.write_text("{", "utf-8")
    return file
