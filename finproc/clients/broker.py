"""The message broker: RabbitMQ, or a folder where none is named."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError

from finproc.clients import folder_broker
from finproc.errors import Unavailable
from finproc.settings import Settings

EXCHANGE = "finproc"
DEAD = "finproc.dead"
"""Exchange and queue of dead letters on RabbitMQ."""
QUEUES = (
    "extract",  # slow, paid, rate-limited
    "default",
    "market",
    "portfolio",
    "isolated",  # documents that once cost a worker
    "financial_data",  # texts from any AMQP client: finproc.submit.amqp_intake consumes it in Celery's stead
    "raw_transactions",
)
INTAKE = "financial_data"
DELIVERY_LIMIT = 20
"""RabbitMQ gives one delivery more than the limit says."""


def url(settings: Settings) -> str:
    """The broker's address, as kombu takes it."""
    return settings.broker_url or f"{folder_broker.SCHEME}://localhost/"


def folder(settings: Settings) -> Path:
    """The folder of the embedded broker."""
    return (settings.finproc_var / "broker").absolute()


def transport_options(settings: Settings) -> dict[str, Any]:
    """What kombu's transport is told: the folder, or to wait for the broker's word on each message."""
    if settings.embedded_broker:
        return {"folder": str(folder(settings))}
    return {"confirm_publish": True}


def exchange_type(settings: Settings) -> str:
    """RabbitMQ's delayed delivery needs a topic exchange; on the folder a direct one saves the look-up."""
    return "direct" if settings.embedded_broker else "topic"


def queue(settings: Settings, name: str) -> Queue:
    """A task or intake queue: on RabbitMQ a durable quorum queue that loses nothing on its way to the dead letters."""
    exchange = Exchange(EXCHANGE, type=exchange_type(settings), durable=True)
    if settings.embedded_broker:
        return Queue(name, exchange, routing_key=name)
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    return Queue(name, exchange, routing_key=name, durable=True, queue_arguments=arguments)


def dead_queue() -> Queue:
    """Where RabbitMQ puts what was rejected or delivered too often."""
    return Queue(
        DEAD,
        Exchange(DEAD, type="fanout", durable=True),
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )


def other_queues(settings: Settings) -> tuple[Queue, ...]:
    """Queues that are no task's: on RabbitMQ the dead letters."""
    return () if settings.embedded_broker else (dead_queue(),)


def extract_rate(settings: Settings) -> str | None:
    """Celery's rate limit of the task extract, per worker: the second fence behind the shared one."""
    per_minute = settings.openai_requests_per_minute
    return f"{per_minute}/m" if settings.openai_api_key and per_minute else None


def depths(settings: Settings) -> dict[str, int]:
    """Messages that wait, by queue; an empty answer where the broker gives none."""
    if settings.embedded_broker:
        return {name: folder_broker.depth(folder(settings), name) for name in QUEUES}
    found: dict[str, int] = {}
    with Connection(settings.broker_url, connect_timeout=2) as connection:
        for name in (*QUEUES, DEAD):
            try:
                channel = connection.channel()
                found[name] = channel.queue_declare(name, passive=True).message_count
                channel.close()
            except connection.channel_errors:  # not declared yet; the error has closed the channel
                found[name] = 0
            except (OperationalError, *connection.connection_errors):
                return {}
    return found


def ping(settings: Settings) -> None:
    """Raise Unavailable unless the broker takes messages from us."""
    if settings.embedded_broker:
        path = folder(settings)
        if not os.access(path if path.exists() else settings.finproc_var, os.W_OK | os.X_OK):
            raise Unavailable("the broker's folder cannot be written")
        return
    with Connection(settings.broker_url, connect_timeout=2) as connection:
        try:
            connection.connect()
        except (OperationalError, *connection.connection_errors) as error:
            raise Unavailable(f"the broker does not answer ({type(error).__name__})") from error


def oldest(settings: Settings, name: str, depth: int) -> datetime | None:
    """Since when the queue's first message waits; None where none does. RabbitMQ does not say: since ever."""
    if settings.embedded_broker:
        seconds = folder_broker.oldest(folder(settings), name)
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return datetime.fromtimestamp(0, UTC) if depth else None
