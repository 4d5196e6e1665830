"""Every failure crosses process borders whole: Celery pickles what a task raises."""

from __future__ import annotations

import inspect
import pickle

import pytest

from finproc.errors import Failed, StepError, TryLater
from finproc.llm import failures
from finproc.llm.backend import Refused
from finproc.llm.question import GARBAGE

CLASSES = [
    kind
    for _, kind in inspect.getmembers(failures, inspect.isclass)
    if issubclass(kind, StepError) and kind.__module__ == failures.__name__
]


def test_there_are_failures_to_test() -> None:
    assert len(CLASSES) > 12


@pytest.mark.parametrize("kind", CLASSES)
def test_every_failure_survives_pickling(kind: type[TryLater | Failed]) -> None:
    if issubclass(kind, TryLater):
        error: TryLater | Failed = kind("reason", "detail", after=1.5, waiting="circuit")
    else:
        error = kind("reason", "detail")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)


@pytest.mark.parametrize("outcome", ["rate_limit", "quota", "server_error", "connection", "not_found", "http_418"])
def test_what_a_refusal_becomes_survives_pickling(outcome: str) -> None:
    error = failures.of_refusal(Refused(outcome, 429, 3.0))
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.reason) == (type(error), outcome)
    assert getattr(copy, "after", None) == getattr(error, "after", None)


@pytest.mark.parametrize("outcome", [*sorted(GARBAGE), "refusal", "content_filter", "cut_off"])
def test_what_an_answer_becomes_survives_pickling(outcome: str) -> None:
    error = failures.of_answer(outcome, "answer.mentions[0] lacks metric")  # type: ignore[arg-type]  # an Outcome
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert copy.reason == ("invalid_answer" if outcome in GARBAGE else outcome)
