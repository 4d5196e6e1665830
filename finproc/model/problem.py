"""What could not be proven or read: a value that is shown, never raised."""

from __future__ import annotations

from dataclasses import dataclass

from finproc.model.text import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """A visible finding about one place. `code` is stable (`ambiguous_amount` …); `detail` is for people."""

    code: str
    detail: str
    span: Span | None = None
    text: str | None = None
