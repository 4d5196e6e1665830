"""What a provider of language models must do, and what can become of a request to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from finproc.llm.question import Question, Reading


@dataclass(frozen=True, slots=True)
class Reply:
    """A body that arrived whole with status 200, whatever is in it."""

    body: bytes
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The request was not carried out and is not billed: an HTTP refusal, or no connection at all (status None)."""

    outcome: str
    """`rate_limit`, `quota`, `server_error`, `connection`, `unauthorized`, `forbidden`, `not_found`, `bad_request` …"""
    status: int | None = None
    retry_after: float | None = None
    """Seconds the server asked to be left alone."""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """The request may have been carried out, and billed, but no answer arrived."""

    outcome: str
    """`timeout` or `connection_lost`."""


class Backend(Protocol):
    """One provider. Safe to use from many threads and after a fork."""

    model: str
    service_tier: str | None
    max_output_tokens: int
    total_timeout: float
    """Seconds after which a request is given up, whatever the server still sends."""

    def body(self, question: Question) -> bytes:
        """The exact request body, without the service tier; equal questions give equal bytes."""

    def send(self, body: bytes, *, attempt: str) -> Reply | Refused | Lost:
        """Send once, with the attempt's id beside it; never retries, never raises for what the network does."""

    def read(self, body: bytes, question: Question) -> Reading:
        """Understand a raw answer. Total: any bytes give a reading."""

    def close(self) -> None:
        """Close this process's connections; the next send opens new ones."""
