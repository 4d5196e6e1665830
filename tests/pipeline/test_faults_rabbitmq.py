"""Faults on RabbitMQ: workers killed, the broker killed, its disk lost, the model failing; all of it at once, last."""

import random
import threading
import time
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from finproc.model.fact import FactFilter
from tests.pipeline.running import Stack, text, wait_for
from tests.stub_model import StubModel


@pytest.fixture
def stack(tmp_path, rabbitmq):
    started = Stack(tmp_path, BROKER_URL=rabbitmq.url)
    yield started
    started.close()


@pytest.fixture
def private(rabbitmq):
    """A RabbitMQ that may be stopped."""
    if not rabbitmq.private:
        pytest.skip("a RabbitMQ that a variable names is not stopped")
    yield rabbitmq
    rabbitmq.start()


def facts_by_submission(stack):
    counts: Counter[str] = Counter()
    cursor = None
    while True:
        page = stack.place.records.facts.page("local", FactFilter(proof="any"), cursor=cursor, limit=500)
        counts.update(fact.submission for fact in page.items)
        cursor = page.next_cursor
        if cursor is None:
            return counts


def test_submissions_are_stored_by_a_worker_started_as_written(stack):
    stack.worker("main")
    ids = stack.submit(text(n) for n in range(50))
    assert stack.wait_until_ended(50) == {"stored": 50}
    assert facts_by_submission(stack) == dict.fromkeys(ids, 1)


def test_a_worker_killed_in_the_middle_has_its_work_redelivered_fenced_and_stored_once(stack):
    stack.beat()
    stack.worker("main", "-c", "2", app="tests.pipeline.slow", SLOW_SECONDS="600")
    ids = stack.submit(text(n) for n in range(6))
    wait_for(lambda: stack.states().get("extracting", 0) == 2)
    stack.kill("main")
    stack.worker("main", "-c", "2")
    assert stack.wait_until_ended(6) == {"stored": 6}
    assert facts_by_submission(stack) == dict.fromkeys(ids, 1)
    assert sorted(stack.records.get(one).isolated for one in ids) == [False] * 4 + [True] * 2


def test_a_document_that_kills_every_worker_fails_and_harms_no_other(stack):
    stack.beat()
    stack.worker("main", "-Q", "extract,default", "-c", "2", app="tests.pipeline.poisoned")
    stack.worker("isolated", "-Q", "isolated", "-c", "1", app="tests.pipeline.poisoned")
    others = [text(n) for n in range(100)]
    ids = stack.submit([*others[:50], f"{text(1000)} cyanide", *others[50:]])
    assert stack.wait_until_ended(101, 110) == {"stored": 100, "failed": 1}
    poison = stack.records.get(ids[50])
    assert (poison.reason, poison.step, poison.isolated, poison.losses) == ("worker_lost", "extract", True, 3)


def test_what_is_submitted_while_the_broker_is_down_is_accepted_at_once_and_stored_later(stack, private):
    stack.beat()
    stack.worker("main", "-c", "2")
    private.kill()
    began = time.monotonic()
    stack.submit(text(n) for n in range(20))
    assert time.monotonic() - began < 15  # most of it is the start of the submitting process
    assert stack.states() == {"received": 20}
    private.start()
    assert stack.wait_until_ended(20) == {"stored": 20}


def test_a_broker_that_loses_its_disk_loses_no_submission(stack, private):
    stack.beat()
    stack.submit(text(n) for n in range(20))
    assert stack.depth("extract") == 20
    private.lose_disk()
    private.start()
    stack.worker("main", "-c", "2")
    assert stack.wait_until_ended(20) == {"stored": 20}


TOTAL = 1000
FAILURES = {"rate_limit": 0.06, "server_error": 0.06, "timeout": 0.01, "cut_off": 0.02, "not_json": 0.05}
WORKERS = {
    "extract": ("-Q", "extract", "-P", "threads", "-c", "50"),
    "main": ("-Q", "default,financial_data", "--autoscale=4,2"),
    "isolated": ("-Q", "isolated", "-c", "1", "--prefetch-multiplier=1"),
}


def test_a_thousand_submissions_survive_killed_workers_a_restarted_broker_and_a_failing_model(tmp_path, private):
    with StubModel(rates=FAILURES, seed=11, latency=0.1) as stub:
        stub.keep_requests = False
        stack = Stack(
            tmp_path,
            BROKER_URL=private.url,
            OPENAI_API_KEY="test",
            OPENAI_BASE_URL=stub.url,
            OPENAI_TIMEOUT="2",
            OPENAI_TOTAL_TIMEOUT="4",
            OPENAI_CIRCUIT_SECONDS="1",
            OPENAI_BUDGET_DAY="none",
            MAX_TRIES="8",
        )
        try:
            ids = run_with_faults(stack, private)
            states = stack.wait_until_ended(TOTAL, 150)
            judge(stack, stub, ids, states)
        finally:
            stack.close()


def run_with_faults(stack, rabbitmq):
    """Submit a thousand texts while workers are killed at random and the broker goes twice; the ids."""
    chance = random.Random(5)
    stack.beat()
    for name, options in WORKERS.items():
        stack.worker(name, *options, ready=False)
    ids, failed = [], []

    def submit():
        try:
            for first in range(0, TOTAL, 250):
                ids.extend(stack.submit(text(n) for n in range(first, first + 250)))
        except BaseException as error:
            failed.append(error)
            raise

    submitting = threading.Thread(target=submit)
    submitting.start()
    for number in range(10):
        time.sleep(chance.uniform(2, 5))
        if number == 3:
            rabbitmq.restart()
        elif number == 7:
            rabbitmq.kill()
            rabbitmq.start()
        else:
            name = chance.choice(["extract", "extract", "main", "isolated"])
            stack.kill(name)
            stack.worker(name, *WORKERS[name], ready=False)
    submitting.join(120)
    assert not failed
    assert len(set(ids)) == TOTAL
    return ids


def judge(stack, stub, ids, states):
    assert states.keys() <= {"stored", "failed"}
    assert sum(states.values()) == TOTAL
    found = {one: stack.records.get(one) for one in ids}
    stored = {one for one, submission in found.items() if submission.state == "stored"}
    assert len(stored) > TOTAL * 0.8
    assert facts_by_submission(stack) == dict.fromkeys(stored, 1)
    calls = {one: stack.place.records.model_calls.of_submission(one) for one in ids}
    for one in ids:
        if one not in stored:
            assert true_reason(found[one], calls[one]), (found[one], calls[one])
    rows = {call.id: call for of_one in calls.values() for call in of_one}
    assert Counter(seen.outcome for seen in stub.seen).keys() > {"ok", "rate_limit", "server_error", "not_json"}
    assert {seen.attempt for seen in stub.seen} <= rows.keys(), "a request has no attempt row"
    assert len(stub.seen) == len({seen.attempt for seen in stub.seen}), "an attempt was sent twice"
    by_key = defaultdict(list)
    for call in rows.values():
        by_key[call.key].append(call)
    for attempts in by_key.values():
        attempts.sort(key=lambda call: call.number)
        assert sum(call.state == "answered" for call in attempts) <= 1
        for before, after in pairwise(attempts):
            assert before.state != "answered", "sent after a stored answer"
            assert after.sent_at >= (before.settled_at if before.state == "refused" else before.deadline)


def true_reason(submission, calls):
    """Whether the records bear out why a submission failed."""
    outcomes = Counter(call.outcome for call in calls)
    return {
        "cut_off": outcomes["cut_off"] >= 1,
        "invalid_answer": outcomes["not_json"] >= 2,
        "unknown_outcome": outcomes["unknown_outcome"] >= 2,
        "rate_limit": outcomes["rate_limit"] >= 2,
        "server_error": outcomes["server_error"] >= 2,
        "connection": outcomes["connection"] >= 2,
        "worker_lost": submission.losses >= 3,
    }.get(submission.reason, False)
