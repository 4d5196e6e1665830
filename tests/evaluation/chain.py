"""The whole route in one process with a stub that answers from labels, and how what is stored compares with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from finproc import pipeline, steps
from finproc.evaluation.labels import Passage, Stated, stated
from finproc.evaluation.pairing import core_equal, full_equal
from finproc.identity.workspace import Workspace, open_workspace
from finproc.model.fact import FactFilter
from finproc.model.ids import new_id, utc_now
from finproc.model.submission import Hints, NewSubmission
from finproc.schemas.outputs import fact_json
from finproc.settings import Settings
from tests.eager import eagerly
from tests.evaluation.conftest import close_backend
from tests.stub_labels import Answers
from tests.stub_model import StubModel

Stored = dict[str, list[tuple[Stated, str]]]
"""By passage: each fact with its proof."""


@dataclass
class Chain:
    """The whole route in this process, on a store of its own."""

    place: Workspace

    def stored(self, passages: Sequence[Passage]) -> Stored:
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
    with pytest.MonkeyPatch.context() as patch, eagerly():
        patch.setattr(steps, "workspace", lambda: place)
        try:
            yield Chain(place)
        finally:
            close_backend(place.settings)
            place.close()


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


def missing(stored: Stored, passages: Sequence[Passage]) -> list[tuple[str, Stated]]:
    """Labels that no proven fact answers wholly."""
    return [
        (passage.id, label)
        for passage in passages
        for label in passage.facts
        if not any(answered(label, fact) and proof == "proven" for fact, proof in stored[passage.id])
    ]


def untrue(stored: Stored, passages: Sequence[Passage]) -> set[tuple[str, Stated]]:
    """Proven facts that no label has."""
    return {
        (passage.id, fact)
        for passage in passages
        for fact, proof in stored[passage.id]
        if proof == "proven" and not any(answered(label, fact) for label in passage.facts)
    }
