"""What waits on the queues, and whether a submission does."""

from __future__ import annotations

from datetime import datetime, timedelta

from finproc.clients.broker import depths, oldest
from finproc.model.submission import NEXT_STEP, RUNNING, State, Submission
from finproc.settings import Settings
from finproc.steps import QUEUES

_LONGEST_WAIT = timedelta(hours=1)
"""A message that was published longer ago is published again, whatever the depth says."""
_SLACK = timedelta(seconds=60)
"""How much later than its submission's dispatch a message may come to its queue: in a large batch it is sent late."""
_RUN = frozenset(RUNNING.values())


class Waiting:
    """The queues as they are now, asked once a sweep."""

    def __init__(self, settings: Settings) -> None:
        found = depths(settings)
        self._since = {name: oldest(settings, name, depth) for name, depth in found.items()}

    def held(self, now: datetime) -> dict[State, datetime]:
        """From when on the messages of submissions that wait for a step may merely wait their turn, by state."""
        since = {state: self._since.get(QUEUES[step]) for state, step in NEXT_STEP.items() if state not in _RUN}
        return {state: max(at - _SLACK, now - _LONGEST_WAIT) for state, at in since.items() if at is not None}

    def holds(self, submission: Submission, now: datetime) -> bool:
        """Whether the submission's message may merely wait its turn: its queue holds messages of its time."""
        published = submission.dispatched_at
        queue = "isolated" if submission.isolated else QUEUES[NEXT_STEP[submission.state]]
        since = self._since.get(queue)
        if published is None or since is None or published < now - _LONGEST_WAIT:
            return False
        return since <= published + _SLACK


__all__ = ["Waiting", "depths"]
