"""Who may come in, and that nobody sees what is somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from finproc.identity.tokens import issue
from finproc.model.ids import utc_now
from tests.web.house import EXAMPLE, House, content

Submit = Callable[..., str]
OPEN_TO_ALL = {"/healthz", "/readyz", "/openapi.json"}


def bearer(house: House, owner: str, *scopes: str, **token: object) -> dict[str, str]:
    tokens = house.workspace.records.tokens
    chosen = scopes or ("*",)
    _, secret = issue(tokens, owner=owner, name="t", now=utc_now(), scopes=chosen, **token)  # type: ignore[arg-type]
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("host", ["localhost", "localhost:9", "127.0.0.1:8000", "[::1]", "[::1]:8000", "LOCALHOST:1"])
def test_open_mode_answers_to_names_of_this_machine(client: FlaskClient, host: str):
    assert client.get("/facts", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8000", "localhost.evil.example", "10.0.0.1:8000", "[::2]", "0"]
)
@pytest.mark.parametrize("path", ["/facts", "/submit", "/healthz", "/docs", "/nowhere"])
def test_open_mode_answers_to_no_other_name(client: FlaskClient, host: str, path: str):
    answer = client.get(path, headers={"Host": host})
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    ],
)
def test_open_mode_refuses_pages_of_other_sites(house: House, client: FlaskClient, headers: dict[str, str]):
    headers = headers | {"Host": "127.0.0.1:8000"}
    answer = client.post("/submit", json={"raw_text": EXAMPLE}, headers=headers)
    assert answer.status_code == 403
    assert client.get("/facts", headers=headers).status_code == 403
    assert house.broker.taken == []
    assert not any(name.startswith("Access-Control") for name, _ in answer.headers)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://127.0.0.1:8000"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}],
)
def test_open_mode_serves_its_own_pages_and_programs(client: FlaskClient, headers: dict[str, str]):
    headers = headers | {"Host": "127.0.0.1:8000"}
    assert client.post("/submit", json={"raw_text": EXAMPLE}, headers=headers).status_code == 202


def test_no_preflight_of_another_site_is_granted(client: FlaskClient):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/submit", headers=headers)
    assert not any(name.startswith("Access-Control") for name, _ in answer.headers)


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic dXNlcjpwYXNz", "Bearer é"])
def test_a_token_that_is_none_is_never_passed_over(client: FlaskClient, value: str):
    answer = client.get("/facts", headers={"Authorization": value})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_token_mode_asks_for_a_token_and_answers_to_any_name(house: House):
    client = house.client(finproc_auth="token")
    assert client.post("/submit", json={"raw_text": EXAMPLE}).status_code == 401
    headers = bearer(house, "alice") | {"Host": "finproc.example"}
    assert client.post("/submit", json={"raw_text": EXAMPLE}, headers=headers).status_code == 202


def test_a_token_that_was_revoked_or_has_expired_opens_nothing(house: House, client: FlaskClient):
    expired = bearer(house, "alice", expires_at=utc_now() - timedelta(seconds=1))
    assert client.get("/facts", headers=expired).status_code == 401
    revoked = bearer(house, "alice")
    tokens = house.workspace.records.tokens
    for token in tokens.of_owner("alice"):
        tokens.revoke(token.id, utc_now())
    assert client.get("/facts", headers=revoked).status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("submit", "POST", "/submit", True),
        ("submit", "GET", "/facts", False),
        ("submit", "GET", "/metrics", False),
        ("read", "GET", "/facts", True),
        ("read", "POST", "/submit", False),
        ("read", "DELETE", "/submissions/x", False),
        ("read", "POST", "/facts/x/decision", False),
        ("metrics", "GET", "/metrics", True),
        ("metrics", "GET", "/submissions", False),
    ],
)
def test_a_token_may_do_what_its_scope_says(
    *, house: House, client: FlaskClient, scope: str, method: str, path: str, allowed: bool
):
    body = {"raw_text": "Revenue."} if path == "/submit" else {"verdict": "confirm"}
    answer = client.open(path, method=method, json=body, headers=bearer(house, "alice", scope))
    assert (answer.status_code != 403) is allowed


def test_the_same_text_of_two_owners_is_two_submissions(house: House, client: FlaskClient):
    idents = {
        client.post("/submit", json={"raw_text": EXAMPLE}, headers=headers).get_json()["id"]
        for headers in ({}, bearer(house, "alice"), bearer(house, "bob"))
    }
    assert len(idents) == 3


def test_every_route_hides_what_is_somebody_elses(house: House, submitted: Submit, client: FlaskClient):
    mine = submitted()
    house.carry(mine, (content(),))
    row = client.get("/facts").get_json()["items"][0]["id"]
    ids = {"submission_id": mine, "fact_id": row}
    stranger = bearer(house, "mallory")
    walked = 0
    for path, operations in client.get("/openapi.json").get_json()["paths"].items():
        for method in operations.keys() & {"get", "post", "delete", "put", "patch"}:
            address = path.format_map(ids) + ("?erase=1" if method == "delete" else "")
            body = {"verdict": "reject"} if method == "post" and path != "/submit" else None
            if "{" in path:
                answer = client.open(address, method=method.upper(), json=body, headers=stranger)
                assert answer.status_code == 404, address
                walked += 1
            elif method == "get" and path not in OPEN_TO_ALL | {"/events", "/metrics"}:
                answer = client.get(address, headers=stranger)
                assert mine not in answer.text, address
                assert row not in answer.text, address
                walked += 1
    assert walked >= 11
    assert client.get(f"/submissions/{mine}").get_json()["state"] == "stored"
    assert client.get("/facts").get_json()["items"][0]["closed_at"] is None


def test_every_route_asks_for_a_token_in_token_mode(house: House):
    client = house.client(finproc_auth="token")
    walked = 0
    for path, operations in client.get("/openapi.json").get_json()["paths"].items():
        for method in operations.keys() & {"get", "post", "delete", "put", "patch"}:
            answer = client.open(path.replace("{", "").replace("}", ""), method=method.upper())
            assert answer.status_code == (200 if path in OPEN_TO_ALL else 401), (method, path)
            walked += 1
    assert walked >= 15


def test_a_stranger_hears_no_events_of_others(house: House, submitted: Submit, client: FlaskClient):
    mine = submitted()
    headers = bearer(house, "mallory") | {"Last-Event-ID": "1"}
    theirs = client.post("/submit", json={"raw_text": "Theirs."}, headers=headers).get_json()["id"]
    answer = client.get("/events", headers=headers, buffered=False)
    heard = b""
    for part in answer.iter_encoded():
        heard += part
        if theirs.encode() in heard:
            break
    answer.close()
    assert mine.encode() not in heard


@pytest.mark.parametrize("path", ["/facts", "/docs", "/nowhere", "/openapi.json", "/docs/swagger-ui-bundle.js"])
def test_every_answer_is_armoured(client: FlaskClient, path: str):
    with client.get(path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in answer.headers


def test_transport_security_is_said_under_tls_alone(house: House):
    client = house.client(trusted_proxies=1)
    answer = client.get("/healthz", headers={"X-Forwarded-Proto": "https"})
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


def test_the_documentation_comes_from_this_server_alone_and_without_inline_script(client: FlaskClient):
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    assert "<script>" not in page
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        with client.get(f"/docs/{name}") as asset:
            assert asset.status_code == 200
    assert client.get("/docs/../web.py").status_code == 404
    assert client.get("/openapi.json").get_json()["openapi"].startswith("3.1")
