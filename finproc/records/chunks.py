"""A document's bytes in sealed chunks of 1 MiB.

Index and last are in the AAD, so that none can be left out or moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from finproc.records.protocols import Sealer

SIZE = 1 << 20


def sealed_chunks(body: bytes, sealer: Sealer, *, owner: str, submission: str) -> Iterator[tuple[int, bool, bytes]]:
    """(number, last, sealed bytes) of each chunk; an empty body is one empty chunk."""
    count = max(1, -(-len(body) // SIZE))
    for number in range(count):
        last = number == count - 1
        chunk = body[number * SIZE : (number + 1) * SIZE]
        row = _row(submission, number, last=last)
        yield number, last, sealer.seal(chunk, owner=owner, table="documents", row=row, field="body")


def opened(chunks: Iterable[tuple[int, bool, bytes]], sealer: Sealer, *, owner: str, submission: str) -> bytes | None:
    """The body of chunks in order of number; None for no chunks, ValueError where some are missing."""
    parts: list[bytes] = []
    ended = False
    for expected, (number, last, sealed) in enumerate(chunks):
        if number != expected or ended:
            raise ValueError(f"the document of {submission} misses a chunk")
        row = _row(submission, number, last=last)
        parts.append(sealer.open(sealed, owner=owner, table="documents", row=row, field="body"))
        ended = last
    if parts and not ended:
        raise ValueError(f"the document of {submission} misses its end")
    return b"".join(parts) if parts else None


def _row(submission: str, number: int, *, last: bool) -> str:
    return f"{submission}:{number}:{'last' if last else 'more'}"
