"""Counts: how many errors of each class were planted, and what became of them and of the true answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from finproc.model.fact import FactContent
from tests.planted.errors import Plant, plants
from tests.planted.gate import Fate, at, by_rules, facts, fate, untrue, wrong
from tests.planted.hard_texts import HARD
from tests.planted.labelled import labelled_passages
from tests.planted.shapes import passages
from tests.planted.told import Passage


@dataclass(slots=True)
class Census:
    """`fates` by class; `admitted` plants with the wrong fields; what the true answers became."""

    fates: dict[str, Counter[Fate]] = field(default_factory=lambda: defaultdict(Counter))
    admitted: list[tuple[Plant, tuple[str, ...]]] = field(default_factory=list)
    truths: Counter[str] = field(default_factory=Counter)
    hard_truths: Counter[str] = field(default_factory=Counter)
    """The same for texts that the rules find hard, where a model is often alone."""
    lost: list[tuple[Passage, str, str]] = field(default_factory=list)
    rules_untrue: int = 0
    """Facts that the rules alone get wrong, without any model."""
    rules_wrong: list[tuple[Passage, tuple[str, ...]]] = field(default_factory=list)

    @property
    def planted(self) -> int:
        return sum(sum(counts.values()) for counts in self.fates.values())

    @property
    def true_share(self) -> float:
        """The share of true mentions that became proven facts, right in every field."""
        return _share(self.truths)

    def as_json(self) -> dict[str, object]:
        return {
            "classes": {kind: dict(counts) for kind, counts in self.fates.items()},
            "planted": self.planted,
            "admitted": len(self.admitted),
            "truths": dict(self.truths),
            "hard_truths": dict(self.hard_truths),
            "true_share": round(self.true_share, 4),
            "rules_untrue": self.rules_untrue,
        }

    def table(self) -> str:
        lines = [f"{'class':<12}{'planted':>9}{'admitted':>10}{'review':>8}{'rejected':>10}"]
        for kind, counts in sorted(self.fates.items()):
            lines.append(
                f"{kind:<12}{sum(counts.values()):>9}{counts['admitted']:>10}{counts['review']:>8}{counts['rejected']:>10}"
            )
        total = sum(self.fates.values(), Counter())
        lines.append(f"{'all':<12}{self.planted:>9}{total['admitted']:>10}{total['review']:>8}{total['rejected']:>10}")
        for words, became in (("true mentions", self.truths), ("true mentions of hard texts", self.hard_truths)):
            told = ", ".join(f"{name} {count}" for name, count in became.most_common())
            lines.append(f"{words}: {told or 'none'}; share proven {_share(became):.3f}")
        lines.append(f"facts that the rules alone get wrong: {self.rules_untrue}")
        return "\n".join(lines)

    def shown(self, most: int) -> Iterator[str]:
        """The first admitted plants, each in full."""
        for plant, fields in self.admitted[:most]:
            yield f"\n{plant.kind} / {plant.how} → {', '.join(fields)}\n  {plant.passage.text}\n  {list(plant.answer)}"


def census(count: int, most: int, seed: int, *, labelled: Path | None = None, kind: str | None = None) -> Census:
    """Plants errors into so many passages, a third of them hard, keeps at most `most`, spread evenly, and counts."""
    found = Census()
    rng = Random(seed)
    hard = [*passages(seed + 1, count // 3, HARD), *(labelled_passages(labelled) if labelled else ())]
    texts = [*passages(seed, count - count // 3), *hard]
    made: list[Plant] = []
    for passage in texts:
        made += plants(passage, rng)
    distinct = list({(plant.passage.text, repr(plant.answer)): plant for plant in made}.values())
    chosen = [plant for plant in distinct if kind in (None, plant.kind)]
    chosen = _spread(chosen, most, rng)
    own = {passage.text: by_rules(passage) for passage in texts}
    for passage in texts:
        _count_truths(passage, own[passage.text], found, found.hard_truths if passage in hard else found.truths)
    # the plants of one text together, so that the finders may remember it
    for plant in sorted(chosen, key=lambda plant: plant.passage.text):
        became, fields = fate(plant, own[plant.passage.text])
        found.fates[plant.kind][became] += 1
        if became == "admitted":
            found.admitted.append((plant, fields))
    return found


def _spread(made: list[Plant], most: int, rng: Random) -> list[Plant]:
    """So many of them: of a rare class all, of the others alike."""
    classes: dict[str, list[Plant]] = defaultdict(list)
    for plant in made:
        classes[plant.kind].append(plant)
    kept: list[Plant] = []
    for left, (_, members) in enumerate(sorted(classes.items(), key=lambda entry: len(entry[1]))):
        quota = (most - len(kept)) // (len(classes) - left)
        kept += rng.sample(members, quota) if len(members) > quota else members
    return kept


def _share(counts: Mapping[str, int]) -> float:
    return counts.get("proven", 0) / max(1, sum(counts.values()))


def _count_truths(passage: Passage, own: Iterable[FactContent], found: Census, truths: Counter[str]) -> None:
    for fact, fields in untrue([fact for fact in own if fact.proof == "proven"], passage):
        found.rules_untrue += 1
        found.rules_wrong.append((passage, (str(fact.value), *fields)))
    stored = facts(passage, [told.mention() for told in passage.told])
    for told in passage.told:
        mine = [fact for fact in stored if at(fact, told.start, told.end)]
        right = [
            fact
            for fact in mine
            if not wrong(fact, told, passage) and (fact.period or told.label is None or told.period is None)
        ]
        if any(fact.proof == "proven" for fact in right):
            truths["proven"] += 1
            continue
        became = "review" if any(fact.proof == "review" for fact in mine) else "wrong or open" if mine else "lost"
        truths[became] += 1
        why = ", ".join(sorted({doubt for fact in mine for doubt in fact.doubts})) or became
        found.lost.append((passage, told.amount, f"{why}: {[wrong(fact, told, passage) for fact in mine]}"))
