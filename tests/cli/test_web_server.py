"""The command line's way to a running server: digits kept, refusals told, absence told."""

from __future__ import annotations

import json
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from finproc.clients.web_server import Refused, WebServer
from finproc.errors import Unavailable


class Server(HTTPServer):
    """What the test told it to answer, and what it was sent."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Double)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, str]] = []


class Double(BaseHTTPRequestHandler):
    """Answers with what the test put there, and keeps what it was sent."""

    server: Server

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body):
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        status, text = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def double():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(double):
    return WebServer(f"http://127.0.0.1:{double.server_port}", token="secret")


def test_text_is_sent_as_raw_text_with_the_token(double, client):
    double.answers.append((202, '{"id": "1", "state": "received"}'))
    assert client.submit_text("Revenue was €5", {"company": "XYZ"})["id"] == "1"
    method, path, headers, body = double.seen[0]
    assert (method, path) == ("POST", "/submit")
    assert headers["Authorization"] == "Bearer secret"
    assert json.loads(body) == {"raw_text": "Revenue was €5", "company": "XYZ"}


def test_a_file_is_sent_as_it_is(double, client):
    double.answers.append((202, '{"id": "1"}'))
    client.submit_file('re"port.pdf', b"%PDF\r\n--x\r\n\x00\xff", {"published": "2024-04-24"})
    _, _, headers, body = double.seen[0]
    boundary = headers["Content-Type"].partition("boundary=")[2].encode()
    fields, file, end = body.split(b"--" + boundary)[1:]
    assert b'name="published"\r\n\r\n2024-04-24\r\n' in fields
    assert file.endswith(b"\r\n\r\n%PDF\r\n--x\r\n\x00\xff\r\n")
    assert b'filename="re%22port.pdf"' in file
    assert end == b"--\r\n"


def test_facts_come_from_every_page_with_every_digit(double, client):
    double.answers += [
        (200, '{"items": [{"value": 0.1}], "next_cursor": "a b"}'),
        (200, '{"items": [{"value": 12345678901234567890.12}], "next_cursor": null}'),
    ]
    values = [fact["value"] for fact in client.facts(submission="1")]
    assert values == [Decimal("0.1"), Decimal("12345678901234567890.12")]
    assert double.seen[1][1] == "/facts?submission=1&cursor=a+b"


def test_a_refusal_carries_its_words(double, client):
    double.answers.append((422, '{"title": "Blank", "detail": "The text is blank."}'))
    with pytest.raises(Refused, match="The text is blank") as refused:
        client.submit_text(" ", {})
    assert refused.value.status == 422


def test_an_answer_that_is_no_finproc_s_is_told(double, client):
    double.answers.append((200, "<html>"))
    with pytest.raises(Refused, match="does not answer as finproc does"):
        client.submission("1")


def test_no_server_is_told_with_what_to_do(double, client):
    gone = WebServer("http://127.0.0.1:1")
    assert not gone.answers("/readyz")
    with pytest.raises(Unavailable, match="finproc up"):
        gone.submission("1")
