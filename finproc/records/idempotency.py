"""The contract of Idempotency-Keys: a key is held before its request is worked on, then its answer is kept.

As the IETF's draft "The Idempotency-Key HTTP Header Field" has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Protocol

KEPT = timedelta(hours=24)
"""How long an answer is kept, and how long a key belongs to one request."""
HELD = timedelta(minutes=2)
"""How long a request at work keeps the same request out: what a killed process held is free after it.

Twice what gunicorn gives a process that hangs (its `timeout`), and many times what 10,000 lines take. No limit ends a
request that takes longer: then the same request may run beside it, where each document is saved once all the same.
"""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A key held by a request at work. The token tells it from the next one of the same request."""

    owner: str
    key: str
    request_hash: str
    token: bytes = field(default_factory=token_bytes)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An HTTP answer kept for an Idempotency-Key."""

    request_hash: str
    status: int
    body: bytes
    headers: Mapping[str, str]


class Idempotency(Protocol):
    """Reservations and answers by (owner, Idempotency-Key); answers are sealed."""

    def reserve(self, asked: Reservation, now: datetime) -> Reservation | StoredAnswer:
        """Hold the key, in one atomic step, and tell what is there then.

        That is `asked` itself where the key was free or past KEPT, or held for the same request and past HELD. It is
        the reservation of another, or the answer that was kept, where it was not.
        """

    def keep(self, reservation: Reservation, answer: StoredAnswer, now: datetime) -> None:
        """Put the answer in the reservation's place; nothing changes where another has taken that over."""

    def release(self, reservation: Reservation) -> None:
        """Free the key; nothing changes where another holds it, or an answer is kept."""
