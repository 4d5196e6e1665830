"""Which fields of a submission a revival, and which times a sweep, go by: rules that both stores share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from finproc.model.submission import NewSubmission, State, Submission

REVIVED = frozenset({State.FAILED, State.DISCARDED})
"""Ended states from which the same content, sent again, starts anew."""
_DOUBLINGS = 6


def fresh(new: NewSubmission, at: datetime) -> Submission:
    """A new submission as it is first saved."""
    return Submission(
        id=new.id,
        owner=new.owner,
        kind=new.kind,
        media_type=new.media_type,
        size=len(new.body),
        content_hash=new.content_hash,
        hints=new.hints,
        state=State.RECEIVED,
        received_at=at,
        updated_at=at,
        filename=new.filename,
        source=new.source,
        metadata=new.metadata,
        dispatched_at=at,
    )


def revived(old: Submission, at: datetime) -> dict[str, object]:
    """The changes that let an ended submission start anew."""
    return {
        "state": State.RECEIVED,
        "dispatch": old.dispatch + 1,
        "dispatched_at": at,
        "facts_set": old.facts_set + 1,
        "worker": None,
        "lease_until": None,
        "tries": 0,
        "losses": 0,
        "isolated": False,
        "not_before": None,
        "waiting": None,
        "reason": None,
        "detail": None,
        "step": None,
        "extraction": None,
        "normalization": None,
        "extractor": None,
        "fallback": False,
        "fact_count": None,
        "problem_count": None,
        "unclaimed_count": None,
    }


def patience(now: datetime, base_seconds: float) -> Iterator[tuple[int, datetime]]:
    """(dispatch, newest publication that counts as lost) for each doubling.

    The last one stands for all later dispatches.
    """
    for doubling in range(_DOUBLINGS + 1):
        yield doubling + 1, now - timedelta(seconds=base_seconds * 2**doubling)
