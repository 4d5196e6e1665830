"""Refusals and detours, one class per reason; messages are written for the person who reads them."""

from __future__ import annotations

from typing import Literal

Waiting = Literal["limiter", "circuit", "budget", "attempt", "pieces"]
"""What a submission waits for, none of it a try: the rate limit, the model's circuit, the budget, the deadline of a
paid call whose outcome is open, or its turn for the next pieces of a long document."""


class FinprocError(Exception):
    """Anything finproc itself raises. The class's docstring is the default message."""

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or (self.__doc__ or "").strip().splitlines()[0]
        super().__init__(self.detail)


class SettingError(FinprocError):
    """A setting cannot be used."""

    def __init__(self, variable: str, detail: str) -> None:
        self.variable = variable
        super().__init__(f"{variable}: {detail}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.variable, self.detail.removeprefix(f"{self.variable}: "))


class Unavailable(FinprocError):
    """A system that finproc needs does not answer; try again."""

    retry_after = 5


class StepError(FinprocError):
    """What a pipeline step raises on purpose. Every subclass survives pickling."""


class TryLater(StepError):
    """The step can succeed later: run it again after `after` seconds (None: back-off decides).

    `waiting` names what it waits for; waiting is not a try. `reason` is the code that `failed` carries once tries are
    used up.
    """

    def __init__(
        self, reason: str, detail: str = "", *, after: float | None = None, waiting: Waiting | None = None
    ) -> None:
        self.reason, self.after, self.waiting = reason, after, waiting
        super().__init__(detail or reason)

    def __reduce__(self) -> tuple[object, ...]:
        return _try_later, (type(self), self.reason, self.detail, self.after, self.waiting)


def _try_later(
    kind: type[TryLater], reason: str, detail: str, after: float | None, waiting: Waiting | None
) -> TryLater:
    return kind(reason, detail, after=after, waiting=waiting)


class Failed(StepError):
    """The step can never succeed on this input: the submission ends `failed` with this reason code."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        super().__init__(detail or reason)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.reason, self.detail)


class Unreadable(Failed):
    """The document cannot be read."""


class Fenced(StepError):
    """A newer attempt owns this submission; the result of this one is dropped."""


class Refusal(FinprocError):
    """A request that is answered with an RFC 9457 problem document."""

    status = 422
    code = "unprocessable"
    title = "The request cannot be accepted"
    retry_after: int | None = None
    """Seconds for the header `Retry-After`."""

    def __init__(self, detail: str | None = None, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(detail)
