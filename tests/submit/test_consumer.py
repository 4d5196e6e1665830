"""The worker's consumer: events of tasks wait for each other, and for nothing else."""

from types import SimpleNamespace

import pytest

from finproc.submit.consumer import EVENTS_SECONDS, Consumer


class Loop:
    """An event loop's timers, gone through by hand."""

    def __init__(self):
        self.due = []

    def call_soon(self, callback, *arguments):
        callback(*arguments)

    def call_later(self, seconds, callback):
        self.due.append((seconds, callback))


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(seconds=100.0)
    monkeypatch.setattr("finproc.submit.consumer.time.monotonic", lambda: now.seconds)
    return now


@pytest.fixture
def worker():
    """A consumer whose dispatcher and blueprint write down what they are told."""
    made = object.__new__(Consumer)
    done: list[str] = []
    made.hub, made.done, made._pending_operations = Loop(), done, []
    made.event_dispatcher = SimpleNamespace(flush=lambda: done.append("flushed"))
    made.blueprint = SimpleNamespace(shutdown=lambda _consumer: done.append("shut down"))
    return made


@pytest.mark.usefixtures("clock")
def test_one_timer_publishes_what_is_buffered_before_it_fires(worker):
    for _ in range(5):
        worker.on_send_event_buffered()
    ((seconds, flush),) = worker.hub.due
    assert seconds == EVENTS_SECONDS
    flush()
    assert worker.done == ["flushed"]


def test_a_timer_that_was_lost_with_its_connection_is_followed_by_another(worker, clock):
    worker.on_send_event_buffered()
    clock.seconds += EVENTS_SECONDS
    worker.on_send_event_buffered()
    assert len(worker.hub.due) == 2


def test_a_worker_that_stops_publishes_what_it_has_buffered_first(worker):
    worker.on_send_event_buffered()
    worker.shutdown()
    assert worker.done == ["flushed", "shut down"]
