"""From mentions to facts: recomputed from the characters at their spans, or a problem that says why not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.model.document import Block, Context, Document
from finproc.model.mention import Extraction, Mention
from finproc.model.text import Quote, Span
from finproc.normalize import normalize

MISSION = "Company XYZ reported a net income of $5.3 million for Q1 2024."


def quote(text, words, nth=0, origin="text"):
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Quote(words, Span(start, start + len(words)), origin)


def mention(text, amount, metric, **parts):
    """A mention whose parts are words of the text; `nth_<part>` picks a later occurrence."""
    picked = {name: parts.pop(f"nth_{name}", 0) for name in ("amount", "metric", "period", "sign", "period_anchor")}
    quotes = {
        name: quote(text, value, picked.get(name, 0))
        for name, value in parts.items()
        if name
        in {
            "company",
            "period",
            "period_anchor",
            "segment",
            "qualifier",
            "scale",
            "currency",
            "sign",
            "converted",
            "status_cue",
        }
    }
    rest = {name: value for name, value in parts.items() if name not in quotes}
    amount_quote, metric_quote = quote(text, amount, picked["amount"]), quote(text, metric, picked["metric"])
    assert amount_quote.span
    assert metric_quote.span
    whole = Span(
        min(amount_quote.span.start, metric_quote.span.start), max(amount_quote.span.end, metric_quote.span.end)
    )
    return Mention(amount=amount_quote, metric=metric_quote, quote=whole, **quotes, **rest)


def facts(text, *mentions, context=None, blocks=()):
    return normalize(Extraction(mentions), Document(text, blocks), context or Context())


def fact(text, *args, context=None, blocks=(), **parts):
    result = facts(text, mention(text, *args, **parts), context=context, blocks=blocks)
    assert not result.problems
    return result.facts[0]


def problem(text, *args, **parts):
    result = facts(text, mention(text, *args, **parts))
    assert not result.facts
    return result.problems[0].code


def test_the_example_becomes_its_fact():
    found = fact(MISSION, "$5.3 million", "net income", company="Company XYZ", period="Q1 2024")
    assert (found.company, found.metric, found.value, found.unit, found.currency) == (
        "XYZ",
        "net income",
        5_300_000,
        "currency",
        "USD",
    )
    assert (found.period, found.quarter, found.period_start, found.period_end) == (
        "Q1 2024",
        "Q1 2024",
        date(2024, 1, 1),
        date(2024, 3, 31),
    )
    assert (found.status, found.proof, found.precision, found.quote) == (
        "actual",
        "proven",
        50_000,
        "net income of $5.3 million",
    )
    assert {evidence.field for evidence in found.evidence} == {"value", "metric", "company", "currency", "period"}
    for evidence in found.evidence:
        span = evidence.quote.span
        assert span is not None
        assert MISSION[span.start : span.end] == evidence.quote.text


@pytest.mark.parametrize("words", ["$5.8 million", "$53 million", "$5.3 billion", "€5.3 million"])
def test_an_invented_amount_is_refused(words):
    true = mention(MISSION, "$5.3 million", "net income")
    result = facts(MISSION, replace(true, amount=Quote(words, true.amount.span)))
    assert result.facts == ()
    assert [found.code for found in result.problems] == ["quote_not_found"]


def test_a_part_of_a_number_is_no_amount():
    text = "Revenue was $1,500 in 2023."
    assert problem(text, "500", "Revenue") == "inside_number"


def test_an_amount_is_read_whole_however_little_is_quoted():
    found = fact(MISSION, "5.3", "net income")
    assert (found.value, found.currency) == (5_300_000, "USD")
    assert MISSION[found.amount.start : found.amount.end] == "$5.3 million"


def test_a_date_is_no_amount():
    assert problem("Revenue in Q1 2024 rose.", "2024", "Revenue") == "no_amount"


@pytest.mark.parametrize(
    ("text", "amount", "metric", "parts", "value"),
    [
        ("net loss of $40K", "$40K", "net loss", {}, -40_000),
        ("net loss of $(40)K", "$(40)K", "net loss", {}, -40_000),
        ("a net loss of -$40K", "-$40K", "net loss", {}, -40_000),
        ("It made a loss of $2 million", "$2 million", "loss", {"sign": "loss"}, -2_000_000),
        (
            "Net cash used in operating activities was $60 million",
            "$60 million",
            "Net cash used in operating activities",
            {},
            -60_000_000,
        ),
        (
            "Net cash provided by (used in) operating activities was $60 million",
            "$60 million",
            "operating activities",
            {},
            60_000_000,
        ),
        (
            "free cash flow was a negative EUR 7 million",
            "EUR 7 million",
            "free cash flow",
            {"sign": "negative"},
            -7_000_000,
        ),
        ("capital expenditures were $(12) million", "$(12) million", "capital expenditures", {}, 12_000_000),
        ("Net income (loss) was $12 million", "$12 million", "Net income (loss)", {}, 12_000_000),
        ("operating profit of -£3m", "-£3m", "operating profit", {}, -3_000_000),
        ("the net income fell to $12 million", "$12 million", "net income", {"sign": "fell"}, 12_000_000),
        ("loss per share of $0.12", "$0.12", "loss per share", {}, "-0.12"),
    ],
)
def test_a_sign_is_known_once_and_never_turned_twice(text, amount, metric, parts, value):
    assert fact(text, amount, metric, **parts).value == Decimal(value)


def test_a_table_cell_in_parentheses_is_negative_and_an_aside_is_not():
    text = "Operating income | (1,234)\nprofit of 933 (1.78)"
    table = Block("table", Span(0, 26))
    cell = Mention(
        amount=quote(text, "1,234"),
        metric=quote(text, "Operating income"),
        quote=Span(0, 26),
        currency=Quote("USD", None, "submission"),
    )
    result = facts(text, cell, blocks=(table,))
    assert [found.value for found in result.facts] == [Decimal(-1234)]
    aside = replace(
        cell,
        amount=quote(text, "1.78"),
        metric=quote(text, "profit"),
        quote=quote(text, "profit of 933 (1.78)").span or Span(0, 1),
    )
    assert [found.value for found in facts(text, aside, context=Context(language="en"), blocks=(table,)).facts] == [
        Decimal("1.78")
    ]


def test_a_decline_makes_growth_negative_and_names_it():
    text = "Net sales in the second quarter of 2023 decreased 9.2% to $25.0 billion."
    found = fact(text, "9.2%", "Net sales", sign="decreased", period="second quarter of 2023")
    assert (found.metric, found.value, found.unit, found.currency) == (
        "revenue growth",
        Decimal("-9.2"),
        "percent",
        None,
    )
    assert ("sign", "decline") in {(evidence.field, evidence.rule) for evidence in found.evidence}


@pytest.mark.parametrize(
    ("text", "amount", "metric", "parts", "name"),
    [
        (
            "underlying pre-tax profit of £933m",
            "£933m",
            "pre-tax profit",
            {"qualifier": "underlying"},
            "adjusted income before taxes",
        ),
        ("core EPS of $1.20", "$1.20", "EPS", {"qualifier": "core"}, "adjusted earnings per share"),
        (
            "adjusted net income was $5 million",
            "$5 million",
            "net income",
            {"qualifier": "adjusted"},
            "adjusted net income",
        ),
        (
            "net income of $1.20 per diluted share",
            "$1.20 per diluted share",
            "net income",
            {},
            "diluted earnings per share",
        ),
        (
            "Gross profit was $5 million, 27.2% of net sales",
            "27.2%",
            "Gross profit",
            {"qualifier": "of net sales"},
            "gross margin",
        ),
        ("Loss from operations was $5 million", "$5 million", "Loss from operations", {}, "operating income"),
        (
            "Net loss before provision for income taxes of $5 million",
            "$5 million",
            "Net loss before provision for income taxes",
            {},
            "income before taxes",
        ),
        ("revenue grew 5% sequentially", "5%", "revenue", {"qualifier": "sequentially"}, "sequential revenue growth"),
    ],
)
def test_a_metric_has_its_listed_name(text, amount, metric, parts, name):
    assert fact(text, amount, metric, **parts).metric == name


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("Financing costs", 12),
        ("Corporation tax paid 2", 12),
        ("Purchases of short-term investments", 12),
        ("Net deferral of expenses", -12),
        ("Exceptional items", -12),
        ("Other expenses (income), net", -12),
    ],
)
def test_costs_in_their_own_words_are_positive_in_parentheses(metric, value):
    assert fact(f"{metric} $(12)", "$(12)", metric).value == value


def test_a_footnote_mark_is_no_part_of_a_metric():
    assert fact("Corporation tax paid 2 $12", "$12", "Corporation tax paid 2").metric == "corporation tax paid"


def test_no_amount_per_share_is_in_millions():
    assert fact("a dividend of $1.5 billion", "$1.5 billion", "dividend").metric == "dividends paid"
    assert fact("a dividend of $1.5", "$1.5", "dividend").unit == "currency/share"
    assert problem("EPS of $1.5 billion", "$1.5 billion", "EPS") == "unit_mismatch"


def test_a_percentage_of_something_is_not_the_thing():
    assert problem("Operating expenses were 22.6% of revenue", "22.6%", "Operating expenses") == "unit_mismatch"
    assert problem("Net income rose 5%", "5%", "Net income") == "change_not_a_fact"


def test_a_range_is_one_fact_of_guidance():
    text = "We expect revenue of $1.2 to $1.4 billion in fiscal 2025."
    found = fact(text, "$1.2 to $1.4 billion", "revenue", status="guidance", status_cue="expect", period="fiscal 2025")
    assert (found.value, found.value_low, found.value_high, found.status, found.period) == (
        None,
        1_200_000_000,
        1_400_000_000,
        "guidance",
        "FY2025",
    )


def test_one_end_of_a_range_goes_to_review():
    text = "We expect revenue of $1.2 to $1.4 billion."
    found = fact(text, "$1.4 billion", "revenue", status="guidance")
    assert (found.value_low, found.proof, found.doubts) == (1_200_000_000, "review", ("part_of_range",))


def test_comparatives_count_from_their_anchor():
    text = "Revenue was $5 million in Q1 2024, compared with $4.1 million a year ago."
    found = fact(text, "$4.1 million", "Revenue", period="a year ago", period_anchor="Q1 2024")
    assert (found.period, found.period_end) == ("Q1 2023", date(2023, 3, 31))


def test_a_list_of_years_keeps_the_form_of_its_head():
    text = "Revenue was $3.89 billion and $5.05 billion for the six months ended June 30, 2025 and 2024, respectively."
    found = fact(text, "$5.05 billion", "Revenue", period="2024", nth_period=0)
    assert (found.period, found.period_end) == ("H1 2024", date(2024, 6, 30))


def test_a_column_head_takes_its_form_from_the_head_above_it():
    text = (
        "Three Months Ended June 30, | Six Months Ended June 30,\n2025 | 2024 | 2025 | 2024\nRevenue | $15 | "
        "$18 | $28 | $34"
    )
    cell = replace(
        mention(text, "$18", "Revenue"),
        period=quote(text, "2024", 0, "column"),
        period_anchor=quote(text, "Three Months Ended June 30,", 0, "column"),
    )
    (found,) = facts(text, cell).facts
    assert (found.period, found.value) == ("Q2 2024", 18)


def test_words_that_count_from_a_date_use_the_day_of_publication():
    text = "Revenue for the quarter was $5 million."
    assert fact(text, "$5 million", "Revenue", period="the quarter").period is None
    found = fact(text, "$5 million", "Revenue", period="the quarter", context=Context(published=date(2024, 5, 2)))
    assert found.period == "Q1 2024"
    assert any(evidence.rule == "published" and evidence.quote.origin == "submission" for evidence in found.evidence)


def test_the_submission_names_the_company_where_the_text_does_not():
    text = "The Company reported revenue of $5 million."
    found = fact(text, "$5 million", "revenue", company="The Company", context=Context(company="Acme Corp."))
    assert found.company == "Acme Corp."
    (evidence,) = [evidence for evidence in found.evidence if evidence.field == "company"]
    assert (evidence.rule, evidence.quote.span, evidence.quote.origin) == ("submission", None, "submission")
    assert fact(text, "$5 million", "revenue", company="The Company").company is None


def test_a_caption_scales_cells_but_not_per_share_rows():
    text = "(in thousands, except per share data)\nRevenue $ 1,234\nEPS $ 0.12"
    assert fact(text, "$ 1,234", "Revenue", scale="in thousands").value == 1_234_000
    assert fact(text, "$ 0.12", "EPS", scale="in thousands").value == Decimal("0.12")


def test_the_only_currency_of_a_document_is_inherited():
    text = "Revenue was £5 million; profit 3 million."
    found = fact(text, "3 million", "profit")
    assert found.currency == "GBP"
    assert any(evidence.field == "currency" and evidence.rule == "document" for evidence in found.evidence)
    assert problem("Revenue was £5 million, debt $4 million; profit 3 million.", "3 million", "profit") == "no_currency"


def test_an_ambiguous_amount_is_a_problem_and_no_fact():
    assert problem("Revenue was $5,3 million.", "$5,3 million", "Revenue") == "ambiguous_amount"


def test_doubts_send_a_fact_to_review():
    found = fact(MISSION, "$5.3 million", "net income", doubts=("nearer_metric",))
    assert (found.proof, found.doubts) == ("review", ("nearer_metric",))


def test_a_conversion_is_the_same_fact():
    text = "It made a profit of £933m ($1.78bn)."
    first = mention(text, "£933m", "profit", converted="$1.78bn")
    again = mention(text, "$1.78bn", "profit")
    result = facts(text, first, again)
    assert [
        (found.value, found.currency, found.value_converted, found.currency_converted) for found in result.facts
    ] == [(933_000_000, "GBP", 1_780_000_000, "USD")]


def test_the_same_number_said_twice_is_one_fact():
    text = "Revenue was $5 million in Q1 2024. Q1 2024 revenue: $5 million."
    first = mention(text, "$5 million", "Revenue", period="Q1 2024")
    second = mention(text, "$5 million", "revenue", nth_amount=1, period="Q1 2024", nth_period=1)
    result = facts(text, second, first)
    assert len(result.facts) == 1
    assert result.facts[0].quote_start == 0


@given(st.integers(0, 62), st.integers(0, 62), st.sampled_from(["Q1 2024", "$5.3 million", "net income", "x"]))
def test_whatever_is_offered_as_an_amount_is_proven_or_refused(start, end, words):
    span = Span(min(start, end), max(start, end))
    whole = Quote(MISSION[span.start : span.end], span)
    offered = Mention(amount=whole, metric=quote(MISSION, "net income"), quote=Span(0, len(MISSION)))
    result = facts(MISSION, offered, replace(offered, amount=Quote(words, span)))
    assert all(found.value == 5_300_000 for found in result.facts)
    assert len(result.facts) + len(result.problems) >= 1
