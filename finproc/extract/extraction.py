"""The first step's work: a document in, mentions out; rules alone, or a model's reading reconciled with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from finproc.extract.mentions.offered import OfferedMention
from finproc.extract.mentions.rules import find_mentions
from finproc.extract.reconcile import reconcile
from finproc.model.document import Context, Document
from finproc.model.mention import Extraction

Offer = Callable[[Document, Context, Extraction], Sequence[OfferedMention]]
"""Asks a model about a document; sees what the rules found, gives what the model read."""


def extract_document(
    document: Document, context: Context, *, offered: Offer | None = None, model: str | None = None
) -> Extraction:
    """All mentions of a document. `offered` asks the model named `model`; without it the rules alone answer.

    Raises what `offered` raises; the rules themselves raise nothing on any text.
    """
    rules = find_mentions(document, context)
    if offered is None:
        return rules
    both = reconcile(offered(document, context, rules), rules, document, language=context.language)
    return replace(both, extractor=model or "model")
