"""The worker's consumer of tasks: what else comes on its queues is rejected to the dead letters and harms nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from celery.worker import consumer
from kombu.message import Message

from finproc.clients import broker
from finproc.logs import events
from finproc.settings import settings

_log = events("submit")
_logger = logging.getLogger(__name__)

_MALFORMED = (LookupError, TypeError, ValueError, AttributeError)
"""What Celery raises on a message with the head of a task and the body of something else."""


class Consumer(consumer.Consumer):
    """Rejects, and never acknowledges, what is not a task of ours.

    Celery acknowledges what it cannot decode, and stops the whole worker at headers or bodies it did not expect.
    """

    def connect(self) -> Any:
        """Connect, and declare all queues: delayed delivery and dead letters need those of other workers too."""
        connection = super().connect()
        with connection.channel() as channel:
            for queue in (*self.app.amqp.queues.values(), *broker.other_queues(settings())):
                queue(channel).declare()
        return connection

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
