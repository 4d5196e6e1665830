"""Messages that wait, unacknowledged, for a database that is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kombu.message import Message

from finproc.logs import events
from finproc.records.outages import OUTAGES

_log = events("submit")

_AGAIN_SECONDS = 3.0
_HAND_BACK_SECONDS = 240.0
"""RabbitMQ closes a channel on which a message stays unacknowledged for half an hour; we stay far below."""


class Holding:
    """Handles messages of a consumer step; one that meets an outage is tried again from the worker's timer.

    Requeueing at once would use up the queue's delivery limit within a second.
    """

    def __init__(self, consumer: Any, work: Callable[[Message], None]) -> None:
        self._consumer = consumer
        self._work = work

    def handle(self, message: Message, since: float | None = None) -> None:
        """Do the work, which acknowledges or rejects the message; later, where the database does not answer."""
        since = time.monotonic() if since is None else since
        try:
            self._work(message)
        except OUTAGES as error:
            _log.warning("message_held", error=type(error).__name__)
            if time.monotonic() - since > _HAND_BACK_SECONDS:
                message.requeue()
            else:
                self._consumer.timer.call_after(_AGAIN_SECONDS, self.handle, (message, since))
