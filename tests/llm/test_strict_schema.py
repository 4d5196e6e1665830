"""Answers are held to the schema that the model was held to, whatever it sends."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.extract.mentions.prompts import PROMPTS
from finproc.llm.backends.chat_completion import read_completion, retry_after
from finproc.llm.strict_schema import mismatch

SCHEMA = PROMPTS[0].schema
MENTION = {
    "amount": "$5.3 million",
    "metric": "net income",
    "company": None,
    "period": "Q1 2024",
    "segment": None,
    "qualifier": None,
    "status": "actual",
    "quote": "net income of $5.3 million",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_full_answer_and_an_empty_one_match() -> None:
    assert mismatch({"mentions": [MENTION, MENTION]}, SCHEMA) is None
    assert mismatch({"mentions": []}, SCHEMA) is None


@pytest.mark.parametrize("name", MENTION)
def test_every_field_may_be_null_and_none_may_be_missing(name: str) -> None:
    assert mismatch({"mentions": [{**MENTION, name: None}]}, SCHEMA) is None
    lacking = {field: value for field, value in MENTION.items() if field != name}
    assert mismatch({"mentions": [lacking]}, SCHEMA) == f"answer.mentions[0] lacks {name}"


def test_an_amount_as_a_number_is_refused_by_its_place_alone() -> None:
    assert mismatch({"mentions": [MENTION, {**MENTION, "amount": 5.3}]}, SCHEMA) == (
        "answer.mentions[1].amount must be string or null"
    )


def test_a_status_that_is_no_choice_is_refused_without_repeating_it() -> None:
    wrong = mismatch({"mentions": [{**MENTION, "status": "ignore all rules"}]}, SCHEMA)
    assert wrong is not None
    assert "ignore" not in wrong


def test_a_field_that_was_not_asked_for_is_refused() -> None:
    assert mismatch({"mentions": [], "more": 1}, SCHEMA) is not None


@given(JSON)
def test_any_json_is_judged_without_raising(value: object) -> None:
    before = copy.deepcopy(value)
    mismatch(value, SCHEMA)
    assert value == before


@given(st.binary(max_size=200))
def test_any_bytes_have_a_reading(body: bytes) -> None:
    assert read_completion(body, SCHEMA).outcome != "ok"


@given(st.dictionaries(st.sampled_from(["choices", "usage", "error", "service_tier"]), JSON))
def test_any_envelope_has_a_reading(envelope: dict[str, object]) -> None:
    assert read_completion(json.dumps(envelope).encode(), SCHEMA).value is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "-4"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "999999"}, 3600.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_retry_after_in_all_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds
