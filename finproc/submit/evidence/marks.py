"""Which stretches of a text are marked: spans that overlap in any way, cut into stretches that do not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from finproc.model.text import Span

Kind = Literal["fact", "unclaimed", "problem"]
_RANK: dict[Kind, int] = {"fact": 0, "problem": 1, "unclaimed": 2}


@dataclass(frozen=True, slots=True)
class Target:
    """What a stretch of the text leads to: a fact, a problem or an unclaimed amount, by its place in its list."""

    kind: Kind
    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch that leads somewhere. Targets that overlap share one link, and the first of them names it."""

    span: Span
    targets: tuple[Target, ...]
    first: bool
    """False for what follows the first stretch of targets that go over the border of a paragraph or cell."""

    @property
    def kind(self) -> Kind:
        return self.targets[0].kind


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text. `segment` is its number where evidence stands in it, None for the text between."""

    span: Span
    segment: int | None = None


class Marks:
    """Spans of one text, ready to be laid over its paragraphs and cells.

    `spans` are evidence, `targets` what a reader can go to; `cuts` are the borders of paragraphs and cells, which no
    stretch goes over. Spans outside the text are left out: they belong to another reading of it.
    """

    def __init__(self, length: int, spans: Iterable[Span], targets: Iterable[Target], cuts: Iterable[int] = ()) -> None:
        whole = Span(0, length)
        inside = [target for target in targets if len(target.span) > 0 and target.span.within(whole)]
        covered = sorted({span for span in spans if len(span) > 0 and span.within(whole)} | {t.span for t in inside})
        borders = sorted({place for span in covered for place in (span.start, span.end)} | set(cuts))
        self._segments = list(_covered(borders, covered))
        self._starts = [segment.start for segment in self._segments]
        self._links = list(_links(inside, sorted(set(cuts))))
        self._link_starts = [link.span.start for link in self._links]

    def run(self, span: Span) -> tuple[int, int] | None:
        """Numbers of the first and the last segment of a span; None for a span that is not in the text."""
        first = bisect_left(self._starts, span.start)
        last = bisect_left(self._starts, span.end) - 1
        if first > last or self._starts[first] != span.start:
            return None
        return first, last

    def links(self, span: Span) -> Sequence[Link]:
        """The links that begin within a span."""
        return self._links[bisect_left(self._link_starts, span.start) : bisect_left(self._link_starts, span.end)]

    def stretches(self, span: Span) -> Iterator[Stretch]:
        """A span from end to end, as marked and unmarked stretches."""
        place = span.start
        number = max(0, bisect_right(self._starts, span.start) - 1)
        for index in range(number, len(self._segments)):
            segment = self._segments[index]
            start, end = max(segment.start, place), min(segment.end, span.end)
            if segment.start >= span.end:
                break
            if start >= end:
                continue
            if place < start:
                yield Stretch(Span(place, start))
            yield Stretch(Span(start, end), index)
            place = end
        if place < span.end:
            yield Stretch(Span(place, span.end))


def _covered(borders: Sequence[int], covered: Sequence[Span]) -> Iterator[Span]:
    """The stretches between borders that some span covers."""
    reach, following = 0, 0
    for start, end in pairwise(borders):
        while following < len(covered) and covered[following].start <= start:
            reach = max(reach, covered[following].end)
            following += 1
        if start < reach:
            yield Span(start, end)


def _links(targets: Sequence[Target], cuts: Sequence[int]) -> Iterator[Link]:
    """Targets that overlap, together; cut where a paragraph or cell ends."""
    group: list[Target] = []
    end = 0
    for target in sorted(targets, key=lambda target: (target.span, _RANK[target.kind], target.number)):
        if group and target.span.start >= end:
            yield from _cut(group, end, cuts)
            group = []
        group.append(target)
        end = max(end, target.span.end) if len(group) > 1 else target.span.end
    if group:
        yield from _cut(group, end, cuts)


def _cut(group: Sequence[Target], end: int, cuts: Sequence[int]) -> Iterator[Link]:
    start = group[0].span.start
    ordered = tuple(sorted(group, key=lambda target: (_RANK[target.kind], target.span, target.number)))
    places = [start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end]
    for index, (left, right) in enumerate(pairwise(places)):
        yield Link(Span(left, right), ordered, first=index == 0)
