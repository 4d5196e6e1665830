"""Metrics that stand in the heads of columns: which one each names, and whether as reported or adjusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from finproc.lexicon.metrics import Metric, find_metrics
from finproc.model.text import Quote

_FOOTNOTE = re.compile(r"\s*(?:\([a-z0-9]\)|[*†‡]+)\s*$")
_ADJUSTED = re.compile(
    r"\b(?:non[\s-]?gaap|adjusted|core|underlying|comparable|organic|pro[\s-]?forma)\b", re.IGNORECASE
)
_REST = re.compile(
    r"[\s,;:.–—()$€£/-]|\b(?:and|basic|diluted|net|total|group|consolidated|reported|of|the|in|usd|eur|gaap|ifrs|"
    r"attributable to .*|millions?|thousands?|mio|mn?|bn|m)\b",
    re.IGNORECASE,
)
_ALTERED = re.compile(
    r"\bnon-?\s?controlling\b|\bminorit|\baverage\b|\bper\b|\b(?:growth|change|increase|decrease|%|percent\w*|share|mix|effect|impact)\b|%",
    re.IGNORECASE,
)
PER_SHARE = re.compile(r"\bper\s+(?:[\w-]+\s+){0,2}share\b|\beps\b|je\s+aktie|par\s+action", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MetricHead:
    """A column whose head names a listed metric; `parts` are the pieces of the head from the top."""

    words: str
    metric: Metric
    parts: tuple[Quote, ...]
    qualifier: Quote | None
    per_share: bool


def metric_head(pieces: Sequence[Quote]) -> MetricHead | None:
    """The metric that a column's words name in full, one above the other; None where they say more or less."""
    words = " ".join(_FOOTNOTE.sub("", piece.text) for piece in pieces)
    per_share = bool(PER_SHARE.search(words))
    if not words or _ALTERED.search(PER_SHARE.sub(" ", words)):
        return None
    for found in find_metrics(words):
        if words[: found.span.start].strip() and _REST.sub("", _ADJUSTED.sub("", words[: found.span.start])):
            return None
        if _REST.sub("", PER_SHARE.sub("", words[found.span.end :])):
            return None
        parts = tuple(_bare(piece) for piece in pieces)
        marked = next(((piece, match) for piece in parts if (match := _ADJUSTED.search(piece.text))), None)
        qualifier = None
        if marked is not None and "adjusted" not in found.name:
            qualifier = marked[0]
        return MetricHead(words, found.metric, parts, qualifier, per_share)
    return None


def _bare(piece: Quote) -> Quote:
    mark = _FOOTNOTE.search(piece.text)
    if mark is None or piece.span is None:
        return piece
    text = piece.text[: mark.start()]
    return Quote(text, type(piece.span)(piece.span.start, piece.span.start + len(text)), piece.origin)
