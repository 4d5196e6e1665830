"""AMQP intake: a plain JSON message on the queue `financial_data`, from any client, is a submission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery.bootsteps import ConsumerStep
from kombu import Consumer
from kombu.message import Message

from finproc import pipeline
from finproc.clients import broker
from finproc.errors import Refusal
from finproc.identity.workspace import Workspace, workspace
from finproc.logs import events
from finproc.model.submission import Submission
from finproc.submit import intake
from finproc.submit.holding import Holding

_log = events("submit")

_AT_ONCE = 10


class NoOwner(Refusal):
    """The message carries no valid token, and AMQP_INTAKE_OWNER is not set."""

    status = 401
    code = "no_owner"


def take(body: bytes, authorization: str | None, place: Workspace, publish: Callable[[Submission], bool]) -> str:
    """Save the submission that a message holds, then publish it; its id. Raises Refusal."""
    owner = _owner(authorization, place)
    item = intake.from_bytes(body, place.settings)
    added = intake.accept(place.records.submissions, place.keyring, owner, [item], publish)
    return added[0].submission.id


def _owner(authorization: str | None, place: Workspace) -> str:
    raise NoOwner


class IntakeStep(ConsumerStep):
    """Consumes `financial_data` in the worker that was told to, in place of Celery's consumer of tasks."""

    name = "Intake"

    def include_if(self, consumer: Any) -> bool:
        queues = consumer.app.amqp.queues
        if broker.INTAKE not in queues.consume_from:
            return False
        queues.deselect(broker.INTAKE)
        return True

    def get_consumers(self, channel: Any) -> list[Consumer]:
        channel.basic_qos(0, _AT_ONCE, False)
        queue = broker.queue(workspace().settings, broker.INTAKE)
        return [Consumer(channel, [queue], on_message=self._on_message, tag_prefix="intake")]

    def start(self, consumer: Any) -> None:
        self._holding = Holding(consumer, _take_message)
        super().start(consumer)

    def _on_message(self, message: Message) -> None:
        self._holding.handle(message)


def _take_message(message: Message) -> None:
    """Acknowledge after the save; reject what is refused, so that it is seen among the dead letters."""
    authorization = (message.headers or {}).get("authorization")
    body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
    try:
        submission = take(body, authorization, workspace(), pipeline.start)
    except Refusal as refusal:
        _log.warning("message_refused", why=refusal.code)
        message.reject()
    else:
        _log.info("message_taken", submission=submission)
        message.ack()
