"""Passages read as the pipeline would read them: extract, normalize, and the waiting that Celery otherwise does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from finproc.errors import Failed, TryLater
from finproc.evaluation.labels import Passage, Stated, stated
from finproc.extract.extraction import extract_document
from finproc.extract.readers import read
from finproc.llm.failures import GLOBAL, AccessRefused, Misconfigured, OverBudget, QuotaExhausted
from finproc.model.document import Context, Document
from finproc.model.fact import FactContent
from finproc.model.mention import Extraction
from finproc.normalize.facts import normalize
from finproc.schemas.outputs import fact_json

_WARMING = "Acme Inc. had revenue of $1 million in 2024."
Extract = Callable[[Document, Context], Extraction]
"""A document's mentions; with a model it may raise TryLater and Failed."""
_NO_TRY = frozenset({"pieces", "limiter", "attempt"})
"""Waiting that ends by itself."""
_LAST = (OverBudget, Misconfigured)
"""Failures that every later passage would meet too."""


def warm() -> None:
    """Read the word tables, so that the first passage is no slower than the others."""
    document = read(_WARMING.encode(), "text/plain")
    normalize(extract_document(document, Context()), document, Context())


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one passage. `facts` are those that `GET /facts` gives; those sent to review stand apart."""

    passage: str
    characters: int
    seconds: float
    facts: tuple[FactContent, ...] = ()
    review: tuple[FactContent, ...] = ()
    unclaimed: int = 0
    failed: str | None = None
    """The reason code where the pipeline would end the submission as `failed`; then nothing is stored."""

    @property
    def stated(self) -> tuple[Stated, ...]:
        return tuple(stated(fact_json(fact)) for fact in self.facts)

    @property
    def as_json(self) -> dict[str, Any]:
        """A line of predictions."""
        row: dict[str, Any] = {
            "id": self.passage,
            "facts": [fact_json(fact) for fact in self.facts],
            "review": [fact_json(fact) for fact in self.review],
        }
        return {**row, "failed": self.failed} if self.failed else row


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a passage is tried, and how long is waited: `wait(tries, after)` seconds."""

    tries: int
    wait: Callable[[int, float | None], float]
    sleep: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class Run:
    """Reads passages one after the other, or several at a time where a model is waited for."""

    extract: Extract
    patience: Patience
    at_a_time: int = 1
    clock: Callable[[], float] = time.perf_counter
    stopped: str | None = field(default=None, init=False)
    """Why passages were left out: the spend limit, or an account that answers nothing."""
    _stop: threading.Event = field(default_factory=threading.Event, init=False)

    def readings(self, passages: Sequence[Passage]) -> Iterator[Reading]:
        """A reading a passage, in order; none of those after the run had to stop."""
        if self.at_a_time == 1:
            found = map(self._reading, passages)
            yield from (reading for reading in found if reading is not None)
            return
        with ThreadPoolExecutor(self.at_a_time) as pool:
            for reading in pool.map(self._reading, passages):
                if reading is not None:
                    yield reading

    def _reading(self, passage: Passage) -> Reading | None:
        if self._stop.is_set():
            return None
        started = self.clock()
        try:
            return self._read(passage, started)
        except _LAST as error:
            self._end("the spend limit is reached" if isinstance(error, OverBudget) else error.detail)
            return None
        except Failed as error:
            return Reading(passage.id, len(passage.text), self.clock() - started, failed=error.reason)

    def _read(self, passage: Passage, started: float) -> Reading:
        document = read(passage.text.encode(), "text/plain")
        extraction = self._patiently(document, passage.context)
        normalized = normalize(extraction, document, passage.context)
        seconds = self.clock() - started
        admitted = tuple(fact for fact in normalized.facts if fact.proof != "review")
        review = tuple(fact for fact in normalized.facts if fact.proof == "review")
        return Reading(passage.id, len(passage.text), seconds, admitted, review, len(extraction.unclaimed))

    def _patiently(self, document: Document, context: Context) -> Extraction:
        tries = 0
        while True:
            try:
                return self.extract(document, context)
            except TryLater as later:
                if later.reason in GLOBAL or isinstance(later, AccessRefused | QuotaExhausted):
                    raise Misconfigured(later.reason, later.detail) from None
                tries += later.waiting not in _NO_TRY
                if tries >= self.patience.tries:
                    raise Failed(later.reason, later.detail) from None
                if later.waiting != "pieces":
                    self.patience.sleep(self.patience.wait(tries, later.after))

    def _end(self, why: str) -> None:
        self.stopped = why
        self._stop.set()
