"""What one run predicts and another did not: facts gained and lost, each right or wrong by the labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from finproc.evaluation import pairing
from finproc.evaluation.figures import Judged
from finproc.evaluation.labels import Stated


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that only one of two runs has. `right`: it pairs with a label in metric, number, period and company."""

    passage: str
    kind: Literal["gained", "lost"]
    right: bool
    fact: Stated


def changes(
    passage: str, before: tuple[Sequence[Stated], Judged], after: tuple[Sequence[Stated], Judged]
) -> Iterator[Change]:
    """The facts of one passage that came or went between two runs, the lost ones first."""
    old, new = (Counter(map(_compared, facts)) for facts, _ in (before, after))
    for kind, gone, judged in (("lost", old - new, before[1]), ("gained", new - old, after[1])):
        right = Counter(_compared(fact) for label, fact in judged.pairs if pairing.full_equal(label, fact))
        for fact in gone.elements():
            held = right[fact] > 0
            right[fact] -= held
            yield Change(passage, "lost" if kind == "lost" else "gained", held, fact)


def _compared(fact: Stated) -> Stated:
    """A fact without what does not change what it says; numbers alike in any writing."""
    return replace(fact, quote=None, period_end=None)
