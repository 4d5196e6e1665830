"""A figure against what earlier documents said of its company: only a jump that a misread scale would make is one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from finproc.model.check import KnownAmount
from finproc.model.fact import Normalized
from finproc.normalize.checks import history, with_history
from tests.normalize.checks.stated import counts, stated

MILLION = 1_000_000


def known(value, **fields):
    names = {"qualifier": None, "segment": None, "unit": "currency", "currency": "USD"}
    return KnownAmount("row", "xyz", fields.pop("metric", "revenue"), value=Decimal(value), **names | fields)


@pytest.mark.parametrize(
    ("value", "fits"), [(5, True), (50, True), (1400, True), (5000, False), (5_000_000, False), ("0.005", False)]
)
def test_a_thousandfold_jump_is_found(value, fits):
    fact = stated("revenue", Decimal(value) * MILLION)
    result = with_history(Normalized((fact,)), [known(5 * MILLION), known(6 * MILLION)])
    assert counts(result) == {"history": (1, 0 if fits else 1)}
    assert result.facts[0].findings == (() if fits else ("history",))
    assert [finding.known for finding in result.findings] == ([] if fits else [("row",)])


def test_a_profit_may_be_next_to_nothing_but_not_a_thousandfold():
    for value, found in ((1, 0), (-3, 0), (9_000 * MILLION, 1), (-9_000 * MILLION, 1)):
        result = with_history(Normalized((stated("net income", value),)), [known(5 * MILLION, metric="net income")])
        assert counts(result) == {"history": (1, found)}


@pytest.mark.parametrize(
    "other",
    [
        {"currency": "JPY"},
        {"segment": "Cloud"},
        {"qualifier": "organic"},
        {"metric": "net income"},
        {"unit": "count"},
        {"value": 0},
    ],
)
def test_only_the_same_figure_is_history(other):
    fact = stated("revenue", 9000 * MILLION)
    assert with_history(Normalized((fact,)), [known(**{"value": 5 * MILLION, **other})]).checks == ()


def test_history_is_asked_for_by_company_and_metric():
    fact = stated("revenue", 5)
    facts = [fact, replace(fact, company=None, entity="Big Corp."), replace(fact, metric="x", status="guidance")]
    assert history.wanted(facts) == {("xyz", "revenue"), ("big", "revenue")}
    assert (
        history.wanted([replace(fact, company=None), replace(fact, value=None), replace(fact, proof="review")]) == set()
    )


def test_findings_add_to_those_made_before():
    before = with_history(Normalized((stated("revenue", 9000 * MILLION),)), [known(5 * MILLION)])
    again = with_history(before, [known(6 * MILLION)])
    assert counts(again) == {"history": (2, 2)}
    assert again.facts[0].findings == ("history",)
