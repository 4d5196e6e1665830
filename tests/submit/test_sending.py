import os
import threading
from types import SimpleNamespace

import pytest

from finproc.errors import Unavailable
from finproc.submit import sending
from finproc.submit.sending import Sending


class Broker:
    """Takes messages once it is let, and writes down which it was asked to take and which nobody took."""

    def __init__(self):
        self.open = threading.Event()
        self.taken, self.unsent = [], []
        self.answers = {}
        self.seen = threading.Semaphore(0)

    def publish(self, submission):
        assert self.open.wait(10)
        answer = self.answers.get(submission.id, True)
        if answer is True:
            self.taken.append(submission.id)
        self.seen.release()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def note(self, submission):
        self.unsent.append(submission.id)
        self.seen.release()

    def wait(self, count):
        for _ in range(count):
            assert self.seen.acquire(timeout=10)


def named(name):
    return SimpleNamespace(id=name)


@pytest.fixture
def broker():
    return Broker()


def test_a_caller_does_not_wait_for_the_broker_and_the_order_stays(broker):
    send = Sending(broker.publish, broker.note)
    assert all(send(named(str(number))) for number in range(20))
    assert broker.taken == []
    broker.open.set()
    broker.wait(20)
    assert broker.taken == [str(number) for number in range(20)]


def test_what_the_broker_does_not_take_is_told(broker):
    broker.answers = {"b": False}
    broker.open.set()
    send = Sending(broker.publish, broker.note)
    for name in "abc":
        send(named(name))
    broker.wait(4)
    assert (broker.taken, broker.unsent) == (["a", "c"], ["b"])


def test_it_outlives_a_database_that_is_away_and_what_nobody_foresaw(broker):
    broker.answers = {"a": Unavailable("away"), "b": RuntimeError("broken")}
    broker.open.set()
    send = Sending(broker.publish, broker.note)
    for name in "abc":
        send(named(name))
    broker.wait(3)
    assert broker.taken == ["c"]


def test_a_caller_sends_its_own_where_too_many_wait(broker, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST", 0)
    broker.open.set()
    broker.answers = {"b": False}
    send = Sending(broker.publish, broker.note)
    assert [send(named("a")), send(named("b"))] == [True, False]
    assert (broker.taken, broker.unsent) == (["a"], [])


def test_a_forked_child_sends_by_a_thread_of_its_own(broker, monkeypatch):
    broker.open.set()
    send = Sending(broker.publish, broker.note)
    send(named("parent"))
    broker.wait(1)
    first = send._waiting
    monkeypatch.setattr(os, "getpid", lambda: -1)
    send(named("child"))
    broker.wait(1)
    assert broker.taken == ["parent", "child"]
    assert send._waiting is not first
