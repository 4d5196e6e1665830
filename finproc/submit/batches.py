"""Batches: one JSON submission a line, committed a hundred at a time, answered with one result a line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from finproc.errors import Refusal, Unavailable
from finproc.records.protocols import Added
from finproc.schemas import exact_json
from finproc.settings import Settings
from finproc.submit import intake, refusals
from finproc.submit.answers import Answer, fields_of, refused

MAX_LINES = 10_000
COMMIT_LINES = 100
COMMIT_BYTES = 8_000_000
"""A commit is made sooner where its lines are long: a batch never holds more than this in memory."""
_IN_MEMORY = 4_000_000
_READ = 1 << 16

Accept = Callable[[Sequence[intake.Item]], list[Added]]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was read to its end: its lines wait in a file without a name."""

    file: IO[bytes]
    digest: str
    """SHA-256 of the whole body."""


def receive(stream: IO[bytes], settings: Settings) -> Batch:
    """Read a batch's body. Raises TooManyLines or TooLarge before anything of it is accepted."""
    digest, lines, size, last = hashlib.sha256(), 0, 0, b"\n"
    with ExitStack() as refused_so_far:
        file: IO[bytes] = refused_so_far.enter_context(SpooledTemporaryFile(_IN_MEMORY))
        while part := stream.read(_READ):
            size += len(part)
            lines += part.count(b"\n")
            last = part[-1:]
            if lines > MAX_LINES or (lines == MAX_LINES and last != b"\n"):
                raise refusals.TooManyLines
            if size > settings.max_statement_bytes:
                raise refusals.TooLarge(f"A batch has at most {settings.max_statement_bytes:,} bytes.")
            digest.update(part)
            file.write(part)
        if size == 0:
            raise refusals.BlankText("The batch is empty.")
        refused_so_far.pop_all()
    file.seek(0)
    return Batch(file, digest.hexdigest())


def answer(batch: Batch, accept: Accept, settings: Settings) -> Answer:
    """Accept what can be accepted; one result a line. Raises Unavailable only where nothing was accepted yet."""
    results: list[str] = []
    for commit in _commits(batch.file, settings):
        results += [exact_json.dumps(result) for result in _commit(commit, accept, first=not results)]
    return Answer(200, ("\n".join(results) + "\n").encode(), {"Content-Type": "application/x-ndjson"})


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    item: intake.Item | Refusal


def _commits(file: IO[bytes], settings: Settings) -> Iterator[list[_Line]]:
    commit: list[_Line] = []
    size = 0
    for number, line in enumerate(_lines(file, settings), start=1):
        read = _Line(number, line if isinstance(line, Refusal) else _read(line, settings))
        commit.append(read)
        size += 0 if isinstance(read.item, Refusal) else len(read.item.body)
        if len(commit) == COMMIT_LINES or size >= COMMIT_BYTES:
            yield commit
            commit, size = [], 0
    if commit:
        yield commit


def _lines(file: IO[bytes], settings: Settings) -> Iterator[bytes | Refusal]:
    """Lines without their ends; one that is far too long is skipped unread."""
    longest = longest_json(settings)
    while line := file.readline(longest):
        if len(line) == longest and not line.endswith(b"\n"):
            while (rest := file.readline(_READ)) and not rest.endswith(b"\n"):
                pass
            yield refusals.TooLarge(f"The line has more than {longest:,} bytes.")
        else:
            yield line.rstrip(b"\r\n")


def longest_json(settings: Settings) -> int:
    """Bytes of the longest JSON that can hold a text within the limit: an escaped character is six bytes, or more."""
    return 6 * settings.max_text_bytes + 200_000


def _read(line: bytes, settings: Settings) -> intake.Item | Refusal:
    try:
        return intake.from_bytes(line, settings)
    except Refusal as refusal:
        return refusal


def _commit(commit: list[_Line], accept: Accept, *, first: bool) -> list[dict[str, object]]:
    items = [line.item for line in commit if not isinstance(line.item, Refusal)]
    down: Unavailable | None = None
    added: Iterator[Added] = iter(())
    try:
        added = iter(accept(items) if items else ())
    except Unavailable as error:
        if first:
            raise
        down = error
    return [_result(line, added, down) for line in commit]


def _result(line: _Line, added: Iterator[Added], down: Unavailable | None) -> dict[str, object]:
    error = line.item if isinstance(line.item, Refusal) else down
    if error is not None:
        document = refused(error)
        return {"line": line.number, "status": document["status"], "problem": document}
    one = next(added)
    return {"line": line.number, "status": 200 if one.outcome == "duplicate" else 202, **fields_of(one)}
