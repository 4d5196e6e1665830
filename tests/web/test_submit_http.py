"""The way in over HTTP: what is accepted, what is refused, and that nothing else is disturbed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from finproc.errors import Unavailable
from finproc.model.submission import State
from finproc.web import create_app
from tests.web.house import EXAMPLE, House

PROBLEM = "application/problem+json"


@pytest.mark.parametrize("path", ["/submit", "/api/v1/financial-data/submit"])
def test_the_example_is_accepted_saved_and_published(house: House, client: FlaskClient, path: str):
    answer = client.post(path, json={"raw_text": EXAMPLE})
    told = answer.get_json()
    assert (answer.status_code, told["state"]) == (202, "received")
    assert answer.headers["Location"] == told["links"]["self"] == f"/submissions/{told['id']}"
    assert told["links"]["facts"] == f"/facts?submission={told['id']}"
    assert house.broker.taken == [(told["id"], 1)]
    saved = house.workspace.records.submissions.get(told["id"])
    assert saved is not None
    assert house.workspace.records.submissions.body(saved) == EXAMPLE.encode()


def test_the_same_content_again_is_the_same_submission_and_is_not_published_again(house: House, client: FlaskClient):
    first = client.post("/submit", json={"raw_text": EXAMPLE, "source": "a"})
    second = client.post("/submit", json={"raw_text": EXAMPLE, "source": "b", "metadata": {"n": 1}})
    assert (second.status_code, second.get_json()["duplicate"]) == (200, True)
    assert second.get_json()["id"] == first.get_json()["id"]
    assert len(house.broker.taken) == 1


@pytest.mark.parametrize("state", [State.FAILED, State.DISCARDED])
def test_content_that_ended_badly_is_revived(
    house: House, submitted: Callable[..., str], client: FlaskClient, state: State
):
    first = submitted()
    house.change(first, state=state)
    again = client.post("/submit", json={"raw_text": EXAMPLE})
    assert (again.status_code, again.get_json()["id"], again.get_json()["state"]) == (202, first, "received")
    assert house.broker.taken == [(first, 1), (first, 2)]


def test_a_broker_that_is_down_is_left_to_the_sweep(house: House, client: FlaskClient):
    house.broker.up = False
    answer = client.post("/submit", json={"raw_text": EXAMPLE})
    assert answer.status_code == 202
    saved = house.workspace.records.submissions.get(answer.get_json()["id"])
    assert saved is not None
    assert saved.dispatched_at is None


def test_a_database_that_is_down_is_503_with_retry_after(house: House):
    def down():
        raise Unavailable("the database does not answer")

    client = create_app(house.settings, down, house.broker.publish).test_client()
    answer = client.post("/submit", json={"raw_text": EXAMPLE}, base_url="http://localhost")
    assert (answer.status_code, answer.content_type) == (503, PROBLEM)
    assert int(answer.headers["Retry-After"]) > 0
    assert house.broker.taken == []


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code", "field"),
    [
        (b'{"raw_text": ""}', "application/json", 422, "blank_text", "raw_text"),
        (b'{"raw_text": "  "}', "application/json", 422, "blank_text", "raw_text"),
        (b'{"raw_text": "a", "colour": 1}', "application/json", 422, "unknown_field", "colour"),
        (b'{"raw_text": 1}', "application/json", 422, "invalid_field", "raw_text"),
        (b'{"company": "X"}', "application/json", 422, "missing_field", "raw_text"),
        (b"[]", "application/json", 422, "not_an_object", None),
        (b"nonsense", "application/json", 400, "not_json", None),
        (b"", "application/json", 400, "not_json", None),
        (b'{"raw_text": "\xff"}', "application/json", 400, "not_utf8", None),
        (b'{"raw_text": "a\\u0000"}', "application/json", 422, "nul_character", "raw_text"),
        (b'{"raw_text": "a"}', "text/plain", 415, "unsupported_media_type", "Content-Type"),
        (b'{"raw_text": "a"}', "application/x-www-form-urlencoded", 415, "unsupported_media_type", "Content-Type"),
        (b'{"raw_text": "a"}', "", 415, "unsupported_media_type", "Content-Type"),
        (b"--x--", "multipart/form-data; boundary=x", 422, "no_file", "file"),
        (b"junk", "multipart/form-data", 422, "no_file", "file"),
        (b"", "application/x-ndjson", 422, "blank_text", None),
    ],
)
def test_each_refusal_is_a_problem_document_that_names_the_field(
    *, house: House, client: FlaskClient, body: bytes, content_type: str, status: int, code: str, field: str | None
):
    answer = client.post("/submit", data=body, content_type=content_type)
    told = answer.get_json(force=True)
    assert (answer.status_code, told["code"], told.get("field")) == (status, code, field)
    assert (answer.content_type, told["status"]) == (PROBLEM, status)
    assert set(told) >= {"type", "title", "detail"}
    assert house.workspace.records.submissions.count_by_state().get(State.RECEIVED, 0) == 0
    assert house.broker.taken == []


def test_two_megabytes_of_text_are_too_large(client: FlaskClient):
    answer = client.post("/submit", json={"raw_text": "x" * 2_000_000})
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (413, "too_large")


def test_a_body_beyond_any_limit_is_refused_by_its_length_alone(client: FlaskClient):
    answer = client.post("/submit", data=b"x" * 7_000_000, content_type="application/json")
    assert answer.status_code == 413
    assert answer.content_type == PROBLEM


@pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson"])
def test_a_body_of_unknown_length_is_read_to_its_limit_and_no_further(house: House, content_type: str):
    client = house.client(max_text_bytes=1000, max_statement_bytes=250_000)
    body = io.BytesIO(b'{"raw_text": "a"}' + b" " * 400_000)
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.post("/submit", input_stream=body, content_type=content_type, environ_overrides=chunked)
    assert answer.status_code == 413
    assert house.broker.taken == []


def test_a_compressed_body_is_refused(client: FlaskClient):
    answer = client.post("/submit", json={"raw_text": "a"}, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415


def test_a_file_is_told_by_its_content_and_kept_as_it_is(house: House, client: FlaskClient):
    page = b"<html><body><script>alert(1)</script><p>Revenue was $2 million in Q1 2024.</p></body></html>"
    form = {"file": (io.BytesIO(page), "../../report.pdf"), "company": "ACME", "published": "2024-04-30"}
    answer = client.post("/submit", data=form)
    assert answer.status_code == 202, answer.text
    saved = house.workspace.records.submissions.get(answer.get_json()["id"])
    assert saved is not None
    assert (saved.kind, saved.media_type, saved.filename, saved.hints.company) == (
        "file",
        "text/html",
        "report.pdf",
        "ACME",
    )
    assert house.workspace.records.submissions.body(saved) == page


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"%PDF-1.7 broken", 422, "unreadable"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\xff\xfe", 415, "unknown_format"),
        (b"PK\x03\x04" + bytes(range(256)) * 4, 415, "unknown_format"),
        (b"", 422, "blank_text"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(house: House, client: FlaskClient, body: bytes, status: int, code: str):
    answer = client.post("/submit", data={"file": (io.BytesIO(body), "report.bin")})
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)
    assert house.broker.taken == []


def test_a_file_above_the_limit_is_refused(house: House):
    client = house.client(max_document_bytes=1000)
    answer = client.post("/submit", data={"file": (io.BytesIO(b"Revenue " * 150), "a.txt")})
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (413, "too_large")


def test_several_files_are_accepted_together_or_not_at_all(house: House, client: FlaskClient):
    good = {"file": [(io.BytesIO(b"Revenue was $1."), "a.txt"), (io.BytesIO(b"Revenue was $2."), "b.txt")]}
    answer = client.post("/submit", data=good)
    assert answer.status_code == 202
    assert len({one["id"] for one in answer.get_json()["submissions"]}) == 2
    bad = {"file": [(io.BytesIO(b"Revenue was $3."), "c.txt"), (io.BytesIO(b"%PDF-"), "d.pdf")]}
    assert client.post("/submit", data=bad).status_code == 422
    assert len(house.broker.taken) == 2


def test_an_idempotency_key_repeats_the_first_answer(house: House, client: FlaskClient):
    headers = {"Idempotency-Key": "order-1"}
    first = client.post("/submit", json={"raw_text": EXAMPLE}, headers=headers)
    again = client.post("/submit", json={"raw_text": EXAMPLE}, headers=headers)
    assert (again.status_code, again.data) == (first.status_code, first.data) == (202, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    other = client.post("/submit", json={"raw_text": "Other."}, headers=headers)
    assert (other.status_code, other.get_json(force=True)["code"]) == (422, "idempotency_key_reused")
    beside = client.post("/submit", json={"raw_text": EXAMPLE, "source": "x"}, headers=headers)
    assert beside.status_code == 422
    assert len(house.broker.taken) == 1


def test_an_idempotency_key_of_a_refused_request_is_still_free(client: FlaskClient):
    headers = {"Idempotency-Key": "order-2"}
    assert client.post("/submit", json={"raw_text": ""}, headers=headers).status_code == 422
    assert client.post("/submit", json={"raw_text": EXAMPLE}, headers=headers).status_code == 202


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
def test_an_idempotency_key_has_visible_ascii_characters(client: FlaskClient, key: str):
    answer = client.post("/submit", json={"raw_text": EXAMPLE}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (400, "invalid_idempotency_key")


def test_too_many_requests_are_told_when_to_come_back(house: House):
    client = house.client(submit_rate_per_second=3)
    answers = [client.post("/submit", json={"raw_text": f"Text {number}."}) for number in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].get_json(force=True)["code"] == "too_many_requests"
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert len(house.broker.taken) == len(answers) - len(refused)


def batch(
    client: FlaskClient, lines: list[bytes], headers: dict[str, str] | None = None
) -> tuple[int, list[dict[str, Any]]]:
    answer = client.post("/submit", data=b"\n".join(lines), content_type="application/x-ndjson", headers=headers)
    if answer.status_code != 200:
        return answer.status_code, [answer.get_json(force=True)]
    assert answer.content_type == "application/x-ndjson"
    return 200, [json.loads(line) for line in answer.data.splitlines()]


def test_ten_thousand_lines_with_bad_ones_among_them_get_one_result_each(house: House, client: FlaskClient):
    bad = {7: b"nonsense", 100: b'{"raw_text": ""}', 101: b"", 5000: b'{"raw_text": "\xff"}', 9999: b'{"a": 1}'}
    lines = [bad.get(number, b'{"raw_text": "Revenue was $%d."}' % number) for number in range(10_000)]
    lines[300] = lines[299]
    status, results = batch(client, lines)
    assert status == 200
    assert [result["line"] for result in results] == list(range(1, 10_001))
    assert {result["line"] - 1 for result in results if "problem" in result} == set(bad)
    codes = [results[number]["problem"]["code"] for number in sorted(bad)]
    assert codes == ["not_json", "blank_text", "not_json", "not_utf8", "missing_field"]
    assert (results[300]["status"], results[300]["id"]) == (200, results[299]["id"])
    assert house.workspace.records.submissions.count_by_state()[State.RECEIVED] == 10_000 - len(bad) - 1
    assert len(house.broker.taken) == 10_000 - len(bad) - 1


def test_more_than_ten_thousand_lines_are_refused_before_any_is_accepted(house: House, client: FlaskClient):
    status, results = batch(client, [b'{"raw_text": "a %d"}' % number for number in range(10_001)])
    assert (status, results[0]["code"]) == (413, "too_many_lines")
    assert house.broker.taken == []


def test_a_batch_sent_again_changes_nothing(house: House, client: FlaskClient):
    lines = [b'{"raw_text": "Revenue was $%d."}' % number for number in range(250)]
    _, first = batch(client, lines)
    _, second = batch(client, lines)
    assert [result["id"] for result in first] == [result["id"] for result in second]
    assert {result["status"] for result in second} == {200}
    assert len(house.broker.taken) == 250


def test_a_batch_with_a_key_is_answered_from_memory(house: House, client: FlaskClient):
    lines = [b'{"raw_text": "a"}', b'{"raw_text": "b"}']
    headers = {"Idempotency-Key": "batch-1"}
    first, again = batch(client, lines, headers), batch(client, lines, headers)
    assert first == again
    assert batch(client, lines[:1], headers)[0] == 422


def test_a_line_far_too_long_is_skipped_and_the_next_one_is_read(house: House):
    client = house.client(max_text_bytes=1000)
    lines = [b'{"raw_text": "' + b"x" * 300_000 + b'"}', b'{"raw_text": "Revenue was $1."}']
    _, results = batch(client, lines)
    assert [result["status"] for result in results] == [413, 202]


def test_numbers_of_metadata_stay_exact(client: FlaskClient):
    answer = client.post(
        "/submit",
        data=b'{"raw_text": "a", "metadata": {"big": 12345678901234567890.12, "id": 98765432109876543210}}',
        content_type="application/json",
    )
    shown = client.get(answer.headers["Location"]).text
    assert '"metadata":{"big":12345678901234567890.12,"id":98765432109876543210}' in shown
