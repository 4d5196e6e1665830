"""Text to mentions by a language model: asked piece by piece, every piece's answer kept on its own.

What comes back is an offer of verbatim strings, proven or rejected elsewhere. Where the sweep shows money that a first
answer left out, the piece is asked about once more, for that money alone, if the budget allows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from finproc.errors import Failed, TryLater
from finproc.extract.mentions.offered import OfferedMention
from finproc.extract.mentions.pieces import Piece, halves, pieces
from finproc.extract.mentions.prompt import LATEST, question
from finproc.extract.mentions.prompts.prompt import Prompt
from finproc.llm.failures import MorePieces, of_answer
from finproc.llm.question import GARBAGE, Answer, Ask
from finproc.logs import events
from finproc.model.document import Context, Document
from finproc.model.mention import Extraction
from finproc.model.text import Quote, Span

log = events("llm")

MOST_LEFT_OUT = 60
"""Amounts that one second question names; a piece with more is no text about them."""
_NOT_WAITED_FOR = ("budget", "circuit")
"""What a second question, unlike a first, does not wait for."""


@dataclass(frozen=True, slots=True)
class ModelReader:
    """Reads documents with a model and one version of the prompt.

    One run starts calls for at most `ask.seconds`, then raises MorePieces; the next run replays what was answered and
    goes on. Both readings raise what `ask` raises.
    """

    ask: Ask
    prompt: Prompt = LATEST
    clock: Callable[[], float] = field(default=time.monotonic, compare=False)

    def first(self, document: Document, context: Context, extraction: Extraction) -> list[OfferedMention]:
        """What the model reads in the document, in its order. `extraction` is what the rules found.

        A piece without a digit in which the rules swept no amount either is not asked about: nothing in it could be
        proven. Raises InvalidAnswer for a piece answered with garbage twice, and CutOff where an answer never fits.
        """
        run = _Run(document, context, self)
        swept = sorted(_swept(extraction))
        offered: list[OfferedMention] = []
        for number, piece in enumerate(pieces(document)):
            if _may_report(document.text, piece, swept):
                offered.extend(run.read(piece, number))
        return offered

    def again(self, document: Document, context: Context, unclaimed: Sequence[Quote]) -> list[OfferedMention]:
        """What the model makes of amounts that the first reading left out; nothing where the prompt asks once only.

        The first reading stands by itself: an answer that cannot be used, a spent budget or an open circuit costs the
        second look alone.
        """
        if self.prompt.second is None:
            return []
        run = _Run(document, context, self)
        offered: list[OfferedMention] = []
        for number, piece in enumerate(pieces(document)):
            left_out = [quote for quote in unclaimed if quote.span and quote.span.within(piece.span)]
            if left_out and len(left_out) <= MOST_LEFT_OUT:
                offered.extend(run.look_again(piece, number, left_out))
        return offered


class _Run:
    """One run over a document's pieces, bounded in time."""

    def __init__(self, document: Document, context: Context, reader: ModelReader) -> None:
        self._document = document
        self._context = context
        self._reader = reader
        self._ends = reader.clock() + reader.ask.seconds
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

    def look_again(self, piece: Piece, number: int, left_out: Sequence[Quote]) -> list[OfferedMention]:
        """The offers for these amounts alone, whatever else the answer holds."""
        try:
            answer = self._once(piece, number, None, left_out)
        except Failed as error:
            why = error.reason
        except TryLater as error:
            if error.waiting not in _NOT_WAITED_FOR:
                raise
            why = error.reason
        else:
            if answer.outcome == "ok":
                asked = [quote.text for quote in left_out]
                return [offer for offer in _offers(answer.value, piece) if _is_about(offer, asked)]
            why = answer.outcome
        log.info("second_look_skipped", piece=number, reason=why)
        return []

    def _answer(self, piece: Piece, number: int) -> Answer:
        """The piece's answer; garbage is asked for once more, with what was wrong with it."""
        answer = self._once(piece, number, None)
        if answer.outcome in GARBAGE:
            wrong = f"{answer.outcome} {answer.detail}".strip()
            answer = self._once(piece, number, wrong)
        return answer

    def _once(self, piece: Piece, number: int, wrong: str | None, left_out: Sequence[Quote] = ()) -> Answer:
        # At least one new answer a run, so that every run gets further than the one before.
        if self._paid and self._reader.clock() >= self._ends:
            raise MorePieces("more_pieces", after=0.0, waiting="pieces")
        start = piece.span.start
        asked = question(
            self._document.text[start : piece.span.end],
            piece.heads,
            self._context,
            number,
            wrong,
            prompt=self._reader.prompt,
            left_out=[_shifted(quote, -start) for quote in left_out],
        )
        answer = self._reader.ask(asked)
        self._paid += not answer.replayed
        return answer


def _shifted(quote: Quote, by: int) -> Quote:
    span = quote.span
    return quote if span is None else replace(quote, span=Span(span.start + by, span.end + by))


def _is_about(offer: OfferedMention, amounts: Sequence[str]) -> bool:
    """Whether an offer is for one of the amounts that were asked for, with or without its currency or scale."""
    offered = offer.amount.strip()
    return any(offered in amount or amount in offered for amount in amounts)


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
