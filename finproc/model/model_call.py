"""One attempt to call a paid model: written before it is sent, settled after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

CallState = Literal["open", "answered", "refused", "unknown_outcome"]
"""`open`: sent or about to be. `answered`: the raw body is stored. `refused`: an HTTP refusal, not billed.
`unknown_outcome`: the deadline passed without an answer; counted at its reserved cost."""


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens by class, as the server counted them (None where it did not say). Reasoning is part of output."""

    input: int | None = None
    cached_input: int | None = None
    output: int | None = None
    reasoning: int | None = None


@dataclass(frozen=True, slots=True)
class ModelCall:
    """An attempt row. (key, number) is unique. Costs in US dollars."""

    id: str
    key: str
    number: int
    owner: str
    submission: str
    piece: int
    model: str
    state: CallState
    sent_at: datetime
    deadline: datetime
    reserved: Decimal
    outcome: str = "open"
    """Reason code once settled: `ok`, `cut_off`, `refusal`, `rate_limit`, `quota`, `timeout`, `server_error` …"""
    cost: Decimal | None = None
    usage: TokenUsage = TokenUsage()
    settled_at: datetime | None = None
    status: int | None = None
    request_id: str | None = None
    service_tier: str | None = None


@dataclass(frozen=True, slots=True)
class UsageRow:
    """Spending of one day, model and outcome."""

    day: str
    model: str
    outcome: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost: Decimal
