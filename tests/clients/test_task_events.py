"""Task events: who publishes them."""

from celery import Celery
from kombu import Connection

from finproc.clients.events import Dispatcher


def test_a_thread_that_sends_events_of_tasks_publishes_none_whoever_is_told_does():
    """The event loop reads the connection: no other thread may touch it."""
    told: list[int] = []
    published: list[int] = []
    with Connection("memory://") as connection:
        dispatcher = Dispatcher(
            connection, app=Celery(), hostname="here", buffer_group=["task"], on_send_buffered=lambda: told.append(1)
        )
        dispatcher.producer.publish = lambda batch, **_: published.append(len(batch))
        for number in range(100):
            dispatcher.send("task-started", uuid=str(number))
        assert (len(told), published) == (100, [])
        dispatcher.flush()
        assert published == [100]
