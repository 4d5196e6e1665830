"""Core and full precision, recall and F1, the fields of pairs, and the empty passages left empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finproc.evaluation import pairing
from finproc.evaluation.labels import Stated

_MONEY = frozenset({"currency", "currency/share"})
FIELDS = ("period", "company", "segment", "status")


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts of facts labelled, predicted, and both; the shares to four places."""

    gold: int = 0
    predicted: int = 0
    matched: int = 0

    def __add__(self, other: Quality) -> Quality:
        return Quality(self.gold + other.gold, self.predicted + other.predicted, self.matched + other.matched)

    @property
    def precision(self) -> float:
        return round(self._precision, 4)

    @property
    def recall(self) -> float:
        return round(self._recall, 4)

    @property
    def f1(self) -> float:
        total = self._precision + self._recall
        return round(2 * self._precision * self._recall / total, 4) if total else 0.0

    @property
    def _precision(self) -> float:
        return self.matched / self.predicted if self.predicted else 1.0

    @property
    def _recall(self) -> float:
        return self.matched / self.gold if self.gold else 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """One passage's facts judged: the pairs, what was missed, what is wrong. Places count in the given lists."""

    pairs: tuple[tuple[Stated, Stated], ...]
    missed: tuple[Stated, ...]
    wrong: tuple[Stated, ...]
    core: Quality
    full: Quality
    empty: bool
    """No fact is labelled in it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the scoring tool says of all passages together."""

    passages: int
    core: Quality
    full: Quality
    fields: Mapping[str, float | None]
    empty: int
    empty_left_empty: int


def judge(labels: Sequence[Stated], predicted: Sequence[Stated]) -> Judged:
    """Pair one passage. A label that is optional excuses the fact that answers it and is missed by nobody."""
    binding = [label for label in labels if not label.optional]
    every = pairing.pairs(binding, predicted)
    taken = {j for _, j in every}
    free = [j for j in range(len(predicted)) if j not in taken]
    optional = [label for label in labels if label.optional]
    excused = {free[j] for _, j in pairing.pairs(optional, [predicted[j] for j in free])}
    counted = [fact for j, fact in enumerate(predicted) if j not in excused]
    paired = tuple((binding[i], predicted[j]) for i, j in every)
    found = {i for i, _ in every}
    return Judged(
        pairs=paired,
        missed=tuple(label for i, label in enumerate(binding) if i not in found),
        wrong=tuple(predicted[j] for j in free if j not in excused),
        core=_core(binding, counted),
        full=Quality(len(binding), len(counted), sum(pairing.full_equal(*pair) for pair in paired)),
        empty=not labels,
    )


def _core(binding: Sequence[Stated], counted: Sequence[Stated]) -> Quality:
    """Money that is reported, paired by itself."""
    labels = [label for label in binding if _is_core(label)]
    facts = [fact for fact in counted if _is_core(fact)]
    return Quality(len(labels), len(facts), len(pairing.pairs(labels, facts)))


def _is_core(fact: Stated) -> bool:
    return fact.unit in _MONEY and fact.status == "actual"


def figures(judged: Sequence[Judged]) -> Figures:
    """All passages summed; the fields are shares of the pairs."""
    paired = [pair for one in judged for pair in one.pairs]
    return Figures(
        passages=len(judged),
        core=sum((one.core for one in judged), Quality()),
        full=sum((one.full for one in judged), Quality()),
        fields={name: _share(name, paired) for name in FIELDS},
        empty=sum(one.empty for one in judged),
        empty_left_empty=sum(one.empty and not one.wrong for one in judged),
    )


def _share(name: str, paired: Sequence[tuple[Stated, Stated]]) -> float | None:
    right = sum(agrees(name, label, fact) for label, fact in paired)
    return round(right / len(paired), 4) if paired else None


def agrees(field: str, label: Stated, fact: Stated) -> bool:
    """Whether a pair agrees in one of FIELDS."""
    if field == "period":
        return pairing.same_period(label, fact)
    if field == "company":
        return pairing.same_company(label, fact)
    if field == "segment":
        return pairing.same_name(label.segment, fact.segment)
    return label.status == fact.status
