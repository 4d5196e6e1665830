"""How many requests a caller may send: one allowance for all web processes of a machine, or of all on Redis."""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
from pathlib import Path
from typing import Protocol
from zlib import crc32

from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from finproc.submit.refusals import TooManyRequests

_SLOTS = 4096
_SLOT = struct.Struct("=dd")  # tokens left, time they were counted


class Rates(Protocol):
    """Admits or refuses a caller's request."""

    def admit(self, caller: str) -> None:
        """Raises TooManyRequests."""


class MachineRates:
    """Token buckets in a file that all processes of this machine map into memory; a few microseconds a request.

    A bucket holds one second's allowance. Callers share a bucket where their names' checksums collide, which makes the
    limit stricter, never looser. A lost file only forgets the last second.
    """

    def __init__(self, path: Path, per_second: int) -> None:
        self._per_second = float(per_second)
        self._threads = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._file).st_size < _SLOTS * _SLOT.size:
            os.ftruncate(self._file, _SLOTS * _SLOT.size)
        self._map = mmap.mmap(self._file, _SLOTS * _SLOT.size)

    def admit(self, caller: str) -> None:
        place = crc32(caller.encode()) % _SLOTS * _SLOT.size
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX, _SLOT.size, place)
            try:
                wait = self._take(place, time.time())
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _SLOT.size, place)
        if wait > 0:
            raise TooManyRequests(f"More than {self._per_second:.0f} requests a second; slow down.")

    def _take(self, place: int, now: float) -> float:
        """Seconds until the next request may pass; 0 where this one did."""
        tokens, counted = _SLOT.unpack_from(self._map, place)
        elapsed = max(0.0, now - counted)
        tokens = min(self._per_second, tokens + elapsed * self._per_second)
        passed = tokens >= 1
        _SLOT.pack_into(self._map, place, tokens - 1 if passed else tokens, now)
        return 0.0 if passed else (1 - tokens) / self._per_second

    def close(self) -> None:
        """Let go of the file; the limiter is not used again."""
        self._map.close()
        os.close(self._file)


class SharedRates:
    """One allowance for all machines, counted on a shared storage; where that does not answer, `instead` admits."""

    def __init__(self, storage: Storage, per_second: int, instead: Rates) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._limit = RateLimitItemPerSecond(per_second)
        self._instead = instead

    def admit(self, caller: str) -> None:
        try:
            passed = self._limiter.hit(self._limit, "submit", caller)
        except StorageError:
            self._instead.admit(caller)
            return
        if not passed:
            raise TooManyRequests(f"More than {self._limit.amount} requests a second; slow down.")
