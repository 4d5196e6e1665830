"""How the evidence page says things: numbers, units, periods, places, rules and reasons."""

from __future__ import annotations

from decimal import Decimal

from finproc.model.fact import Evidence, FactContent, Proof
from finproc.model.places import Place
from finproc.model.text import Span
from finproc.schemas import exact_json

FIELDS = (
    "value", "metric", "company", "period", "currency", "scale", "sign", "segment", "qualifier", "status", "converted",
)  # fmt: skip
"""In the order in which evidence is told; any other field follows under its own name."""

PROOFS: dict[Proof, str] = {
    "proven": "recomputed from the characters shown",
    "review": "in doubt: a person should look",
    "confirmed": "a person confirmed it",
    "corrected": "a person corrected it",
}
EXTRACTORS = {"rules": "the rules", "model": "the language model", "agreed": "the rules and the language model"}
_RULES = {
    "words": "as the text says",
    "row": "head of the row",
    "column": "head of the column",
    "heading": "heading above",
    "caption": "caption of the table",
    "document": "stated elsewhere in the document",
    "submission": "said with the submission",
    "relative_to": "what relative words count from",
    "published": "date of publication",
    "unresolved": "does not say which",
    "minus": "minus sign",
    "parentheses": "parentheses mean minus",
    "loss": "a word for a loss",
    "outflow": "a word for money going out",
    "decline": "a word for a decline",
    "positive_by_convention": "positive by convention, however it is printed",
    "cents": "cents without another currency",
}
_DOUBTS = {
    "comparative": "a comparative figure",
    "far_metric": "the metric stands far from the number",
    "nearer_metric": "another metric stands nearer to the number",
    "nearer_period": "another period stands nearer to the number",
    "unmatched_periods": "numbers and periods do not pair up",
    "several_periods": "its words fit several periods",
    "unread_period": "its words name a period that could not be read",
    "part_of_range": "the number is one end of a range",
    "scale_of_list": "the scale stands only at the end of the list",
    "other_metric": "rules and language model read different metrics",
    "other_period": "rules and language model read different periods",
    "other_status": "rules and language model differ on actual or guidance",
    "unknown_status": "the language model gave a status that is not known",
    "offered_twice": "the language model offered it twice",
}
_REASONS = {
    "no_currency": "no currency",
    "unit_mismatch": "unit does not fit the metric",
    "quote_not_found": "quoted words are not in the text",
    "no_amount": "no amount there",
    "several_amounts": "several amounts there",
    "inside_number": "digits inside a longer number",
    "ambiguous_amount": "amount can be read in several ways",
    "malformed_amount": "amount cannot be read",
    "change_not_a_fact": "a change, not a level",
    "amount_not_in_text": "amount is not in the text",
    "amount_not_swept": "not an amount of the text",
    "amount_not_in_quote": "amount is not in the words quoted",
    "metric_not_in_text": "metric is not in the text",
    "quote_not_in_text": "quoted words are not in the text",
    "not_in_text": "not in the text",
}
_UNITS = {"percent": " %", "shares": " shares", "count": ""}


def plain(code: str) -> str:
    """A code as words, for codes that have no wording of their own."""
    return code.replace("_", " ")


def reason(code: str) -> str:
    """Why something is no fact, in few words."""
    return _REASONS.get(code) or plain(code)


def doubt(code: str) -> str:
    """Why a fact is in review."""
    return _DOUBTS.get(code) or plain(code)


def how(evidence: Evidence) -> str:
    """How a field follows from its quote."""
    return _RULES.get(evidence.rule) or plain(evidence.rule)


def number(value: Decimal) -> str:
    """Every digit of a finite decimal, its thousands parted by commas."""
    digits = exact_json.number(value)
    whole, point, fraction = digits.partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    first = len(whole) % 3 or 3
    groups = [whole[:first], *(whole[place : place + 3] for place in range(first, len(whole), 3))]
    return sign + ",".join(groups) + point + fraction


def value(content: FactContent) -> str:
    """The number with its unit: `5,300,000 USD`, `1.25 USD per share`, `4 % to 5 %`."""
    if content.value is not None:
        return number(content.value) + unit(content)
    low, high = (
        None if end is None else number(end) + unit(content) for end in (content.value_low, content.value_high)
    )
    if low is None or high is None:
        return f"at least {low}" if low is not None else f"at most {high}" if high is not None else "no number"
    return f"{low.removesuffix(unit(content))} to {high}"


def unit(content: FactContent) -> str:
    """What follows the digits, with the blank before it."""
    currency = f" {content.currency}" if content.currency else ""
    if content.unit == "currency/share":
        return f"{currency} per share"
    return _UNITS.get(content.unit, currency)


def precision(content: FactContent) -> str | None:
    """How exactly the number is printed."""
    return None if content.precision is None else f"exact to ±{number(content.precision)}"


def period(content: FactContent) -> str:
    """The period with its bounds."""
    if content.period is None:
        return "not known"
    start, end = content.period_start, content.period_end
    if end is None or content.period == str(end):
        return content.period
    return f"{content.period} ({end})" if start is None or start == end else f"{content.period} ({start} to {end})"


def where(place: Place | None, span: Span | None) -> str | None:
    """Place and offsets of a quote; None for what is no stretch of the text."""
    if span is None:
        return None
    told = []
    if place is not None:
        told += [f"page {place.page}"] if place.page is not None else []
        told += [place.part] if place.part is not None else []
        told += [f"paragraph {place.paragraph}"] if place.paragraph is not None else []
        told += [f"table {place.table}"] if place.table is not None else []
        told += [f"cell {place.cell}"] if place.cell is not None else []
    return ", ".join([*told, f"characters {span.start}–{span.end}"])
