"""Text to mentions by a language model: asked piece by piece, every piece's answer kept on its own.

What comes back is an offer of verbatim strings, proven or rejected elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from finproc.extract.mentions.offered import OfferedMention
from finproc.extract.mentions.pieces import Piece, halves, pieces
from finproc.extract.mentions.prompt import question
from finproc.llm.failures import MorePieces, of_answer
from finproc.llm.question import GARBAGE, Answer, Ask
from finproc.model.document import Context, Document
from finproc.model.mention import Extraction


def offer_mentions(
    document: Document,
    context: Context,
    extraction: Extraction,
    *,
    ask: Ask,
    clock: Callable[[], float] = time.monotonic,
) -> list[OfferedMention]:
    """What the model reads in the document, in its order. `extraction` is what the rules found.

    A piece without a digit in which the rules swept no amount either is not asked about: nothing in it could be
    proven. One run starts calls for at most `ask.seconds`, then raises MorePieces; the next run replays what was
    answered and goes on. Raises what `ask` raises, InvalidAnswer for a piece answered with garbage twice, and CutOff
    where an answer never fits.
    """
    run = _Run(document, context, ask, clock)
    swept = sorted(_swept(extraction))
    offered: list[OfferedMention] = []
    for number, piece in enumerate(pieces(document)):
        if _may_report(document.text, piece, swept):
            offered.extend(run.read(piece, number))
    return offered


class _Run:
    """One run over a document's pieces, bounded in time."""

    def __init__(self, document: Document, context: Context, ask: Ask, clock: Callable[[], float]) -> None:
        self._document = document
        self._context = context
        self._ask = ask
        self._clock = clock
        self._ends = clock() + ask.seconds
        self._paid = 0

    def read(self, piece: Piece, number: int) -> Iterator[OfferedMention]:
        answer = self._answer(piece, number)
        if answer.outcome == "cut_off":
            parts = halves(self._document, piece)
            if not parts:
                raise of_answer(answer.outcome, answer.detail)
            for part in parts:
                yield from self.read(part, number)
        elif answer.outcome == "ok":
            yield from _offers(answer.value, piece)
        else:
            raise of_answer(answer.outcome, answer.detail)

    def _answer(self, piece: Piece, number: int) -> Answer:
        """The piece's answer; garbage is asked for once more, with what was wrong with it."""
        answer = self._once(piece, number, None)
        if answer.outcome in GARBAGE:
            wrong = f"{answer.outcome} {answer.detail}".strip()
            answer = self._once(piece, number, wrong)
        return answer

    def _once(self, piece: Piece, number: int, wrong: str | None) -> Answer:
        # At least one new answer a run, so that every run gets further than the one before.
        if self._paid and self._clock() >= self._ends:
            raise MorePieces("more_pieces", after=0.0, waiting="pieces")
        text = self._document.text[piece.span.start : piece.span.end]
        answer = self._ask(question(text, piece.heads, self._context, number, wrong))
        self._paid += not answer.replayed
        return answer


def _swept(extraction: Extraction) -> Iterator[int]:
    for quote in (*(mention.amount for mention in extraction.mentions), *extraction.unclaimed):
        if quote.span is not None:
            yield quote.span.start


def _may_report(text: str, piece: Piece, swept: list[int]) -> bool:
    start, end = piece.span.start, piece.span.end
    return any(sign.isdigit() for sign in text[start:end]) or any(start <= place < end for place in swept)


def _offers(value: Any, piece: Piece) -> Iterator[OfferedMention]:
    """The mentions of an answer that matches the schema; one that names no amount or no metric says nothing."""
    for mention in value["mentions"]:
        amount, metric = mention["amount"], mention["metric"]
        if not amount or not metric:
            continue
        yield OfferedMention(
            amount=amount,
            metric=metric,
            company=mention["company"],
            period=mention["period"],
            segment=mention["segment"],
            qualifier=mention["qualifier"],
            status=mention["status"] or "actual",
            quote=mention["quote"] or amount,
            piece_start=piece.span.start,
            piece_end=piece.span.end,
        )
