"""What waits on the queues, and whether a submission does."""

from __future__ import annotations

from datetime import datetime, timedelta

from finproc.clients.broker import depths, oldest
from finproc.model.submission import NEXT_STEP, Submission
from finproc.settings import Settings
from finproc.steps import QUEUES

_LONGEST_WAIT = timedelta(hours=1)
"""A message that was published longer ago is published again, whatever the depth says."""


class Waiting:
    """The queues as they are now, asked once a sweep."""

    def __init__(self, settings: Settings) -> None:
        found = depths(settings)
        self._since = {name: oldest(settings, name, depth) for name, depth in found.items()}

    def holds(self, submission: Submission, now: datetime) -> bool:
        """Whether the submission's message may merely wait its turn: its queue holds messages as old as it."""
        published = submission.dispatched_at
        queue = "isolated" if submission.isolated else QUEUES[NEXT_STEP[submission.state]]
        since = self._since.get(queue)
        if published is None or since is None or published < now - _LONGEST_WAIT:
            return False
        return since <= published + timedelta(seconds=1)


__all__ = ["Waiting", "depths"]
