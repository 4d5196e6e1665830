"""Logs say what happened and to which submission, never what a document said."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from finproc import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_has_its_name_its_fields_and_what_it_belongs_to(lines: io.StringIO):
    with logs.bound(submission="s1", attempt=2), logs.bound(task="t"):
        logs.events("web").info("submission_saved", bytes=12)
    logs.events("web").info("alone")
    first, second = read(lines)
    assert (first["event"], first["bytes"], first["submission"], first["task"], first["attempt"]) == (
        "submission_saved",
        12,
        "s1",
        "t",
        2,
    )
    assert (first["level"], first["logger"]) == ("info", "finproc.web")
    assert "submission" not in second


def test_fields_given_in_logging_s_own_way_are_kept(lines: io.StringIO):
    logging.getLogger("finproc.pipeline").warning("publish_failed", extra={"submission": "s1"})
    (line,) = read(lines)
    assert (line["event"], line["submission"]) == ("publish_failed", "s1")


def test_an_exception_is_told_by_its_kind_and_way_not_by_its_words(lines: io.StringIO):
    try:
        int("net income of $5.3 million")
    except ValueError as error:
        logs.events("web").error("request_broke", error)
        logging.getLogger("flask.app").exception("failed on %s", "net income of $5.3 million")
    ours, theirs = read(lines)
    assert ours["error"] == theirs["error"] == "ValueError"
    assert ours["way"][-1].endswith("test_an_exception_is_told_by_its_kind_and_way_not_by_its_words")
    assert "5.3" not in lines.getvalue()


def test_what_a_task_returned_or_raised_stays_out(lines: io.StringIO):
    logging.getLogger("celery.app.trace").error("Task %(name)s raised: %(exc)s", {"name": "t", "exc": "$5.3 million"})
    assert "5.3" not in lines.getvalue()


def test_a_line_break_in_a_field_makes_no_second_line(lines: io.StringIO):
    logs.events("web").info("named", filename='a\n{"event": "forged"}')
    assert len(read(lines)) == 1
