"""Messages sent behind the answer: a caller waits for the disk, which keeps the promise, not for the broker."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable

from finproc.logs import events
from finproc.model.submission import Submission
from finproc.records.outages import OUTAGES
from finproc.submit.intake import Publish

_log = events("submit")

LONGEST = 10_000
"""Messages that may wait to be sent; beyond, each caller sends its own."""


class Sending:
    """A Publish that answers at once: one thread of the process sends, in the order in which it was asked.

    `unsent` hears of what the broker did not take. What a process that dies had not sent yet, the sweep sends.
    """

    def __init__(self, publish: Publish, unsent: Callable[[Submission], None]) -> None:
        self._publish = publish
        self._unsent = unsent
        self._starting = threading.Lock()
        self._process = 0
        self._waiting: queue.SimpleQueue[Submission] = queue.SimpleQueue()

    def __call__(self, submission: Submission) -> bool:
        if self._waiting.qsize() >= LONGEST:
            return self._publish(submission)
        if self._process != os.getpid():
            self._start()
        self._waiting.put(submission)
        return True

    def _start(self) -> None:
        with self._starting:
            if self._process != os.getpid():
                self._waiting = queue.SimpleQueue()
                threading.Thread(target=self._send, args=(self._waiting,), name="sending", daemon=True).start()
                self._process = os.getpid()  # last: who sees it puts into the new queue

    def _send(self, waiting: queue.SimpleQueue[Submission]) -> None:
        while True:
            submission = waiting.get()
            try:
                if not self._publish(submission):
                    self._unsent(submission)
            except OUTAGES as error:
                _log.warning("unsent", submission=submission.id, error=type(error).__name__)
            except Exception as error:  # noqa: BLE001 -- the thread outlives what nobody foresaw; the sweep has this one
                _log.error("sending_broke", error, submission=submission.id)
