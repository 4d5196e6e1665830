"""The evidence page as markup: complete without script, and nothing of a document ever becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
from decimal import Decimal

import pytest
from lxml import html  # type: ignore[import-untyped]  # ships no types

from finproc.model.check import Finding
from finproc.model.document import Block, Cell, Document
from finproc.model.fact import Evidence, FactContent
from finproc.model.mention import Rejection
from finproc.model.places import Place
from finproc.model.problem import Problem
from finproc.model.text import Quote, Span
from finproc.submit.evidence.page import CONTENT_SECURITY_POLICY, page
from finproc.submit.evidence.view import Subject
from finproc.submit.findings import Contradiction
from tests.web.house import EXAMPLE, content

HOSTILE = (
    "</script><script>document.title='a'</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><style>*{display:none}</style>",
    "</noscript><svg onload=alert(1)>",
    "</title><base href=//x>",
    "<!--",
    "]]>",
    "{{ config }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "<a href=javascript:alert(1)>",
    "\u2028\u202e<plaintext>",
)


def fact(words: dict[str, str]) -> FactContent:
    """The example's fact with evidence: the words of each field."""
    evidence = tuple(
        Evidence(field, Quote(quoted, Span(EXAMPLE.index(quoted), EXAMPLE.index(quoted) + len(quoted))), "words")
        for field, quoted in words.items()
    )
    return content(evidence=evidence)


def made(subject: Subject):
    return html.document_fromstring(page(subject))


def test_the_page_shows_the_text_with_fact_and_fields_in_place():
    words = {"metric": "net income", "company": "XYZ", "period": "Q1 2024", "currency": "$"}
    told = made(Subject("example.txt", Document(EXAMPLE), [fact(words)]))
    assert told.xpath("string(//main)").strip() == EXAMPLE
    (link,) = told.xpath("//main//a")
    assert (link.text_content(), link.get("class"), link.get("href"), link.get("id")) == (
        "$5.3 million",
        "f",
        "#fact-1",
        "at-fact-1",
    )
    (entry,) = told.xpath("//ol[@id='list']/li")
    assert entry.get("id") == "fact-1"
    segments = {span.get("data-s"): span.text for span in told.xpath("//main//*[@data-s]")}
    spots = {}
    for spot in entry.get("data-e").split():
        field, first, last = re.split("[:-]", spot)
        spots[field] = "".join(segments[str(number)] for number in range(int(first), int(last) + 1))
    assert spots == {**words, "value": "$5.3 million", "quote": "net income of $5.3 million"}


def test_without_script_every_detail_can_be_read():
    evidence = (
        Evidence("company", Quote("XYZ AG", None, "submission"), "submission"),
        Evidence("scale", Quote("million", Span(46, 53), "caption"), "caption", Place(page=3, table=2, cell="B7")),
    )
    given = content(
        evidence=evidence, proof="review", doubts=("far_metric",), approximate=True, segment="Cloud", status="guidance",
        qualifier="adjusted", extractor="agreed", model="some-model",
        value_converted=Decimal(4900000), currency_converted="EUR",
    )  # fmt: skip
    said = " ".join(made(Subject("x", Document(EXAMPLE), [given])).xpath("string(//noscript)").split())
    for words in (
        "5,300,000 USD approximately",
        "$5.3 million, exact to ±50,000",
        "4,900,000 EUR",
        "net income adjusted",
        "Cloud",
        "Q1 2024 (2024-01-01 to 2024-03-31)",
        "guidance",
        "review: in doubt: a person should look; the metric stands far from the number",
        "the rules and the language model (some-model)",
        "company XYZ AG said with the submission",
        "scale million caption of the table page 3, table 2, cell B7, characters 46–53",
    ):
        assert words in said


def test_problems_refusals_and_unclaimed_amounts_have_their_reason_and_place():
    at = EXAMPLE.index("$5.3")
    span = Span(at, at + 12)
    told = made(
        Subject(
            "x",
            Document(EXAMPLE),
            [],
            [Problem("no_currency", "No currency stands with it", span, "$5.3 million")],
            [Quote("$5.3 million", span)],
            [Rejection("amount_not_in_text", "$9 million")],
        )
    )
    (link,) = told.xpath("//main//a")
    assert (link.get("class"), link.get("href")) == ("x u", "#problem-1")
    problems = ["".join(item.itertext()) for item in told.xpath("//details[@id='problems']//li")]
    assert [item.text for item in told.xpath("//details[@id='problems']//b")] == [
        "no currency",
        "amount is not in the text",
    ]
    assert "No currency stands with it" in problems[0]
    assert "$9 million" in problems[1]
    (unclaimed,) = told.xpath("//details[@id='unclaimed']//li")
    assert EXAMPLE in " ".join(unclaimed.text_content().split())
    assert told.xpath("//p[@class='legend']//a/@href")[:2] == ["#unclaimed", "#problems"]


def test_failed_checks_name_their_facts_and_stand_with_them():
    other = content(Decimal(4), metric="revenue", period=None)
    finding = Finding("margin", "a = b", "1 ≠ 2", (0, 1), Decimal(1), Decimal(2), Decimal(0))
    told = made(
        Subject("x", Document(EXAMPLE), [content(), other], contradictions=[Contradiction(finding, ("1", "2", "gone"))])
    )
    (listed,) = told.xpath("//details[@id='contradictions']//li")
    assert listed.xpath(".//a/@href") == ["#fact-1", "#fact-2"]
    assert "revenue, no period: 4 USD" in listed.text_content()
    assert all("a = b" in entry.text_content() for entry in told.xpath("//ol[@id='list']/li"))
    assert told.xpath("//main//a/@class") == ["f look"]


def test_facts_that_share_an_amount_or_overlap_share_one_link():
    text = "Guidance is 5 to 7 million dollars."
    whole = content(text=text, amount="5 to 7 million")
    part = content(text=text, amount="7 million", metric="revenue")
    told = made(Subject("x", Document(text), [whole, part]))
    (link,) = told.xpath("//main//a")
    assert (link.text_content(), link.get("data-f")) == ("5 to 7 million", "0 1")
    assert told.xpath("string(//main)").strip() == text


def test_a_table_s_cells_hold_their_facts():
    text = "Net income | $5.3 million"
    cells = (Cell("Net income", Span(0, 10), 0, 0), Cell("$5.3 million", Span(13, 25), 0, 1))
    document = Document(text, (Block("table", Span(0, 25), page=4, cells=cells),), page_count=4)
    told = made(Subject("x", document, [content(text=text)]))
    assert told.xpath("string(//main//th)") == "Net income"
    assert told.xpath("string(//main//td/a)") == "$5.3 million"
    assert told.xpath("string(//*[@id='page-4'])") == "Page 4"


def everywhere(words: str) -> Subject:
    """A subject that has these words in every place that a document or a submitter could bring words to."""
    text = f"{words} {EXAMPLE} {words}"
    span = Span(0, len(words))
    given = content(
        text=text, company=words, metric=words, segment=words, period=words, qualifier=words, model=words,
        doubts=(words,), evidence=(Evidence(words, Quote(words, span), words, Place(part=words)),),
    )  # fmt: skip
    return Subject(
        words,
        Document(text, (Block("table", span, part=words, cells=(Cell(words, span, 0, 0),)),)),
        [given],
        [Problem(words, words, span, words)],
        [Quote(words, span)],
        [Rejection(words, words, span)],
        [Contradiction(Finding(words, words, words, (0,), Decimal(1), Decimal(2), Decimal(0)), (words, "1"))],
        words,
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_of_a_document_becomes_markup(hostile: str):
    told = made(everywhere(hostile))
    assert shape(told) == shape(made(everywhere("word")))
    assert told.xpath("string(//title)") == f"Evidence: {hostile}"
    assert hostile.strip() in told.xpath("string(//main)")


def shape(told) -> list[tuple[str, list[str]]]:
    """Every element with the names of its attributes."""
    return [(element.tag, sorted(element.keys())) for element in told.iter()]


def test_the_policy_lets_the_page_s_own_style_and_script_run_and_nothing_else():
    told = made(Subject("x", Document(EXAMPLE), [content()]))

    def digest(tag: str) -> str:
        (element,) = told.xpath(f"//{tag}")
        return "sha256-" + base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()

    assert f"script-src '{digest('script')}';" in CONTENT_SECURITY_POLICY
    assert f"style-src '{digest('style')}';" in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    (kept,) = told.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert f"{kept}; frame-ancestors 'none'" == CONTENT_SECURITY_POLICY
    assert told.xpath("//@style | //@*[starts-with(name(), 'on')] | //@src") == []
    assert {address for address in told.xpath("//link/@href | //a/@href") if not address.startswith("#")} == {"data:,"}


def test_a_document_that_is_gone_leaves_its_facts():
    told = made(Subject("x", None, [content()]))
    assert "The document is gone." in told.xpath("string(//main)")
    assert "5,300,000 USD" in told.xpath("string(//ol[@id='list'])")
