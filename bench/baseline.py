"""What the pipeline is measured against: chains of three tasks, on the same broker.

`bare` does nothing; `at_work` makes as many commits as finproc's steps do, and one HTTP call. Both as small as they can
be, by the database's driver and the standard library; or by what finproc stands on, as its manuals show it: finproc's
question by OpenAI's client (BENCH_CALL=openai), commits by SQLAlchemy (BENCH_COMMIT=sqlalchemy).
Its worker is `celery -A bench.baseline worker`; its settings come as BENCH_*.
"""

from __future__ import annotations

import http.client
import json
import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
from celery import Celery, Signature, chain
from kombu import Exchange, Queue
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, create_engine
from sqlalchemy.dialects.postgresql import insert

if TYPE_CHECKING:
    from openai import OpenAI

QUORUM = {"x-queue-type": "quorum", "x-delivery-limit": 20}
EXCHANGE = Exchange("bench", type="topic", durable=True)
COMMITS = json.loads(os.environ.get("BENCH_COMMITS", "[0, 0, 0]"))
"""Commits of each step."""
DATABASE = os.environ.get("BENCH_DATABASE", "")
STUB = os.environ.get("BENCH_STUB", "")
CALL = os.environ.get("BENCH_CALL", "smallest")
COMMIT = os.environ.get("BENCH_COMMIT", "driver")
QUESTION = json.dumps(
    {"model": "stub", "messages": [{"role": "user", "content": "<<<piece 0>>>\nnothing\n<<<end 0>>>"}]}
).encode()

app = Celery("bench", broker=os.environ.get("BENCH_BROKER"), events="finproc.celery:ConfirmlessEvents")
app.conf.update(
    task_queues=[Queue(name, EXCHANGE, routing_key=name, queue_arguments=QUORUM) for name in ("bench-1", "bench-2")],
    task_default_exchange="bench",
    task_default_exchange_type="topic",
    task_default_queue="bench-2",
    task_default_routing_key="bench-2",
    task_routes={"bench.first": {"queue": "bench-1"}, "bench.first_at_work": {"queue": "bench-1"}},
    broker_transport_options={"confirm_publish": True},
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_send_task_events=True,
    task_send_sent_event=True,
)
_local = threading.local()


@app.task(name="bench.first")
def first(number: int) -> None:
    """Nothing."""


@app.task(name="bench.second")
def second(number: int) -> None:
    """Nothing."""


@app.task(name="bench.third")
def third(number: int) -> None:
    """Nothing, and say that it is done."""
    _done(number)


@app.task(name="bench.first_at_work")
def first_at_work(number: int) -> None:
    """One HTTP call, and the commits of the first step."""
    if CALL == "openai":
        _ask(number)
    else:
        _call()
    _commit(number, COMMITS[0])


def _call() -> None:
    where = urlsplit(STUB)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    try:
        headers = {"Content-Type": "application/json", "Authorization": "Bearer none"}
        connection.request("POST", where.path.rstrip("/") + "/chat/completions", QUESTION, headers)
        connection.getresponse().read()
    finally:
        connection.close()


def _ask(number: int) -> None:
    from bench.texts import text
    from finproc.extract.mentions.prompt import LATEST

    schema = {"name": LATEST.version, "strict": True, "schema": LATEST.schema}
    question: dict[str, Any] = {
        "model": "stub",
        "messages": [
            {"role": "system", "content": LATEST.instructions},
            {"role": "user", "content": f"<<<piece 0>>>\n{text(number)}\n<<<end 0>>>"},
        ],
        "response_format": {"type": "json_schema", "json_schema": schema},
        "max_completion_tokens": 4096,
        "store": False,
    }
    _client().chat.completions.create(**question)


@cache
def _client() -> OpenAI:
    """Loaded where it is asked for alone: it is large."""
    from openai import OpenAI

    return OpenAI(api_key="none", base_url=STUB, max_retries=0)


@app.task(name="bench.second_at_work")
def second_at_work(number: int) -> None:
    """The commits of the second step."""
    _commit(number, COMMITS[1])


@app.task(name="bench.third_at_work")
def third_at_work(number: int) -> None:
    """The commits of the third step, of which the last says that it is done."""
    _commit(number, COMMITS[2] - 1)
    _done(number)


def bare(number: int) -> Signature:
    """The chain that does nothing."""
    return chain(first.si(number), second.si(number), third.si(number))


def at_work(number: int) -> Signature:
    """The chain with commits and a call."""
    return chain(first_at_work.si(number), second_at_work.si(number), third_at_work.si(number))


def prepare(database: str) -> None:
    """The tables that the baseline writes to."""
    with psycopg.connect(database) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bench (number int, place int, body bytea, primary key (number, place))"
        )
        connection.execute("CREATE TABLE IF NOT EXISTS bench_done (number int primary key)")
        connection.execute("TRUNCATE bench, bench_done")


def count_done(connection: psycopg.Connection[tuple[int]]) -> int:
    """Chains that have ended."""
    row = connection.execute("SELECT count(*) FROM bench_done").fetchone()
    return row[0] if row else 0


@cache
def _body() -> bytes:
    return os.urandom(1000)


def _connection() -> psycopg.Connection[tuple[object, ...]]:
    if getattr(_local, "pid", None) != os.getpid():
        _local.pid, _local.connection = os.getpid(), psycopg.connect(DATABASE, autocommit=True)
    found: psycopg.Connection[tuple[object, ...]] = _local.connection
    return found


def _commit(number: int, times: int) -> None:
    for place in range(times):
        if COMMIT == "sqlalchemy":
            _commit_by_sqlalchemy(number, place)
        else:
            _connection().execute(_WRITE, (number, place, _body()))


def _commit_by_sqlalchemy(number: int, place: int) -> None:
    with _engine(os.getpid()).begin() as connection:
        connection.execute(_UPSERT, {"number": number, "place": place, "body": _body()})


@cache
def _engine(process: int) -> Engine:  # noqa: ARG001 -- a fork opens its own
    address = DATABASE.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(address, pool_size=20, max_overflow=0)  # as finproc's own


def _done(number: int) -> None:
    _connection().execute("INSERT INTO bench_done VALUES (%s) ON CONFLICT DO NOTHING", (number,))


_WRITE = "INSERT INTO bench VALUES (%s, %s, %s) ON CONFLICT (number, place) DO UPDATE SET body = excluded.body"
_TABLE = Table(
    "bench",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("body", LargeBinary),
)
_INSERT = insert(_TABLE)
_UPSERT = _INSERT.on_conflict_do_update(index_elements=["number", "place"], set_={"body": _INSERT.excluded.body})
