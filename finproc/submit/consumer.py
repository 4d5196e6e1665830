"""The worker's consumer of tasks: what else comes on its queues is rejected to the dead letters and harms nobody.

It also says when the events of tasks are published; how, is in `finproc.clients.events`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from celery.worker import consumer
from kombu.message import Message

from finproc.clients import broker
from finproc.logs import events
from finproc.settings import settings

_log = events("submit")
_logger = logging.getLogger(__name__)

EVENTS_SECONDS = 0.5
"""How long an event of a task waits for others, to be told with them in one message."""
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError)
"""What Celery raises on a message with the head of a task and the body of something else."""


class Consumer(consumer.Consumer):
    """Rejects, and never acknowledges, what is not a task of ours; and gathers the events of tasks.

    Celery acknowledges what it cannot decode, and stops the whole worker at headers or bodies it did not expect. It
    publishes events in every turn of its loop, mostly one by one: with many short tasks a third of the loop's time.
    """

    _flush_due = 0.0

    def connect(self) -> Any:
        """Connect, and declare all queues: delayed delivery and dead letters need those of other workers too."""
        connection = super().connect()
        with connection.channel() as channel:
            for queue in (*self.app.amqp.queues.values(), *broker.other_queues(settings())):
                queue(channel).declare()
        return connection

    def on_send_event_buffered(self) -> None:
        """See that what is buffered is published soon. Any thread of the pool calls it, timers are the loop's own."""
        now = time.monotonic()
        if self.hub and now >= self._flush_due:
            self._flush_due = now + EVENTS_SECONDS
            self.hub.call_soon(self.hub.call_later, EVENTS_SECONDS, self._flush_events)

    def shutdown(self) -> None:
        self._flush_events()
        super().shutdown()

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Message], None]:
        handle = super().create_task_handler(*args, **kwargs)

        def on_message(message: Message) -> None:
            try:
                handle(message)
            except _MALFORMED as error:
                self._refuse(message, "malformed", error)

        return on_message

    def on_decode_error(self, message: Message, exc: Exception) -> None:
        self._refuse(message, "undecodable", exc)

    def on_unknown_message(self, body: object, message: Message) -> None:  # noqa: ARG002 # Celery's signature
        self._refuse(message, "not_a_task")

    def on_unknown_task(self, body: object, message: Message, exc: Exception) -> None:  # noqa: ARG002 # Celery's signature
        self._refuse(message, "unknown_task")

    def on_invalid_task(self, body: object, message: Message, exc: Exception) -> None:  # noqa: ARG002 # Celery's signature
        self._refuse(message, "invalid_task", exc)

    def _refuse(self, message: Message, why: str, error: Exception | None = None) -> None:
        _log.warning("message_refused", why=why, error=type(error).__name__ if error else None)
        if not message.acknowledged:
            message.reject_log_error(_logger, self.connection_errors)
