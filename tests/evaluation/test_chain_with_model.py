"""A model that answers from the labels, rearranged, cut off or with errors: the chain stores what is provable."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter

import pytest

from finproc.evaluation.labels import Passage, Stated, read_passages
from finproc.evaluation.pairing import core_equal
from tests.evaluation.chain import Stored, asking, missing, route, untrue
from tests.evaluation.conftest import PASSAGES, SHARED
from tests.planted.labelled import SEEN, labelled_passages
from tests.stub_labels import Answers, Labelled, Plant, Said, labelled

SAID = labelled(PASSAGES)
GOLD = [passage for passage in read_passages(PASSAGES.read_bytes().splitlines()) if isinstance(passage, Passage)]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """What the rules alone store."""
    with route(tmp_path_factory.mktemp("rules")) as chain:
        return chain.stored(GOLD)


def unseen(stored: Stored) -> list[tuple[str, Stated]]:
    """Labels whose metric and number no stored fact has, proven or for review."""
    return [
        (passage.id, label)
        for passage in GOLD
        for label in passage.facts
        if not any(core_equal(label, fact) for fact, _ in stored[passage.id])
    ]


def test_answers_in_any_order_store_every_label_and_nothing_untrue_beyond_the_rules(alone, tmp_path):
    with asking(tmp_path, Answers(SAID, 3, rearranged=True)) as (asked, model):
        stored = asked.stored(GOLD)
    assert set(model.outcomes()) == {"ok"}
    assert untrue(stored, GOLD) <= untrue(alone, GOLD)
    assert unseen(stored) == []
    assert len(missing(stored, GOLD)) <= len(missing(alone, GOLD))


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
        stored = asked.stored(GOLD)
    assert untrue(stored, GOLD) <= untrue(alone, GOLD)


def test_real_passages_answered_in_any_order_store_nothing_untrue_beyond_the_rules(tmp_path):
    file = SHARED / "data" / "facts" / "dev.jsonl"
    if not file.exists():
        pytest.skip("../shared/data/facts/dev.jsonl is not there")
    seen = list(read_passages(file.read_bytes().splitlines()[:SEEN]))
    gold = [passage for passage in seen if isinstance(passage, Passage)]
    said = [
        Labelled(passage.shape, passage.text, tuple(told.mention() for told in passage.told))
        for passage in labelled_passages(file)
    ]
    with route(tmp_path) as rules:
        alone = rules.stored(gold)
    with asking(tmp_path, Answers(said, 7, rearranged=True)) as (asked, _):
        stored = asked.stored(gold)
    proofs = Counter(proof for facts in stored.values() for _, proof in facts)
    offered = sum(len(one.said) for one in said)
    sys.stdout.write(f"{offered} offered, stored: {dict(proofs)}, rules alone: {sum(map(len, alone.values()))}\n")
    assert untrue(stored, gold) <= untrue(alone, gold)
    assert proofs["proven"] > 5 * proofs["review"]
