"""Opaque cursors of listings: the sort key of the last item, as URL-safe text."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

_PARTS = 2


def to_cursor(*key: str) -> str:
    """A cursor of one or more texts."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def from_cursor(cursor: str, size: int) -> list[str]:
    """The texts of a cursor; ValueError where it is not one of `size` texts."""
    try:
        key = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except ValueError:
        raise ValueError("the cursor cannot be read") from None
    if not isinstance(key, list) or len(key) != size or not all(isinstance(part, str) for part in key):
        raise ValueError("the cursor cannot be read")
    if any("\x00" in part for part in key):
        raise ValueError("the cursor cannot be read")
    return key


def to_place(at: datetime, row: str) -> str:
    """A cursor of a listing by (time, id)."""
    return to_cursor(at.isoformat(), row)


def from_place(cursor: str) -> tuple[datetime, str]:
    """The (time, id) of a cursor; ValueError where it is none."""
    at, row = from_cursor(cursor, _PARTS)
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        raise ValueError("the cursor cannot be read") from None
    if time.tzinfo is None:
        raise ValueError("the cursor cannot be read")
    return time.astimezone(UTC), row
