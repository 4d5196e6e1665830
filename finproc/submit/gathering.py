"""Group commit: requests that wait for the database at the same time are saved in one transaction.

A commit costs a disk sync, and a writer of SQLite waits for the one before; without gathering, the last of ten
concurrent requests would wait for ten syncs, with it for two.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from finproc.model.submission import NewSubmission
from finproc.records.outages import OUTAGES
from finproc.records.protocols import Added, SubmissionRecords

MAX_ITEMS = 100
MAX_BYTES = 8_000_000


@dataclass(slots=True, eq=False)
class _Ticket:
    """One caller's submissions, and what became of them."""

    new: Sequence[NewSubmission]
    added: list[Added] = field(default_factory=list)
    error: Exception | None = None
    done: bool = False

    def size(self) -> int:
        return sum(len(one.body) for one in self.new)


class Gathering:
    """`add_many` for the threads of one process: the first one saves for all that have come meanwhile."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._saving = False

    def add_many(self, submissions: SubmissionRecords, new: Sequence[NewSubmission], at: datetime) -> list[Added]:
        """As SubmissionRecords.add_many: returns, or raises, when these are saved or refused."""
        ticket = _Ticket(new)
        with self._turn:
            self._waiting.append(ticket)
        while (group := self._my_turn(ticket)) is not None:
            try:
                _save(submissions, group, at)
            finally:
                self._hand_on(group)
        if ticket.error is not None:
            raise ticket.error
        return ticket.added

    def _my_turn(self, ticket: _Ticket) -> list[_Ticket] | None:
        """Wait until the ticket is done (None), or until it is this thread's turn to save a group."""
        with self._turn:
            while self._saving and not ticket.done:
                self._turn.wait()
            if ticket.done:
                return None
            self._saving = True
            return self._group()

    def _group(self) -> list[_Ticket]:
        """The tickets of the next transaction, oldest first."""
        items = size = count = 0
        for ticket in self._waiting:
            items, size = items + len(ticket.new), size + ticket.size()
            if count and (items > MAX_ITEMS or size > MAX_BYTES):
                break
            count += 1
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group

    def _hand_on(self, group: Sequence[_Ticket]) -> None:
        with self._turn:
            for ticket in group:
                ticket.done = True
            self._saving = False
            self._turn.notify_all()


def _save(submissions: SubmissionRecords, group: Sequence[_Ticket], at: datetime) -> None:
    """Save a group at once. What breaks is each caller's own: then every ticket is saved by itself."""
    try:
        added = iter(submissions.add_many([one for ticket in group for one in ticket.new], at))
        for ticket in group:
            ticket.added = [next(added) for _ in ticket.new]
    except OUTAGES as error:
        for ticket in group:
            ticket.error = error
    except Exception as error:  # noqa: BLE001 - it is raised again where it belongs, in the caller's own thread
        if len(group) == 1:
            group[0].error = error
            return
        for ticket in group:
            _save(submissions, [ticket], at)
