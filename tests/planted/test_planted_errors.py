"""Errors planted into a model's answers: none becomes a fact, and the true answers still do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from finproc import pipeline
from finproc.model.fact import FactContent, FactFilter
from finproc.model.ids import new_id, utc_now
from finproc.model.submission import Hints, NewSubmission
from tests.evaluation.chain import Chain, route
from tests.planted.census import Census, census
from tests.planted.errors import KINDS, Offered, Plant, plants
from tests.planted.gate import by_rules, facts, untrue
from tests.planted.hard_texts import HARD
from tests.planted.shape_texts import SHAPES
from tests.planted.shapes import passages
from tests.planted.told import Passage
from tests.stub_model import StubModel

LABELLED = Path(__file__).parents[3] / "shared/data/facts/dev.jsonl"
ENOUGH = 2_000


@pytest.fixture(scope="module")
def counted() -> Census:
    return census(170, 2_050, seed=3)


def shown(found: Census) -> str:
    return "\n".join(found.shown(5))


def test_no_planted_error_becomes_a_fact(counted):
    assert counted.planted >= ENOUGH
    assert set(counted.fates) == {*KINDS, "no fact"}
    assert counted.admitted == [], shown(counted)


def test_true_answers_are_still_admitted(counted):
    assert counted.true_share >= 0.95, [why for _, _, why in counted.lost]


def test_the_rules_alone_say_nothing_untrue_of_these_texts(counted):
    assert counted.rules_wrong == []


@pytest.mark.skipif(not LABELLED.exists(), reason="the labelled passages are not here")
def test_no_error_planted_into_labelled_passages_becomes_a_fact():
    found = census(0, 200, seed=5, labelled=LABELLED)
    assert found.planted == 200
    assert found.admitted == [], shown(found)


def test_the_same_seed_plants_the_same_errors():
    one, other = ([*plants(passage, Random(1))] for passage in [*passages(8, 1), *passages(8, 1)])
    assert one == other
    assert one != [*plants(next(passages(9, 1)), Random(1))]


@pytest.mark.parametrize("shape", [*SHAPES, *HARD], ids=lambda shape: shape.name)
def test_what_a_passage_tells_stands_in_it(shape):
    (passage,) = passages(4, 1, [shape])
    for told in passage.told:
        assert passage.text[told.start : told.end] == told.amount
        assert told.quote in passage.text
        assert told.metric in passage.text
        assert told.amount in told.quote
    for trap in passage.traps:
        assert passage.text[trap.start :].startswith(trap.amount)


def test_every_plant_says_something_else_than_the_truth():
    for passage in passages(5, 40):
        true = [told.mention() for told in passage.told]
        assert all(any(offered not in true for offered in plant.answer) for plant in plants(passage, Random(2)))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("value", Decimal(7)), ("unit", "percent"), ("currency", "AUD"), ("metric", "goodwill"),
        ("company", "Nobody Inc."), ("period", "Q3 1999"), ("segment", "Cloud"), ("status", "guidance"),
    ],
)  # fmt: skip
def test_a_fact_that_is_wrong_in_one_field_is_seen(field, wrong):
    passage = next(passages(6, 1))
    (fact,) = by_rules(passage)
    assert untrue([fact], passage) == []
    assert [fields for _, fields in untrue([replace(fact, **{field: wrong})], passage)] == [(field,)]


def test_a_number_that_is_no_fact_is_seen():
    passage = next(passage for passage in passages(6, len(SHAPES)) if passage.traps)
    bare = replace(passage, told=())
    assert [fields for _, fields in untrue(by_rules(passage), bare)] == [("no fact",)] * len(by_rules(passage))


class Planted:
    """Answers every piece of a text with the mentions planted for it."""

    def __init__(self, chosen: list[Plant]) -> None:
        self._answers = {plant.passage.text.strip(): plant.answer for plant in chosen}

    def __call__(self, piece: str) -> list[Offered]:
        return list(self._answers[piece.strip()])


def stored(chain: Chain, passage: Passage) -> list[FactContent]:
    hints = Hints(company=passage.context.company, published=passage.context.published)
    new = NewSubmission(new_id(), "local", "text", "text/plain", passage.text.encode(), new_id(), hints)
    (added,) = chain.place.records.submissions.add_many([new], utc_now())
    assert pipeline.start(added.submission)
    where = FactFilter(submission=added.submission.id, proof="any")
    return [fact.content for fact in chain.place.records.facts.page("local", where, cursor=None, limit=500).items]


def said(found: Sequence[FactContent]) -> set[tuple[object, ...]]:
    """What facts say, and whether it is proven."""
    fields = ("amount", "value", "unit", "currency", "metric", "company", "period", "segment", "status", "proof")
    return {tuple(getattr(fact, field) for field in fields) for fact in found}


@pytest.fixture
def chosen() -> list[Plant]:
    rng = Random(12)
    return [rng.choice([*plants(passage, rng)]) for passage in passages(12, 2 * len(SHAPES))]


@pytest.fixture
def chain(tmp_path: Path, chosen: list[Plant]) -> Iterator[Chain]:
    with (
        StubModel(reads=Planted(chosen)) as model,
        route(tmp_path, openai_api_key="test", openai_base_url=model.url) as opened,
    ):
        yield opened


def test_the_whole_route_stores_no_planted_error_and_what_is_proven_without_it(chain, chosen):
    for plant in chosen:
        found = stored(chain, plant.passage)
        wrong = [(fact, fields) for fact, fields in untrue(found, plant.passage) if fact.proof != "review"]
        assert wrong == [], plant
        assert said(found) == said(facts(plant.passage, plant.answer))
