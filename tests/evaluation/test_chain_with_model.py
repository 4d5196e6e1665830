"""A model that answers from the labels, rearranged, cut off or with errors: the chain stores what is provable."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from finproc import pipeline, steps
from finproc.celery import app
from finproc.evaluation.labels import Passage, Stated, read_passages, stated
from finproc.evaluation.pairing import core_equal, full_equal
from finproc.identity.workspace import Workspace, open_workspace
from finproc.model.fact import FactFilter
from finproc.model.ids import new_id, utc_now
from finproc.model.submission import Hints, NewSubmission
from finproc.schemas.outputs import fact_json
from finproc.settings import Settings
from tests.evaluation.conftest import PASSAGES, close_backend
from tests.stub_labels import Answers, Labelled, Plant, Said, labelled
from tests.stub_model import StubModel

SAID = labelled(PASSAGES)
GOLD = [passage for passage in read_passages(PASSAGES.read_bytes().splitlines()) if isinstance(passage, Passage)]
Stored = dict[str, list[tuple[Stated, str]]]
"""By passage: each fact with its proof."""


@dataclass
class Chain:
    """The whole route in this process, on a store of its own."""

    place: Workspace

    def stored(self, passages: Sequence[Passage] = GOLD) -> Stored:
        """Submit every passage and give what is stored of it."""
        found: Stored = {}
        for passage in passages:
            hints = Hints(company=passage.context.company, published=passage.context.published)
            new = NewSubmission(new_id(), "local", "text", "text/plain", passage.text.encode(), new_id(), hints)
            (added,) = self.place.records.submissions.add_many([new], utc_now())
            assert pipeline.start(added.submission)
            ended = self.place.records.submissions.get(added.submission.id)
            assert ended is not None
            assert (ended.state, ended.reason) == ("stored", None)
            where = FactFilter(submission=ended.id, proof="any")
            page = self.place.records.facts.page("local", where, cursor=None, limit=500)
            found[passage.id] = [(stated(fact_json(fact.content)), fact.content.proof) for fact in page.items]
        return found


@contextmanager
def route(folder: Path, **settings: object) -> Iterator[Chain]:
    """Opens the route with settings, run eagerly."""
    place = open_workspace(Settings(finproc_var=folder / new_id(), **settings))  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        for module in (steps, pipeline):
            patch.setattr(module, "workspace", lambda: place)
        patch.setattr(pipeline, "_refused_until", 0.0)
        app.conf.task_always_eager = True
        try:
            yield Chain(place)
        finally:
            app.conf.task_always_eager = False
            close_backend(place.settings)
            place.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """What the rules alone store."""
    with route(tmp_path_factory.mktemp("rules")) as chain:
        return chain.stored()


@contextmanager
def asking(folder: Path, answers: Answers, **stub: object) -> Iterator[tuple[Chain, StubModel]]:
    """The route with a stub that answers so, over HTTP."""
    with (
        StubModel(reads=answers, **stub) as model,  # type: ignore[arg-type]
        route(folder, openai_api_key="test", openai_base_url=model.url) as chain,
    ):
        yield chain, model


def answered(label: Stated, fact: Stated) -> bool:
    """Whether a fact is wholly what the label says."""
    return core_equal(label, fact) and full_equal(label, fact)


def missing(stored: Stored, passages: Sequence[Passage] = GOLD) -> list[tuple[str, Stated]]:
    """Labels that no proven fact answers wholly."""
    return [
        (passage.id, label)
        for passage in passages
        for label in passage.facts
        if not any(answered(label, fact) and proof == "proven" for fact, proof in stored[passage.id])
    ]


def unseen(stored: Stored) -> list[tuple[str, Stated]]:
    """Labels whose metric and number no stored fact has, proven or for review."""
    return [
        (passage.id, label)
        for passage in GOLD
        for label in passage.facts
        if not any(core_equal(label, fact) for fact, _ in stored[passage.id])
    ]


def untrue(stored: Stored, passages: Sequence[Passage] = GOLD) -> set[tuple[str, Stated]]:
    """Proven facts that no label has."""
    return {
        (passage.id, fact)
        for passage in passages
        for fact, proof in stored[passage.id]
        if proof == "proven" and not any(answered(label, fact) for label in passage.facts)
    }


def test_answers_in_any_order_store_every_label_and_nothing_untrue_beyond_the_rules(alone, tmp_path):
    with asking(tmp_path, Answers(SAID, 3, rearranged=True)) as (asked, model):
        stored = asked.stored()
    assert set(model.outcomes()) == {"ok"}
    assert untrue(stored) <= untrue(alone)
    assert unseen(stored) == []
    assert len(missing(stored)) <= len(missing(alone))


def test_what_a_first_answer_leaves_out_is_asked_for_by_its_place_and_stored(tmp_path):
    unusual = [passage for passage in GOLD if passage.id == "own-064"]
    with asking(tmp_path, Answers(SAID, left_out=1)) as (asked, model):
        stored = asked.stored(unusual)
    assert missing(stored, unusual) == []
    first, second = (request["messages"][1]["content"] for request in model.requests)
    assert second.startswith(first)
    assert json.loads(second[second.rindex("[{") :]) == [
        {"amount": "$7.25 million", "at": 58, "around": unusual[0].text.rstrip()}
    ]


def test_answers_cut_off_split_the_document_and_lose_nothing(tmp_path):
    named = [passage for passage in GOLD if passage.context.company is None and "|" not in passage.text]
    text = "\n\n".join(passage.text for passage in named)
    long = Passage("long", text, named[0].context, tuple(fact for passage in named for fact in passage.facts))
    said = [said for passage in SAID if passage.id in {one.id for one in named} for said in passage.said]
    with route(tmp_path) as rules:
        alone = rules.stored([long])
    with asking(tmp_path, Answers([Labelled("long", text, tuple(said))], 5, rearranged=True), cut_above=900) as (
        asked,
        model,
    ):
        stored = asked.stored([long])
    assert untrue(stored, [long]) <= untrue(alone, [long])
    assert len(missing(stored, [long])) <= len(missing(alone, [long]))
    assert len(model.requests) > 2 * len(text) // 8000 + 2


def _other(said: Said, passage: Labelled, field: str, rng: random.Random) -> str | None:
    """What the passage says in this field of another fact, or of another passage."""
    values = {one.get(field) for one in passage.said} or set()
    values |= {one.get(field) for other in SAID[:20] for one in other.said}
    return rng.choice(sorted(value for value in values if value and value != said[field]))


def digits(said: Said, passage: Labelled, rng: random.Random) -> Said:
    amount = said["amount"] or ""
    place = next((place for place, sign in enumerate(amount) if sign.isdigit()), None)
    if place is None:
        return said | {"amount": f"ninety-{amount}"}
    other = str((int(amount[place]) + rng.randint(1, 8)) % 9 + 1)
    return (
        said | {"amount": amount[:place] + other + amount[place + 1 :]}
        if other != amount[place]
        else said | {"amount": "7" + amount}
    )


def scale(said: Said, passage: Labelled, rng: random.Random) -> Said:
    amount = said["amount"] or ""
    for word, other in (("million", "billion"), ("billion", "million"), ("Mio.", "Mrd."), ("crore", "lakh")):
        if word in amount:
            return said | {"amount": amount.replace(word, other)}
    return said | {"amount": f"{amount} thousand"}


def sign(said: Said, passage: Labelled, rng: random.Random) -> Said:
    return said | {"amount": f"-{said['amount']}"}


def currency(said: Said, passage: Labelled, rng: random.Random) -> Said:
    amount = said["amount"] or ""
    changed = amount.replace("$", "€").replace("£", "$") if set(amount) & set("$£") else f"JPY {amount}"
    return said | {"amount": changed}


def _field(field: str) -> Plant:
    return lambda said, passage, rng: said | {field: _other(said, passage, field, rng)}


PLANTS: dict[str, Plant] = {
    "digits": digits,
    "scale": scale,
    "sign": sign,
    "currency": currency,
    **{field: _field(field) for field in ("metric", "period", "company", "quote", "amount")},
    "status": lambda said, passage, rng: said | {"status": "actual" if said["status"] == "guidance" else "guidance"},
}


@pytest.mark.parametrize("error", sorted(PLANTS))
def test_planted_errors_store_nothing_that_the_rules_alone_do_not_say(alone, tmp_path, error):
    with asking(tmp_path, Answers(SAID, 11, rearranged=True, plant=PLANTS[error])) as (asked, _):
        stored = asked.stored()
    assert untrue(stored) <= untrue(alone)
