"""What a paid call can raise, one class per reason, and what the pipeline does about each. All survive pickling."""

from __future__ import annotations

from finproc.errors import Failed, TryLater, Waiting
from finproc.llm.backend import Refused
from finproc.llm.question import Outcome


class RateLimited(TryLater):
    """The model's server asked for fewer requests."""


class QuotaExhausted(TryLater):
    """The account at the model's provider has no money left."""


class AccessRefused(TryLater):
    """The model's provider does not accept the key."""


class ServerFailed(TryLater):
    """The model's server failed."""


class Unreachable(TryLater):
    """The model's server cannot be reached."""


class CallOpen(TryLater):
    """A paid call for the same question has an open outcome; nothing is sent before its deadline."""


class CircuitOpen(TryLater):
    """The model failed too often of late; calls are paused."""


class LimiterFull(TryLater):
    """All workers together have used this minute's requests or tokens."""


class BudgetWait(TryLater):
    """Today's budget for the model is spent."""


class MorePieces(TryLater):
    """The document has more pieces than one run may ask about; the next run goes on."""


class Misconfigured(Failed):
    """The model's provider rejects the request itself: a wrong model name, address or parameter."""


class AnswerRefused(Failed):
    """The model refused to answer."""


class ContentFiltered(Failed):
    """The provider's content filter withheld the answer."""


class CutOff(Failed):
    """The answer does not fit the token limit, however small the piece."""


class InvalidAnswer(Failed):
    """The model answered garbage twice; both raw bodies are kept."""


class UnknownOutcome(Failed):
    """Paid calls went out and no answer came back; it is not known whether they were billed."""


class OverBudget(Failed):
    """The budget does not allow this call."""


_REFUSALS: dict[str, type[TryLater | Failed]] = {
    "rate_limit": RateLimited,
    "quota": QuotaExhausted,
    "unauthorized": AccessRefused,
    "forbidden": AccessRefused,
    "server_error": ServerFailed,
    "request_timeout": ServerFailed,
    "conflict": ServerFailed,
    "connection": Unreachable,
    "content_filter": ContentFiltered,
}
GLOBAL = frozenset({"quota", "unauthorized", "forbidden"})
"""Refusals that say nothing about the submission and everything about the account: every call would fail alike."""
PATIENCE = 5
"""How many times the same question may be turned away for its rate before it counts as a failed try."""
_LONGEST_WAIT = 60.0
TRANSIENT = frozenset({"rate_limit", "server_error", "request_timeout", "conflict", "connection"})


def of_refusal(refused: Refused) -> TryLater | Failed:
    """The exception for a request that was not carried out. Whatever is not known to pass is Misconfigured."""
    kind = _REFUSALS.get(refused.outcome, Misconfigured)
    detail = f"{kind.__doc__} (HTTP {refused.status})" if refused.status else str(kind.__doc__)
    if issubclass(kind, Failed):
        return kind(refused.outcome, detail)
    return kind(
        refused.outcome,
        detail,
        after=refused.retry_after,
        waiting="circuit" if refused.outcome in GLOBAL else None,
    )


def rate_limited(refused: Refused, times: int, spread: float) -> RateLimited:
    """The exception for the `times`-th 429 of one question, from 1. `spread` is a number in [0, 1).

    The server's limiter is a limiter: at first it is waited for, longer each time, never shorter than the server asks;
    only a question that is turned away again and again uses up tries.
    """
    after = max(refused.retry_after or 0.0, min(2.0 ** (times - 1), _LONGEST_WAIT)) * (1 + spread / 2)
    waiting: Waiting | None = "limiter" if times <= PATIENCE else None
    return RateLimited(refused.outcome, f"{RateLimited.__doc__} (HTTP 429)", after=after, waiting=waiting)


def of_answer(outcome: Outcome, detail: str) -> Failed:
    """The exception for an answer that no further call will mend."""
    if outcome == "refusal":
        return AnswerRefused("refusal")
    if outcome == "content_filter":
        return ContentFiltered("content_filter")
    if outcome == "cut_off":
        return CutOff("cut_off")
    return InvalidAnswer("invalid_answer", f"{InvalidAnswer.__doc__} ({outcome}{': ' + detail if detail else ''})")
