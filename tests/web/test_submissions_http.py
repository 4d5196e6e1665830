"""Submissions over HTTP: looked up, retried, discarded, and the evidence of what was found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from finproc.model.problem import Problem
from finproc.model.submission import State, Step
from finproc.model.text import Quote, Span
from tests.web.house import EXAMPLE, House, content

Submit = Callable[..., str]


def test_a_submission_tells_its_whole_way(house: House, submitted: Submit, client: FlaskClient):
    ident = submitted(source="wire", company="XYZ")
    unclaimed = Quote("$5.3 million", Span(41, 53))
    house.carry(ident, (content(),), problems=(Problem("no_currency", "No currency."),), unclaimed=(unclaimed,))
    told = client.get(f"/submissions/{ident}").get_json()
    assert (told["id"], told["state"], told["source"], told["company"]) == (ident, "stored", "wire", "XYZ")
    assert [entry["state"] for entry in told["history"]] == ["received", "stored"]
    assert [problem["code"] for problem in told["problems"]] == ["no_currency"]
    assert [quote["text"] for quote in told["unclaimed"]] == ["$5.3 million"]
    assert [rejection["reason"] for rejection in told["rejected"]] == ["not_in_text"]
    assert told["model_calls"] == []


def test_submissions_are_listed_by_state_and_in_pages(house: House, submitted: Submit, client: FlaskClient):
    idents = [submitted(f"Text {number}.") for number in range(5)]
    house.change(idents[0], state=State.FAILED, reason="unreadable")
    failed = client.get("/submissions?state=failed&reason=unreadable").get_json()["items"]
    assert [one["id"] for one in failed] == idents[:1]
    first = client.get("/submissions?limit=3").get_json()
    rest = client.get(f"/submissions?limit=3&cursor={first['next_cursor']}").get_json()
    assert [one["id"] for one in first["items"] + rest["items"]] == idents[::-1]
    assert rest["next_cursor"] is None
    assert client.get("/submissions?since=2999-01-01").get_json()["items"] == []


@pytest.mark.parametrize("query", ["state=done", "limit=0", "since=now", "cursor=%C3%A9", "cursor=abc", "colour=red"])
def test_a_listing_refuses_what_it_does_not_know(client: FlaskClient, query: str):
    answer = client.get(f"/submissions?{query}")
    assert (answer.status_code, answer.get_json(force=True)["field"]) == (422, query.partition("=")[0])


@pytest.mark.parametrize(
    ("step", "pointers", "state"),
    [
        (Step.EXTRACT, {}, "received"),
        (Step.NORMALIZE, {"extraction": 1}, "extracted"),
        (Step.STORE, {"extraction": 1, "normalization": 2}, "normalized"),
        (Step.STORE, {"extraction": 1}, "extracted"),
        (Step.NORMALIZE, {}, "received"),
    ],
)
def test_a_retry_goes_on_from_the_step_that_failed(
    *, house: House, submitted: Submit, client: FlaskClient, step: Step, pointers: dict[str, int], state: str
):
    ident = submitted()
    house.change(ident, state=State.FAILED, step=step, reason="timeout", tries=5, **pointers)
    answer = client.post(f"/submissions/{ident}/retry")
    told = answer.get_json()
    assert (answer.status_code, told["state"], told["reason"], told["tries"]) == (202, state, None, 0)
    assert house.broker.taken[-1] == (ident, 2)


def test_only_what_failed_is_retried(submitted: Submit, client: FlaskClient):
    answer = client.post(f"/submissions/{submitted()}/retry")
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (409, "not_failed")


def test_a_retry_with_the_broker_down_is_left_to_the_sweep(house: House, submitted: Submit, client: FlaskClient):
    ident = submitted()
    house.change(ident, state=State.FAILED, step=Step.EXTRACT)
    house.broker.up = False
    assert client.post(f"/submissions/{ident}/retry").status_code == 202
    found = house.workspace.records.submissions.get(ident)
    assert found is not None
    assert found.dispatched_at is None


def test_discarding_deletes_the_document_and_closes_its_facts(house: House, submitted: Submit, client: FlaskClient):
    ident = submitted()
    found = house.carry(ident, (content(),))
    for _ in range(2):
        assert client.delete(f"/submissions/{ident}").status_code == 204
    assert client.get(f"/submissions/{ident}").get_json()["state"] == "discarded"
    assert client.get("/facts").get_json()["items"] == []
    assert house.workspace.records.submissions.body(found) is None
    assert client.get(f"/submissions/{ident}/evidence").get_json()["text"] is None


def test_erasing_leaves_nothing(house: House, submitted: Submit, client: FlaskClient):
    ident = submitted()
    house.carry(ident, (content(),))
    row = client.get("/facts").get_json()["items"][0]["id"]
    assert client.delete(f"/submissions/{ident}?erase=1").status_code == 204
    assert client.get(f"/submissions/{ident}").status_code == 404
    assert client.get(f"/facts/{row}").status_code == 404
    assert client.post("/submit", json={"raw_text": EXAMPLE}).status_code == 202


def test_usage_is_told_in_exact_dollars(client: FlaskClient):
    assert client.get("/usage").get_json() == {"items": [], "total_cost": "0"}
    assert client.get("/usage?since=soon").status_code == 422


@pytest.mark.parametrize("path", ["/submissions/x%00y", "/submissions/" + "x" * 300, "/facts/..%2f..", "/nowhere"])
def test_what_cannot_be_an_id_is_not_found(client: FlaskClient, path: str):
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
