import dataclasses
from datetime import timedelta

import pytest

from finproc.identity.workspace import open_workspace
from finproc.model.ids import new_id, utc_now
from finproc.model.submission import Hints, NewSubmission
from finproc.settings import Settings


@pytest.fixture
def place(tmp_path):
    """A workspace of its own, on SQLite."""
    opened = open_workspace(Settings(finproc_var=tmp_path / "var", retry_base_seconds=0.1, max_tries=3))
    yield opened
    opened.close()


@pytest.fixture
def records(place):
    return place.records.submissions


@pytest.fixture
def submit(records):
    """Save a text, as if it had been published some seconds ago."""

    def save(text="Company XYZ reported a net income of $5.3 million for Q1 2024.", published_ago=0.0):
        new = NewSubmission(new_id(), "local", "text", "text/plain", text.encode(), new_id(), Hints())
        (added,) = records.add_many([new], utc_now())
        changes = {"dispatched_at": utc_now() - timedelta(seconds=published_ago)}
        return records.change(added.submission.id, changes, at=utc_now(), if_state=[added.submission.state])

    return save


@pytest.fixture
def change(records):
    """Change a submission whatever its state."""

    def apply(submission, **changes):
        found = records.get(submission.id)
        changed = records.change(submission.id, changes, at=utc_now(), if_state=[found.state])
        assert changed is not None
        assert dataclasses.replace(changed, **changes) == changed
        return changed

    return apply
