"""The figures are those of the scoring tool, on generated facts and on the labelled ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finproc.evaluation.figures import figures, judge
from finproc.evaluation.labels import Passage, read_passages, stated
from finproc.evaluation.readings import Patience, Run
from finproc.evaluation.report import figures_json
from finproc.extract.tasks import extraction_of
from finproc.schemas.exact_json import dumps, loads
from tests.evaluation.conftest import SHARED

METRICS = [
    "net income", "Net Loss", "net loss", "revenue", "sales", "revenue of the cloud unit", "cloud unit", "harbour fees",
    "harbour fees paid", "EBITDA", "adjusted EBITDA", "profit after tax", "", None, "Company’s fees",
]  # fmt: skip
COMPANIES = ["Harbor Corp", "Harbor", "The Harbor Group Inc.", "Company Harbor", "Kaya AG", "KAYA A.G.", "", None]
PERIODS = ["Q1 2024", "q1 2024", "FY2023", "FY23", "fiscal 2023", "2023-12-31", "H1 2024", None]
ENDS = [None, "2024-03-31", "2023-12-31"]
VALUES = [None, "5300000", "5300000.0", "-5300000", "5.3", "0", "0.0"]


def one(values: Sequence[object]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


FACT = st.fixed_dictionaries(
    {"metric": one(METRICS), "value": one(VALUES).map(lambda text: None if text is None else Decimal(text))},
    optional={
        "company": one(COMPANIES),
        "segment": one(["Cloud", "The Cloud", None]),
        "value_low": one([None, Decimal(1), Decimal("1.0")]),
        "value_high": one([None, Decimal(2)]),
        "unit": one(["currency", "currency/share", "percent", None]),
        "currency": one(["USD", "EUR", None]),
        "period": one(PERIODS),
        "period_end": one(ENDS),
        "status": one(["actual", "guidance", None]),
        "optional": st.booleans(),
        "alt": st.fixed_dictionaries(
            {},
            optional={
                "metric": st.lists(one(METRICS), max_size=2),
                "period": st.lists(one(PERIODS), max_size=2),
                "company": st.lists(one(COMPANIES), max_size=2),
            },
        ),
    },
)
PASSAGE = st.tuples(st.lists(FACT, max_size=5), st.lists(FACT, max_size=5))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(PASSAGE, max_size=4))
def test_generated_facts_score_as_the_tool_scores_them(scoring_tool, passages):
    gold = {str(number): labels for number, (labels, _) in enumerate(passages)}
    found = {str(number): facts for number, (_, facts) in enumerate(passages)}
    theirs, _ = scoring_tool.score(gold, found)
    judged = [judge([stated(fact) for fact in gold[id_]], [stated(fact) for fact in found[id_]]) for id_ in gold]
    assert figures_json(figures(judged)) == theirs


def labelled() -> list[Passage]:
    file = SHARED / "data" / "facts" / "dev.jsonl"
    if not file.exists():
        pytest.skip("../shared/data/facts/dev.jsonl is not there")
    with file.open("rb") as lines:
        found = list(read_passages(lines))
    assert all(isinstance(passage, Passage) for passage in found)
    return [passage for passage in found if isinstance(passage, Passage)]


def test_the_labelled_passages_score_as_the_tool_scores_them(scoring_tool, tmp_path):
    passages = labelled()
    run = Run(lambda document, context: extraction_of(document, context, None), Patience(1, lambda *_: 0.0))
    readings = list(run.readings(passages))
    file = tmp_path / "predicted.jsonl"
    file.write_text("".join(dumps(one.as_json) + "\n" for one in readings))
    theirs, _ = scoring_tool.score(
        scoring_tool.load(str(SHARED / "data" / "facts" / "dev.jsonl")), scoring_tool.load(str(file))
    )
    predicted = {
        row["id"]: [stated(fact) for fact in row["facts"]] for row in map(loads, file.read_bytes().splitlines())
    }
    ours = figures_json(figures([judge(passage.facts, predicted[passage.id]) for passage in passages]))
    assert json.loads(json.dumps(ours)) == theirs
    assert ours["passages"] == 160


def test_a_fact_left_out_costs_recall_alone_and_a_wrong_one_precision_alone():
    label = {"metric": "revenue", "value": Decimal(5), "unit": "currency", "currency": "USD", "period": "Q1 2024"}
    left_out = judge([stated(label)], [])
    assert (left_out.core.precision, left_out.core.recall) == (1.0, 0.0)
    wrong = judge([], [stated(label)])
    assert (wrong.core.precision, wrong.core.recall, wrong.empty) == (0.0, 1.0, True)


def test_an_optional_label_counts_neither_way():
    label = {"metric": "revenue", "value": Decimal(5), "unit": "currency", "currency": "USD", "optional": True}
    assert judge([stated(label)], []).core.gold == 0
    assert judge([stated(label)], [stated(label)]).core.predicted == 0
