"""RabbitMQ as it is: declared as the settings say, with a worker that shares its queues with strangers."""

import json
import os
import signal
import time
import urllib.request
from collections import Counter

import pika
import pytest
from kombu import Connection

from finproc.clients import broker
from finproc.identity import tokens
from finproc.model.ids import utc_now
from finproc.model.submission import SubmissionFilter
from tests.pipeline.running import Stack, text, wait_for

EXAMPLE = "Company XYZ reported a net income of $5.3 million for Q1 2024."


@pytest.fixture
def stack(tmp_path, rabbitmq):
    started = Stack(tmp_path, BROKER_URL=rabbitmq.url)
    yield started
    started.close()


@pytest.fixture
def channel(rabbitmq):
    """A channel of a foreign client."""
    with pika.BlockingConnection(pika.URLParameters(rabbitmq.url)) as connection:
        opened = connection.channel()
        opened.confirm_delivery()
        yield opened


def send(channel, queue, body, **properties):
    channel.basic_publish("", queue, body, pika.BasicProperties(**properties), mandatory=True)


def letters(stack):
    return stack.place.records.dead_letters.page(cursor=None, limit=50).items


def submissions(stack, owner="local"):
    return stack.records.page(owner, SubmissionFilter(), cursor=None, limit=50).items


def test_events_and_confirms_do_not_stop_a_worker_with_threads(stack):
    """Stock event dispatchers swallow the confirms that pool threads wait for: 13 to 135 of 1,500 chains end."""
    worker = stack.worker("chains", "-P", "threads", "-c", "50", "-Q", "default", app="tests.broker.chains_app")
    stack.python("from tests.broker.chains_app import start; start(1500)")
    ended = stack.folder / "var" / "ended"
    numbers = wait_for(
        lambda: len(found := [int(n) for path in ended.iterdir() for n in path.read_text().split()]) >= 1500 and found,
        60,
        "1,500 chains",
    )
    assert sorted(numbers) == list(range(1500))
    os.kill(worker.pid, signal.SIGTERM)
    worker.wait(20)


def test_events_of_tasks_come_many_at_a_time_and_none_is_missing(stack, channel):
    stack.worker("main", "-c", "2")
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, "celeryev", "task.multi")
    stack.submit([text(number) for number in range(30)])
    told: Counter[tuple[str, str]] = Counter()
    messages = 0

    def all_told():
        nonlocal messages
        while (message := channel.basic_get(queue, auto_ack=True))[0] is not None:
            messages += 1
            told.update((event["type"], event["uuid"]) for event in json.loads(message[2]))
        return len(told) >= 3 * 3 * 30

    wait_for(all_told, 60, "the events of 90 tasks")
    assert Counter(kind for kind, _ in told) == {"task-received": 90, "task-started": 90, "task-succeeded": 90}
    assert set(told.values()) == {1}
    assert messages < 270 / 3


def test_queues_are_durable_quorum_queues_that_lose_nothing_on_their_way_to_the_dead_letters(stack, rabbitmq):
    if rabbitmq.management is None:
        pytest.skip("the named RabbitMQ has no management address")
    stack.worker("main", "-c", "1")
    found = {queue["name"]: queue for queue in management(rabbitmq, "queues/" + vhost(rabbitmq))}
    for name in broker.QUEUES:
        queue = found[name]
        assert (queue["durable"], queue["type"]) == (True, "quorum")
        assert queue["arguments"] == {
            "x-queue-type": "quorum",
            "x-delivery-limit": 20,
            "x-dead-letter-exchange": "finproc.dead",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }
    assert (found["finproc.dead"]["durable"], found["finproc.dead"]["type"]) == (True, "quorum")
    bound = {b["source"] for b in management(rabbitmq, "bindings/" + vhost(rabbitmq)) if b["destination"] == "finproc"}
    assert "celery_delayed_delivery" in bound


def management(rabbitmq, path):
    scheme, _, rest = rabbitmq.management.partition("://")
    credentials, _, place = rest.rpartition("@")
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, f"{scheme}://{place}", *credentials.split(":"))
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
    with opener.open(f"{scheme}://{place}{path}", timeout=10) as answer:
        return json.load(answer)


def vhost(rabbitmq):
    return rabbitmq.url.rpartition("/")[2]


def test_a_text_of_a_foreign_client_is_a_submission_once(stack, channel):
    stack.environment["AMQP_INTAKE_OWNER"] = "treasury"
    stack.worker("main", "-c", "2")
    for _ in range(2):
        send(channel, "financial_data", json.dumps({"raw_text": EXAMPLE}))
    assert stack.wait_until_ended(1) == {"stored": 1}
    wait_for(lambda: stack.depth("financial_data") == 0)
    (submission,) = submissions(stack, "treasury")
    assert (submission.state, submission.fact_count) == ("stored", 1)
    assert letters(stack) == []


def test_a_token_says_whose_a_message_is_and_without_one_it_is_refused(stack, channel):
    stack.worker("main", "-c", "1")
    issued = {
        scope: tokens.issue(stack.place.records.tokens, owner="acme", name="t", now=utc_now(), scopes=[scope])[1]
        for scope in ("submit", "read")
    }
    body = json.dumps({"raw_text": EXAMPLE})
    send(channel, "financial_data", body)
    send(channel, "financial_data", body, headers={"authorization": f"Bearer {issued['read']}"})
    send(channel, "financial_data", body, headers={"authorization": "Bearer nonsense"})
    send(channel, "financial_data", body, headers={"authorization": 7})
    send(channel, "financial_data", body, headers={"authorization": f"Bearer {issued['submit']}"})
    assert stack.wait_until_ended(1) == {"stored": 1}
    assert len(submissions(stack, "acme")) == 1
    assert len(wait_for(lambda: len(found := letters(stack)) == 4 and found, 20)) == 4
    kept = json.dumps([dict(letter.headers) for letter in letters(stack)])
    assert issued["read"] not in kept


@pytest.mark.parametrize("queue", ["financial_data", "extract"])
def test_what_cannot_be_used_goes_to_the_dead_letters_and_the_worker_goes_on(stack, channel, queue):
    stack.environment["AMQP_INTAKE_OWNER"] = "local"
    worker = stack.worker("main", "-c", "1")
    strange: list[tuple[bytes, dict[str, object]]] = [
        (b"\xff\xfe", {}),
        (b"{", {"content_type": "application/json"}),
        (b"[]", {"content_type": "application/json", "content_encoding": "utf-8"}),
        (b'{"raw_text": ""}', {"content_type": "application/json", "content_encoding": "no-such"}),
        (b'{"text": "x"}', {"content_type": "application/json", "headers": {"task": 7}}),
        (b"\x80\x04N.", {"content_type": "application/x-python-serialize", "content_encoding": "binary"}),
        (b"{}", {"content_type": "application/json", "headers": {"task": "finproc.extract"}}),
        (b"[[], {}]", {"content_type": "application/json", "headers": {"task": "finproc.extract", "id": "1"}}),
        (b"[[1], {}, {}]", {"content_type": "application/json", "headers": {"task": "strangers.task", "id": "1"}}),
        (b'{"a": 1}', {"content_type": "text/yaml", "headers": {"task": "finproc.extract", "id": "1"}}),
    ]
    for body, properties in strange:
        send(channel, queue, body, **properties)
    stack.submit([EXAMPLE])
    assert stack.wait_until_ended(1) == {"stored": 1}
    kept = wait_for(lambda: len(found := letters(stack)) == len(strange) and found, 20, "all dead letters")
    assert {(letter.queue, letter.reason) for letter in kept} == {(queue, "rejected")}
    assert sorted(letter.body for letter in kept) == sorted(body for body, _ in strange)
    assert worker.poll() is None
    assert stack.depth(queue) == stack.depth("finproc.dead") == 0


def test_a_message_delivered_beyond_the_limit_ends_its_submission(stack, channel, rabbitmq):
    """A limit of 20 gives 21 deliveries; nobody ever says why, so the dead letters must."""
    with Connection(rabbitmq.url) as connection:  # as any worker does when it connects
        broker.dead_queue()(connection.channel()).declare()
    (submission,) = stack.submit([EXAMPLE])
    deliveries = 0
    while True:
        method, _, _ = channel.basic_get("extract")
        if method is None:
            if deliveries > broker.DELIVERY_LIMIT:
                break
            time.sleep(0.02)
            continue
        deliveries += 1
        channel.basic_nack(method.delivery_tag, requeue=True)
    assert deliveries == broker.DELIVERY_LIMIT + 1
    stack.worker("main", "-c", "1")
    assert stack.wait_until_ended(1) == {"failed": 1}
    failed = stack.records.get(submission)
    assert (failed.reason, failed.step) == ("worker_lost", "extract")
    assert letters(stack) == []


def test_two_workers_of_one_name_cannot_live_beside_each_other_so_ours_have_names(stack):
    """RabbitMQ refuses the second exclusive control queue with 405: each worker of the README has a name of its own."""
    for name in ("extract", "main", "isolated"):
        stack.worker(name, "-Q", {"main": "default"}.get(name, name), "-c", "1")
    assert all(process.poll() is None for process in stack._started.values())


LISTEN = """
import json, sys, threading
from finproc.celery import app
seen = []
with app.connection_for_read() as connection:
    receiver = app.events.Receiver(connection, handlers={"*": lambda event: note(event)})
    def note(event):
        seen.append((event["type"], event.get("name")))
        receiver.should_stop = event["type"] == "task-succeeded"
    threading.Timer(1.0, lambda: app.send_task("finproc.sweep")).start()
    receiver.capture(timeout=30)
print(json.dumps(seen))
"""


def test_events_and_tasks_are_seen_by_name(stack):
    stack.worker("main", "-c", "1")
    seen = json.loads(stack.python(LISTEN))
    assert ["task-sent", "finproc.sweep"] in seen
    assert ["task-received", "finproc.sweep"] in seen
    assert "task-succeeded" in {kind for kind, _ in seen}
