"""The doors do the same on every store."""

from __future__ import annotations

from decimal import Decimal

from finproc.identity.workspace import Workspace
from tests.web.house import EXAMPLE, Broker, House, content

LONG = Decimal("12345678901234567890.12")


def test_a_document_s_whole_life_is_the_same_on_every_store(store: Workspace):
    house = House(store.settings, store, Broker())
    client = house.client()
    first = client.post("/submit", json={"raw_text": EXAMPLE, "metadata": {"n": 2**70, "$a.b": [None]}})
    ident = first.get_json()["id"]
    again = client.post("/submit", json={"raw_text": EXAMPLE})
    assert (first.status_code, again.status_code, again.get_json()["id"]) == (202, 200, ident)
    house.carry(ident, (content(LONG),))
    shown = client.get(f"/submissions/{ident}").get_json()
    assert shown["metadata"] == {"n": 2**70, "$a.b": [None]}
    assert [entry["state"] for entry in shown["history"]] == ["received", "stored"]
    facts = client.get(f"/facts?company=XYZ&min_value={LONG}&max_value={LONG}")
    assert f'"value":{LONG},' in facts.text
    row = facts.get_json()["items"][0]["id"]
    decided = client.post(f"/facts/{row}/decision", json={"verdict": "confirm"})
    assert decided.get_json()["proof"] == "confirmed"
    assert client.get("/facts?as_of=2000-01-01").get_json()["items"] == []
    assert len(client.get("/facts?format=csv").text.splitlines()) == 2
    assert client.get(f"/submissions/{ident}/evidence").get_json()["text"] == EXAMPLE
    assert client.get("/readyz").status_code == 200
    assert client.get("/metrics").status_code == 200
    headers = {"Idempotency-Key": "k"}
    answers = [client.post("/submit", json={"raw_text": "Other."}, headers=headers) for _ in range(2)]
    assert answers[0].data == answers[1].data
    assert client.delete(f"/submissions/{ident}?erase=1").status_code == 204
    assert client.get(f"/submissions/{ident}").status_code == 404
    assert client.get("/facts").get_json()["items"] == []


def test_hostile_filters_and_ids_are_answered_on_every_store(store: Workspace):
    house = House(store.settings, store, Broker())
    client = house.client()
    hostile = ["'; DROP TABLE facts; --", '{"$gt": ""}', "\ud7ff\uffff", "%", "_", "\\", "x" * 200]
    for text in hostile:
        for name in ("company", "metric", "period", "submission"):
            answer = client.get("/facts", query_string={name: text})
            assert (answer.status_code, answer.get_json()["items"]) == (200, []), (name, text)
    for value in ("1e34", "-1e34", "0.0000000000000000000000000000000001", "9" * 34):
        assert client.get("/facts", query_string={"min_value": value}).status_code == 200, value
    for moment in ("0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z"):
        assert client.get("/facts", query_string={"as_of": moment}).status_code == 200, moment
        assert client.get("/submissions", query_string={"since": moment}).status_code == 200, moment
