"""Evidence: for every field of a fact the characters it follows from, and the rule by which it does."""

from __future__ import annotations

from collections.abc import Iterator

from finproc.model.document import Document
from finproc.model.fact import Evidence
from finproc.model.mention import Mention
from finproc.model.text import Quote, Span

_QUOTED = ("amount", "metric", "company", "period", "period_anchor", "segment", "qualifier", "scale", "currency", "sign", "converted", "status_cue")


def quotes_of(mention: Mention) -> Iterator[tuple[str, Quote]]:
    """Every quote of a mention with its field's name."""
    for field in _QUOTED:
        quote = getattr(mention, field)
        if quote is not None:
            yield field, quote


def misquoted(document: Document, mention: Mention) -> tuple[str, Quote] | None:
    """The first quote that does not stand in the document where it says, character by character; None if all do."""
    for field, quote in quotes_of(mention):
        if quote.span is None:
            if quote.origin != "submission":
                return field, quote
        elif not 0 <= quote.span.start < quote.span.end <= len(document.text) or verbatim(document, quote.span) != quote.text:
            return field, quote
    span = mention.quote
    if not 0 <= span.start < span.end <= len(document.text):
        return "quote", Quote("", span)
    return None


def verbatim(document: Document, span: Span) -> str:
    return document.text[span.start : span.end]


def quoted(document: Document, span: Span, origin: str = "text") -> Quote:
    """The characters at a span as a quote."""
    return Quote(verbatim(document, span), span, origin)  # type: ignore[arg-type]


def rule_of(quote: Quote, *, own: str = "words") -> str:
    """How a quoted field follows: from its words, or inherited from the place that `origin` names."""
    return own if quote.origin == "text" else quote.origin
