"""Server-sent events: the history of a caller's submissions as it happens."""

from __future__ import annotations

import queue
import select
import socket
import time
from collections.abc import Callable, Generator, Iterator

from finproc.model.submission import HistoryEntry
from finproc.records.protocols import SubmissionRecords
from finproc.schemas import exact_json
from finproc.schemas.submission import HistoryEntrySchema
from finproc.submit.pulse import Pulse

HEARTBEAT_SECONDS = 15.0
_LOOK_SECONDS = 0.5
_PAGE = 500
_ENTRY = HistoryEntrySchema()

Gone = Callable[[], bool]
"""Whether the client has closed its connection."""


def stream(
    pulse: Pulse,
    submissions: SubmissionRecords,
    owner: str,
    *,
    after: int | None,
    submission: str | None = None,
    gone: Gone,
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
) -> Iterator[bytes]:
    """Events after `after`, then what follows, until the client goes or falls too far behind.

    None: from now on; for one submission from its beginning.

    The listener starts before the past is read, so that nothing falls between; raises TooManyStreams at the first step.
    """
    with pulse.listen(owner, submission) as listener:
        yield b"retry: 2000\n\n"
        high = after or 0
        past: set[tuple[int, str]] = set()
        for entry in _past(submissions, owner, submission, after):
            if (entry.sequence, entry.submission) not in past:
                past.add((entry.sequence, entry.submission))
                high = max(high, entry.sequence)
                yield _event(entry, high)
        spoken = time.monotonic()
        while not listener.lost and not gone():
            try:
                entry = listener.waiting.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if time.monotonic() - spoken >= heartbeat_seconds:
                    spoken = time.monotonic()
                    yield b": alive\n\n"
                continue
            if (entry.sequence, entry.submission) in past or (after is not None and entry.sequence <= after):
                continue
            high = max(high, entry.sequence)
            spoken = time.monotonic()
            yield _event(entry, high)


def begun(flow: Iterator[bytes]) -> Iterator[bytes]:
    """The flow, its first step taken: a refusal is raised now, while the answer's status can still say so."""
    return _Begun(next(flow), flow)


class _Begun(Iterator[bytes]):
    """Passes `close` on, by which the server frees the listener of a client that has gone."""

    def __init__(self, first: bytes, flow: Iterator[bytes]) -> None:
        self._first: bytes | None = first
        self._flow = flow

    def __next__(self) -> bytes:
        first, self._first = self._first, None
        return next(self._flow) if first is None else first

    def close(self) -> None:
        if isinstance(self._flow, Generator):
            self._flow.close()


def _past(
    submissions: SubmissionRecords, owner: str, submission: str | None, after: int | None
) -> Iterator[HistoryEntry]:
    if submission is not None:
        yield from (entry for entry in submissions.history(submission) if entry.sequence > (after or 0))
        return
    while after is not None:
        page = submissions.history_since(after, owner=owner, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        first, last = page[0].sequence, page[-1].sequence
        after = last if first == last else last - 1  # several submissions may share a microsecond


def _event(entry: HistoryEntry, high: int) -> bytes:
    """One event. Its id never goes back, so that a late entry does not make a client repeat others after a break."""
    return f"id: {high}\nevent: state\ndata: {exact_json.dumps(_ENTRY.dump(entry))}\n\n".encode()


def watch(connection: object) -> Gone:
    """Looks at the client's socket, where the server shows it; without one, writing alone tells."""
    if not isinstance(connection, socket.socket):
        return lambda: False

    look = select.poll()  # not select(), which knows the first 1024 files only
    look.register(connection, select.POLLIN)

    def gone() -> bool:
        try:
            return bool(look.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    return gone
