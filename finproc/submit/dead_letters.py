"""Dead letters: messages that were refused or delivered too often become rows to look at, or failed submissions."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery.bootsteps import ConsumerStep
from kombu import Consumer
from kombu.message import Message

from finproc.clients import broker, folder_broker
from finproc.identity.workspace import workspace
from finproc.logs import events
from finproc.model.ids import new_id, utc_now
from finproc.model.submission import NEXT_STEP
from finproc.records.attempts import end
from finproc.records.protocols import DeadLetter, Records
from finproc.settings import settings
from finproc.submit.holding import Holding

_log = events("submit")

_OWN_STEPS = ("finproc.extract", "finproc.normalize", "finproc.store")
_OWN = (*_OWN_STEPS, "finproc.sweep")


@dataclass(frozen=True, slots=True)
class Refused:
    """A dead message: the queue it was on, why it left it, and what it was."""

    queue: str
    reason: str
    headers: Mapping[str, Any]
    body: bytes


def keep(refused: Refused, records: Records) -> None:
    """Make a row of a dead message; one of our own steps that was delivered too often ends its submission.

    Our own messages that are dead for another reason (expired, not published) are forgotten: the sweep knows better.
    """
    about = _step_message(refused)
    if about is not None:
        if refused.reason == "delivery_limit":
            _fail(records, *about)
        return
    if refused.headers.get("task") in _OWN and refused.reason == "expired":
        return
    letter = DeadLetter(new_id(), refused.queue, refused.reason, utc_now(), _plain(refused.headers), refused.body)
    records.dead_letters.add(letter)
    _log.warning("dead_letter", queue=refused.queue, reason=refused.reason)


def _step_message(refused: Refused) -> tuple[str, int] | None:
    """Submission and dispatch of a message of our own steps; None for anything else."""
    if refused.headers.get("task") not in _OWN_STEPS:
        return None
    try:
        (submission, dispatch), _, _ = json.loads(refused.body)
    except (ValueError, TypeError):
        return None
    return (submission, dispatch) if isinstance(submission, str) and isinstance(dispatch, int) else None


def _fail(records: Records, submission_id: str, dispatch: int) -> None:
    """End a submission whose message the broker delivered too often: whoever took it never came to an end."""
    found = records.submissions.get(submission_id)
    if found is not None and found.state in NEXT_STEP and found.dispatch == dispatch:
        end(records.submissions, found, NEXT_STEP[found.state], "worker_lost", "delivered too often")


def _plain(headers: Mapping[str, Any]) -> dict[str, Any]:
    """Headers as JSON can say them, without the token that a message may carry."""
    shown = {name: "(removed)" if name.lower() == "authorization" else value for name, value in headers.items()}
    plain: dict[str, Any] = json.loads(json.dumps(shown, default=str))
    return plain


def keep_set_aside(folder: Path, records: Records) -> None:
    """Do the same with what the embedded broker moved aside."""
    for letter in folder_broker.set_aside(folder):
        headers, body = _parts(letter.content)
        keep(Refused(letter.queue, letter.reason, headers, body), records)
        letter.forget()


def _parts(content: bytes) -> tuple[Mapping[str, Any], bytes]:
    """Headers and body of a message in a file; the whole file where it is none."""
    try:
        message = json.loads(content)
        headers, body = message["headers"], message["body"]
        if message["properties"].get("body_encoding") == "base64":
            return headers, b64decode(body)
        return headers, body.encode()
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}, content


class DeadLetterStep(ConsumerStep):
    """Consumes RabbitMQ's dead letters in the worker that consumes the queue `default`."""

    name = "DeadLetters"

    def include_if(self, consumer: Any) -> bool:
        on_rabbitmq = not settings().embedded_broker
        return on_rabbitmq and "default" in consumer.app.amqp.queues.consume_from

    def get_consumers(self, channel: Any) -> list[Consumer]:
        channel.basic_qos(0, 20, False)
        queue = broker.dead_queue()
        return [Consumer(channel, [queue], on_message=self._on_message, tag_prefix="dead-letters")]

    def start(self, consumer: Any) -> None:
        self._holding = Holding(consumer, _keep_message)
        super().start(consumer)

    def _on_message(self, message: Message) -> None:
        self._holding.handle(message)


def _keep_message(message: Message) -> None:
    headers = dict(message.headers or {})
    deaths = headers.pop("x-death", None) or [{}]
    for name in [name for name in headers if name.startswith(("x-first-death", "x-last-death"))]:
        del headers[name]
    body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
    first = deaths[0]
    keep(Refused(str(first.get("queue", "")), str(first.get("reason", "unknown")), headers, body), workspace().records)
    message.ack()
