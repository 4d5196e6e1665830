"""The OpenAI backend over real HTTP on loopback, against every failure that the stub knows."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from finproc import logs
from finproc.clients.turns import Turns
from finproc.extract.mentions.prompt import question
from finproc.llm import backends
from finproc.llm.backend import Lost, Refused, Reply
from finproc.llm.backends import deadline
from finproc.llm.backends.openai import OpenAIBackend
from finproc.model.document import Context
from finproc.settings import load
from tests.stub_model import StubModel

QUESTION = question("Company XYZ reported a net income of $5.3 million for Q1 2024.", (), Context(), 0)

REFUSALS = [
    ("rate_limit", "rate_limit", 429, 1.0),
    ("rate_limit_ms", "rate_limit", 429, 0.25),
    ("rate_limit_bare", "rate_limit", 429, None),
    ("quota", "quota", 429, None),
    ("server_error", "server_error", 500, None),
    ("unavailable", "server_error", 503, 2.0),
    ("bad_request", "bad_request", 400, None),
    ("filtered_request", "content_filter", 400, None),
    ("unauthorized", "unauthorized", 401, None),
    ("forbidden", "forbidden", 403, None),
    ("not_found", "not_found", 404, None),
    ("conflict", "conflict", 409, None),
    ("unprocessable", "unprocessable", 422, None),
    ("redirect", "http_307", 307, None),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=[row[0] for row in REFUSALS])
def test_an_http_refusal_is_named_and_not_retried(
    stub: StubModel, backend: OpenAIBackend, refusal: tuple[str, str, int, float | None]
) -> None:
    planned, outcome, status, after = refusal
    stub.next(planned)
    sent = backend.send(backend.body(QUESTION), attempt="a1")
    assert sent == Refused(outcome, status, after, "req_a1")
    assert stub.outcomes() == [planned]


def test_retry_after_may_be_a_date(stub: StubModel, backend: OpenAIBackend) -> None:
    stub.next("rate_limit_date")
    sent = backend.send(backend.body(QUESTION), attempt="a1")
    assert isinstance(sent, Refused)
    assert sent.retry_after == pytest.approx(30, abs=2)


@pytest.mark.parametrize(
    ("planned", "outcome"),
    [
        ("timeout", "timeout"),
        ("truncated", "connection_lost"),
        ("reset_before", "connection_lost"),
        ("reset_after", "connection_lost"),
    ],
)
def test_a_request_that_may_have_arrived_is_lost_not_refused(
    stub: StubModel, backend: OpenAIBackend, planned: str, outcome: str
) -> None:
    backend.timeout = 0.3
    stub.next(planned)
    assert backend.send(backend.body(QUESTION), attempt="a1") == Lost(outcome)
    assert stub.outcomes() == [planned]


@pytest.mark.parametrize("planned", ["drip", "drip_head", "drip_error"])
def test_a_server_that_drips_bytes_is_cut_off_at_the_total_deadline(
    stub: StubModel, backend: OpenAIBackend, planned: str
) -> None:
    backend.total_timeout = 0.6
    stub.next(planned)
    started = time.monotonic()
    assert backend.send(backend.body(QUESTION), attempt="a1") == Lost("timeout")
    assert time.monotonic() - started < 5


def test_a_refused_connection_surely_never_arrived(backend: OpenAIBackend) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        backend.base_url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        assert backend.send(backend.body(QUESTION), attempt="a1") == Refused("connection")


def test_a_system_error_that_the_client_does_not_translate_may_have_come_after_the_send(
    backend: OpenAIBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(deadline.DeadlineTransport, "handle_request", breaks)
    assert backend.send(backend.body(QUESTION), attempt="a1") == Lost("connection_lost")


READINGS = [
    ("ok", "ok"),
    ("no_usage", "ok"),
    ("cut_off", "cut_off"),
    ("refusal", "refusal"),
    ("content_filter", "content_filter"),
    ("not_json", "not_json"),
    ("empty", "not_json"),
    ("deep", "not_json"),
    ("schema_mismatch", "schema_mismatch"),
    ("extra_field", "schema_mismatch"),
    ("html", "html"),
    ("error_body", "error_body"),
    ("no_choices", "no_choices"),
]


@pytest.mark.parametrize(("planned", "outcome"), READINGS)
def test_whatever_comes_with_status_200_has_a_reading(
    stub: StubModel, backend: OpenAIBackend, planned: str, outcome: str
) -> None:
    stub.next(planned)
    sent = backend.send(backend.body(QUESTION), attempt="a1")
    assert isinstance(sent, Reply)
    reading = backend.read(sent.body, QUESTION)
    assert reading.outcome == outcome
    assert (reading.value is not None) == (outcome == "ok")


def test_garbage_with_usage_keeps_its_bill(stub: StubModel, backend: OpenAIBackend) -> None:
    stub.next("not_json")
    sent = backend.send(backend.body(QUESTION), attempt="a1")
    assert isinstance(sent, Reply)
    usage = backend.read(sent.body, QUESTION).usage
    assert usage.input is not None
    assert usage.output is not None


def test_the_request_is_exactly_what_the_call_key_is_made_of(stub: StubModel, backend: OpenAIBackend) -> None:
    backend.service_tier = "flex"
    backend.send(backend.body(QUESTION), attempt="a1")
    (request,) = stub.requests
    assert request.pop("service_tier") == "flex"
    assert request["store"] is False
    assert request["response_format"]["json_schema"]["strict"] is True
    assert "reasoning_effort" not in request
    assert stub.seen[0].attempt == "a1"
    assert stub.seen[0].body == hashlib.sha256(backend.body(QUESTION)).hexdigest()


def test_reasoning_effort_is_sent_only_where_set(stub: StubModel, backend: OpenAIBackend) -> None:
    backend.reasoning_effort = "low"
    backend.send(backend.body(QUESTION), attempt="a1")
    assert stub.requests[0]["reasoning_effort"] == "low"


def test_calls_one_after_the_other_share_a_connection(stub: StubModel, backend: OpenAIBackend) -> None:
    for number in range(5):
        backend.send(backend.body(QUESTION), attempt=str(number))
    assert stub.connections_opened == 1


def test_a_call_that_waits_for_its_answer_keeps_no_other_one_back(
    stub: StubModel, backend: OpenAIBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "_TURNS", Turns(1))
    stub.latency = 1.0
    body, began = backend.body(QUESTION), time.monotonic()
    with ThreadPoolExecutor(30) as pool:
        replies = list(pool.map(lambda number: backend.send(body, attempt=str(number)), range(30)))
    assert all(isinstance(reply, Reply) for reply in replies)
    assert time.monotonic() - began < 15  # one after the other they would take thirty seconds


def test_a_hundred_threads_call_at_once(stub: StubModel, backend: OpenAIBackend) -> None:
    stub.latency = 0.3
    body = backend.body(QUESTION)
    start = threading.Barrier(100)

    def call(number: int) -> bool:
        start.wait()
        return isinstance(backend.send(body, attempt=str(number)), Reply)

    with ThreadPoolExecutor(100) as pool:
        assert all(pool.map(call, range(100)))
    assert {seen.attempt for seen in stub.seen} == {str(number) for number in range(100)}


def test_connections_that_rested_too_long_are_closed_at_the_next_call(
    stub: StubModel, backend: OpenAIBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("finproc.llm.backends.openai_client._KEEPALIVE_SECONDS", 0.2)
    stub.latency = 0.5
    body = backend.body(QUESTION)
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda number: backend.send(body, attempt=str(number)), range(5)))
    port = urlsplit(stub.url).port

    def kept() -> int:
        mine = psutil.Process().net_connections("tcp")
        return sum(1 for one in mine if one.raddr and one.raddr.port == port and one.status == psutil.CONN_ESTABLISHED)

    assert kept() > 1
    time.sleep(0.3)
    assert isinstance(backend.send(body, attempt="5"), Reply)
    assert kept() == 1


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # Python 3.12 on: threads beside a fork
def test_a_forked_child_opens_connections_of_its_own(stub: StubModel, backend: OpenAIBackend) -> None:
    body = backend.body(QUESTION)
    backend.send(body, attempt="parent")
    child = os.fork()
    if child == 0:
        os._exit(0 if isinstance(backend.send(body, attempt="child"), Reply) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert isinstance(backend.send(body, attempt="parent again"), Reply)
    assert [seen.attempt for seen in stub.seen] == ["parent", "child", "parent again"]
    assert stub.connections_opened == 2


@pytest.fixture
def tls_stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StubModel]:
    """A stub behind a certificate of its own, which this process trusts."""
    certificate = _self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with StubModel(tls=context) as model:
        yield model


def test_tls_is_kept_under_the_same_deadline(tls_stub: StubModel) -> None:
    backend = OpenAIBackend(api_key="k", model="m", base_url=tls_stub.url, timeout=5, total_timeout=2)
    assert isinstance(backend.send(backend.body(QUESTION), attempt="a1"), Reply)
    assert isinstance(backend.send(backend.body(QUESTION), attempt="a2"), Reply)
    assert tls_stub.connections_opened == 1
    tls_stub.next("drip")
    started = time.monotonic()
    assert backend.send(backend.body(QUESTION), attempt="a3") == Lost("timeout")
    assert time.monotonic() - started < 8
    backend.close()


def test_a_certificate_that_nobody_vouches_for_is_not_sent_to(
    tls_stub: StubModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    backend = OpenAIBackend(api_key="k", model="m", base_url=tls_stub.url, timeout=5, total_timeout=5)
    assert backend.send(backend.body(QUESTION), attempt="a1") == Refused("connection")
    assert tls_stub.seen == []
    backend.close()


def test_the_systems_proxy_is_used_and_bound_by_the_deadline_too(
    stub: StubModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", stub.url.removesuffix("/v1"))
    monkeypatch.setenv("no_proxy", "")
    backend = OpenAIBackend(api_key="k", model="m", base_url="http://model.invalid/v1", timeout=2, total_timeout=2)
    assert isinstance(backend.send(backend.body(QUESTION), attempt="a1"), Reply)
    stub.next("drip")
    assert backend.send(backend.body(QUESTION), attempt="a2") == Lost("timeout")
    backend.close()


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stub")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "stub.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + certificate.public_bytes(pem))
    return file


def test_without_a_key_there_is_no_backend() -> None:
    assert backends.configured(load({})) is None
    assert backends.configured(load({"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""})) is None


def test_an_empty_address_is_the_providers_own() -> None:
    found = backends.configured(load({"OPENAI_API_KEY": "secret-key", "OPENAI_BASE_URL": ""}))
    assert isinstance(found, OpenAIBackend)
    assert found.base_url == "https://api.openai.com/v1"
    assert "secret-key" not in repr(found)


def test_the_client_library_is_loaded_by_the_first_call_only() -> None:
    program = (
        "import sys, finproc.llm.opening, finproc.extract.mentions.language_model\n"
        "assert not {'openai', 'httpx2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_at_debug_level_neither_key_nor_text_reaches_the_logs(stub: StubModel, backend: OpenAIBackend) -> None:
    backend.api_key = "sk-very-secret"
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    try:
        logs.configure("DEBUG", written)
        backend.send(backend.body(QUESTION), attempt="a1")
        stub.next("server_error")
        backend.send(backend.body(QUESTION), attempt="a2")
        logging.getLogger("finproc.test").debug("end")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert "end" in written.getvalue()
    assert "sk-very-secret" not in written.getvalue()
    assert "5.3 million" not in written.getvalue()
