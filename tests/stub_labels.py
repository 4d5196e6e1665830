"""Answers that a stub gives from labelled passages: true ones in any order, or with errors planted into them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Said = dict[str, str | None]
"""One mention in the schema of the answer."""
Plant = Callable[[Said, "Labelled", random.Random], Said]
"""Puts an error into a true mention of a passage."""
FIELDS = ("quote", "amount", "metric", "qualifier", "company", "segment", "period", "status")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage with what each of its facts was said in, verbatim."""

    id: str
    text: str
    said: tuple[Said, ...]


def labelled(file: Path) -> list[Labelled]:
    """The passages of a file in the labels' form whose facts carry `said`."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]
    return [Labelled(row["id"], row["text"], tuple(fact["said"] for fact in row["facts"])) for row in rows]


class Answers:
    """Reads a piece of a labelled passage: what is said in it, as labelled, rearranged or with errors.

    `plant` may change every mention. The last `left_out` mentions of a piece are not in its first answer, so that a
    second question is needed for them.
    """

    def __init__(
        self,
        passages: Sequence[Labelled],
        seed: int = 0,
        *,
        rearranged: bool = False,
        plant: Plant | None = None,
        left_out: int = 0,
    ) -> None:
        self._passages = passages
        self._random = random.Random(seed)
        self._rearranged = rearranged
        self._plant = plant
        self._left_out = left_out
        self._asked: set[str] = set()

    def __call__(self, piece: str) -> list[Said]:
        found = [
            (passage, dict.fromkeys(FIELDS) | said)
            for passage in self._passages
            if piece in passage.text
            for said in passage.said
            if (said["quote"] or "") in piece
        ]
        if piece not in self._asked and self._left_out:
            found = found[: -self._left_out]
        self._asked.add(piece)
        if self._rearranged:
            self._random.shuffle(found)
        return [said if self._plant is None else self._plant(said, passage, self._random) for passage, said in found]
