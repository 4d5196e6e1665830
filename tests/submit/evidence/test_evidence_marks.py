"""Spans over a text: whatever overlaps, every character is shown once and every span is found again."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from finproc.model.text import Span
from finproc.submit.evidence.marks import Marks, Target

LENGTH = 40
SPANS = st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(lambda ends: Span(min(ends), max(ends)))
TARGETS = st.lists(st.tuples(st.sampled_from(["fact", "problem", "unclaimed"]), SPANS), max_size=8).map(
    lambda found: [Target(kind, number, span) for number, (kind, span) in enumerate(found)]  # type: ignore[arg-type]
)


@given(st.lists(SPANS, max_size=12), TARGETS, st.sets(st.integers(0, LENGTH), max_size=5))
def test_every_character_is_shown_once_and_every_span_is_a_run_of_segments(spans, targets, cuts):
    marks = Marks(LENGTH, spans, targets, cuts)
    shown = list(marks.stretches(Span(0, LENGTH)))
    assert [place for stretch in shown for place in range(stretch.span.start, stretch.span.end)] == list(range(LENGTH))
    places = {stretch.segment: stretch.span for stretch in shown if stretch.segment is not None}
    assert list(places) == sorted(places)
    for span in [*spans, *(target.span for target in targets)]:
        run = marks.run(span)
        if len(span) == 0:
            continue
        assert run is not None
        covered = [places[number] for number in range(run[0], run[1] + 1)]
        assert (covered[0].start, covered[-1].end) == (span.start, span.end)
        assert sum(map(len, covered)) == len(span)
    assert not any(stretch.span.start < cut < stretch.span.end for cut in cuts for stretch in shown if stretch.segment)


@given(TARGETS, st.sets(st.integers(0, LENGTH), max_size=5))
def test_links_never_overlap_and_hold_every_target(targets, cuts):
    links = Marks(LENGTH, [], targets, cuts).links(Span(0, LENGTH))
    assert all(before.span.end <= after.span.start for before, after in itertools.pairwise(links))
    assert not any(link.span.start < cut < link.span.end for link in links for cut in cuts)
    firsts = [target for link in links if link.first for target in link.targets]
    assert sorted(firsts, key=lambda target: target.number) == [target for target in targets if len(target.span)]
    for link in links:
        assert all(link.targets[0].kind == "fact" or target.kind != "fact" for target in link.targets)


def test_spans_of_another_reading_of_the_text_are_left_out():
    marks = Marks(5, [Span(3, 9), Span(-2, 3)], [Target("fact", 0, Span(4, 6))])
    assert [stretch.segment for stretch in marks.stretches(Span(0, 5))] == [None]
    assert marks.links(Span(0, 5)) == []
    assert marks.run(Span(3, 9)) is None


def test_a_stretch_of_a_longer_segment_is_cut_where_it_is_asked_for():
    marks = Marks(10, [Span(2, 8)], [])
    assert [(stretch.span, stretch.segment) for stretch in marks.stretches(Span(4, 10))] == [
        (Span(4, 8), 0),
        (Span(8, 10), None),
    ]
