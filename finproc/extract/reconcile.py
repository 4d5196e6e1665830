"""A model's reading against the sweep: its number counts only where the text has exactly that number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from finproc.extract.agreement import Reading, loss_word, merged, twice
from finproc.extract.attested import in_grid, in_sentence
from finproc.extract.mentions.offered import OfferedMention
from finproc.extract.mentions.rules.surroundings import Surroundings
from finproc.extract.places import Places
from finproc.lexicon.amounts import FoundAmount
from finproc.lexicon.companies import key
from finproc.model.mention import Extraction, Mention, Rejection
from finproc.model.text import Quote, Span

_BARE = frozenset({"plain", "count"})
_SCALABLE = _BARE | {"currency"}
_MARKS = frozenset("0123456789")
_MOST_PLACES = 200
"""Occurrences of one string that are looked at in one piece."""


def reconcile(offered: Sequence[OfferedMention], rules: Extraction, places: Places) -> Extraction:
    """Both readings as one: `agreed`, `model` or `rules` on each mention, doubts where they differ, refusals.

    `places` are those of the document that both have read.
    """
    text = places.document.text
    swept = places.amounts
    around = _Around(Surroundings.of(places.document, places.grids, places.context.language), places)
    ruled_at = sorted((m.amount.span, place) for place, m in enumerate(rules.mentions) if m.amount.span)
    left_alone = _left_alone(rules, swept)
    mentions: dict[Span, Mention] = {}
    rejected: list[Rejection] = list(rules.rejected)
    for offer in offered:
        placed = _place(offer, text, swept, mentions, places)
        if isinstance(placed, Rejection):
            rejected.append(placed)
            continue
        ruled = next((rules.mentions[place] for place in _overlapping(placed.span, ruled_at)), None)
        made = _joined(placed, offer, text, ruled, around)
        if isinstance(made, Rejection):
            rejected.append(made)
            continue
        span = made.amount.span or made.quote
        if placed.amount.span in left_alone:
            made = replace(made, doubts=(*made.doubts, "left_alone_by_rules"))
        before = mentions.get(span)
        mentions[span] = made if before is None else twice(before, made)
    for mention in rules.mentions:
        if mention.amount.span and mention.amount.span not in mentions:
            mentions[mention.amount.span] = mention
    claimed = [mention.amount.span for mention in mentions.values() if mention.amount.span]
    claimed += [mention.converted.span for mention in mentions.values() if mention.converted and mention.converted.span]
    claimed.sort()
    unclaimed = tuple(quote for quote in rules.unclaimed if quote.span and not _claimed(quote.span, claimed))
    ordered = tuple(mentions[span] for span in sorted(mentions))
    return replace(rules, mentions=ordered, unclaimed=unclaimed, rejected=tuple(rejected))


def _left_alone(rules: Extraction, swept: Sequence[FoundAmount]) -> frozenset[Span]:
    """Money that the rules account for without a mention: changes, limits, effects, conversions."""
    known = {mention.amount.span for mention in rules.mentions} | {quote.span for quote in rules.unclaimed}
    return frozenset(amount.span for amount in swept if amount.is_money and amount.span not in known)


def _overlapping(span: Span, ruled_at: Sequence[tuple[Span, int]]) -> Iterator[int]:
    """The rules' mentions of a number, with or without the parentheses around it."""
    place = bisect_right(ruled_at, span.start, key=lambda entry: entry[0].start)
    return (number for other, number in ruled_at[max(0, place - 1) : place + 1] if span.overlaps(other))


def _claimed(span: Span, claimed: Sequence[Span]) -> bool:
    """Whether a span overlaps one of the others (in order, none overlapping)."""
    place = bisect_right(claimed, span.start, key=lambda other: other.start)
    return any(span.overlaps(other) for other in claimed[max(0, place - 1) : place + 1])


@dataclass(frozen=True, slots=True)
class _Around:
    """What of the document stands around its numbers."""

    surroundings: Surroundings
    places: Places


@dataclass(frozen=True, slots=True)
class _Placed:
    """An offer whose amount stands in the text: the amount as swept, and the stretch that the offer quotes."""

    amount: FoundAmount
    quote: Span
    span: Span
    """The amount with the parentheses that make it negative: those offered, and any in a table."""


def _place(
    offer: OfferedMention, text: str, swept: Sequence[FoundAmount], taken: dict[Span, Mention], places: Places
) -> _Placed | Rejection:
    """The one place of an offer's amount: inside its quote, as a whole number that the sweep found too."""
    if not offer.amount.strip():
        return Rejection("no_amount", offer.amount)
    start, end = max(0, offer.piece_start), min(len(text), offer.piece_end)
    quotes = list(_occurrences(text, offer.quote, start, end))
    found = list(_amount_places(text, offer.amount.strip(), start, end))
    if not found:
        return Rejection("amount_not_in_text", offer.amount)
    exact = [(place, amount) for place in found if (amount := _swept_at(place, swept, text)) is not None]
    if not exact:
        return Rejection("amount_not_swept", offer.amount, found[0])
    if quotes:
        inside = [(place, amount, quote) for place, amount in exact for quote in quotes if place.within(quote)]
    elif len(exact) == 1:
        inside = [(exact[0][0], exact[0][1], exact[0][0])]
    else:
        return Rejection("quote_not_in_text", offer.quote)
    if not inside:
        return Rejection("amount_not_in_quote", offer.amount, exact[0][0])
    free = [entry for entry in inside if not _is_taken(entry[1], taken)] or inside
    place, amount, quote = min(free, key=lambda entry: _gap_to_metric(text, offer, entry[0], entry[2]))
    return _with_sign(amount, quote, place, places)


def _with_sign(amount: FoundAmount, quote: Span, place: Span, places: Places) -> _Placed:
    enclosed = amount.enclosed
    if enclosed is None or not (enclosed.within(place) or places.grid(amount.span)):
        return _Placed(amount, quote, amount.span)
    return _Placed(amount, Span(min(quote.start, enclosed.start), max(quote.end, enclosed.end)), enclosed)


def _is_taken(amount: FoundAmount, taken: dict[Span, Mention]) -> bool:
    return amount.span in taken or amount.enclosed in taken


def _occurrences(text: str, words: str, start: int, end: int) -> Iterator[Span]:
    """Where the words stand, white space alike; never anything but white space differs."""
    parts = words.split()
    if not parts:
        return
    verbatim = text.find(words, start, end) >= 0
    if len(parts) == 1 or verbatim:
        place, wanted = start, words if verbatim else parts[0]
        for _ in range(_MOST_PLACES):
            place = text.find(wanted, place, end)
            if place < 0:
                return
            yield Span(place, place + len(wanted))
            place += 1
        return
    if any(text.find(part, start, end) < 0 for part in parts):
        return
    pattern = re.compile(r"\s+".join(re.escape(part) for part in parts))
    for count, match in enumerate(pattern.finditer(text, start, end)):
        if count >= _MOST_PLACES:
            return
        yield Span(match.start(), match.end())


def _amount_places(text: str, amount: str, start: int, end: int) -> Iterator[Span]:
    """Occurrences that are whole numbers: "500" is not found inside "1,500", nor "$5" inside "$5.3"."""
    for span in _occurrences(text, amount, start, end):
        before, behind = text[max(0, span.start - 2) : span.start], text[span.end : span.end + 2]
        starts_inside = text[span.start] in _MARKS and (
            before[-1:].isdigit() or (before[-1:] in ".,'’" and before[:1].isdigit())
        )
        ends_inside = text[span.end - 1] in _MARKS and (
            behind[:1].isdigit() or (behind[:1] in ".,'’" and behind[1:2].isdigit())
        )
        if not starts_inside and not ends_inside:
            yield span


def _swept_at(place: Span, swept: Sequence[FoundAmount], text: str) -> FoundAmount | None:
    """The swept amount whose digits are exactly the digits at this place (both ends of a range)."""
    spot = bisect_right(swept, place.start, key=lambda amount: amount.span.start) - 1
    for amount in swept[max(0, spot - 1) : spot + 3]:
        if not amount.span.overlaps(place):
            continue
        digits = Span(amount.low.digits.span.start, (amount.high or amount.low).digits.span.end)
        extra = text[place.start : min(place.end, digits.start)] + text[max(digits.end, place.start) : place.end]
        if digits.within(place) and not any(character.isdigit() for character in extra):
            return amount
    return None


def _gap_to_metric(text: str, offer: OfferedMention, place: Span, quote: Span) -> int:
    """Characters between the amount and the nearest of the metric's words in the quote."""
    spans = list(_occurrences(text, offer.metric, quote.start, quote.end))
    return min((_gap(span, place) for span in spans), default=len(text))


def _gap(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _whole(text: str, span: Span) -> bool:
    """Whether a stretch is no part of a longer word: "income" is not found inside "outcome"."""
    before, behind = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    return not (before.isalnum() and text[span.start].isalnum()) and not (
        behind.isalnum() and text[span.end - 1].isalnum()
    )


def _nearest(text: str, words: str | None, amount: Span, *windows: Span) -> Span | None:
    """The occurrence nearest to the amount in the first window that has one; letters alike in either case."""
    if not words or not words.strip():
        return None
    for window in windows:
        spans = [span for span in _occurrences(text, words, window.start, window.end) if _whole(text, span)]
        if not spans and _may_hold(text[window.start : window.end], words):
            pattern = re.compile(r"\s+".join(re.escape(part) for part in words.split()), re.IGNORECASE)
            spans = [Span(*match.span()) for match in pattern.finditer(text, window.start, window.end)][:_MOST_PLACES]
            spans = [span for span in spans if _whole(text, span)]
        if spans:
            return min(spans, key=lambda span: (_gap(span, amount), span.start))
    return None


def _may_hold(text: str, words: str) -> bool:
    """Whether the words may stand in a stretch in other cases; a quick look that spares it a pattern of their own.

    Beyond ASCII cases are more than capital and small: there the pattern decides.
    """
    if not (text.isascii() and words.isascii()):
        return True
    lower = text.lower()
    return all(part in lower for part in words.lower().split())


def _joined(
    placed: _Placed, offer: OfferedMention, text: str, ruled: Mention | None, around: _Around
) -> Mention | Rejection:
    """The offer as a mention; with the rules' evidence where they read the same number."""
    amount, piece = placed.amount.span, Span(max(0, offer.piece_start), min(len(text), offer.piece_end))
    near = Span(max(piece.start, placed.quote.start - 400), min(piece.end, placed.quote.end + 400))
    metric = _nearest(text, offer.metric, amount, placed.quote, near, piece)
    metric = metric or around.places.metric_named(offer.metric, amount, placed.quote)
    if metric is None:
        return Rejection("metric_not_in_text", offer.metric, amount)
    parts, doubts = _parts(offer, text, around.places.namer.submitted, amount, placed.quote, near, piece)
    words = Quote(text[metric.start : metric.end], metric)
    if offer.status not in ("guidance", "actual"):
        doubts.append("unknown_status")
    read = Reading(words, guidance=offer.status == "guidance", doubts=tuple(doubts), **parts)
    if ruled is not None:
        if "period_not_in_text" in read.doubts:
            read = _with_said_period(read, offer)
        return merged(ruled, read, around.places.sentence(amount), around.places.namer.submitted)
    return _attested(_alone(placed, read, text, around.surroundings), around.places)


def _with_said_period(read: Reading, offer: OfferedMention) -> Reading:
    """The model's own words for a period that the rules have: no evidence, but they may say the same."""
    doubts = tuple(doubt for doubt in read.doubts if doubt != "period_not_in_text")
    return replace(read, period=Quote((offer.period or "").strip(), None), doubts=doubts)


def _alone(placed: _Placed, read: Reading, text: str, around: Surroundings) -> Mention:
    """A number that only the model read, as it read it."""
    amount, metric = placed.span, read.metric.span or placed.quote
    return Mention(
        amount=Quote(text[amount.start : amount.end], amount),
        metric=read.metric,
        quote=Span(min(metric.start, amount.start), max(metric.end, amount.end)),
        company=read.company, period=read.period, segment=read.segment, qualifier=read.qualifier,
        scale=around.scale(amount) if placed.amount.unit in _SCALABLE and not placed.amount.scaled else None,
        currency=around.currency(amount) if placed.amount.unit in _BARE else None,
        sign=loss_word(read.metric),
        status="guidance" if read.guidance else "actual",
        approximate=placed.amount.approximation is not None,
        doubts=read.doubts,
        extractor="model",
    )  # fmt: skip


def _attested(mention: Mention, places: Places) -> Mention:
    """The model's reading with the doubts that its sentence or its table raises."""
    span = mention.amount.span or mention.quote
    grid = places.grid(span)
    if grid is not None:
        return replace(mention, doubts=(*mention.doubts, *in_grid(mention, grid)))
    sentence = places.sentence(span)
    if sentence is None:
        return replace(mention, doubts=(*mention.doubts, "no_sentence"))
    return in_sentence(mention, sentence, places.namer)


def _parts(
    offer: OfferedMention, text: str, submitted: str, amount: Span, *windows: Span
) -> tuple[dict[str, Quote | None], list[str]]:
    """The offer's other strings in their places; one that the text does not have is left out with a doubt.

    The company that the submission names (`submitted`, its key) need not stand in the text.
    """
    parts: dict[str, Quote | None] = {}
    doubts: list[str] = []
    whole = Span(0, len(text))
    for name, words in (
        ("company", offer.company),
        ("period", offer.period),
        ("segment", offer.segment),
        ("qualifier", offer.qualifier),
    ):
        span = _nearest(text, words, amount, *windows, whole)
        if span is not None and name == "segment" and words and text[span.start : span.end] != words.strip():
            span = None  # "Payments" is no part of the company where the text has "dividend payments"
        parts[name] = Quote(text[span.start : span.end], span) if span else None
        hinted = name == "company" and words and key(words) == submitted
        if words and words.strip() and span is None and not hinted:
            doubts.append(f"{name}_not_in_text")
    return parts, doubts
