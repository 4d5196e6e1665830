"""What every store promises about attempts of paid calls."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from finproc.model.ids import new_id, utc_now
from finproc.model.model_call import ModelCall, TokenUsage
from finproc.records.protocols import Budget, BudgetSpent

FREE = Budget()


def attempt(key="key", number=1, *, submission="one", reserved="0.01", sent_at=None, owner="local"):
    at = sent_at or utc_now()
    return ModelCall(
        id=new_id(),
        key=key,
        number=number,
        owner=owner,
        submission=submission,
        piece=0,
        model="a-model",
        state="open",
        sent_at=at,
        deadline=at + timedelta(seconds=150),
        reserved=Decimal(reserved),
    )


def answered(call, cost="0.004", **changes):
    values = {
        "state": "answered",
        "outcome": "ok",
        "cost": Decimal(cost),
        "usage": TokenUsage(120, 20, 30, 10),
        "settled_at": utc_now(),
        "status": 200,
        "request_id": "req_1",
        "service_tier": "default",
    }
    return dataclasses.replace(call, **{**values, **changes})


def test_an_attempt_reads_back_through_its_life(records):
    call = attempt()
    assert records.model_calls.claim(call, b"the request", FREE)
    assert records.model_calls.attempts("key") == [call]
    assert records.model_calls.answer_body(call) is None
    done = answered(call, "0.000000123457")
    assert records.model_calls.answer(done, b"the answer")
    assert records.model_calls.attempts("key") == records.model_calls.of_submission("one") == [done]
    assert records.model_calls.answer_body(done) == b"the answer"
    assert records.model_calls.attempts("another") == []


def test_a_number_of_a_key_is_claimed_once(records):
    together = threading.Barrier(8)

    def claim(_):
        together.wait()
        return records.model_calls.claim(attempt(reserved="1"), b"", Budget(per_day=Decimal(8)))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(claim, range(8))) == [False] * 7 + [True]
    assert len(records.model_calls.attempts("key")) == 1
    assert records.model_calls.claim(attempt("other", reserved="7"), b"", Budget(per_day=Decimal(8)))


def test_no_second_attempt_while_one_is_open(records):
    call = attempt()
    assert records.model_calls.claim(call, b"", FREE)
    assert not records.model_calls.claim(attempt(number=2), b"", FREE)
    assert records.model_calls.settle(dataclasses.replace(call, state="unknown_outcome", outcome="timeout"))
    assert records.model_calls.claim(attempt(number=2), b"", FREE)
    assert [item.number for item in records.model_calls.attempts("key")] == [1, 2]


def test_one_answer_is_stored_for_a_key(records):
    first, second = attempt(), attempt(number=2)
    records.model_calls.claim(first, b"", FREE)
    records.model_calls.settle(dataclasses.replace(first, state="unknown_outcome", outcome="timeout"))
    records.model_calls.claim(second, b"", FREE)
    assert records.model_calls.answer(answered(first), b"late")
    assert not records.model_calls.answer(answered(second), b"second")
    assert not records.model_calls.answer(answered(first), b"again")
    assert records.model_calls.answer_body(first) == b"late"
    assert records.model_calls.answer_body(second) is None


def test_settling_ends_an_open_attempt_once(records):
    call = attempt()
    records.model_calls.claim(call, b"", FREE)
    refused = dataclasses.replace(call, state="refused", outcome="rate_limit", status=429, settled_at=utc_now())
    assert records.model_calls.settle(refused)
    assert not records.model_calls.settle(refused)
    assert not records.model_calls.answer(answered(call), b"too late")
    assert records.model_calls.attempts("key") == [refused]


def test_budgets_are_reserved_before_and_settled_after(records):
    budget = Budget(per_submission=Decimal("0.30"), per_day=Decimal("0.50"))

    def claim(key, submission="one", reserved="0.10"):
        call = attempt(key, submission=submission, reserved=reserved)
        assert records.model_calls.claim(call, b"", budget)
        return call

    calls = [claim(f"a{number}") for number in range(3)]
    with pytest.raises(BudgetSpent) as spent:
        claim("a3")
    assert spent.value.scope == "submission"
    assert records.model_calls.attempts("a3") == []
    claim("b1", "two", "0.20")
    with pytest.raises(BudgetSpent) as spent:
        claim("b2", "two", "0.01")
    assert spent.value.scope == "day"
    records.model_calls.answer(answered(calls[0], "0.04"), b"")
    records.model_calls.settle(dataclasses.replace(calls[1], state="refused", outcome="rate_limit"))
    records.model_calls.settle(dataclasses.replace(calls[2], state="unknown_outcome", outcome="timeout"))
    claim("a4", reserved="0.16")
    with pytest.raises(BudgetSpent):
        claim("a5", reserved="0.000001")


def test_a_late_answer_counts_what_it_cost(records):
    budget = Budget(per_submission=Decimal(1))
    call = attempt(reserved="1")
    records.model_calls.claim(call, b"", budget)
    records.model_calls.settle(dataclasses.replace(call, state="unknown_outcome", outcome="timeout"))
    with pytest.raises(BudgetSpent):
        records.model_calls.claim(attempt("b", reserved="0.1"), b"", budget)
    records.model_calls.answer(answered(call, "0.25"), b"")
    assert records.model_calls.claim(attempt("b", reserved="0.75"), b"", budget)


def test_threads_never_reserve_more_than_the_budget(records):
    def claim(number):
        try:
            return records.model_calls.claim(attempt(f"k{number}"), b"", Budget(per_day=Decimal("0.05")))
        except BudgetSpent:
            return False

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(claim, range(10))) == 5


def test_another_day_has_its_own_budget(records):
    budget = Budget(per_day=Decimal("0.01"))
    assert records.model_calls.claim(attempt("a"), b"", budget)
    assert records.model_calls.claim(attempt("b", sent_at=utc_now() + timedelta(days=1)), b"", budget)


def test_usage_sums_by_day_model_and_outcome(records):
    now = utc_now()
    for number in range(3):
        call = attempt(f"k{number}", sent_at=now)
        records.model_calls.claim(call, b"", FREE)
        records.model_calls.answer(answered(call), b"")
    refused = attempt("r", sent_at=now)
    records.model_calls.claim(refused, b"", FREE)
    records.model_calls.settle(dataclasses.replace(refused, state="refused", outcome="rate_limit"))
    records.model_calls.claim(attempt("other", owner="another", sent_at=now), b"", FREE)
    ok, refusal = sorted(records.model_calls.usage("local", now), key=lambda row: row.outcome)
    assert (ok.day, ok.model, ok.outcome, ok.calls) == (now.date().isoformat(), "a-model", "ok", 3)
    assert (ok.input_tokens, ok.output_tokens, ok.cost) == (360, 90, Decimal("0.012"))
    assert (refusal.calls, refusal.cost) == (1, 0)
    assert sum(row.calls for row in records.model_calls.usage(None, now)) == 5
    assert records.model_calls.usage(None, now + timedelta(seconds=1)) == []


def test_erasing_takes_the_words_and_leaves_the_spending(records):
    call = attempt()
    records.model_calls.claim(call, b"the request", FREE)
    records.model_calls.answer(answered(call), b"the answer")
    assert records.model_calls.erase("one") == 1
    assert records.model_calls.answer_body(call) is None
    assert [item.cost for item in records.model_calls.of_submission("one")] == [Decimal("0.004")]
