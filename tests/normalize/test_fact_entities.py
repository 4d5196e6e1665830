"""Whose number a fact is: named in the text, by a short name it introduces, or the reporter where nobody is named."""

from dataclasses import replace

import pytest

from finproc.model.document import Context, Document
from finproc.model.mention import Extraction, Mention
from finproc.model.text import Quote, Span
from finproc.normalize import normalize

TAIL = " had revenue of $1 million and $2 million and $3 million."


def quote(text, words, after=0):
    at = text.index(words, after)
    return Quote(words, Span(at, at + len(words)))


def facts(head, *names, company=None, origin="text"):
    """Facts whose companies are these words of the head, in turn; None for a row that names nobody."""
    text = head + TAIL
    mentions = []
    for amount, name in zip(("$1 million", "$2 million", "$3 million"), names, strict=False):
        found = quote(text, amount)
        metric = replace(quote(text, "revenue", len(head)), origin=origin)
        named = quote(text, name) if name else None
        mentions.append(Mention(found, metric, Span(metric.span.start, found.span.end), company=named))
    return normalize(Extraction(tuple(mentions)), Document(text), Context(company=company)).facts


def pairs(found):
    return [(fact.company, fact.entity) for fact in found]


def test_a_short_name_is_the_entity_it_was_given_to():
    found = facts("General Widget Corporation (NYSE: GW) (“GWC”) said that GWC", "General Widget Corporation", "GWC")
    assert pairs(found) == [
        ("General Widget Corporation", None),
        ("GWC", "General Widget Corporation"),
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["the Company", "we"])
def test_the_company_is_whom_the_text_introduces_so(words):
    head = f"Widget Inc. (the “Company,” “we” or “us”) said that {words}"
    (fact,) = facts(head, words)
    assert (fact.company, fact.entity) == ("Widget Inc.", None)
    (evidence,) = [item for item in fact.evidence if item.field == "company"]
    assert (evidence.quote.text, evidence.quote.span, evidence.rule) == ("Widget Inc.", Span(0, 11), "document")


def test_the_submissions_company_goes_before_what_the_text_introduces():
    (fact,) = facts("Widget Inc. (the “Company”) said that the Company", "the Company", company="Gadget plc")
    assert (fact.company, fact.entity) == ("Gadget plc", None)


def test_a_row_that_names_nobody_is_the_reporters():
    row = facts("Widget Inc. said it", "Widget Inc.", None, origin="row")
    assert pairs(row) == [("Widget Inc.", None), (None, "Widget Inc.")]
    assert pairs(facts("Widget Inc. said it", "Widget Inc.", None))[1] == (None, None)
    introduced = facts("Widget Inc. (the “Company”) and Gadget plc", "Gadget plc", None)
    assert pairs(introduced) == [("Gadget plc", None), (None, "Widget Inc.")]


def test_two_companies_and_no_reporter_leave_it_to_nobody():
    found = facts("Widget Inc. and Gadget plc", "Widget Inc.", "Gadget plc", None, origin="row")
    assert pairs(found)[2] == (None, None)
    assert pairs(facts("It", None)) == [(None, None)]
