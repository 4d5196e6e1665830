"""What a table's caption says: the scale of its money and of its counts of shares, and its currency."""

from __future__ import annotations

import re
from dataclasses import dataclass

from finproc.lexicon import currencies, scales
from finproc.lexicon.scales import currency_of_caption, find_captions
from finproc.model.text import Quote, Span

CAPTION = 60
"""Characters from which on a caption is a sentence, whose currency is not the table's."""
_SCALE_WORD = r"(?:thousands|millions|billions|tausend|millionen|milliers)"
_BARE_SCALE = re.compile(
    rf"^\W*(?:(?:dollars?|dollar\s+amounts|amounts)\s+in\s+)?({_SCALE_WORD})\b|\bin\s+(million|thousand|billion)\b",
    re.IGNORECASE,
)
_SHARES_IN = re.compile(
    rf"\bshares?\b[^.;()]{{0,40}}?\bin\s+({_SCALE_WORD})\b|\b({_SCALE_WORD})\s+of\s+shares\b", re.IGNORECASE
)
_EXCEPT = re.compile(r"\b(?:except|excluding|other\s+than|ausser|sauf)\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_PER_SHARES = re.compile(r"\bper[\s-]+(?:[\w-]+\s+){0,2}?shares?\b", re.IGNORECASE)
_SHARES = re.compile(r"\bshares?\b", re.IGNORECASE)
_CODES = "EUR|USD|GBP|CHF|SEK|NOK|DKK|INR|JPY|CNY|RMB|AUD|CAD|HKD|SGD|PLN|CZK|HUF|BRL|MXN|ZAR|KRW"
_SHORT = re.compile(
    rf"\b(Mio|Mrd|Tsd)\b\.?\s?(?:€|(?:{_CODES}|Euro)\b)|\b(?:{_CODES})\s?(m|mn|mm|bn|k)\b|(?<![^\W\d_])([MKk])\s?€"
    r"|\bin\s+(Cr)\b",
    re.IGNORECASE,
)
"""A scale beside its currency ("Mio. EUR", "EURm", "M€"); the group is the scale."""
_ZEROS = re.compile(
    rf"(?<![\d.,])(1[.,'’ ]?000(?:[.,'’ ]?000)?)\s?(?:{_CODES}|[$€£¥₹])|"
    rf"(?:\b(?:{_CODES})|[$€£¥₹])\s?(1[.,'’ ]?000(?:[.,'’ ]?000)?)(?=\s*(?:$|[\])]))"
)
"""A scale in digits ("[1.000.000 NOK]", "in EUR 1,000")."""
_FUSED = re.compile(rf"\b(?:{_CODES})(?=(?:m|mn|mm|bn|k)\b)")
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]|(?:[A-Za-z.]{1,4})?[$€£¥₹]")
_AROUND = 32
"""Characters around a scale in which its currency is named."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a caption says. `shares` is the scale of share counts; `exempt`: they go without any.

    `excepted` is in lower case what the scale does not touch.
    """

    scale: Quote | None = None
    shares: Quote | None = None
    exempt: bool = False
    currency: Quote | None = None
    excepted: str = ""


def stated(text: str, span: Span, language: str | None) -> Stated:
    """Reads one caption or head, whose text stands at `span`."""
    scale = _scale(text, span, language)
    if scale is None or scale.span is None:
        return Stated()
    shares = _SHARES_IN.search(text)
    rest = _EXCEPT.search(text)
    exempt = bool(rest and _SHARES.search(_PER_SHARES.sub(" ", rest["rest"])))
    return Stated(
        scale,
        _quote(text, span, shares.span(1 if shares[1] else 2)) if shares else None,
        exempt and shares is None,
        _currency(text, span, scale.span),
        rest["rest"].lower() if rest else "",
    )


def _scale(text: str, span: Span, language: str | None) -> Quote | None:
    apart = _SHARES_IN.search(text)
    joint = apart is None or re.match(r"[^.;]*\b(?:and|&)\s+$", text[: apart.start()])
    zeros = _ZEROS.search(text)
    if zeros and zeros.lastindex:
        return _quote(text, span, zeros.span(zeros.lastindex))
    for start, end, _power, _code in find_captions(text, language):
        if apart is None or joint or not apart.start() <= start < apart.end():
            return _quote(text, span, (start, end))
    short = _SHORT.search(text)
    if short and short.lastindex:
        return _quote(text, span, short.span(short.lastindex))
    bare = _BARE_SCALE.match(text)
    return _quote(text, span, bare.span(bare.lastindex or 1)) if bare else None


def _currency(text: str, span: Span, scale: Span) -> Quote | None:
    """The sign, code or name of the money: of a short caption anywhere, of a sentence beside the scale."""
    start, end = scale.start - span.start, scale.end - span.start
    around = (0, len(text)) if len(text) < CAPTION else (max(0, start - _AROUND), min(len(text), end + _AROUND))
    for word in _WORD.finditer(text, *around):
        found = currencies.after(text, word.start())
        if found and found[1].code and found[1].factor >= 1 and not text[found[0] : found[0] + 1].isalpha():
            return _quote(text, span, (word.start(), found[0]))
    fused = _FUSED.search(text, *around)
    if fused:
        return _quote(text, span, fused.span())
    return _quote(text, span, around) if currency_of_caption(text[slice(*around)]) else None


def _quote(text: str, span: Span, place: tuple[int, int]) -> Quote:
    start, end = place
    return Quote(text[start:end], Span(span.start + start, span.start + end), "caption")


def power_of(scale: str) -> int:
    """The power of ten of a stated scale; 0 where its words name none."""
    if scale[:1] == "1":
        return scale.count("0")
    words = [scales.power_of(word) for word in re.findall(r"[^\W\d_]+\.?", scale)]
    return next((power for power in words if power), 3 if "000" in scale else 0)
