"""A broker that is a folder: kombu's filesystem transport without its losses, for the embedded stack.

    queues/<queue>/<when>-<id>.msg    a message; written under `writing/` and renamed here: none is seen half-written
    later/<queue>/<when>-<id>.msg     one that is not due before `when` (microseconds since 1970)
    bindings/<exchange>/<binding>     one file a binding; it names the process that made it
    dead/<id>.msg, <id>.json          a message that was refused or cannot be read, and why
    taken/, writing/                  files on their way

Taking a message off is a rename, which one process wins. Nothing is redelivered when that process dies: the database
is the queue of record, and the sweep publishes again.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from pathlib import Path
from queue import Empty
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.transport.filesystem import exchange_queue_t

from finproc.clients import processes

SCHEME = "folder"
TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
_BATCH = 500
_POLL_SECONDS = (0.001, 0.05)
_PROMOTE_SECONDS = 0.25
_TRANSIENT = ("celeryev", "celery.pidbox", "reply.celery.pidbox")
"""Exchanges whose queues belong to one process: events and remote control."""
_ABANDONED_SECONDS = 60.0


class Channel(filesystem.Channel):
    """A channel over the folder given by the transport option `folder`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(self.transport_options["folder"])
        self._batches: dict[str, deque[str]] = {}
        self._promoted: dict[str, float] = {}
        self._made: set[Path] = set()

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        now = time.time_ns() // 1000
        due = _due(message)
        place, when = ("later", due) if due is not None and due > now else ("queues", now)
        name = f"{when:020d}-{uuid4().hex}.msg"
        self._write(self.folder / place / quote(queue, safe="@"), name, json.dumps(message).encode())

    def _write(self, folder: Path, name: str, content: bytes) -> None:
        writing = self.folder / "writing" / f"{uuid4().hex}"
        self._make(writing.parent)
        writing.write_bytes(content)
        self._make(folder)
        try:
            writing.rename(folder / name)
        except FileNotFoundError:  # the queue's folder was removed with its dead owner
            self._made.discard(folder)
            self._make(folder)
            writing.rename(folder / name)

    def _make(self, folder: Path) -> None:
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:  # noqa: ARG002 # kombu's signature
        """The oldest message of the queue that no other process took first; raises queue.Empty."""
        self._promote(queue)
        batch = self._batches.setdefault(queue, deque())
        if not batch:
            batch.extend(nsmallest(_BATCH, _names(self.folder / "queues" / quote(queue, safe="@"))))
        while batch:
            content = self._take(queue, batch.popleft())
            if content is None:
                continue
            message = self._message(content)
            if message is not None:
                return message
            self._set_aside(content, queue, "undecodable")
        raise Empty

    def _message(self, content: bytes) -> dict[str, Any] | None:
        """The message in a file; None where kombu could make none of it, which would stop the worker."""
        try:
            message: dict[str, Any] = json.loads(content)
            self.Message(message, channel=self)
            hash(message["properties"]["delivery_tag"])
        except (LookupError, TypeError, ValueError, AttributeError):
            return None
        return message

    def _take(self, queue: str, name: str) -> bytes | None:
        taken = self.folder / "taken" / f"{name}-{uuid4().hex}"
        self._make(taken.parent)
        try:
            (self.folder / "queues" / quote(queue, safe="@") / name).rename(taken)
        except FileNotFoundError:
            return None
        try:
            content = taken.read_bytes()
        except FileNotFoundError:  # it was stopped for so long that another cleared this away; the sweep sends it anew
            return None
        taken.unlink(missing_ok=True)
        return content

    def _promote(self, queue: str) -> None:
        """Move messages that have become due from `later` to the queue."""
        now = time.time()
        if now - self._promoted.get(queue, 0) < _PROMOTE_SECONDS:
            return
        self._promoted[queue] = now
        waiting = self.folder / "later" / quote(queue, safe="@")
        for name in _names(waiting):
            if int(name[:20]) <= now * 1_000_000:
                target = self.folder / "queues" / waiting.name
                self._make(target)
                with contextlib.suppress(FileNotFoundError):
                    (waiting / name).rename(target / name)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if not requeue:
            message = self.qos.get(delivery_tag)
            raw = json.dumps(message.serializable()).encode()
            self._set_aside(raw, message.delivery_info.get("routing_key") or "", "rejected")
        super().basic_reject(delivery_tag, requeue=requeue)

    def _set_aside(self, content: bytes, queue: str, reason: str) -> None:
        """Keep a message that nobody can use; the `.json` comes last, so a dead letter is whole once that is there."""
        name = uuid4().hex
        self._write(self.folder / "dead", f"{name}.msg", content)
        self._write(self.folder / "dead", f"{name}.json", json.dumps({"queue": queue, "reason": reason}).encode())

    def _size(self, queue: str) -> int:
        return sum(1 for _ in _names(self.folder / "queues" / quote(queue, safe="@")))

    def _purge(self, queue: str) -> int:
        self._batches.pop(queue, None)
        return _empty(self.folder / "queues" / quote(queue, safe="@")) + _empty(
            self.folder / "later" / quote(queue, safe="@")
        )

    def _bindings(self, exchange: str) -> Path:
        self._exchange_file(exchange)  # refuses names that lead elsewhere
        return self.folder / "bindings" / (quote(exchange, safe="@") or "!")

    @property
    def control_folder(self) -> Path:
        return self.folder / "bindings"

    def get_table(self, exchange: str) -> list[exchange_queue_t]:
        return [_parsed(name) for name in _names(self._bindings(exchange), suffix="")]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        owner = processes.own_name().encode()
        self._write(self._bindings(exchange), _named(routing_key, pattern, queue), owner)

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *_: Any, **__: Any) -> None:
        (self._bindings(exchange) / _named(routing_key, pattern, queue)).unlink(missing_ok=True)
        self._purge(queue)
        _remove(self.folder / "queues" / quote(queue, safe="@"))
        self._made.discard(self.folder / "queues" / quote(queue, safe="@"))


class Transport(filesystem.Transport):
    """Polls between every millisecond, while messages come, and every 50, while none do."""

    Channel = Channel
    driver_type = SCHEME
    driver_name = SCHEME
    global_state = virtual.BrokerState()

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:  # noqa: ARG002 # kombu's signature
        deadline = None if timeout is None else time.monotonic() + timeout
        pause, longest = _POLL_SECONDS
        while True:
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError from None
                time.sleep(pause)
                pause = min(pause * 2, longest)
            else:
                return


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that was moved aside. `forget` deletes it, once it is kept elsewhere."""

    queue: str
    reason: str
    content: bytes
    forget: Callable[[], None]


def set_aside(folder: Path) -> Iterator[SetAside]:
    """The messages that were refused or could not be read."""
    for about in (folder / "dead").glob("*.json"):
        body = about.with_suffix(".msg")
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            said, content = json.loads(about.read_bytes()), body.read_bytes()

            def forget(about: Path = about, body: Path = body) -> None:
                about.unlink(missing_ok=True)
                body.unlink(missing_ok=True)

            yield SetAside(said["queue"], said["reason"], content, forget)


def depth(folder: Path, queue: str) -> int:
    """How many messages wait in the queue, those that are not due yet left out."""
    return sum(1 for _ in _names(folder / "queues" / quote(queue, safe="@")))


def oldest(folder: Path, queue: str) -> float | None:
    """When the longest waiting message was published (seconds since 1970); None where none waits."""
    first = min(_names(folder / "queues" / quote(queue, safe="@")), default=None)
    return None if first is None else int(first[:20]) / 1_000_000


def unbind_dead(folder: Path) -> int:
    """Remove the event and control queues of processes that are gone, and files left on their way; how many went.

    A killed Flower would otherwise have every event written to its queue for ever.
    """
    removed = 0
    for exchange in _TRANSIENT:
        for name in list(_names(folder / "bindings" / exchange, suffix="")):
            binding = folder / "bindings" / exchange / name
            with contextlib.suppress(FileNotFoundError):
                if processes.is_gone(binding.read_text()):
                    binding.unlink()
                    removed += 1
                    _remove(folder / "queues" / quote(_parsed(name).queue, safe="@"))
    return removed + sum(_remove_old(folder / place) for place in ("writing", "taken"))


def _due(message: dict[str, Any]) -> int | None:
    """Microseconds since 1970 of a task's `eta` header."""
    eta = (message.get("headers") or {}).get("eta")
    try:
        return int(datetime.fromisoformat(eta).timestamp() * 1_000_000) if eta else None
    except (TypeError, ValueError):
        return None


def _names(folder: Path, suffix: str = ".msg") -> Iterator[str]:
    """Names of the files in a folder, in no order; none where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries if entry.name.endswith(suffix))
    except FileNotFoundError:
        return


def _empty(folder: Path) -> int:
    count = 0
    for name in list(_names(folder)):
        with contextlib.suppress(FileNotFoundError):
            (folder / name).unlink()
            count += 1
    return count


def _remove(folder: Path) -> None:
    _empty(folder)
    with contextlib.suppress(OSError):  # gone already, or someone wrote to it again
        folder.rmdir()


def _remove_old(folder: Path) -> int:
    count = 0
    for name in list(_names(folder, suffix="")):
        with contextlib.suppress(FileNotFoundError):
            came = (folder / name).stat().st_ctime  # since it is here: a message keeps its mtime when it is moved
            if time.time() - came > _ABANDONED_SECONDS:
                (folder / name).unlink()
                count += 1
    return count


def _named(routing_key: str, pattern: str, queue: str) -> str:
    return "!".join(quote(part or "", safe="@") for part in (routing_key, pattern, queue))


def _parsed(name: str) -> exchange_queue_t:
    return exchange_queue_t(*(unquote(part) for part in name.split("!")))
