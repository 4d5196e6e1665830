"""What must hold whatever comes in: only named refusals, true places, facts whose digits stand in the text, in time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from finproc.errors import Unreadable
from finproc.extract.extraction import extract_document
from finproc.extract.readers import reader_of
from finproc.model.document import Context, Document
from finproc.model.fact import FactContent
from finproc.normalize.facts import normalize
from tests.extract.readers.made import assert_places

SECONDS = 2.0
"""CPU time that one bounded input may take."""
REASONS = {"unreadable", "encrypted", "no_text", "not_text", "too_large"}
_FRACTION = re.compile(r"[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞/]")
_CONTEXT = Context(company="Acme Corp")


class TooSlow(AssertionError):
    """An input of bounded size took longer than it may."""


@contextmanager
def within(seconds: float = SECONDS) -> Iterator[None]:
    """Raises TooSlow if what is done takes more CPU time."""
    began = time.process_time()
    yield
    spent = time.process_time() - began
    if spent > seconds:
        raise TooSlow(f"{spent:.1f} s")


def read_or_refuse(body: bytes, media_type: str) -> Document | None:
    """The document that a reader makes of bytes in this process, None if it refuses them by a reason."""
    try:
        document = reader_of(media_type).read(body)
    except Unreadable as refused:
        if refused.reason not in REASONS or "broke off" in refused.detail:
            raise AssertionError(refused.detail) from refused
        return None
    assert_places(document)
    return document


def extract_and_prove(document: Document, language: str | None = None) -> tuple[FactContent, ...]:
    """All facts of a document, each looked at: its quote, its evidence, and its digits stand in the text."""
    context = Context(_CONTEXT.company, None, language)
    normalized = normalize(extract_document(document, context), document, context)
    for fact in normalized.facts:
        prove(fact, document.text)
    return normalized.facts


def prove(fact: FactContent, text: str) -> None:
    """Recompute what can be without finproc's own parser: verbatim places, and the digits of the value among them."""
    assert text[fact.quote_start : fact.quote_end] == fact.quote
    assert fact.evidence
    for item in fact.evidence:
        span = item.quote.span
        assert span is None or text[span.start : span.end] == item.quote.text
    printed = next(item.quote.text for item in fact.evidence if item.field == "value")
    values = [value for value in (fact.value, fact.value_low, fact.value_high) if value is not None]
    assert values
    digits = "".join(str(int(sign)) for sign in printed if sign.isdecimal())
    if not digits or _FRACTION.search(printed):
        return  # numbers in words and fractions have no digits of their own to compare
    for value in values:
        significant = "".join(map(str, value.as_tuple().digits)).strip("0")
        assert significant in digits, (fact.metric, value, printed)
