"""Backfill: a folder or an NDJSON file as submissions, in an order that can be resumed, and what models would cost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path

from finproc.errors import Refusal, Unreadable
from finproc.extract import readers
from finproc.extract.mentions.pieces import pieces
from finproc.extract.mentions.prompt import question
from finproc.extract.mentions.prompts import prompt_named
from finproc.llm.backend import Backend
from finproc.llm.opening import terms
from finproc.llm.prices import estimate
from finproc.model.document import Context
from finproc.model.model_call import TokenUsage
from finproc.settings import Settings
from finproc.submit.intake import Item, Upload, from_bytes, from_file

ANSWER_SHARE = Decimal("0.3")
"""Tokens of an answer beside those of the text it is about: mentions quote about a third of a dense report."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a backfill by its place: a file's name, or a line's number."""

    place: str
    item: Item | None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What the documents seen so far may cost in US dollars: as expected, and at most."""

    documents: int = 0
    calls: int = 0
    expected: Decimal = Decimal(0)
    at_most: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Source:
    """A folder (its files, by name) or an NDJSON file (its lines)."""

    path: Path

    def documents(self, settings: Settings, after: int = 0) -> Iterator[Document]:
        """All documents but the first `after`; what cannot be accepted carries its refusal."""
        for place, read in islice(self._places(), after, None):
            try:
                item = self._item(place, read(), settings)
            except Refusal as error:
                yield Document(place, None, error.detail)
            else:
                yield Document(place, item)

    def count(self) -> int:
        return sum(1 for _ in self._places())

    def fingerprint(self) -> str:
        """Changes when the list of documents changes; a resumed run counts only in the same list."""
        digest = hashlib.sha256(str(self.path.absolute()).encode())
        if self.path.is_dir():
            for place, _ in self._places():
                digest.update(b"\0" + place.encode())
        else:
            digest.update(f"\0{self.path.stat().st_size}".encode())
        return digest.hexdigest()[:32]

    def _item(self, place: str, content: bytes, settings: Settings) -> Item:
        if self.path.is_dir():
            return from_file(Upload(content, Path(place).name), {}, settings, readers)
        return from_bytes(content, settings)

    def _places(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Each document's place, and how to read it."""
        return self._files() if self.path.is_dir() else self._lines()

    def _files(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        for file in sorted(self.path.rglob("*")):
            name = file.relative_to(self.path)
            if file.is_file() and not any(part.startswith(".") for part in name.parts):
                yield str(name), file.read_bytes

    def _lines(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"line {number}", line.strip


@dataclass(frozen=True, slots=True)
class Position:
    """How far a backfill came, kept in a file: a number of documents."""

    file: Path

    @classmethod
    def of(cls, source: Source, folder: Path) -> Position:
        return cls(folder / "backfill" / source.fingerprint())

    def get(self) -> int:
        try:
            return int(self.file.read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def put(self, done: int) -> None:
        """Write beside, then rename: the file is never half-written."""
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        writing = self.file.with_suffix(".new")
        writing.write_text(str(done))
        writing.replace(self.file)


def with_cost(cost: Cost, document: Document, backend: Backend, settings: Settings) -> Cost:
    """`cost` with one more document: one call a piece. Documents that cannot be read cost nothing."""
    if document.item is None:
        return cost
    item, asked = document.item, terms(settings)
    try:
        read = readers.read(item.body, item.media_type, item.filename)
    except Unreadable:
        return cost
    context = Context(item.hints.company, item.hints.published, item.hints.language)
    prompt = prompt_named(settings.openai_prompt)
    calls, expected, at_most = 0, Decimal(0), Decimal(0)
    for number, piece in enumerate(pieces(read)):
        text = read.text[piece.span.start : piece.span.end]
        tokens = estimate(backend.body(question(text, piece.heads, context, number, prompt=prompt)))
        answer = int(estimate(text.encode()) * ANSWER_SHARE)
        calls += 1
        for_call = [
            asked.prices.cost(asked.price, TokenUsage(input=tokens, output=output), settings.openai_service_tier)
            for output in (min(answer, backend.max_output_tokens), backend.max_output_tokens)
        ]
        expected += for_call[0] or 0
        at_most += for_call[1] or 0
    return Cost(cost.documents + 1, cost.calls + calls, cost.expected + expected, cost.at_most + at_most)
