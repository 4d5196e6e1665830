"""A whole evaluation as JSON values: the scoring tool's figures, then what it does not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from finproc.evaluation.causes import CAUSES, Fault, faults
from finproc.evaluation.changes import Change, changes
from finproc.evaluation.figures import Figures, Judged, Quality, figures, judge
from finproc.evaluation.labels import Passage, Stated
from finproc.evaluation.readings import Reading

BRIEF = ("company", "metric", "segment", "value", "value_low", "value_high", "unit", "currency", "period", "status")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds for all passages together: on the wall, and of this process's processor."""

    wall: float
    processor: float


@dataclass(frozen=True, slots=True)
class Report:
    """One run over labelled passages."""

    readings: tuple[Reading, ...]
    judged: Mapping[str, Judged]
    figures: Figures
    faults: tuple[Fault, ...]
    took: Took
    before: Figures | None = None
    """The figures of an earlier run on the same passages."""
    changes: tuple[Change, ...] = field(default=())

    @property
    def failed(self) -> list[Reading]:
        return [reading for reading in self.readings if reading.failed]

    @property
    def characters(self) -> int:
        return sum(reading.characters for reading in self.readings)

    @property
    def speed(self) -> dict[str, float]:
        """Characters and passages a second; characters a second of the processor, which a busy machine leaves alone."""
        return {
            "characters_per_second": round(_rate(self.characters, self.took.wall)),
            "passages_per_second": round(_rate(len(self.readings), self.took.wall), 1),
            "characters_per_processor_second": round(_rate(self.characters, self.took.processor)),
        }

    @property
    def review(self) -> int:
        return sum(len(reading.review) for reading in self.readings)

    def by_cause(self) -> dict[str, list[Fault]]:
        """Every cause, with its errors in the order of the passages."""
        return {cause: [fault for fault in self.faults if fault.cause == cause] for cause in CAUSES}


def report(
    passages: Sequence[Passage],
    readings: Sequence[Reading],
    took: Took,
    earlier: Mapping[str, Sequence[Stated]] | None = None,
) -> Report:
    """Judge the readings of the passages; `earlier` are another run's predictions by passage."""
    predicted = {reading.passage: reading.stated for reading in readings}
    read = [passage for passage in passages if passage.id in predicted]
    judged = {passage.id: judge(passage.facts, predicted[passage.id]) for passage in read}
    found = tuple(fault for passage in read for fault in faults(passage.id, judged[passage.id]))
    before, changed = None, tuple[Change, ...]()
    if earlier is not None:
        old = {passage.id: judge(passage.facts, earlier.get(passage.id, ())) for passage in read}
        before = figures(list(old.values()))
        changed = tuple(
            change
            for id_ in judged
            for change in changes(id_, (earlier.get(id_, ()), old[id_]), (predicted[id_], judged[id_]))
        )
    return Report(tuple(readings), judged, figures(list(judged.values())), found, took, before, changed)


def as_json(made: Report, *, examples: int) -> dict[str, Any]:
    """The report as JSON values; `examples` errors and changes of each kind are shown, all are counted."""
    out: dict[str, Any] = {
        **figures_json(made.figures),
        "causes": {
            cause: {"count": len(found), "examples": [_fault_json(fault) for fault in found[:examples]]}
            for cause, found in made.by_cause().items()
        },
        "sent_to_review": made.review,
        "unclaimed": sum(reading.unclaimed for reading in made.readings),
        "failed": {reading.passage: reading.failed for reading in made.failed},
        "seconds": round(made.took.wall, 3),
        **made.speed,
    }
    if made.before is not None:
        out["before"] = figures_json(made.before)
        out["changes"] = {
            name: {"count": len(found), "examples": [_change_json(change) for change in found[:examples]]}
            for name, found in changes_by_kind(made.changes).items()
        }
    return out


def _rate(count: int, seconds: float) -> float:
    return count / seconds if seconds else 0.0


def figures_json(made: Figures) -> dict[str, Any]:
    """As the scoring tool's own --json."""
    return {
        "passages": made.passages,
        "core": _quality(made.core),
        "full": _quality(made.full),
        "fields": dict(made.fields),
        "empty_passages_left_empty": f"{made.empty_left_empty}/{made.empty}",
    }


def changes_by_kind(made: Iterable[Change]) -> dict[str, list[Change]]:
    """Gained and lost facts, right and wrong ones apart."""
    kinds: dict[str, list[Change]] = {"gained right": [], "gained wrong": [], "lost right": [], "lost wrong": []}
    for change in made:
        kinds[f"{change.kind} {'right' if change.right else 'wrong'}"].append(change)
    return kinds


def _quality(made: Quality) -> dict[str, Any]:
    shares = {"precision": made.precision, "recall": made.recall, "f1": made.f1}
    return {**shares, **asdict(made)}


def _fault_json(fault: Fault) -> dict[str, Any]:
    return {"passage": fault.passage, "labelled": brief(fault.label), "predicted": brief(fault.fact)}


def _change_json(change: Change) -> dict[str, Any]:
    return {"passage": change.passage, "fact": brief(change.fact)}


def brief(made: Stated | None) -> dict[str, Any] | None:
    """What of a fact is compared, without what is empty."""
    if made is None:
        return None
    return {name: value for name in BRIEF if (value := getattr(made, name)) not in (None, "")}
