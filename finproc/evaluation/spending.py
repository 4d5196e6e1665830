"""What the model calls of one run took: tokens, dollars, and the answers that were paid for before."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from finproc.llm.question import Answer, Ask, Question
from finproc.model.model_call import ModelCall
from finproc.records.spending import settled_cost


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens by class and US dollars; an attempt whose outcome nobody knows counts at its reserved cost."""

    calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: Decimal


def spent(calls: Iterable[ModelCall]) -> Spent:
    """The attempts of one run summed."""
    made = list(calls)
    return Spent(
        calls=len(made),
        input_tokens=sum(call.usage.input or 0 for call in made),
        cached_tokens=sum(call.usage.cached_input or 0 for call in made),
        output_tokens=sum(call.usage.output or 0 for call in made),
        cost=sum((settled_cost(call, call.reserved) for call in made), Decimal(0)),
    )


@dataclass(slots=True)
class Counted:
    """An Ask that counts the answers which cost nothing, since they were stored before."""

    ask: Ask
    replayed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    @property
    def model(self) -> str:
        return self.ask.model

    @property
    def seconds(self) -> float:
        return self.ask.seconds

    def __call__(self, question: Question) -> Answer:
        answer = self.ask(question)
        with self._lock:
            self.replayed += answer.replayed
        return answer
