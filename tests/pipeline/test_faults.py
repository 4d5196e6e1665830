"""Faults on the embedded stack: real processes, killed for real."""

import json
import os
import signal
import time

import pytest

from finproc.clients import folder_broker
from finproc.clients.processes import is_gone
from finproc.model.fact import FactFilter
from tests.pipeline.running import Stack, text, wait_for


@pytest.fixture
def stack(tmp_path):
    started = Stack(tmp_path)
    yield started
    started.close()


def facts_by_submission(stack):
    counts: dict[str, int] = {}
    cursor = None
    while True:
        page = stack.place.records.facts.page("local", FactFilter(proof="any"), cursor=cursor, limit=500)
        for fact in page.items:
            counts[fact.submission] = counts.get(fact.submission, 0) + 1
        cursor = page.next_cursor
        if cursor is None:
            return counts


def test_submissions_are_stored_by_a_worker_started_as_written(stack):
    stack.worker("main")
    ids = stack.submit(text(n) for n in range(30))
    assert stack.wait_until_ended(30) == {"stored": 30}
    assert facts_by_submission(stack) == dict.fromkeys(ids, 1)


def test_what_was_submitted_while_the_worker_was_away_is_stored_when_it_comes(stack):
    stack.submit(text(n) for n in range(5))
    stack.worker("main")
    assert stack.wait_until_ended(5) == {"stored": 5}


def test_a_broker_folder_that_was_lost_with_all_its_messages_loses_no_submission(stack):
    stack.submit(text(n) for n in range(5))
    broker = stack.folder / "var" / "broker"
    broker.rename(stack.folder / "lost")
    assert folder_broker.depth(stack.folder / "lost", "extract") == 5
    stack.worker("main")
    stack.beat()
    assert stack.wait_until_ended(5) == {"stored": 5}


def test_workers_killed_in_the_middle_lose_nothing_and_double_nothing(stack):
    stack.beat()
    stack.worker("main", "-c", "4", app="tests.pipeline.slow")
    ids = stack.submit(text(n) for n in range(60))
    for _ in range(3):
        wait_for(lambda: stack.states().get("extracting", 0) + stack.states().get("storing", 0) >= 2, 30)
        stack.kill("main")
        stack.worker("main", "-c", "4", app="tests.pipeline.slow")
    assert stack.wait_until_ended(60, 100) == {"stored": 60}
    assert facts_by_submission(stack) == dict.fromkeys(ids, 1)


def test_a_killed_worker_s_submission_is_taken_up_again_within_ten_seconds(stack):
    stack.beat()
    stack.worker("main", "-c", "1", app="tests.pipeline.slow", SLOW_SECONDS="600")
    (submission,) = stack.submit([text(1)])
    wait_for(lambda: stack.records.get(submission).state == "extracting")
    worker = stack.records.get(submission).worker
    stack.kill("main")
    assert wait_for(lambda: is_gone(worker), 5)
    stack.worker("main", "-c", "2")
    killed = time.monotonic()
    wait_for(lambda: stack.records.get(submission).attempt > 1, 10)
    assert time.monotonic() - killed < 10
    assert stack.wait_until_ended(1) == {"stored": 1}


def test_a_document_that_kills_every_worker_fails_and_harms_no_other(stack):
    stack.beat()
    stack.worker("main", "-Q", "extract,default", "-c", "2", app="tests.pipeline.poisoned")
    stack.worker("isolated", "-Q", "isolated", "-c", "1", app="tests.pipeline.poisoned")
    others = [text(n) for n in range(100)]
    ids = stack.submit([*others[:50], f"{text(1000)} cyanide", *others[50:]])
    assert stack.wait_until_ended(101, 110) == {"stored": 100, "failed": 1}
    poison = stack.records.get(ids[50])
    assert (poison.state, poison.reason, poison.step) == ("failed", "worker_lost", "extract")
    assert (poison.isolated, poison.losses) == (True, 3)
    assert not any(stack.records.get(one).isolated for one in ids if one != poison.id)


def test_what_nobody_foresaw_ends_its_submission_alone_and_a_document_that_takes_too_long_likewise(stack):
    stack.worker("main", "-c", "2", app="tests.pipeline.broken")
    texts = [text(1), f"{text(2)} unpicklable", text(3), f"{text(4)} endless", text(5)]
    # Celery takes a task's time limits from who publishes it.
    ids = stack.submit(texts, "from finproc.celery import app; app.tasks['finproc.extract'].soft_time_limit = 3")
    assert stack.wait_until_ended(5, 40) == {"stored": 3, "failed": 2}
    reasons = [(stack.records.get(one).reason, stack.records.get(one).detail) for one in (ids[1], ids[3])]
    assert reasons == [("internal_error", "Unpicklable"), ("too_slow", "the step did not end within its time limit")]


def test_a_worker_told_to_stop_finishes_or_hands_back(stack):
    stack.beat()
    worker = stack.worker("main", "-c", "2", app="tests.pipeline.slow", SLOW_SECONDS="3", REMAP_SIGTERM="SIGQUIT")
    stack.submit(text(n) for n in range(6))
    wait_for(lambda: stack.states().get("extracting", 0) == 2)
    os.kill(worker.pid, signal.SIGTERM)
    worker.wait(20)
    stack.worker("main", "-c", "2")
    assert stack.wait_until_ended(6) == {"stored": 6}


def test_what_is_no_task_is_set_aside_and_the_worker_goes_on(stack):
    stack.beat()
    stack.worker("main", "-c", "1")
    queue = stack.folder / "var" / "broker" / "queues" / "extract"
    queue.mkdir(parents=True, exist_ok=True)
    properties = {"delivery_tag": "t", "body_encoding": "base64", "delivery_info": {"routing_key": "extract"}}
    head = {"properties": properties, "content-type": "application/json", "content-encoding": "utf-8"}
    bodies = [
        b"{",
        b'{"body": "e30=", "headers": {}, "properties": {"delivery_info": {}}}',
        json.dumps({**head, "headers": {}, "body": "e30="}).encode(),
        json.dumps({**head, "headers": {"task": "finproc.extract"}, "body": "e30="}).encode(),
        json.dumps({**head, "headers": {"task": "finproc.extract", "id": "1"}, "body": "e30="}).encode(),
        json.dumps({**head, "headers": {"task": "strangers.task", "id": "1"}, "body": "W1tdLHt9LHt9XQ=="}).encode(),
    ]
    for number, body in enumerate(bodies):
        (queue.parent / "writing").write_bytes(body)
        (queue.parent / "writing").rename(queue / f"{number:020d}-strange.msg")
    stack.submit([text(1)])
    assert stack.wait_until_ended(1) == {"stored": 1}

    def letters():
        found = stack.place.records.dead_letters.page(cursor=None, limit=10).items
        return len(found) == len(bodies) and found

    assert {(one.queue, one.reason) for one in wait_for(letters, 20)} == {
        ("extract", "undecodable"),
        ("extract", "rejected"),
    }
