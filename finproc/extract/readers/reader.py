"""What a reader is, and the bounds that every reader keeps."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import Protocol, cast

from finproc.errors import Unreadable
from finproc.model.document import Document

MAX_CHARACTERS = 5_000_000
"""Characters of a document's text; a 500-page report has about 1.5 million."""
MAX_CELLS = 500_000
MAX_PAGES = 500


class ReaderModule(Protocol):
    """What a format's module offers."""

    def check(self, body: bytes) -> None: ...

    def read(self, body: bytes) -> Document: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """How one format is told, and the module that reads it.

    The module has `check(body) -> None`, which refuses what the door can tell quickly, and `read(body) -> Document`;
    both raise Unreadable. It is imported only where it works, so that nobody loads a format's library unasked.
    """

    media_type: str
    head: re.Pattern[bytes]
    """Matches at the start of a body of this format."""
    module: str
    main_part: re.Pattern[bytes] | None = None
    """Matches the main part's name, in lower case, in an archive of this format."""
    isolated_above: int | None = None
    """Bodies longer than this many bytes are read in the limited child process; None: never.

    0 is a binary format, whose check runs there too. A child costs about 0.1 s of CPU to start, a page of HTML as much
    for each 150 KB: below that a child buys nothing, above it the other threads of a worker would wait too long.
    """

    def library(self) -> ReaderModule:
        """The module, imported."""
        return cast("ReaderModule", import_module(self.module))

    def check(self, body: bytes) -> None:
        """The module's check in this process."""
        with _only_refusals():
            self.library().check(body)

    def read(self, body: bytes) -> Document:
        """The module's document, read in this process."""
        with _only_refusals():
            return self.library().read(body)


@contextmanager
def _only_refusals() -> Iterator[None]:
    """The border of a format's library: what it trips over on a damaged file becomes Unreadable, naming the place."""
    try:
        yield
    except Unreadable:
        raise
    except MemoryError as error:
        raise Unreadable("too_large", "Reading the document takes too much memory.") from error
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__} at {PurePath(place.filename).name}:{place.lineno}"
        raise Unreadable("unreadable", f"The document is damaged so that its reader broke off ({detail}).") from error


class TooLarge(Unreadable):
    """The document has more characters, pages or cells than finproc reads."""

    def __init__(self, detail: str) -> None:
        super().__init__("too_large", detail)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.detail,)


def bounded(document: Document) -> Document:
    """The document itself; raises Unreadable `no_text` if it is blank."""
    if not document.text.strip():
        raise Unreadable("no_text", "The document holds no text.")
    return document
