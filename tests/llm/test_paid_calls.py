"""The promise: one stored answer per question, nothing sent after it, nothing sent without a row, two never open."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from limits.storage import MemoryStorage
from sqlalchemy.exc import OperationalError

from finproc.errors import Failed, TryLater
from finproc.extract.mentions.prompt import question
from finproc.llm import failures
from finproc.llm.backends.openai import OpenAIBackend
from finproc.llm.calls import GRACE, Payer
from finproc.llm.limits import CallLimiter
from finproc.model.document import Context
from finproc.model.model_call import ModelCall
from finproc.records.protocols import Budget
from tests.llm.conftest import PAYER, Bench
from tests.llm.memory_records import MemoryCalls

TEXT = "Company XYZ reported a net income of $5.3 million for Q1 2024."
QUESTION = question(TEXT, (), Context(), 0)


def test_an_answer_is_paid_for_once_and_replayed_for_ever(bench: Bench) -> None:
    first = bench.calls.ask(QUESTION, PAYER)
    again = bench.calls.ask(QUESTION, Payer(PAYER.owner, "submission-2"))
    assert (first.outcome, first.replayed) == ("ok", False)
    assert (again.value, again.replayed) == (first.value, True)
    assert len(bench.stub.seen) == 1


def test_every_request_carries_the_id_of_its_row(bench: Bench) -> None:
    bench.stub.next("server_error", "ok")
    with pytest.raises(failures.ServerFailed):
        bench.calls.ask(QUESTION, PAYER)
    bench.calls.ask(QUESTION, PAYER)
    assert [seen.attempt for seen in bench.stub.seen] == list(bench.records.rows)
    assert [row.number for row in bench.records.rows.values()] == [1, 2]


@pytest.mark.parametrize(
    "other",
    [
        (QUESTION, Payer("owner-2", PAYER.submission)),
        (question(TEXT + " ", (), Context(), 0), PAYER),
        (question(TEXT, (), Context(company="Other"), 0), PAYER),
        (question(TEXT, ("In thousands",), Context(), 0), PAYER),
        (question(TEXT, (), Context(), 0, "not_json"), PAYER),
    ],
    ids=["owner", "text", "hint", "head", "reason"],
)
def test_another_owner_text_hint_or_reason_is_another_call(bench: Bench, other: tuple[object, Payer]) -> None:
    bench.calls.ask(QUESTION, PAYER)
    assert bench.calls.ask(other[0], other[1]).replayed is False  # type: ignore[arg-type]  # a question
    assert len({row.key for row in bench.records.rows.values()}) == 2


def test_the_service_tier_makes_no_other_call(bench: Bench) -> None:
    bench.calls.ask(QUESTION, PAYER)
    bench.calls.backend.service_tier = "flex"
    assert bench.calls.ask(QUESTION, PAYER).replayed


def test_the_raw_body_is_kept_although_it_is_garbage(bench: Bench) -> None:
    bench.stub.next("html")
    answer = bench.calls.ask(QUESTION, PAYER)
    (row,) = bench.records.rows.values()
    assert (answer.outcome, row.state, row.outcome) == ("html", "answered", "html")
    assert bench.records.answers[row.id].startswith(b"<!doctype html>")
    assert row.cost == row.reserved


def test_an_answer_without_usage_counts_at_its_reservation(bench: Bench) -> None:
    bench.stub.next("no_usage")
    bench.calls.ask(QUESTION, PAYER)
    (row,) = bench.records.rows.values()
    assert row.cost == row.reserved > 0


def test_a_known_bill_replaces_the_reservation(bench: Bench) -> None:
    bench.calls.ask(QUESTION, PAYER)
    (row,) = bench.records.rows.values()
    assert row.usage.input is not None
    assert row.usage.output is not None
    expected = (Decimal("0.10") * row.usage.input + Decimal("0.50") * row.usage.output) / 1_000_000
    assert row.cost == expected < row.reserved
    assert (row.status, row.request_id) == (200, f"req_{row.id}")


# Calls whose outcome is open


def test_a_killed_call_is_waited_for_then_unknown_then_sent_once_more_then_failed(bench: Bench) -> None:
    _die_in_mid_call(bench)
    with pytest.raises(failures.CallOpen) as waiting:
        bench.calls.ask(QUESTION, PAYER)
    total = bench.calls.backend.total_timeout + GRACE.total_seconds()
    assert waiting.value.waiting == "attempt"
    assert waiting.value.after == pytest.approx(total)
    bench.clock.advance(total - 1)
    with pytest.raises(failures.CallOpen):
        bench.calls.ask(QUESTION, PAYER)
    assert len(bench.stub.seen) == 1

    bench.clock.advance(1)
    _die_in_mid_call(bench)
    assert bench.states() == [("unknown_outcome", "unknown_outcome"), ("open", "open")]
    assert [row.cost for row in bench.records.rows.values()] == [next(iter(bench.records.rows.values())).reserved, None]

    bench.clock.advance(total)
    with pytest.raises(failures.UnknownOutcome):
        bench.calls.ask(QUESTION, PAYER)
    assert [row.state for row in bench.records.rows.values()] == ["unknown_outcome"] * 2
    assert len(bench.stub.seen) == 2


def _impatient(bench: Bench) -> None:
    assert isinstance(bench.calls.backend, OpenAIBackend)
    bench.calls.backend.timeout = bench.calls.backend.total_timeout = 0.5


def _die_in_mid_call(bench: Bench) -> None:
    """The request goes out, and the process is gone before the answer is written down."""

    class Killed(BaseException):
        pass

    class Dying(MemoryCalls):
        def answer(self, call: ModelCall, body: bytes) -> bool:
            raise Killed

    dying = Dying()
    dying.__dict__ = bench.records.__dict__
    with pytest.raises(Killed):
        replace(bench.calls, records=dying).ask(QUESTION, PAYER)


@pytest.mark.parametrize("lost", ["timeout", "drip", "reset_before", "reset_after", "truncated"])
def test_a_lost_request_stays_open_until_its_deadline(bench: Bench, lost: str) -> None:
    _impatient(bench)
    bench.stub.next(lost)
    with pytest.raises(failures.CallOpen) as waiting:
        bench.calls.ask(QUESTION, PAYER)
    assert waiting.value.waiting == "attempt"
    assert bench.states() == [("open", "open")]
    bench.clock.advance(waiting.value.after or 0)
    assert bench.calls.ask(QUESTION, PAYER).outcome == "ok"
    assert bench.states() == [("unknown_outcome", "unknown_outcome"), ("answered", "ok")]


def test_no_unknown_outcome_is_tried_again_where_none_may_be(bench: Bench) -> None:
    calls = bench.with_terms(unknown_retries=0)
    bench.stub.next("reset_after")
    with pytest.raises(failures.CallOpen):
        calls.ask(QUESTION, PAYER)
    bench.clock.advance(1000)
    with pytest.raises(failures.UnknownOutcome) as failed:
        calls.ask(QUESTION, PAYER)
    assert failed.value.reason == "unknown_outcome"
    assert len(bench.stub.seen) == 1


def test_two_threads_with_one_question_send_once(bench: Bench) -> None:
    bench.stub.latency = 0.2
    start = threading.Barrier(8)

    def ask(_: int) -> str:
        start.wait()
        try:
            return bench.calls.ask(QUESTION, PAYER).outcome
        except failures.CallOpen:
            return "waits"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(ask, range(8))) == ["ok", *["waits"] * 7]
    assert len(bench.stub.seen) == 1
    assert bench.calls.ask(QUESTION, PAYER).replayed


def test_an_answer_after_its_deadline_never_replaces_the_one_that_came_first(bench: Bench) -> None:
    class Slow(MemoryCalls):
        """Before the first answer is written, its deadline passes and another process is answered."""

        overtaken = False

        def answer(self, call: ModelCall, body: bytes) -> bool:
            if not self.overtaken:
                self.overtaken = True
                bench.clock.advance(1000)
                calls.ask(QUESTION, PAYER)
            return super().answer(call, body)

    slow = Slow()
    calls = replace(bench.calls, records=slow)
    with pytest.raises(failures.CallOpen):
        calls.ask(QUESTION, PAYER)
    assert [(row.state, row.outcome) for row in slow.rows.values()] == [
        ("unknown_outcome", "unknown_outcome"),
        ("answered", "ok"),
    ]
    assert calls.ask(QUESTION, PAYER).replayed


def test_a_paid_answer_outlives_a_short_outage_of_the_database(bench: Bench) -> None:
    outages = iter([True, True])

    class Flapping(MemoryCalls):
        def answer(self, call: ModelCall, body: bytes) -> bool:
            if next(outages, False):
                raise OperationalError("update", {}, Exception("away"))
            return super().answer(call, body)

    flapping = Flapping()
    calls = replace(bench.calls, records=flapping)
    assert calls.ask(QUESTION, PAYER).outcome == "ok"
    assert calls.ask(QUESTION, PAYER).replayed
    assert len(bench.stub.seen) == 1


def test_a_question_whose_answer_was_erased_is_asked_afresh_and_kept(bench: Bench) -> None:
    bench.calls.ask(QUESTION, PAYER)
    bench.records.erase(PAYER.submission)
    assert bench.calls.ask(QUESTION, PAYER).replayed is False
    assert bench.calls.ask(QUESTION, PAYER).replayed is True
    assert len(bench.stub.seen) == 2


# Refusals


@pytest.mark.parametrize(
    ("planned", "raised", "outcome", "waiting"),
    [
        ("rate_limit", failures.RateLimited, "rate_limit", "limiter"),
        ("quota", failures.QuotaExhausted, "quota", "circuit"),
        ("server_error", failures.ServerFailed, "server_error", None),
        ("conflict", failures.ServerFailed, "conflict", None),
        ("unauthorized", failures.AccessRefused, "unauthorized", "circuit"),
        ("forbidden", failures.AccessRefused, "forbidden", "circuit"),
        ("bad_request", failures.Misconfigured, "bad_request", None),
        ("not_found", failures.Misconfigured, "not_found", None),
        ("unprocessable", failures.Misconfigured, "unprocessable", None),
        ("redirect", failures.Misconfigured, "http_307", None),
        ("filtered_request", failures.ContentFiltered, "content_filter", None),
    ],
)
def test_a_refusal_is_settled_unbilled_and_raised_by_its_name(
    bench: Bench, planned: str, raised: type[TryLater | Failed], outcome: str, waiting: str | None
) -> None:
    bench.stub.next(planned)
    with pytest.raises(raised) as caught:
        bench.calls.ask(QUESTION, PAYER)
    (row,) = bench.records.rows.values()
    assert (row.state, row.outcome, row.cost) == ("refused", outcome, Decimal(0))
    assert getattr(caught.value, "reason", None) == outcome
    assert getattr(caught.value, "waiting", None) == waiting


def test_the_wait_that_the_server_asks_for_is_passed_on(bench: Bench) -> None:
    bench.stub.next("unavailable")
    with pytest.raises(failures.ServerFailed) as caught:
        bench.calls.ask(QUESTION, PAYER)
    assert caught.value.after == 2.0


def test_a_question_turned_away_again_and_again_waits_longer_and_then_uses_up_tries(bench: Bench) -> None:
    bench.stub.next(*["rate_limit"] * 6, "ok")
    waits = []
    for _ in range(6):
        with pytest.raises(failures.RateLimited) as caught:
            bench.calls.ask(QUESTION, PAYER)
        waits.append((caught.value.after, caught.value.waiting))
    assert waits == [
        (1.0, "limiter"),
        (2.0, "limiter"),
        (4.0, "limiter"),
        (8.0, "limiter"),
        (16.0, "limiter"),
        (32.0, None),
    ]
    assert bench.calls.ask(QUESTION, PAYER).outcome == "ok"


def test_after_a_refusal_the_question_is_free_to_be_sent(bench: Bench) -> None:
    bench.stub.next("rate_limit", "server_error", "ok")
    for _ in range(2):
        with pytest.raises(TryLater):
            bench.calls.ask(QUESTION, PAYER)
    assert bench.calls.ask(QUESTION, PAYER).outcome == "ok"
    assert [state for state, _ in bench.states()] == ["refused", "refused", "answered"]


def test_an_unreachable_server_leaves_nothing_open(bench: Bench) -> None:
    bench.stub.close_listener()
    with pytest.raises(failures.Unreachable):
        bench.calls.ask(QUESTION, PAYER)
    assert bench.states() == [("refused", "connection")]


# Money and pace


def test_a_call_above_the_submissions_budget_is_never_sent(bench: Bench) -> None:
    calls = bench.with_terms(budget=Budget(Decimal("0.001"), None))
    with pytest.raises(failures.OverBudget):
        calls.ask(QUESTION, PAYER)
    assert bench.stub.seen == []
    assert bench.records.rows == {}


def test_todays_spent_budget_is_waited_for_until_tomorrow(bench: Bench) -> None:
    bench.calls.ask(QUESTION, PAYER)
    reserved = next(iter(bench.records.rows.values())).reserved
    calls = bench.with_terms(budget=Budget(None, reserved))
    with pytest.raises(failures.BudgetWait) as waiting:
        calls.ask(question("Net sales were $9 million in 2023.", (), Context(), 0), PAYER)
    assert waiting.value.waiting == "budget"
    assert waiting.value.after == timedelta(hours=12).total_seconds()
    assert len(bench.stub.seen) == 1


def test_over_budget_fails_where_the_setting_says_so_or_no_day_would_do(bench: Bench) -> None:
    bench.calls.ask(QUESTION, PAYER)
    reserved = next(iter(bench.records.rows.values())).reserved
    other = question("Net sales were $9 million in 2023.", (), Context(), 0)
    with pytest.raises(failures.OverBudget):
        bench.with_terms(budget=Budget(None, reserved), wait_for_budget=False).ask(other, PAYER)
    with pytest.raises(failures.OverBudget):
        bench.with_terms(budget=Budget(None, reserved / 2)).ask(other, PAYER)


def test_over_the_shared_limit_nothing_is_claimed_or_sent(bench: Bench) -> None:
    limiter = CallLimiter(MemoryStorage(), requests_per_minute=1, spread=lambda: 0.0)
    calls = replace(bench.calls, limiter=limiter)
    calls.ask(QUESTION, PAYER)
    with pytest.raises(failures.LimiterFull) as full:
        calls.ask(question("Net sales were $9 million in 2023.", (), Context(), 0), PAYER)
    assert full.value.waiting == "limiter"
    assert len(bench.records.rows) == len(bench.stub.seen) == 1
    assert calls.ask(QUESTION, PAYER).replayed, "a stored answer uses no share of the limit"


# The circuit around calls


def test_an_exhausted_quota_pauses_all_calls_at_once(bench: Bench) -> None:
    bench.stub.next("quota")
    with pytest.raises(failures.QuotaExhausted):
        bench.calls.ask(QUESTION, PAYER)
    with pytest.raises(failures.CircuitOpen) as paused:
        bench.calls.ask(question("Net sales were $9 million.", (), Context(), 0), PAYER)
    assert paused.value.waiting == "circuit"
    assert len(bench.stub.seen) == 1


def test_a_probe_that_is_over_budget_leaves_its_place_to_the_next(bench: Bench) -> None:
    bench.stub.next("quota")
    with pytest.raises(failures.QuotaExhausted):
        bench.calls.ask(QUESTION, PAYER)
    bench.clock.advance(31)
    with pytest.raises(failures.OverBudget):
        bench.with_terms(budget=Budget(Decimal(0), None)).ask(QUESTION, PAYER)
    assert bench.calls.ask(QUESTION, PAYER).outcome == "ok"
    assert bench.circuits.get("model").open_until is None


def test_garbage_counts_against_the_server_and_a_true_answer_clears_it(bench: Bench) -> None:
    bench.stub.next("html", "ok")
    bench.calls.ask(QUESTION, PAYER)
    assert bench.circuits.get("model").failures == 1
    bench.calls.ask(question("Net sales were $9 million.", (), Context(), 0), PAYER)
    assert bench.circuits.get("model").failures == 0
