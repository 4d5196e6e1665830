"""What every store promises about facts that a later version replaced."""

from datetime import date

from finproc.model.fact import FactFilter
from finproc.model.ids import utc_now
from tests.records.making import add, content, day


def said(records, submission, **where):
    """Facts of one submission."""
    return records.facts.page("local", FactFilter(submission=submission.id, **where), cursor=None, limit=100).items


def test_what_a_later_document_replaced_is_still_what_the_earlier_one_says(records):
    first, second = add(records, published=date(2024, 5, 1)), add(records, published=date(2024, 6, 1))
    for saved, value in ((first, "1"), (second, "2")):
        records.facts.store_set(saved, [content(value)], utc_now())
    assert said(records, first) == []
    (fact,) = said(records, first, replaced=True)
    assert (fact.content.value, fact.known_to) == (1, day(1, 6, 2024))
    records.facts.close(first.id, at=utc_now(), reason="discarded")
    assert said(records, first, replaced=True) == []
