"""Facts from mentions: every field recomputed from the characters it points at, or a problem that says why not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from finproc.lexicon.amounts import AmountUnit, FoundAmount
from finproc.lexicon.metrics import look_up
from finproc.model.document import Context, Document
from finproc.model.fact import Evidence, FactContent, Normalized, Unit
from finproc.model.mention import Extraction, Mention
from finproc.model.problem import Problem
from finproc.model.text import Quote, Span
from finproc.normalize import amounts
from finproc.normalize.checks import checked
from finproc.normalize.companies import company_of, with_entities
from finproc.normalize.dating import period_of
from finproc.normalize.duplicates import merged
from finproc.normalize.evidence import misquoted, quoted, rule_of
from finproc.normalize.metrics import Named, is_cost, metric_of
from finproc.normalize.placing import placed
from finproc.normalize.signs import loss_word, signed, source_of
from finproc.normalize.sweep import Sweep

VERSION = "1"
"""Raised with every change that can change a value; stored with the facts."""
_THOUSAND = 1000
_COUNTED = {"shares outstanding", "weighted average shares"}
_SHARED = re.compile(r"\bper\s+(?:\w+\s+){0,2}share\b", re.IGNORECASE)
_BOTH_WAYS = re.compile(r"\((?:income|gains?|benefits?|credits?|recovery|recoveries)\)", re.IGNORECASE)
_HEADS = {"employees", "customers", "units sold"}


@dataclass(frozen=True, slots=True)
class _Proven:
    """An amount recomputed at a mention's place, and what is doubtful about the place."""

    found: FoundAmount
    amount: amounts.Amount
    doubts: tuple[str, ...]
    scaled: bool
    """Whether a scale stated elsewhere was applied."""


def normalize(extraction: Extraction, document: Document, context: Context) -> Normalized:
    """Facts of an extraction's mentions, and a problem for every mention that cannot be proven.

    Pure, and never raises for bad data. Every value is recomputed with exact arithmetic from the characters at the
    mention's spans; a mention's own words about a number are never taken over. What is proven but doubtfully bound has
    proof `review`. What the reader left out of the text stands among the problems.
    """
    sweep = Sweep(document, context)
    facts: list[FactContent] = []
    problems: list[Problem] = []
    model = None if extraction.extractor == "rules" else extraction.extractor
    for mention in extraction.mentions:
        outcome = _fact(mention, sweep)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            facts.append(replace(outcome, model=model) if model else outcome)
    if not facts:
        return Normalized((), (*document.problems, *problems), VERSION)
    found = with_entities(placed(merged(facts), document), sweep.introductions)
    return checked(Normalized(found, (*document.problems, *problems), VERSION), sweep.money_places)


def _fact(mention: Mention, sweep: Sweep) -> FactContent | Problem:
    wrong = misquoted(sweep.document, mention)
    if wrong:
        field, quote = wrong
        return Problem(
            "quote_not_found", f"The words of {field} do not stand at their place in the text", quote.span, quote.text
        )
    proven = _amount(mention, sweep)
    if isinstance(proven, Problem):
        return proven
    named = _metric(mention, proven, sweep)
    if named.problem:
        return _problem(named.problem, f"The amount is no {mention.metric_words}", mention)
    unit = _unit(proven, named, mention)
    currency, currency_evidence = _currency(mention, proven, unit, sweep)
    if unit in {"currency", "currency/share"} and currency is None:
        return _problem(
            "no_currency", "No currency stands with the amount, and the document has no single one", mention
        )
    return _content(mention, proven, named, sweep, unit=unit, currency=(currency, currency_evidence))


def _problem(code: str, detail: str, mention: Mention) -> Problem:
    return Problem(code, detail, mention.amount.span, mention.amount.text)


def _amount(mention: Mention, sweep: Sweep) -> _Proven | Problem:  # noqa: PLR0911 - one return a problem
    """The amount that really stands at the mention's place, whole.

    With the scale, currency and sign around its digits.
    """
    span = mention.amount.span
    if span is None:
        return _problem("quote_not_found", "The amount has no place in the text", mention)
    standing = sweep.amounts_at(span) or (sweep.cell_at(span) if mention.scale else [])
    if not standing:
        return _problem("no_amount", "No amount stands at this place", mention)
    if len(standing) > 1:
        return _problem("several_amounts", "More than one amount stands at this place", mention)
    found, doubts = standing[0], list[str]()
    if found.low.digits.span.start < span.start or found.low.digits.span.end > span.end:
        if found.high is None or not _within(found.high.digits.span, span):
            return _problem("inside_number", "The quoted digits are part of a longer number", mention)
        doubts.append("part_of_range")
    elif found.high and not _within(found.high.digits.span, span):
        doubts.append("part_of_range")
    stated = mention.scale or found.list_scale
    scale = stated.text if stated and not _per_share(mention) else None
    if scale is not None and not mention.scale and sweep.next_names_currency(found):
        doubts.append("scale_of_list")
    enclosed = found.enclosed is not None and (
        _within(found.enclosed, span) or _in_table(found.enclosed, sweep.document)
    )
    amount = amounts.evaluate(
        found,
        language=sweep.language,
        currency=mention.currency.text if mention.currency else None,
        scale=scale,
        enclosed=enclosed,
        comma=sweep.comma,
    )
    if isinstance(amount, amounts.Ambiguous):
        return _problem(f"{amount.problem}_amount", "The amount cannot be read in exactly one way", mention)
    if scale and not found.scaled and amounts.power_of(scale, sweep.language) == 0:
        return _problem("unknown_scale", f"“{scale}” names no scale", mention)
    applied = (
        scale is not None and not found.scaled and amount.unit not in {"percent", "bps", "points", "currency/share"}
    )
    return _Proven(found, amount, tuple(doubts), applied)


def _per_share(mention: Mention) -> bool:
    """Whether the metric is counted per share: no caption's scale touches it."""
    listed = look_up(mention.metric_words)
    return bool(listed and listed.kind == "per share") or bool(_SHARED.search(mention.metric_words))


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _in_table(span: Span, document: Document) -> bool:
    return any(block.kind == "table" and span.within(block.span) for block in document.blocks)


def _metric(mention: Mention, proven: _Proven, sweep: Sweep) -> Named:
    words = mention.metric_words
    context = sweep.text[mention.quote.start : mention.quote.end]
    unit: AmountUnit = proven.amount.unit
    listed = look_up(words)
    scaled = proven.found.low.factor >= _THOUSAND or (
        proven.found.high is not None and proven.found.high.factor >= _THOUSAND
    )
    if unit == "currency" and listed and listed.kind == "per share" and listed.name != "dividend per share":
        unit = "currency/share"
    if unit == "currency" and proven.found.low.minor and listed and listed.name == "dividends paid":
        unit = "currency/share"
    sign = f" {mention.sign.text}" if mention.sign else ""
    return metric_of(
        words,
        qualifier=mention.qualifier.text if mention.qualifier else None,
        unit=unit,
        context=context + sign,
        scaled=scaled,
    )


def _unit(proven: _Proven, named: Named, mention: Mention) -> Unit:
    """The fact's unit: what stands with the number, else what the metric is measured in."""
    unit, metric = proven.amount.unit, named.listed
    if unit in {"percent", "bps", "points"}:
        return "percent"
    shared = metric.kind == "per share" if metric else unit == "currency" and bool(_SHARED.search(mention.metric_words))
    if unit == "currency/share" or (shared and unit in {"currency", "plain", "count"}):
        return "currency/share"
    if unit in {"currency", "shares"}:
        return "currency" if unit == "currency" else "shares"
    if metric is None or metric.name in _HEADS or _counts_itself(proven, mention):
        return "count"
    if metric.name in _COUNTED:
        return "shares"
    return "percent" if metric.kind == "ratio" else "currency"


def _counts_itself(proven: _Proven, mention: Mention) -> bool:
    """Whether the noun behind the number is the metric.

    "900,000 orders" counts orders, it is no order intake in money.
    """
    noun = proven.found.unit_part
    metric = mention.metric.span
    return proven.found.unit == "count" and noun is not None and metric is not None and noun.span.overlaps(metric)


def _currency(mention: Mention, proven: _Proven, unit: Unit, sweep: Sweep) -> tuple[str | None, Evidence | None]:
    if unit not in {"currency", "currency/share"}:
        return None, None
    for end in (proven.found.low, proven.found.high):
        if end and end.currency and end.currency.meaning:
            return end.currency.meaning, Evidence("currency", Quote(end.currency.text, end.currency.span), "words")
    if mention.currency:
        code = amounts.currency_code(mention.currency.text, sweep.language)
        if code:
            return code, Evidence("currency", mention.currency, rule_of(mention.currency))
    if sweep.currency:
        return amounts.currency_code(sweep.currency.text, sweep.language), Evidence(
            "currency", sweep.currency, "document"
        )
    cents = proven.found.low.currency if proven.found.low.minor else None
    if cents and "cent" in cents.text.lower():
        return "USD", Evidence("currency", Quote(cents.text, cents.span), "cents")
    return None, None


def _sign(
    mention: Mention, proven: _Proven, named: Named, sweep: Sweep, *, positive: bool
) -> tuple[int, Evidence | None]:
    """The factor that turns the printed amount into the fact's, and how the sign is known."""
    amount, metric = proven.amount, named.listed
    if positive:
        turned = amount.sign is not None
        return (-1 if turned else 1), (
            Evidence("sign", _sign_quote(proven, sweep), "positive_by_convention") if turned else None
        )
    if amount.sign:
        return 1, Evidence("sign", _sign_quote(proven, sweep), amount.sign)
    stated = source_of(mention.sign.text) if mention.sign else None
    if mention.sign and stated and not (stated == "decline" and amount.unit not in {"percent", "bps", "points"}):
        return -1, Evidence("sign", mention.sign, stated)
    word = loss_word(mention.metric_words) if metric and not mention.sign else None
    if word and not (metric and metric.name.endswith("growth")):
        return -1, Evidence("sign", mention.metric, source_of(word) or "loss")
    return 1, None


def _is_positive(named: Named, mention: Mention) -> bool:
    """Whether the metric is positive by convention, however a table prints it.

    Not where its label names both directions ("Interest (income) expense"), nor where a row prints some of its numbers
    in parentheses and others without: there they say that a cost was negative.
    """
    if _BOTH_WAYS.search(mention.metric_words) or (mention.sign and mention.sign.span == mention.amount.span):
        return False
    return named.listed.sign == "+" if named.listed else is_cost(named.name)


def _sign_quote(proven: _Proven, sweep: Sweep) -> Quote:
    found = proven.found
    span = (
        Span(found.low.signs[0].span.start, found.low.signs[-1].span.end)
        if found.low.signs
        else found.enclosed or found.span
    )
    return quoted(sweep.document, span)


def _content(
    mention: Mention,
    proven: _Proven,
    named: Named,
    sweep: Sweep,
    *,
    unit: Unit,
    currency: tuple[str | None, Evidence | None],
) -> FactContent:
    amount = proven.amount
    positive = _is_positive(named, mention)
    turn, sign_evidence = _sign(mention, proven, named, sweep, positive=positive)
    value, low, high = _turned(amount, turn, positive=positive)
    if mention.negated and not positive:
        value, low, high = (number.copy_negate() if number else number for number in (value, high, low))
    period, period_evidence, period_doubts = period_of(
        mention, sweep, instant=bool(named.listed and named.listed.kind == "instant")
    )
    company, company_quote = company_of(mention.company, sweep.context, sweep.introductions)
    converted, converted_currency = _converted(mention, sweep, turn if turn < 0 else (-1 if amount.sign else 1))
    doubts = (*mention.doubts, *proven.doubts, *period_doubts)
    span = mention.amount.span or proven.found.span
    evidence = [
        Evidence("value", Quote(proven.found.text, proven.found.span), "words"),
        *(Evidence("metric", part, rule_of(part)) for part in mention.metric_parts or (mention.metric,)),
        *([currency[1]] if currency[1] else []),
        *([sign_evidence] if sign_evidence else []),
        *([Evidence("company", company_quote, rule_of(company_quote))] if company_quote else []),
        *(
            [Evidence("scale", mention.scale, rule_of(mention.scale))]
            if mention.scale and not proven.found.scaled
            else []
        ),
        *period_evidence,
        *([Evidence("segment", mention.segment, rule_of(mention.segment))] if mention.segment else []),
        *([Evidence("qualifier", mention.qualifier, rule_of(mention.qualifier))] if mention.qualifier else []),
        *([Evidence("status", mention.status_cue, rule_of(mention.status_cue))] if mention.status_cue else []),
    ]
    return FactContent(
        company=company,
        metric=named.name,
        segment=" ".join(mention.segment.text.split()) if mention.segment else None,
        value=value,
        value_low=low,
        value_high=high,
        unit=unit,
        currency=currency[0],
        period=period.label if period else None,
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        status=mention.status,
        quote=sweep.text[mention.quote.start : mention.quote.end],
        quote_start=mention.quote.start,
        quote_end=mention.quote.end,
        amount=Span(min(span.start, proven.found.span.start), max(span.end, proven.found.span.end)),
        approximate=mention.approximate or amount.approximate,
        qualifier=" ".join(mention.qualifier.text.lower().split()) if mention.qualifier else None,
        precision=amount.precision,
        value_converted=converted,
        currency_converted=converted_currency,
        proof="review" if doubts else "proven",
        doubts=doubts,
        extractor=mention.extractor,
        evidence=tuple(evidence),
    )


def _turned(
    amount: amounts.Amount, turn: int, *, positive: bool
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Value, low and high with their sign; a printed minus and a loss word turn them once."""

    def one(number: Decimal | None) -> Decimal | None:
        return (
            None
            if number is None
            else signed(number, printed=amount.sign is not None, word=turn < 0, positive=positive)
        )

    low, high = one(amount.low), one(amount.high)
    return one(amount.value), *((high, low) if low is not None and high is not None and low > high else (low, high))


def _converted(mention: Mention, sweep: Sweep, turn: int) -> tuple[Decimal | None, str | None]:
    """The same amount in another currency, where it can be read exactly."""
    if mention.converted is None or mention.converted.span is None:
        return None, None
    standing = sweep.amounts_at(mention.converted.span)
    if len(standing) != 1:
        return None, None
    amount = amounts.evaluate(standing[0], language=sweep.language)
    if isinstance(amount, amounts.Ambiguous) or amount.value is None or amount.currency is None:
        return None, None
    value = amount.value.copy_abs()
    return value.copy_negate() if turn < 0 and value else value, amount.currency
