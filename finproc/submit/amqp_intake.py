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
from finproc.identity.callers import bearer
from finproc.identity.tokens import LOCAL_OWNER, verify
from finproc.identity.workspace import Workspace, workspace
from finproc.logs import events
from finproc.model.ids import utc_now
from finproc.model.submission import Submission
from finproc.settings import settings
from finproc.submit import intake
from finproc.submit.holding import Holding

_log = events("submit")

_AT_ONCE = 10


class NoOwner(Refusal):
    """The message carries no valid token, and AMQP_INTAKE_OWNER is not set."""

    status = 401
    code = "no_owner"


def take(body: bytes, authorization: object, place: Workspace, publish: Callable[[Submission], bool]) -> str:
    """Save the submission that a message holds, then publish it; its id. Raises Refusal."""
    owner = _owner(authorization, place)
    item = intake.from_bytes(body, place.settings)
    added = intake.accept(place.records.submissions, place.keyring, owner, [item], publish)
    return added[0].submission.id


def _owner(authorization: object, place: Workspace) -> str:
    """Whose the message is: its token's owner, else the one that the settings name, else the local workspace's."""
    if authorization is not None:
        token = verify(place.records.tokens, bearer(str(authorization)) or "", utc_now())
        if token is None or not {"submit", "*"} & set(token.scopes):
            raise NoOwner
        return token.owner
    owner = place.settings.amqp_intake_owner or (LOCAL_OWNER if place.settings.embedded_broker else None)
    if owner is None:
        raise NoOwner
    return owner


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
        queue = broker.queue(settings(), broker.INTAKE)
        return [Consumer(channel, [queue], on_message=self._on_message, tag_prefix="intake")]

    def start(self, consumer: Any) -> None:
        self._holding = Holding(consumer, _take_message)
        super().start(consumer)

    def _on_message(self, message: Message) -> None:
        self._holding.handle(message)


def _take_message(message: Message) -> None:
    """Acknowledge after the save; reject what is refused, so that it is seen among the dead letters."""
    said = {str(name).lower(): value for name, value in (message.headers or {}).items()}
    body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
    try:
        submission = take(body, said.get("authorization"), workspace(), pipeline.start)
    except Refusal as refusal:
        _log.warning("message_refused", why=refusal.code)
        message.reject()
    else:
        _log.info("message_taken", submission=submission)
        message.ack()
