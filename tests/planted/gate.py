"""What becomes of a model's answer: the real way from its bytes to facts, and how these compare with what is true."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from finproc.extract.extraction import extract_document
from finproc.extract.mentions.language_model import ModelReader
from finproc.extract.readers import read
from finproc.lexicon.companies import key
from finproc.lexicon.metrics import canonical, look_up
from finproc.llm.backends.chat_completion import read_completion
from finproc.llm.question import Answer, Question
from finproc.model.document import Document
from finproc.model.fact import FactContent
from finproc.normalize.facts import normalize
from tests.planted.errors import Offered, Plant
from tests.planted.told import Passage, Told
from tests.stub_outcomes import Exchange

Fate = Literal["admitted", "review", "rejected"]


@dataclass(frozen=True, slots=True)
class _Told:
    """Asks a model that gives the same answer to every question, as bytes over the wire."""

    answer: Sequence[Offered]
    model: str = "planted"
    seconds: float = 1e9

    def __call__(self, question: Question) -> Answer:
        content = json.dumps({"mentions": list(self.answer)}, ensure_ascii=False)
        body = Exchange({"model": self.model}, question.text, b"").completion(content)
        reading = read_completion(body, question.schema)
        return Answer(reading.outcome, reading.value, reading.detail, replayed=False)


def facts(passage: Passage, answer: Sequence[Offered]) -> tuple[FactContent, ...]:
    """What finproc makes of the passage when the model answers so."""
    document = _read(passage.text)
    reader = ModelReader(_Told(answer))
    extraction = extract_document(document, passage.context, offered=reader.first, again=reader.again, model="planted")
    return normalize(extraction, document, passage.context).facts


@lru_cache(maxsize=8)
def _read(text: str) -> Document:
    document = read(text.encode(), "text/plain")
    assert document.text == text
    return document


def by_rules(passage: Passage) -> tuple[FactContent, ...]:
    """What the rules alone make of it."""
    document = _read(passage.text)
    return normalize(extract_document(document, passage.context), document, passage.context).facts


def wrong(fact: FactContent, true: Told, passage: Passage) -> tuple[str, ...]:
    """The fields in which a fact says something else than the truth; what it leaves open is not wrong."""
    found = []
    if (fact.value if fact.value is not None else (fact.value_low, fact.value_high)) != true.value:
        found.append("value")
    if fact.unit != true.unit:
        found.append("unit")
    if fact.currency != true.currency:
        found.append("currency")
    if not any(_same_metric(fact.metric, reading) for reading in _readings(true, "metric", true.name)):
        found.append("metric")
    company = true.company or passage.context.company
    if fact.company is not None and key(fact.company) not in map(key, _readings(true, "company", company)):
        found.append("company")
    if fact.period is not None and fact.period not in _readings(true, "period", true.label):
        found.append("period")
    if key(fact.segment) not in map(key, (true.segment, *true.alternatives.get("segment", ()))):
        found.append("segment")
    if fact.status != true.status:
        found.append("status")
    return tuple(found)


def _same_metric(one: str, other: str) -> bool:
    """The same listed metric; of own words most are enough."""
    one, other = canonical(one), canonical(other)
    if one == other:
        return True
    if look_up(one) or look_up(other):
        return False
    # as facts are scored
    words, others = set(one.split()), set(other.split())
    return len(words & others) / len(words | others) >= 0.5


def _readings(true: Told, name: str, value: str | None) -> Iterable[str]:
    return [reading for reading in (value, *true.alternatives.get(name, ())) if reading is not None]


def at(fact: FactContent, start: int, end: int) -> bool:
    """Whether the fact's number stands in this stretch."""
    return fact.amount.start < end and start < fact.amount.end


def untrue(found: Iterable[FactContent], passage: Passage) -> list[tuple[FactContent, tuple[str, ...]]]:
    """The facts that say something untrue, each with the fields in which it does."""
    out: list[tuple[FactContent, tuple[str, ...]]] = []
    for fact in found:
        true = next((told for told in passage.told if at(fact, told.start, told.end)), None)
        if true is None:
            trap = any(at(fact, trap.start, trap.start + len(trap.amount)) for trap in passage.traps)
            if passage.whole or trap:
                out.append((fact, ("no fact",)))
        elif fields := wrong(fact, true, passage):
            out.append((fact, fields))
    return out


def fate(plant: Plant, own: Sequence[FactContent] = ()) -> tuple[Fate, tuple[str, ...]]:
    """What became of a planted error, and in which fields an admitted fact is wrong.

    `own` are facts that the rules alone find: what they get wrong without any model is not the plant's.
    """
    known = {_error(fact, fields) for fact, fields in untrue(own, plant.passage) if fact.proof == "proven"}
    stored = facts(plant.passage, plant.answer)
    found = untrue(stored, plant.passage)
    admitted = [fields for fact, fields in found if fact.proof != "review" and _error(fact, fields) not in known]
    if admitted:
        return "admitted", admitted[0]
    doubted = [*found, *((fact, ()) for fact in stored if at(fact, plant.at, plant.at + 1))]
    return ("review" if any(fact.proof == "review" for fact, _ in doubted) else "rejected"), ()


def _error(fact: FactContent, fields: Sequence[str]) -> tuple[object, ...]:
    """What a fact says wrongly, and of which number."""
    return fact.amount, *(getattr(fact, field, None) for field in fields), *fields
