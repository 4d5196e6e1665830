"""Requests that wait together are saved together, and each gets what is its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from finproc.errors import Unavailable
from finproc.identity.workspace import Workspace
from finproc.model.ids import utc_now
from finproc.model.submission import NewSubmission
from finproc.records.protocols import Added
from finproc.settings import Settings
from finproc.submit import gathering, intake
from finproc.submit.gathering import Gathering

SECONDS = 20.0


class Gate:
    """Records whose first save waits until the gate is opened; every call's size is noted."""

    def __init__(self, records: Any, breaks: Callable[[NewSubmission], Exception | None] = lambda _: None) -> None:
        self.records = records
        self.breaks = breaks
        self.calls: list[int] = []
        self.entered, self.opened = threading.Event(), threading.Event()

    def add_many(self, new: Sequence[NewSubmission], at: datetime) -> list[Added]:
        self.calls.append(len(new))
        self.entered.set()
        assert self.opened.wait(SECONDS)
        for error in filter(None, map(self.breaks, new)):
            raise error
        return list(self.records.add_many(new, at))


def submission(place: Workspace, text: str) -> NewSubmission:
    return intake.new_submission(place.keyring, "me", intake.from_json({"raw_text": text}, Settings()))


def together(place: Workspace, gate: Gate, texts: list[str]) -> list[Future[list[Added]]]:
    """Save each text from a thread of its own: the first alone, the others while it is at work."""
    hall = Gathering()
    with ThreadPoolExecutor(len(texts)) as pool:
        first = pool.submit(hall.add_many, gate, [submission(place, texts[0])], utc_now())  # type: ignore[arg-type]
        assert gate.entered.wait(SECONDS)
        rest = [
            pool.submit(hall.add_many, gate, [submission(place, text)], utc_now())  # type: ignore[arg-type]
            for text in texts[1:]
        ]
        deadline = threading.Event()
        while len(hall._waiting) < len(rest):
            assert not deadline.wait(0.005)
        gate.opened.set()
    return [first, *rest]


def test_those_who_wait_share_one_save_and_each_gets_its_own(workspace: Workspace):
    gate = Gate(workspace.records.submissions)
    texts = [f"Text {number}." for number in range(10)]
    saved = together(workspace, gate, texts)
    assert gate.calls == [1, 9]
    for text, future in zip(texts, saved, strict=True):
        (added,) = future.result()
        assert added.outcome == "created"
        assert workspace.records.submissions.body(added.submission) == text.encode()


def test_the_same_content_at_the_same_time_is_one_submission(workspace: Workspace):
    saved = together(workspace, Gate(workspace.records.submissions), ["First.", *["Same."] * 5])
    added = [future.result()[0] for future in saved[1:]]
    assert sorted(one.outcome for one in added) == ["created", *["duplicate"] * 4]
    assert len({one.submission.id for one in added}) == 1


def test_one_that_breaks_harms_no_other(workspace: Workspace):
    gate = Gate(workspace.records.submissions, lambda new: ValueError("bad") if new.body == b"Bad." else None)
    first, bad, good = together(workspace, gate, ["First.", "Bad.", "Good."])
    assert gate.calls == [1, 2, 1, 1]
    with pytest.raises(ValueError, match="bad"):
        bad.result()
    assert first.result()[0].outcome == good.result()[0].outcome == "created"


def test_a_database_that_is_away_is_told_to_all_and_asked_once(workspace: Workspace):
    gate = Gate(workspace.records.submissions, lambda _: Unavailable())
    for future in together(workspace, gate, ["A.", "B.", "C."]):
        with pytest.raises(Unavailable):
            future.result()
    assert gate.calls == [1, 2]


def test_a_group_has_a_bound(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathering, "MAX_ITEMS", 4)
    gate = Gate(workspace.records.submissions)
    saved = together(workspace, gate, [f"Text {number}." for number in range(10)])
    assert gate.calls == [1, 4, 4, 1]
    assert all(future.result()[0].outcome == "created" for future in saved)
