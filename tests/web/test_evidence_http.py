"""The evidence of a submission over HTTP: as JSON and as a page."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]  # ships no types

from finproc.model.check import CheckCount, Finding
from finproc.model.document import Block, Document
from finproc.model.fact import Evidence, Normalized
from finproc.model.ids import utc_now
from finproc.model.mention import Extraction
from finproc.model.places import Place
from finproc.model.problem import Problem
from finproc.model.submission import State, Step
from finproc.model.text import Quote, Span
from finproc.schemas import outputs
from tests.web.house import EXAMPLE, House, content

Submit = Callable[..., str]
SPAN = Span(EXAMPLE.index("net"), EXAMPLE.index("net") + 10)


@pytest.fixture
def ident(house: House, submitted: Submit) -> str:
    """A stored submission of a PDF of two pages, with one fact more than its characters bear."""
    made = submitted()
    found = house.workspace.records.submissions.get(made)
    assert found is not None
    metric = Evidence("metric", Quote("net income", SPAN), "words", Place(page=2, paragraph=1))
    contents = (content(evidence=(metric,)), content(Decimal(4), metric="revenue"))
    finding = Finding("margin", "a = b", "1 ≠ 2", (1, 0), Decimal(1), Decimal(2), Decimal(0))
    document = Document(EXAMPLE, (Block("paragraph", Span(0, len(EXAMPLE)), page=2),), "application/pdf", 2)
    records = house.workspace.records
    unclaimed = (Quote("$5.3 million", content().amount),)
    extracted = outputs.dump_extraction(Extraction((), unclaimed), document)
    records.extractions.put(found, Step.EXTRACT, 1, extracted, utc_now())
    normalized = Normalized(
        contents, (Problem("x", "Y", SPAN, "net income"),), checks=(CheckCount("margin", 1, 1),), findings=(finding,)
    )
    records.extractions.put(found, Step.NORMALIZE, 1, outputs.dump_normalized(normalized), utc_now())
    records.facts.store_set(found, contents, utc_now())
    house.change(made, state=State.STORED, extraction=1, normalization=1, attempt=1)
    return made


def test_json_tells_of_every_field_where_it_stands(client: FlaskClient, ident: str):
    told = client.get(f"/submissions/{ident}/evidence").get_json()
    facts = {fact["metric"]: fact for fact in told["facts"]}
    (metric,) = facts["net income"]["evidence"]
    assert told["text"][metric["quote"]["span"]["start"] : metric["quote"]["span"]["end"]] == "net income"
    assert metric["place"] == {"page": 2, "paragraph": 1}
    amount = facts["net income"]["amount"]
    assert told["text"][amount["start"] : amount["end"]] == "$5.3 million"
    assert (told["media_type"], told["page_count"]) == ("application/pdf", 2)
    assert told["blocks"] == [{"kind": "paragraph", "span": {"start": 0, "end": len(EXAMPLE)}, "page": 2, "part": None}]
    assert told["findings"][0]["facts"] == [facts["revenue"]["fact_id"], facts["net income"]["fact_id"]]
    assert [problem["code"] for problem in told["problems"]] == ["x"]
    assert [quote["text"] for quote in told["unclaimed"]] == ["$5.3 million"]
    assert told["rejected"] == []


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("", "*/*", "application/json"),
        ("?format=html", "application/json", "text/html; charset=utf-8"),
        ("?format=json", "text/html", "application/json"),
    ],
)
def test_a_browser_gets_the_page_and_a_program_json(
    client: FlaskClient, ident: str, query: str, accept: str, kind: str
):
    answer = client.get(f"/submissions/{ident}/evidence{query}", headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, kind)


def test_the_page_knows_facts_by_their_stable_id_and_forbids_everything_else(client: FlaskClient, ident: str):
    answer = client.get(f"/submissions/{ident}/evidence?format=html")
    page = html.document_fromstring(answer.text)
    facts = client.get(f"/submissions/{ident}/evidence").get_json()["facts"]
    assert set(page.xpath("//ol[@id='list']/li/@id")) == {f"fact-{fact['fact_id']}" for fact in facts}
    links = page.xpath("//details[@id='contradictions']//a/@href")
    assert set(links) == {f"#fact-{fact['fact_id']}" for fact in facts}
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_decision_is_shown_with_its_reason(client: FlaskClient, ident: str):
    row = client.get(f"/submissions/{ident}/evidence").get_json()["facts"][0]["id"]
    client.post(f"/facts/{row}/decision", json={"verdict": "correct", "value": 7, "reason": "misprint <b>"})
    page = html.document_fromstring(client.get(f"/submissions/{ident}/evidence?format=html").text)
    said = page.xpath("string(//ol[@id='list'])")
    assert "misprint <b>" in said
    assert "7 USD" in said


def test_what_a_later_document_replaced_still_stands_in_its_own(
    house: House, client: FlaskClient, submitted: Submit, ident: str
):
    later = submitted("Another text.", published="2999-01-01")
    house.carry(later, (content(Decimal(6000000)),))
    facts = client.get(f"/submissions/{ident}/evidence").get_json()["facts"]
    assert {fact["metric"]: fact["known_to"] for fact in facts} == {
        "net income": "2999-01-01T00:00:00.000Z",
        "revenue": None,
    }
    page = client.get(f"/submissions/{ident}/evidence?format=html").text
    assert page.count("known since 2999-01-01") == 1


def test_a_format_that_there_is_not_is_refused(client: FlaskClient, ident: str):
    assert client.get(f"/submissions/{ident}/evidence?format=pdf").status_code == 422


def test_before_the_steps_have_run_there_is_a_page_too(client: FlaskClient, submitted: Submit):
    answer = client.get(f"/submissions/{submitted()}/evidence?format=html")
    assert answer.status_code == 200
