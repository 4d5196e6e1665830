"""The period of a table's stacked heads: read joined, proven by every piece, open rather than wrong."""

import pytest

from finproc.model.document import Context, Document
from finproc.model.mention import Extraction, Mention
from finproc.model.text import Quote, Span
from finproc.normalize import normalize


def _normalized(heads, row="Net sales | $2,634", metric="Net sales", amount="$2,634"):
    """A table of one row below heads, one to a line; the mention's parts are those lines."""
    text = "\n".join((*heads, row))
    parts = tuple(
        Quote(head, Span(place, place + len(head)), "column")
        for place, head in ((sum(len(h) + 1 for h in heads[:nth]), head) for nth, head in enumerate(heads))
    )
    named, number = text.rindex(metric), text.rindex(amount)
    mention = Mention(
        amount=Quote(amount, Span(number, number + len(amount))),
        metric=Quote(metric, Span(named, named + len(metric))),
        quote=Span(named, number + len(amount)),
        period=parts[-1],
        period_parts=parts,
    )
    return normalize(Extraction((mention,)), Document(text), Context())


@pytest.mark.parametrize(
    ("heads", "label", "end"),
    [
        (("13 Weeks Ended", "April 29,", "2023"), "Q2 2023", "2023-04-29"),
        (("12 Weeks Ended", "3/25/2023"), "Q1 2023", "2023-03-25"),
        (("Three Months Ended June 30,", "2025"), "Q2 2025", "2025-06-30"),
        (("Three months endedJune 30,", "2024"), "Q2 2024", "2024-06-30"),
        (("Six Months Ended", "June 30, 2025"), "H1 2025", "2025-06-30"),
        (("39 Weeks Ended", "October 28, 2023"), "9M 2023", "2023-10-28"),
        (("Fiscal Years Ended January 31,", "2025"), "FY2025", "2025-01-31"),
        (("As of", "April 29, 2023"), "2023-04-29", "2023-04-29"),
        (("As of", "Jun. 30,2025"), "2025-06-30", "2025-06-30"),
        (("2024", "Q1"), "Q1 2024", "2024-03-31"),
        (("Years ended", "2024"), "FY2024", "2024-12-31"),
    ],
)
def test_heads_are_read_from_the_top_as_one_line(heads, label, end):
    found = _normalized(heads).facts[0]
    assert (found.period, found.period_end.isoformat(), found.proof) == (label, end, "proven")
    assert [e.quote.text for e in found.evidence if e.field == "period"] == list(heads)


@pytest.mark.parametrize(
    "heads",
    [
        ("Three Months Ended", "2025"),
        ("June 30, 2025", "Three Months Ended"),
        ("Three Months Ended June 30,", "Change"),
        ("Trailing twelve months ended", "June 30, 2025"),
    ],
)
def test_heads_that_do_not_resolve_leave_the_period_open_and_say_so(heads):
    found = _normalized(heads).facts[0]
    assert found.period is None
    assert found.doubts == ("unread_period",)
    assert found.proof == "review"


def test_a_balance_below_a_stretch_is_of_the_date_on_which_it_ends():
    heads = ("For the twelve months ended [1]", "Jun. 30,2025")
    found = _normalized(heads, "Total debt | $32,813", "Total debt", "$32,813").facts[0]
    assert found.period == "2025-06-30"


def test_a_head_that_does_not_stand_where_it_says_is_no_evidence():
    text = "13 Weeks Ended\nApril 29, 2023\nNet sales | $2,634"
    moved = Quote("13 Weeks Ended", Span(1, 15), "column")
    mention = Mention(
        amount=Quote("$2,634", Span(42, 48)),
        metric=Quote("Net sales", Span(30, 39)),
        quote=Span(30, 48),
        period_parts=(moved,),
    )
    assert normalize(Extraction((mention,)), Document(text), Context()).problems[0].code == "quote_not_found"
