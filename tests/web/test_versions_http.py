"""Versions over HTTP: restatements, agreeing documents, what was known when, decisions and replays, findings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from finproc.model.check import CheckCount, Finding
from finproc.model.fact import FactContent, Normalized
from finproc.model.ids import utc_now
from finproc.model.submission import Step
from finproc.schemas import exact_json, outputs
from tests.web.house import House, content

Submit = Callable[..., str]


def reported(amount: str, value: int, half: int) -> tuple[str, FactContent]:
    """A text and its one fact."""
    text = f"Company XYZ reported a net income of {amount} for Q1 2024."
    return text, content(Decimal(value), text=text, amount=amount, precision=Decimal(half))


FIRST = reported("$5.3 million", 5_300_000, 50_000)
PRECISE = reported("$5,312,345", 5_312_345, 0)
RESTATED = reported("$5.1 million", 5_100_000, 50_000)


@pytest.fixture
def told(house: House, submitted: Submit) -> Callable[..., str]:
    """Store a document's fact as of a day, and give the submission."""

    def tell(document: tuple[str, FactContent], published: str) -> str:
        submission = submitted(document[0], published=published)
        house.carry(submission, (document[1],), text=document[0])
        return submission

    return tell


def known(client: FlaskClient, query: str = "") -> list[int]:
    return [fact["value"] for fact in client.get(f"/facts{query}").get_json()["items"]]


def versions(client: FlaskClient) -> list[tuple[int, str | None]]:
    (fact,) = client.get("/facts").get_json()["items"]
    items = client.get(f"/facts/{fact['id']}/versions").get_json()["items"]
    assert [item["replaces"] for item in items] == [None, *(item["id"] for item in items[:-1])]
    assert [item["known_to"] for item in items] == [*(item["known_from"] for item in items[1:]), None]
    return [(item["value"], item["relation"]) for item in items]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_restatements_and_agreement_are_told_whatever_comes_first(
    told: Callable[..., str], client: FlaskClient, order: tuple[int, ...]
):
    documents = [(FIRST, "2024-04-30"), (PRECISE, "2024-05-15"), (RESTATED, "2024-08-01")]
    for place in order:
        told(*documents[place])
    assert versions(client) == [(5_300_000, None), (5_312_345, "agrees"), (5_100_000, "restates")]
    days = ("2024-04-29", "2024-04-30", "2024-05-20", "2024-08-01")
    assert [known(client, f"?as_of={day}") for day in days] == [[], [5_300_000], [5_312_345], [5_100_000]]


def test_a_discarded_document_takes_its_version_away(told: Callable[..., str], client: FlaskClient):
    told(FIRST, "2024-04-30")
    restated = told(RESTATED, "2024-08-01")
    assert known(client) == [5_100_000]
    assert client.delete(f"/submissions/{restated}").status_code == 204
    assert known(client) == [5_300_000]


@pytest.mark.parametrize(
    ("decision", "left"),
    [
        ({"verdict": "confirm"}, [(5_300_000, "confirmed")]),
        ({"verdict": "correct", "value": 5_250_000, "reason": "audited"}, [(5_250_000, "corrected")]),
        ({"verdict": "reject"}, []),
    ],
)
def test_a_decision_survives_a_replay_and_a_later_version_replaces_it(
    house: House, told: Callable[..., str], client: FlaskClient, decision: dict[str, object], left: list[object]
):
    submission = told(FIRST, "2024-04-30")
    (fact,) = client.get("/facts").get_json()["items"]
    assert client.post(f"/facts/{fact['id']}/decision", json=decision).status_code == 200
    for number in (1, 2):
        again = house.change(submission, facts_set=number)
        for _ in range(2):  # a step may run twice
            house.workspace.records.facts.store_set(again, (FIRST[1],), utc_now() + timedelta(seconds=number))
        items = client.get("/facts").get_json()["items"]
        assert [(item["value"], item["proof"]) for item in items] == left
    told(RESTATED, "2024-08-01")
    assert known(client) == [5_100_000]


def test_a_person_gave_a_value_exactly(told: Callable[..., str], client: FlaskClient):
    told(FIRST, "2024-04-30")
    (fact,) = client.get("/facts").get_json()["items"]
    body = {"verdict": "correct", "value": 5_000_000, "reason": "typing error"}
    client.post(f"/facts/{fact['id']}/decision", json=body)
    told(FIRST, "2024-05-30")
    (now,) = client.get("/facts").get_json()["items"]
    items = client.get(f"/facts/{now['id']}/versions").get_json()["items"]
    assert items[-1]["relation"] == "restates"


def test_failed_checks_are_shown_with_the_submission_and_on_the_facts(
    house: House, submitted: Submit, client: FlaskClient
):
    text, _ = FIRST
    marked = content(Decimal(5_300_000), text=text, findings=("net_income",), entity="XYZ Corporation")
    submission = submitted(text)
    house.carry(submission, (marked,), text=text)
    finding = Finding("net_income", "a = b", "1 = 2", (0,), Decimal("1.50"), Decimal(2), Decimal("0.1"), ("row",))
    body = outputs.dump_normalized(Normalized((marked,), checks=(CheckCount("net_income", 2, 1),), findings=(finding,)))
    found = house.workspace.records.submissions.get(submission)
    assert found is not None
    house.workspace.records.extractions.put(found, Step.NORMALIZE, 1, body, utc_now())
    (stored,) = client.get("/facts").get_json()["items"]
    assert (stored["findings"], stored["entity"], stored["proof"]) == (["net_income"], "XYZ Corporation", "proven")
    for path in (f"/submissions/{submission}", f"/submissions/{submission}/evidence"):
        shown = exact_json.loads(client.get(path).data)
        assert shown["checks"] == [{"code": "net_income", "made": 2, "failed": 1}]
        (one,) = shown["findings"]
        assert one["facts"] == [stored["fact_id"]]
        assert (one["expected"], one["actual"], one["tolerance"], one["known"]) == ("1.5", "2", "0.1", ["row"])
