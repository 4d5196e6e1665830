"""Task events without publisher confirms."""

from __future__ import annotations

from celery.app.events import Events
from celery.events import EventDispatcher


class Dispatcher(EventDispatcher):
    """Publishes events unconfirmed.

    With confirms, the thread that sends an event waits on the worker's event connection, whose frames the event loop
    reads too: one of them swallows the other's confirm, and a worker with the pool `threads` stands still for ever.
    An event that is lost costs a line in Flower.
    """

    def enable(self) -> None:
        super().enable()
        channel = self.producer.channel
        if hasattr(channel, "_basic_publish"):
            channel.basic_publish = channel._basic_publish  # noqa: SLF001 # the unconfirmed one of AMQP's two


class ConfirmlessEvents(Events):
    """An app's events, sent by our dispatcher: `Celery(…, events=ConfirmlessEvents)`."""

    dispatcher_cls = "finproc.clients.events:Dispatcher"
