"""A reader at work in a child process bound in memory, CPU, files and time: what harms the child harms nobody else.

The child is `confined.py`, started by `subprocess`, because a Celery prefork worker is daemonic and may have no
multiprocessing children. Body and answer go through pipes; nothing of a document touches the disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import BoundedSemaphore, Event, Thread, Timer
from typing import IO, Literal

from finproc.errors import TryLater, Unreadable
from finproc.model.document import Block, Cell, Document
from finproc.model.problem import Problem
from finproc.model.text import Span

CPU_SECONDS = 60
WALL_SECONDS = 120
DOOR_SECONDS = 20
MEMORY_BYTES = 1_500_000_000
ANSWER_BYTES = 200_000_000
OUT_OF_MEMORY = 3
"""The child's exit status when an allocation failed."""
_FROM_OUTSIDE = {-signal.SIGTERM, -signal.SIGKILL, -signal.SIGINT, -signal.SIGHUP, -signal.SIGQUIT}
_ROOT = str(Path(__file__).parents[3])
"""Where finproc itself is found, however it was installed: the child does without site's hooks, which take time."""
_children = BoundedSemaphore(max(2, os.cpu_count() or 2))
"""A worker with a hundred threads reads no more files at once than the machine has processors."""

Work = Literal["read", "check"]


def read(body: bytes, media_type: str, *, wall_seconds: float = WALL_SECONDS) -> Document:
    """The document, read in a child; raises Unreadable: the reader's reasons, `too_slow`, `too_large`, `unreadable`.

    A child that somebody else ended, or that could not be started, is TryLater.
    """
    answer = _answer("read", body, media_type, wall_seconds)
    if answer is None:
        raise Unreadable("unreadable", "The reader gave no answer.")
    return decoded(answer, media_type)


def check(body: bytes, media_type: str, *, wall_seconds: float = DOOR_SECONDS) -> None:
    """The reader's check in a child; raises Unreadable. What cannot be told just now passes: reading will tell."""
    with contextlib.suppress(TryLater):
        _answer("check", body, media_type, wall_seconds)


def encoded(document: Document) -> str:
    """A document as JSON; texts of cells are left to their spans. A reader's problems have no span."""
    blocks = [
        [
            block.kind,
            block.span.start,
            block.span.end,
            block.page,
            [
                [cell.span.start, cell.span.end, cell.row, cell.column, cell.row_span, cell.column_span]
                for cell in block.cells
            ],
            block.part,
            block.rows,
            block.columns,
        ]
        for block in document.blocks
    ]
    problems = [[problem.code, problem.detail] for problem in document.problems]
    value = {"text": document.text, "pages": document.page_count, "blocks": blocks, "problems": problems}
    return json.dumps(value, separators=(",", ":"))


def decoded(answer: str, media_type: str) -> Document:
    """The document that `encoded` wrote."""
    value = json.loads(answer)
    text = value["text"]
    blocks = tuple(
        Block(
            kind,
            Span(start, end),
            page,
            tuple(Cell(text[first:last], Span(first, last), *place) for first, last, *place in cells),
            part,
            tuple(rows),
            tuple(columns),
        )
        for kind, start, end, page, cells, part, rows, columns in value["blocks"]
    )
    problems = tuple(Problem(*problem) for problem in value["problems"])
    return Document(text, blocks, media_type, value["pages"], problems)


def _answer(work: Work, body: bytes, media_type: str, wall_seconds: float) -> str | None:
    """What the child says: a document's JSON, or None for a check that passed."""
    with _children:
        status, answer, expired = _run([work, media_type], body, wall_seconds)
    if expired or status == -signal.SIGXCPU:
        raise Unreadable("too_slow", "Reading the document takes too long.")
    if status in _FROM_OUTSIDE:
        raise TryLater("reader_lost", f"The reader's process was ended by signal {-status}.")
    if status == OUT_OF_MEMORY:
        raise Unreadable(
            "too_large", f"Reading the document takes more than {MEMORY_BYTES // 1_000_000:,} MB of memory."
        )
    if status != 0 or len(answer) > ANSWER_BYTES:
        raise Unreadable("unreadable", "The document is damaged so that its reader broke off.")
    refused, _, rest = answer.decode("utf-8").partition("\n")
    if refused:
        raise Unreadable(*json.loads(refused))
    return rest or None


def _run(arguments: Sequence[str], body: bytes, wall_seconds: float) -> tuple[int, bytes, bool]:
    """Exit status, output, and whether time ran out. The child's environment holds only where modules are found."""
    command = [sys.executable, "-s", "-S", "-P", "-m", "finproc.extract.readers.confined", *arguments]
    environment = {"PYTHONPATH": os.pathsep.join([_ROOT, *(path or "." for path in sys.path)])}
    try:
        child = Popen(  # noqa: S603 - our own program, two words from the registry
            command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, start_new_session=True
        )
    except OSError as error:
        raise TryLater("reader_lost", f"No process could be started to read the document: {error.strerror}.") from error
    expired = Event()

    def expire() -> None:
        expired.set()
        child.kill()

    timer = Timer(wall_seconds, expire)
    feeder = Thread(target=_feed, args=(child.stdin, body), daemon=True)
    with child:
        timer.start()
        feeder.start()
        try:
            answer = child.stdout.read(ANSWER_BYTES + 1) if child.stdout else b""
            if len(answer) > ANSWER_BYTES:
                child.kill()
            status = child.wait()
        finally:
            timer.cancel()
            child.kill()
            feeder.join()
    return status, answer, expired.is_set()


def _feed(pipe: IO[bytes], body: bytes) -> None:
    """Write the body; a child that ended early closes the pipe, and its status says why."""
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(body)
