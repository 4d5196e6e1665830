"""Task events without publisher confirms. When a worker publishes them is in `finproc.submit.consumer`."""

from __future__ import annotations

import math
from typing import Any
from weakref import WeakKeyDictionary

from celery.app.events import Events
from celery.events import EventDispatcher
from kombu import Connection, Producer


class Dispatcher(EventDispatcher):
    """Publishes events unconfirmed; where a worker has an event loop, those of tasks by it alone: it reads there too.

    With confirms, the thread that sends an event waits on the connection that the loop reads: one of them swallows the
    other's confirm, and a worker with the pool `threads` stands still for ever. Without them a thread that publishes
    still looks first whether the server said something; where the loop looks as well, each gets a part of the same
    heartbeat, one of them spins until the next one comes, and then the worker loses its connections for a minute.
    An event that is lost costs a line in Flower.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.on_send_buffered:  # whoever is told publishes them, however many there are
            self.buffer_limit = math.inf
        self._beside: WeakKeyDictionary[Connection, Producer] = WeakKeyDictionary()

    def enable(self) -> None:
        super().enable()
        _without_confirms(self.producer.channel)

    def publish(self, type: str, fields: dict[str, Any], producer: Producer, **options: Any) -> None:  # noqa: A002 -- Celery's name
        """Tell of a message that `producer` has just published, on a channel of its own: its confirms are not mixed."""
        super().publish(type, fields, self._unconfirmed(producer), **options)

    def _unconfirmed(self, producer: Producer) -> Producer:
        connection = producer.connection
        if not hasattr(producer.channel, "_basic_publish"):
            return producer
        beside = self._beside.get(connection)
        if beside is None or not beside.channel.is_open or beside.channel.connection is not producer.channel.connection:
            beside = self._beside[connection] = Producer(_without_confirms(connection.channel()), auto_declare=False)
        return beside


def _without_confirms(channel: Any) -> Any:
    if hasattr(channel, "_basic_publish"):
        channel.basic_publish = channel._basic_publish  # noqa: SLF001 # the unconfirmed one of AMQP's two
    return channel


class ConfirmlessEvents(Events):
    """An app's events, sent by our dispatcher: `Celery(…, events=ConfirmlessEvents)`."""

    dispatcher_cls = "finproc.clients.events:Dispatcher"
