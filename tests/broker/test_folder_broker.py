import json
import multiprocessing
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue

from finproc.clients import folder_broker, processes

DIRECT = Exchange("finproc", type="direct")
WORK = Queue("work", DIRECT, routing_key="work")


def connect(folder: Path) -> Connection:
    return Connection("folder://", transport_options={"folder": str(folder)})


def publish(folder: str, first: int, count: int) -> None:
    with connect(Path(folder)) as connection:
        producer = Producer(connection, auto_declare=False)
        for number in range(first, first + count):
            producer.publish({"number": number}, exchange="", routing_key="work", serializer="json")


def consume(folder: str, found: str, expected: int) -> None:
    """Write down every number seen, until all processes together have seen as many as were published."""
    with connect(Path(folder)) as connection, Path(found, str(os.getpid())).open("w", buffering=1) as file:

        def seen(body, message):
            file.write(f"{body['number']}\n")
            message.ack()

        deadline = time.monotonic() + 60
        with Consumer(connection, [WORK], callbacks=[seen], accept=["json"]):
            while time.monotonic() < deadline:
                try:
                    connection.drain_events(timeout=0.5)
                except TimeoutError:
                    if sum(len(p.read_text().splitlines()) for p in Path(found).iterdir()) >= expected:
                        return


def test_four_processes_move_ten_thousand_messages_and_none_is_lost_doubled_or_empty(tmp_path):
    found = tmp_path / "found"
    found.mkdir()
    folder = str(tmp_path / "broker")
    start = multiprocessing.get_context("spawn")
    writers = [start.Process(target=publish, args=(folder, first, 2500)) for first in range(0, 10_000, 2500)]
    readers = [start.Process(target=consume, args=(folder, str(found), 10_000)) for _ in range(4)]
    for process in writers + readers:
        process.start()
    for process in writers + readers:
        process.join(90)
        assert process.exitcode == 0
    numbers = sorted(int(line) for path in found.iterdir() for line in path.read_text().splitlines())
    assert numbers == list(range(10_000))
    assert not list((tmp_path / "broker").glob("dead/*"))
    assert not [path for place in ("writing", "taken") for path in (tmp_path / "broker" / place).iterdir()]


def test_messages_leave_in_the_order_in_which_they_came(tmp_path):
    publish(str(tmp_path), 0, 50)
    with connect(tmp_path) as connection:
        channel = connection.channel()
        assert [json.loads(channel.basic_get("work", no_ack=True).body)["number"] for _ in range(50)] == list(range(50))


def test_a_message_for_later_waits_and_then_comes(tmp_path):
    with connect(tmp_path) as connection:
        eta = (datetime.now(UTC) + timedelta(seconds=0.6)).isoformat()
        producer = Producer(connection)
        producer.publish({}, exchange="", routing_key="work", headers={"eta": eta}, serializer="json")
        channel = connection.channel()
        assert channel.basic_get("work") is None
        assert folder_broker.depth(tmp_path, "work") == 0
        deadline = time.monotonic() + 5
        while channel.basic_get("work") is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert datetime.now(UTC).isoformat() >= eta


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"body": "x"}',
        b'{"body": "x", "properties": {}}',
        b'{"body": "x", "properties": {"delivery_info": {}}}',
        b'{"body": "x", "properties": {"delivery_tag": []}}',
        b'{"body": 7, "properties": {"delivery_tag": "a", "body_encoding": "base64"}}',
    ],
)
def test_what_cannot_be_read_is_set_aside_and_the_next_message_comes(tmp_path, content):
    (tmp_path / "queues" / "work").mkdir(parents=True)
    (tmp_path / "queues" / "work" / f"{1:020d}-broken.msg").write_bytes(content)
    publish(str(tmp_path), 7, 1)
    with connect(tmp_path) as connection:
        assert json.loads(connection.channel().basic_get("work").body) == {"number": 7}
    (letter,) = folder_broker.set_aside(tmp_path)
    assert (letter.queue, letter.reason, letter.content) == ("work", "undecodable", content)
    letter.forget()
    assert list(folder_broker.set_aside(tmp_path)) == []


def test_a_rejected_message_is_set_aside_and_a_requeued_one_is_not(tmp_path):
    publish(str(tmp_path), 1, 1)
    with connect(tmp_path) as connection:
        channel = connection.channel()
        channel.basic_get("work").requeue()
        assert list(folder_broker.set_aside(tmp_path)) == []
        channel.basic_get("work").reject()
        with pytest.raises(Empty):
            channel._get("work")
    (letter,) = folder_broker.set_aside(tmp_path)
    assert (letter.queue, letter.reason) == ("work", "rejected")
    assert b"body" in letter.content


def test_a_purged_queue_is_empty_and_deeper_queues_say_so(tmp_path):
    publish(str(tmp_path), 0, 5)
    assert folder_broker.depth(tmp_path, "work") == 5
    oldest = folder_broker.oldest(tmp_path, "work")
    assert oldest is not None
    assert abs(oldest - time.time()) < 30
    with connect(tmp_path) as connection:
        assert connection.channel().queue_purge("work") == 5
    assert folder_broker.depth(tmp_path, "work") == 0
    assert folder_broker.oldest(tmp_path, "work") is None


def test_the_event_queue_of_a_killed_process_is_unbound_and_that_of_a_live_one_stays(tmp_path):
    listen = (
        "import sys, time; from kombu import Connection, Exchange, Queue; import finproc.clients.folder_broker\n"
        "c = Connection('folder://', transport_options={'folder': sys.argv[1]})\n"
        "Queue('celeryev.theirs', Exchange('celeryev', type='topic'), routing_key='#')(c.channel()).declare()\n"
        "print('bound', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", listen, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "bound\n"
        events = Exchange("celeryev", type="topic")
        with connect(tmp_path) as connection:
            Queue("celeryev.ours", events, routing_key="#")(connection.channel()).declare()
            publish_event = Producer(connection, exchange=events).publish
            publish_event({"n": 1}, routing_key="task.sent", serializer="json")
            assert {name: folder_broker.depth(tmp_path, name) for name in ("celeryev.ours", "celeryev.theirs")} == {
                "celeryev.ours": 1,
                "celeryev.theirs": 1,
            }
            assert folder_broker.unbind_dead(tmp_path) == 0
            other.kill()
            other.wait()
            assert folder_broker.unbind_dead(tmp_path) == 1
            publish_event({"n": 2}, routing_key="task.sent", serializer="json")
        assert folder_broker.depth(tmp_path, "celeryev.ours") == 2
        assert not (tmp_path / "queues" / "celeryev.theirs").exists()
    finally:
        other.kill()
        other.wait()
        other.stdout.close()


def test_names_cannot_lead_out_of_the_folder(tmp_path):
    with connect(tmp_path / "inside") as connection:
        Producer(connection).publish({}, exchange="", routing_key="../../outside", serializer="json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inside"]


def test_a_process_is_gone_once_it_has_ended_and_its_id_may_be_another_ones():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    host, _, _ = processes.own_name().rsplit(":", 2)
    name = f"{host}:{child.pid}:{processes._start(child.pid)}"
    assert not processes.is_gone(name)
    assert processes.is_gone(f"{host}:{child.pid}:1")
    child.kill()
    child.wait()
    assert processes.is_gone(name)
    assert not processes.is_gone("elsewhere:1:1")
    assert not processes.is_here("elsewhere:1:1")


def test_a_message_that_waited_long_is_not_cleared_away_while_it_is_taken(tmp_path, monkeypatch):
    taken = tmp_path / "taken"
    taken.mkdir()
    waited = tmp_path / "waited.msg"
    waited.write_bytes(b"{}")
    os.utime(waited, (0, 0))
    waited.rename(taken / "waited.msg")
    assert folder_broker.unbind_dead(tmp_path) == 0
    assert (taken / "waited.msg").exists()
    monkeypatch.setattr(folder_broker, "_ABANDONED_SECONDS", -1.0)
    assert folder_broker.unbind_dead(tmp_path) == 1


def test_a_message_that_was_cleared_away_while_it_was_taken_is_passed_over(tmp_path, monkeypatch):
    """Its taker was stopped between the two steps for longer than files are kept on their way."""
    publish(str(tmp_path), 1, 2)
    rename = Path.rename

    def rename_and_lose_the_first(source, target):
        renamed = rename(source, target)
        if target.parent.name == "taken":
            monkeypatch.undo()
            target.unlink()
        return renamed

    monkeypatch.setattr(Path, "rename", rename_and_lose_the_first)
    with connect(tmp_path) as connection:
        queue = WORK(connection.channel())
        queue.declare()
        assert queue.get(no_ack=True, accept=["json"]).payload == {"number": 2}
        assert queue.get(no_ack=True, accept=["json"]) is None
