"""What is asked of a language model and what came back, free of any provider's wire format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from finproc.model.model_call import TokenUsage

Outcome = Literal[
    "ok", "cut_off", "refusal", "content_filter", "html", "not_json", "error_body", "no_choices", "schema_mismatch"
]
"""What an answer that arrived turned out to be. All but `ok`, `cut_off`, `refusal` and `content_filter` are garbage."""
GARBAGE: frozenset[Outcome] = frozenset({"html", "not_json", "error_body", "no_choices", "schema_mismatch"})


@dataclass(frozen=True, slots=True)
class Question:
    """One piece of a document with what is wanted of it. Equal questions of one owner are paid for once."""

    instructions: str
    text: str
    """The user's message; what it quotes is data."""
    schema_name: str
    schema: Mapping[str, object] = field(hash=False)
    """Strict JSON schema of the answer."""
    piece: int = 0
    reason: str | None = None
    """Why the same piece is asked again; None at first."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A raw answer as understood: its outcome, its value (JSON that matches the schema) where `ok`, and its bill."""

    outcome: Outcome
    value: object = None
    detail: str = ""
    """Where and how it broke the form; never a word of the answer itself."""
    usage: TokenUsage = field(default_factory=TokenUsage)
    service_tier: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking gave. `replayed` answers were stored before and cost nothing now."""

    outcome: Outcome
    value: object
    detail: str
    replayed: bool


class Ask(Protocol):
    """Asks a question once and for all: replays a stored answer, else pays for one. Raises TryLater and Failed."""

    @property
    def model(self) -> str: ...

    @property
    def seconds(self) -> float:
        """How long one run may go on starting new calls."""

    def __call__(self, question: Question) -> Answer: ...
