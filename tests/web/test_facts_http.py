"""Facts over HTTP: exact digits, filters, pages, CSV, XLSX, versions, decisions."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from finproc.model.ids import utc_now
from finproc.schemas import exact_json
from finproc.store import sheets
from tests.web.house import EXAMPLE, House, content

Submit = Callable[..., str]
Listed = Callable[..., list[dict[str, object]]]
LONG = Decimal("12345678901234567890.12")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def stored(house: House, submitted: Submit) -> Callable[..., str]:
    """Store one fact and give its row's id."""

    def store(*contents: object, text: str = EXAMPLE, **hints: object) -> str:
        submission = submitted(text, **hints)
        house.carry(submission, contents or (content(),), text=text)  # type: ignore[arg-type]
        page = house.client().get(f"/facts?submission={submission}&proof=any").get_json()
        return str(page["items"][0]["id"])

    return store


def listed(client: FlaskClient, query: str = "") -> list[dict[str, object]]:
    answer = client.get(f"/facts{query}")
    assert answer.status_code == 200, answer.text
    return list(exact_json.loads(answer.data)["items"])


def in_csv(client: FlaskClient, query: str = "") -> list[dict[str, object]]:
    answer = client.get(f"/facts?format=csv{query}")
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def in_xlsx(client: FlaskClient, query: str = "") -> list[dict[str, object]]:
    with client.get(f"/facts?format=xlsx{query}") as answer:
        heads, *rows = load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_example_becomes_the_missions_fact(stored: Callable[..., str], client: FlaskClient):
    stored()
    text = client.get("/facts").text
    assert '{"company":"XYZ","metric":"net income","value":5300000,"currency":"USD","quarter":"Q1 2024",' in text


def test_a_value_keeps_all_its_digits(stored: Callable[..., str], client: FlaskClient):
    row = stored(content(LONG))
    assert f'"value":{LONG},' in client.get("/facts").text
    assert f'"value":{LONG},' in client.get(f"/facts/{row}").text
    assert f",{LONG},USD," in client.get("/facts?format=csv").text
    assert [fact["value"] for fact in in_xlsx(client)] == [str(LONG)]
    assert listed(client, f"?min_value={LONG}&max_value={LONG}")
    assert not listed(client, f"?min_value={LONG + Decimal('0.01')}")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?company=XYZ", 1),
        ("?company=Other", 0),
        ("?metric=net%20income", 1),
        ("?metric=revenue", 0),
        ("?period=Q1%202024", 1),
        ("?period=FY2024", 0),
        ("?currency=USD", 1),
        ("?currency=EUR", 0),
        ("?min_value=5300000", 1),
        ("?min_value=5.3e6", 1),
        ("?min_value=5300000.01", 0),
        ("?max_value=5299999.99", 0),
        ("?status=actual", 1),
        ("?status=guidance", 0),
        ("?proof=proven", 1),
        ("?proof=review", 0),
        ("?proof=any", 1),
    ],
)
def test_facts_are_found_by_what_they_say(stored: Callable[..., str], client: FlaskClient, query: str, count: int):
    stored()
    assert len(listed(client, query)) == count


def test_a_fact_in_review_is_shown_only_when_asked_for(stored: Callable[..., str], client: FlaskClient):
    stored(content(proof="review", doubts=("nearer_metric",)))
    assert listed(client) == []
    assert len(listed(client, "?proof=review")) == len(listed(client, "?proof=any")) == 1


@pytest.mark.parametrize(
    "query",
    [
        "?min_value=many",
        "?min_value=NaN",
        "?min_value=1e999999999",
        "?proof=sure",
        "?status=maybe",
        "?limit=0",
        "?limit=1001",
        "?limit=x",
        "?cursor=%00",
        "?cursor=abc",
        "?as_of=yesterday",
        "?as_of=2024-01-01T00:00:00",
        "?currency=DOLLAR",
        "?company=%00",
        "?colour=red",
        "?format=pdf",
    ],
)
def test_a_filter_that_cannot_be_is_refused_by_name(client: FlaskClient, query: str):
    answer = client.get(f"/facts{query}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert exact_json.loads(answer.data)["field"] == query[1:].partition("=")[0]


def test_pages_follow_each_other_without_gap_or_repeat(stored: Callable[..., str], client: FlaskClient):
    for number in range(5):
        text = f"Company C{number} reported revenue of ${number + 1} million for Q1 2024."
        amount = f"${number + 1} million"
        stored(content(Decimal(number + 1), text=text, amount=amount, company=f"C{number}"), text=text)
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/facts?limit=2{cursor and '&cursor=' + cursor}").get_json()
        found += [fact["company"] for fact in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(found) == [f"C{number}" for number in range(5)]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("text/csv;q=0.5, application/json;q=0.1", "text/csv; charset=utf-8"),
        (SHEET, SHEET),
        (f"text/csv;q=0.5, {SHEET}", SHEET),
    ],
)
def test_accept_chooses_the_form(client: FlaskClient, accept: str, kind: str):
    with client.get("/facts", headers={"Accept": accept}) as answer:
        assert answer.content_type == kind


def test_a_form_that_is_not_made_is_refused(client: FlaskClient):
    answer = client.get("/facts", headers={"Accept": "application/pdf"})
    refusal = answer.get_json(force=True)
    assert (answer.status_code, refusal["code"]) == (406, "not_acceptable")
    assert refusal["detail"] == f"Facts are given as application/json, text/csv, {SHEET}."


def test_a_spreadsheet_runs_nothing_of_a_document(stored: Callable[..., str], client: FlaskClient):
    names = ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\tx", 'plain, "quoted"\nname']
    for number, name in enumerate(names):
        text = f"{EXAMPLE} {number}"
        stored(content(Decimal(-5), text=text, company=name), text=text)
    rows = in_csv(client)
    assert {row["company"] for row in rows} == {f"'{name}" for name in names[:-1]} | set(names[-1:])
    assert {row["value"] for row in rows} == {"-5"}
    cells = in_xlsx(client)
    assert {cell["company"] for cell in cells} == set(names)
    assert {cell["value"] for cell in cells} == {-5}


def test_a_file_holds_what_csv_holds(stored: Callable[..., str], client: FlaskClient):
    row = stored(content(approximate=True), content(Decimal("-0.25"), currency=None, company=None))
    (shown,) = [fact for fact in in_xlsx(client) if fact["id"] == row]
    (line,) = [fact for fact in in_csv(client) if fact["id"] == row]
    assert list(shown) == list(line)
    assert [fact["id"] for fact in in_xlsx(client)] == [fact["id"] for fact in in_csv(client)]
    assert [fact["value"] for fact in in_xlsx(client, "&min_value=0")] == [5300000]
    assert in_xlsx(client, "&company=Other") == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_has_a_name(client: FlaskClient, kind: str):
    with client.get(f"/facts?format={kind}") as answer:
        assert answer.headers["Content-Disposition"] == f'attachment; filename="facts.{kind}"'
        assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_workbook_that_nobody_reads_is_closed(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, method: str):
    file = sheets.workbook(())
    monkeypatch.setattr(sheets, "workbook", lambda facts: file)
    client.open("/facts?format=xlsx", method=method).close()
    assert file.closed


def test_the_api_document_names_every_form(client: FlaskClient):
    answers = client.get("/openapi.json").get_json()["paths"]["/facts"]["get"]["responses"]
    assert list(answers["200"]["content"]) == ["application/json", "text/csv", SHEET]


@pytest.mark.parametrize("listed", [in_csv, in_xlsx])
def test_a_file_without_a_limit_gives_all(
    stored: Callable[..., str], client: FlaskClient, monkeypatch: pytest.MonkeyPatch, listed: Listed
):
    monkeypatch.setattr("finproc.store.routes._EXPORT_PAGE", 2)
    for number in range(5):
        text = f"{EXAMPLE} {number}"
        stored(content(Decimal(number), text=text, company=f"C{number}"), text=text)
    assert len(listed(client)) == 5
    assert len(listed(client, "&limit=3")) == 3


def test_a_later_document_replaces_what_was_known(house: House, submitted: Submit, client: FlaskClient):
    first = submitted(EXAMPLE, published="2024-04-30")
    house.carry(first, (content(),))
    restated = EXAMPLE.replace("5.3", "5.1")
    second = submitted(restated, published="2024-08-01")
    house.carry(second, (content(Decimal(5100000), text=restated, amount="$5.1 million"),), text=restated)
    (now,) = listed(client)
    assert now["value"] == 5100000
    (then,) = listed(client, "?as_of=2024-05-15")
    assert then["value"] == 5300000
    versions = client.get(f"/facts/{now['id']}/versions").get_json()["items"]
    assert [version["value"] for version in versions] == [5300000, 5100000]
    assert versions[1]["replaces"] == versions[0]["id"]


def decide(client: FlaskClient, row: str, **decision: object) -> dict[str, object]:
    answer = client.post(f"/facts/{row}/decision", json=decision)
    assert answer.status_code == 200, answer.text
    return dict(exact_json.loads(answer.data))


def test_a_fact_is_confirmed(stored: Callable[..., str], client: FlaskClient):
    row = stored(content(proof="review"))
    assert decide(client, row, verdict="confirm")["proof"] == "confirmed"
    assert [fact["proof"] for fact in listed(client)] == ["confirmed"]


def test_a_fact_is_corrected_exactly_and_survives_a_replay(
    house: House, stored: Callable[..., str], client: FlaskClient
):
    row = stored()
    submission = str(client.get(f"/facts/{row}").get_json()["submission"])
    body = b'{"verdict": "correct", "value": 12345678901234567890.12, "reason": "typing error in the report"}'
    answer = client.post(f"/facts/{row}/decision", data=body, content_type="application/json")
    assert f'"value":{LONG},' in answer.text
    records = house.workspace.records
    again = house.change(submission, facts_set=1)
    records.facts.store_set(again, (content(),), utc_now() + timedelta(seconds=1))
    (fact,) = listed(client)
    assert (fact["value"], fact["proof"]) == (LONG, "corrected")
    assert fact["decision"]["reason"] == "typing error in the report"  # type: ignore[index]


def test_a_rejected_fact_is_known_no_more(stored: Callable[..., str], client: FlaskClient):
    row = stored()
    assert decide(client, row, verdict="reject", reason="not the company's")["closed_at"] is not None
    assert listed(client) == []
    assert client.get(f"/facts/{row}").status_code == 200


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        ({}, "verdict"),
        ({"verdict": "maybe"}, "verdict"),
        ({"verdict": "correct"}, "value"),
        ({"verdict": "correct", "value": 5}, "reason"),
        ({"verdict": "correct", "value": 5, "reason": " "}, "reason"),
        ({"verdict": "correct", "value": "five", "reason": "r"}, "value"),
        ({"verdict": "correct", "value": 10**40, "reason": "r"}, "value"),
        ({"verdict": "confirm", "value": 5}, "value"),
        ({"verdict": "confirm", "colour": "red"}, "colour"),
        ({"verdict": "confirm", "reason": "a\0"}, "reason"),
    ],
)
def test_half_a_decision_is_refused(
    stored: Callable[..., str], client: FlaskClient, decision: dict[str, object], field: str
):
    row = stored()
    answer = client.post(f"/facts/{row}/decision", json=decision)
    assert (answer.status_code, answer.get_json(force=True)["field"]) == (422, field)


@pytest.mark.parametrize("body", [b"{", b"[]", b'"confirm"', b'{"verdict": "\xff"}', b""])
def test_a_decision_that_is_no_object_is_refused(stored: Callable[..., str], client: FlaskClient, body: bytes):
    row = stored()
    answer = client.post(f"/facts/{row}/decision", data=body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer.content_type == "application/problem+json"
