"""The first step's work: a document in, mentions out; rules alone, or a model's reading reconciled with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from finproc.extract.mentions.offered import OfferedMention
from finproc.extract.mentions.rules import Groundwork, groundwork_of, mentions_of
from finproc.extract.places import Places
from finproc.extract.reconcile import reconcile
from finproc.extract.scrutiny import scrutinized, with_parts
from finproc.model.document import Context, Document
from finproc.model.mention import Extraction
from finproc.model.text import Quote

Offer = Callable[[Document, Context, Extraction], Sequence[OfferedMention]]
"""Asks a model about a document; sees what the rules found, gives what the model read."""
OfferAgain = Callable[[Document, Context, Sequence[Quote]], Sequence[OfferedMention]]
"""Asks once more, about money that neither the first answer nor the rules account for."""


def extract_document(
    document: Document,
    context: Context,
    *,
    offered: Offer | None = None,
    again: OfferAgain | None = None,
    model: str | None = None,
    prompt: str | None = None,
) -> Extraction:
    """All mentions of a document. `offered` asks the model named `model`; without it the rules alone answer.

    `prompt` is the version of what the model was told. Raises what `offered` and `again` raise; the rules themselves
    raise nothing on any text.
    """
    rules, ground = _ruled(document, context)
    if offered is None:
        return scrutinized(rules, document.text)
    rules = with_parts(rules, document.text)
    offers = list(offered(document, context, rules))
    both = reconcile(offers, rules, Places(document, context, ground))
    more = again(document, context, both.unclaimed) if again is not None and both.unclaimed else ()
    if more:
        both = reconcile([*offers, *more], rules, Places(document, context, ground))
    return replace(scrutinized(both, document.text), extractor=model or "model", prompt=prompt)


def _ruled(document: Document, context: Context) -> tuple[Extraction, Groundwork | None]:
    """What the rules find, and of a short document what they made it from: a long one's is not held for the model."""
    ground = groundwork_of(document, context)
    return mentions_of(ground, context), ground if ground.is_short else None
