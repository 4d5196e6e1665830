"""What the rules make of sentences and tables written for them: the sample and its mentions side by side."""

import json
from pathlib import Path

import pytest

from finproc.extract.extraction import extract_document
from finproc.model.document import Block, Cell, Context, Document
from finproc.model.mention import Mention
from finproc.model.text import Span

SAMPLES = [
    json.loads(line)
    for line in Path(__file__).with_name("sentences.jsonl").read_text(encoding="utf-8").splitlines()
    if line.strip()
]
QUOTED = ("amount", "metric", "period", "segment", "qualifier", "scale", "currency", "sign", "converted", "company")


def said(mention: Mention, field: str) -> object:
    if field == "anchor":
        return mention.period_anchor.text if mention.period_anchor else None
    if field == "parts":
        return [part.text for part in mention.period_parts]
    if field in QUOTED:
        quote = getattr(mention, field)
        return quote.text if quote else None
    return getattr(mention, field)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["text"][:60])
def test_a_text_gives_exactly_its_mentions(sample):
    found = extract_document(Document(sample["text"]), Context()).mentions
    assert [mention.amount.text for mention in found] == [expected["amount"] for expected in sample["mentions"]]
    for mention, expected in zip(found, sample["mentions"], strict=True):
        assert {field: said(mention, field) for field in expected} == expected


def test_money_that_no_mention_claims_is_listed():
    extraction = extract_document(Document("The market for sensors is worth $12 billion."), Context())
    assert [quote.text for quote in extraction.unclaimed] == ["$12 billion"]


@pytest.mark.parametrize(
    ("text", "total", "part"),
    [
        (
            "We recorded losses of $6.3 million, $5.7 million related to write-downs, in 2008.",
            "$6.3 million",
            "$5.7 million",
        ),
        ("Revenue was $10 million, $4 million of which came from Europe, in 2023.", "$10 million", "$4 million"),
        ("Impairment charges were $9 million, about $8 million due to goodwill.", "$9 million", "$8 million"),
        ("Capital expenditures were $40 million, $25 million for new stores.", "$40 million", "$25 million"),
    ],
)
def test_a_part_beside_its_total_is_no_second_total(text, total, part):
    extraction = extract_document(Document(text), Context())
    assert [mention.amount.text for mention in extraction.mentions] == [total]
    assert [quote.text for quote in extraction.unclaimed] == [part]


def test_a_list_that_ends_in_a_word_of_its_own_stays_a_list():
    text = "Revenue was $12 million, $10 million and $8 million for 2023, 2022 and 2021."
    found = extract_document(Document(text), Context()).mentions
    assert [mention.amount.text for mention in found] == ["$12 million", "$10 million", "$8 million"]


def test_a_period_of_the_sentence_before_is_inherited_and_says_so():
    text = "Revenue was $5 million in Q2 2021. Net income was $1 million."
    second = extract_document(Document(text), Context()).mentions[1]
    assert second.period is not None
    assert (second.period.text, second.period.origin) == ("Q2 2021", "document")


def test_a_heading_dates_the_paragraphs_below_it():
    text = "Second Quarter 2026 Results\n\nRevenue was $5 million, and net income was $1 million."
    found = extract_document(Document(text), Context()).mentions
    assert {mention.period.origin for mention in found if mention.period} == {"heading"}
    assert len(found) == 2


def test_a_named_part_is_a_segment_where_the_submission_names_the_company():
    text = "Harbor's net sales were $578 million."
    whole = extract_document(Document(text), Context()).mentions[0]
    part = extract_document(Document(text), Context(company="Northwind Inc.")).mentions[0]
    assert whole.segment is None
    assert whole.company is not None
    assert part.segment is not None
    assert (whole.company.text, part.segment.text, part.company) == ("Harbor", "Harbor", None)


def cells_of(text: str, rows: list[list[str]]) -> tuple[Cell, ...]:
    cells, place = [], 0
    for row, words in enumerate(rows):
        for column, word in enumerate(words):
            place = text.index(word, place) if word else place
            cells.append(Cell(word, Span(place, place + len(word)), row, column))
            place += len(word)
    return tuple(cells)


def test_cells_of_a_reader_take_scale_from_the_caption_and_periods_from_stacked_heads():
    rows = [
        ["", "13 Weeks Ended", ""],
        ["", "April 29,", "April 30,"],
        ["", "2023", "2022"],
        ["Net sales", "2,634", "2,345"],
        ["Changes in operating assets and liabilities:", "", ""],
        ["Accounts payable", "(62)", "17"],
    ]
    caption = "(In thousands, USD)\n"
    text = caption + "\n".join("\t".join(row) for row in rows)
    table = Block("table", Span(len(caption), len(text)), cells=cells_of(text, rows))
    document = Document(text, (Block("caption", Span(0, len(caption) - 1)), table))
    found = extract_document(document, Context()).mentions
    assert [(said(m, "metric"), said(m, "amount"), said(m, "scale")) for m in found] == [
        ("Net sales", "2,634", "In thousands"),
        ("Net sales", "2,345", "In thousands"),
    ]
    assert [part.text for part in found[1].period_parts][-2:] == ["April 30,", "2022"]
