"""A submission: one document on its way from received to stored, and the history of that way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from finproc.errors import Waiting


class State(StrEnum):
    """Where a submission stands."""

    RECEIVED = "received"
    EXTRACTING = "extracting"
    EXTRACTED = "extracted"
    NORMALIZING = "normalizing"
    NORMALIZED = "normalized"
    STORING = "storing"
    STORED = "stored"
    FAILED = "failed"
    DISCARDED = "discarded"


class Step(StrEnum):
    """The three steps of the pipeline, in order."""

    EXTRACT = "extract"
    NORMALIZE = "normalize"
    STORE = "store"


BEFORE = {Step.EXTRACT: State.RECEIVED, Step.NORMALIZE: State.EXTRACTED, Step.STORE: State.NORMALIZED}
RUNNING = {Step.EXTRACT: State.EXTRACTING, Step.NORMALIZE: State.NORMALIZING, Step.STORE: State.STORING}
AFTER = {Step.EXTRACT: State.EXTRACTED, Step.NORMALIZE: State.NORMALIZED, Step.STORE: State.STORED}
WORKS_ON = {Step.NORMALIZE: (Step.EXTRACT, "extraction"), Step.STORE: (Step.NORMALIZE, "normalization")}
"""Whose output a step works on, and the field that points at the attempt that wrote it; extract reads the document."""
NEXT_STEP = {
    State.RECEIVED: Step.EXTRACT,
    State.EXTRACTING: Step.EXTRACT,
    State.EXTRACTED: Step.NORMALIZE,
    State.NORMALIZING: Step.NORMALIZE,
    State.NORMALIZED: Step.STORE,
    State.STORING: Step.STORE,
}
"""The step that a submission in this state needs next; ended states are absent."""
ENDED = frozenset({State.STORED, State.FAILED, State.DISCARDED})

Kind = Literal["text", "file"]


@dataclass(frozen=True, slots=True)
class Hints:
    """What the submitter says about the content; part of what makes two submissions the same."""

    company: str | None = None
    published: date | None = None
    language: str | None = None
    account: str | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """A validated submission before it is saved. `body` is UTF-8 of the NFC text, or the file's bytes."""

    id: str
    owner: str
    kind: Kind
    media_type: str
    body: bytes
    content_hash: str
    hints: Hints
    filename: str | None = None
    source: str | None = None
    metadata: dict[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of state. `sequence`, microseconds since 1970, grows within a submission and orders events of all."""

    sequence: int
    submission: str
    owner: str
    state: State
    at: datetime
    attempt: int
    dispatch: int
    worker: str | None = None
    duration_ms: int | None = None
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A saved submission. Times are aware UTC."""

    id: str
    owner: str
    kind: Kind
    media_type: str
    size: int
    content_hash: str
    hints: Hints
    state: State
    received_at: datetime
    updated_at: datetime
    filename: str | None = None
    source: str | None = None
    metadata: dict[str, object] = field(default_factory=dict, hash=False)
    dispatch: int = 1
    """Number of the publication that counts; messages with an older one are ignored."""
    dispatched_at: datetime | None = None
    """When it was last published to the broker; None until the first time."""
    attempt: int = 0
    """Fencing token: the newest run of any step. Outputs and changes of older attempts are refused."""
    worker: str | None = None
    """`host:pid:start` of the process that runs the newest attempt."""
    lease_until: datetime | None = None
    """Until when that attempt counts as alive; its process extends it."""
    tries: int = 0
    """Failed tries of the present step (waiting does not count)."""
    losses: int = 0
    """Workers lost while it ran on the queue `isolated`."""
    isolated: bool = False
    not_before: datetime | None = None
    waiting: Waiting | None = None
    reason: str | None = None
    detail: str | None = None
    step: Step | None = None
    """The step that failed."""
    extraction: int | None = None
    """The attempt whose extraction counts; None until extracted."""
    normalization: int | None = None
    facts_set: int = 0
    """Grows by one with every replay, retry or revival; facts of older sets are closed when a newer one is stored."""
    extractor: str | None = None
    """`rules` or the model's name, once extracted."""
    fallback: bool = False
    fact_count: int | None = None
    problem_count: int | None = None
    unclaimed_count: int | None = None


@dataclass(frozen=True, slots=True)
class SubmissionFilter:
    """What `/submissions` can be asked for."""

    state: State | None = None
    since: datetime | None = None
    reason: str | None = None
    extractor: str | None = None
