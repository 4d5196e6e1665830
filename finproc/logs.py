"""Logs of JSON lines: a constant event name, fields beside it, and the submission, task and attempt they belong to.

Never amounts, texts or secrets: an exception is logged by its type and the places it passed, not by its message, since
messages of libraries quote what they were given.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

Field = str | int | float | bool | None

_bound: ContextVar[dict[str, Field]] = ContextVar("finproc_log_fields", default={})  # noqa: B039 - never changed in place
_QUIET = (
    "alembic",
    "pdfminer",
    "httpx2",
    "httpcore2",
    "openai",
    "pymongo",
    "amqp",
    "kombu",
    "urllib3",
    "charset_normalizer",
)
"""Libraries that tell of each call, or quote content, below warnings."""
_TEMPLATE_ONLY = ("celery.app.trace", "celery.worker.request", "celery.worker.strategy", "flask.app")
"""Loggers whose arguments hold results, exceptions or message bodies: their words are kept, their arguments are not."""


_to_json = json.JSONEncoder(ensure_ascii=False, default=str).encode
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; the rest was given by `extra`."""


class Events:
    """Writes events of one part of finproc: `events.info("submission_saved", submission=id, bytes=12)`."""

    def __init__(self, part: str) -> None:
        self._logger = logging.getLogger(f"finproc.{part}")

    def info(self, event: str, **fields: Field) -> None:
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, **fields: Field) -> None:
        self._write(logging.WARNING, event, fields)

    def error(self, event: str, error: BaseException | None = None, **fields: Field) -> None:
        """Log an event of failure, with the type and way of `error`."""
        self._write(logging.ERROR, event, fields, error)

    def _write(self, level: int, event: str, fields: dict[str, Field], error: BaseException | None = None) -> None:
        logger = self._logger
        if logger.isEnabledFor(level):
            raised = None if error is None else (type(error), error, error.__traceback__)
            # Made here, not by `logger.log`, which looks up the line that logs: no line of JSON has it.
            logger.handle(logger.makeRecord(logger.name, level, "", 0, event, (), raised, extra={"fields": fields}))


def events(part: str) -> Events:
    """The events of one part (`web`, `submit`, `pipeline` …)."""
    return Events(part)


@contextmanager
def bound(**fields: Field) -> Iterator[None]:
    """Add fields (`submission`, `task`, `attempt`) to every event inside the block."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logs of this process as JSON lines to `stream` (standard error). May be called again."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


class JsonLines(logging.Formatter):
    """One record, one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        ours = getattr(record, "fields", None)
        if ours is None and record.name.startswith("finproc"):
            ours = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if ours is not None else self._words(record),
            **_bound.get(),
            **(ours or {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["way"] = way(record.exc_info[1])
        return _to_json(line)

    @staticmethod
    def _words(record: logging.LogRecord) -> str:
        if record.name in _TEMPLATE_ONLY or record.exc_info:
            return str(record.msg)
        return record.getMessage()


def way(error: BaseException) -> list[str]:
    """The last places an exception passed, as `file:line function`, without any value."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
