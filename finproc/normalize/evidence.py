"""Evidence: for every field of a fact the characters it follows from, and the rule by which it does."""

from __future__ import annotations

from collections.abc import Iterator

from finproc.model.document import Document
from finproc.model.mention import Mention
from finproc.model.text import Quote, Span

_QUOTED = (
    "amount", "metric", "company", "period", "period_anchor", "segment", "qualifier", "scale", "currency", "sign",
    "converted", "status_cue",
)  # fmt: skip


def quotes_of(mention: Mention) -> Iterator[tuple[str, Quote]]:
    """Every quote of a mention with its field's name."""
    for field in _QUOTED:
        quote = getattr(mention, field)
        if quote is not None:
            yield field, quote
    for quote in mention.period_parts:
        yield "period", quote
    for quote in mention.metric_parts:
        yield "metric", quote


def misquoted(document: Document, mention: Mention) -> tuple[str, Quote] | None:
    """The first quote that does not stand in the document where it says, character by character; None if all do."""
    for field, quote in quotes_of(mention):
        if quote.span is None:
            if quote.origin != "submission":
                return field, quote
        elif not _inside(document, quote.span) or verbatim(document, quote.span) != quote.text:
            return field, quote
    span = mention.quote
    if not _inside(document, span):
        return "quote", Quote("", span)
    return None


def _inside(document: Document, span: Span) -> bool:
    return 0 <= span.start < span.end <= len(document.text)


def verbatim(document: Document, span: Span) -> str:
    """The characters at a span."""
    return document.text[span.start : span.end]


def quoted(document: Document, span: Span, origin: str = "text") -> Quote:
    """The characters at a span as a quote."""
    return Quote(verbatim(document, span), span, origin)  # type: ignore[arg-type]


def rule_of(quote: Quote, *, own: str = "words") -> str:
    """How a quoted field follows: from its words, or inherited from the place that `origin` names."""
    return own if quote.origin == "text" else quote.origin
