"""Why facts are wrong or missing: every error under the one cause that mends most."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from finproc.evaluation import pairing
from finproc.evaluation.figures import Judged, agrees
from finproc.evaluation.labels import Stated

CAUSES = (
    "missed amount",
    "wrong metric",
    "wrong period",
    "wrong company",
    "wrong status",
    "wrong unit, currency, scale or sign",
    "not a fact",
)
"""`missed amount`: no fact has that number. `not a fact`: no label has it. The others take a label and a fact."""


Alike = Callable[[Stated, Stated], bool]
"""Whether a label and a fact are about one number of the text."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One error: the passage, the cause, and the label and the fact that it is about (one of them may be missing)."""

    passage: str
    cause: str
    label: Stated | None
    fact: Stated | None


def faults(passage: str, judged: Judged) -> Iterator[Fault]:
    """Every error of a passage: of pairs one a wrong field, of the rest one a label, a fact, or both together."""
    for label, fact in judged.pairs:
        for field in ("period", "company", "status"):
            if not agrees(field, label, fact):
                yield Fault(passage, f"wrong {field}", label, fact)
    missed, wrong = list(judged.missed), list(judged.wrong)
    for cause, alike in (("wrong metric", pairing.same_number), ("wrong unit, currency, scale or sign", _same_slot)):
        for label, fact in _matched(missed, wrong, alike):
            yield Fault(passage, cause, label, fact)
    yield from (Fault(passage, "missed amount", label, None) for label in missed)
    yield from (Fault(passage, "not a fact", None, fact) for fact in wrong)


def _matched(missed: list[Stated], wrong: list[Stated], alike: Alike) -> list[tuple[Stated, Stated]]:
    """Take out of both lists what is alike, one to one, those of the same period first."""
    candidates = sorted(
        (not pairing.same_period(label, fact), i, j)
        for i, label in enumerate(missed)
        for j, fact in enumerate(wrong)
        if alike(label, fact)
    )
    labels: set[int] = set()
    facts: set[int] = set()
    out = []
    for _, i, j in candidates:
        if i not in labels and j not in facts:
            labels.add(i)
            facts.add(j)
            out.append((missed[i], wrong[j]))
    missed[:] = [label for i, label in enumerate(missed) if i not in labels]
    wrong[:] = [fact for j, fact in enumerate(wrong) if j not in facts]
    return out


def _same_slot(label: Stated, fact: Stated) -> bool:
    """The same digits under another power of ten, sign, unit or currency."""
    return _digits(label) == _digits(fact)


def _digits(stated: Stated) -> Sequence[str]:
    return [
        "".join(map(str, number.normalize().as_tuple().digits))
        for number in (stated.value, stated.value_low, stated.value_high)
        if number is not None
    ]
