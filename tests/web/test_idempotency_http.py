"""Requests with an Idempotency-Key: one at a time, and a key comes free where no answer comes of its request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from finproc.errors import Unavailable
from finproc.identity.workspace import Workspace
from finproc.model.ids import utc_now
from finproc.model.submission import Submission
from finproc.records.idempotency import HELD, KEPT, Idempotency, Reservation, StoredAnswer
from finproc.records.sql.tables import idempotency
from tests.web.house import EXAMPLE, Broker, House

KEY = {"Idempotency-Key": "order-1"}
LINES = "application/x-ndjson"
THREADS = 6


@dataclass
class Interrupted(Broker):
    """A broker before whose first message something else happens: the request that sends it is at work until then."""

    during: Callable[[], object] | None = None

    def publish(self, submission: Submission) -> bool:
        during, self.during = self.during, None
        if during is not None:
            during()
        return super().publish(submission)


@dataclass
class Down:
    """Submission records of a database that went away after the key was held."""

    def add_many(self, _new: object, _at: object) -> list[object]:
        raise Unavailable("the database does not answer")


@dataclass
class Away:
    """Idempotency of a database that goes away whenever one of these is asked of it."""

    there: Idempotency
    when: tuple[str, ...]

    def reserve(self, asked: Reservation, now: datetime) -> Reservation | StoredAnswer:
        return self.there.reserve(asked, now)

    def keep(self, reservation: Reservation, answer: StoredAnswer, now: datetime) -> None:
        self._ask("keep")
        self.there.keep(reservation, answer, now)

    def release(self, reservation: Reservation) -> None:
        self._ask("release")
        self.there.release(reservation)

    def _ask(self, what: str) -> None:
        if what in self.when:
            raise Unavailable("the database does not answer")


def post(client: FlaskClient, text: str = EXAMPLE) -> TestResponse:
    return client.post("/submit", json={"raw_text": text}, headers=KEY)


def post_lines(client: FlaskClient, *lines: str) -> TestResponse:
    body = "".join(f'{{"raw_text": "{line}"}}\n' for line in lines)
    return client.post("/submit", data=body, content_type=LINES, headers=KEY)


def told(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json(force=True)["code"]


def saved(workspace: Workspace) -> int:
    return sum(workspace.records.submissions.count_by_state().values())


def with_records(house: House, **records: Any) -> FlaskClient:
    """A client of the same house, some of whose records are others."""
    workspace = replace(house.workspace, records=replace(house.workspace.records, **records))
    return House(house.settings, workspace, house.broker).client()


def grow_old(workspace: Workspace) -> None:
    """Make the one reservation as old as if its process had been killed."""
    with workspace.database.write() as connection:
        connection.execute(update(idempotency).values(expires_at=utc_now() + KEPT - HELD))


@pytest.fixture
def broker(house: House) -> Interrupted:
    house.broker = Interrupted()
    return house.broker


def test_while_a_request_is_at_work_its_key_is_in_use(house: House, broker: Interrupted):
    client, other = house.client(), house.client()
    meanwhile: list[TestResponse] = []
    broker.during = lambda: meanwhile.extend([post(other), post(other, "Other.")])
    first = post(client)
    assert first.status_code == 202
    assert [told(answer) for answer in meanwhile] == [(409, "idempotency_key_in_use"), (422, "idempotency_key_reused")]
    assert meanwhile[0].headers["Retry-After"] == "1"
    assert meanwhile[0].content_type == "application/problem+json"
    assert post(client).data == first.data
    assert saved(house.workspace) == 1


def test_while_a_batch_is_at_work_its_key_is_in_use(house: House, broker: Interrupted):
    client, other = house.client(), house.client()
    meanwhile: list[TestResponse] = []
    broker.during = lambda: meanwhile.extend([post_lines(other, "a", "b"), post_lines(other, "a"), post(other)])
    first = post_lines(client, "a", "b")
    assert [answer.status_code for answer in (first, *meanwhile)] == [200, 409, 422, 422]
    assert post_lines(client, "a", "b").data == first.data
    assert saved(house.workspace) == 2


@pytest.mark.parametrize("text", ["The same.", "Number {}."])
def test_of_requests_that_come_together_one_is_accepted_on_every_store(store: Workspace, text: str):
    house = House(store.settings, store, Broker())
    app, together = house.app(), threading.Barrier(THREADS)

    def send(number: int) -> TestResponse:
        together.wait()
        return post(app.test_client(), text.format(number))

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(send, range(THREADS)))
    accepted = {answer.data for answer in answers if answer.status_code == 202}
    others = {answer.status_code for answer in answers} - {202}
    assert len(accepted) == 1
    assert others <= ({409} if text == "The same." else {422})
    assert saved(store) == len(house.broker.taken) == 1


def test_a_request_that_was_killed_is_taken_over_and_its_late_answer_is_not_kept(house: House, broker: Interrupted):
    client, other = house.client(), house.client()
    meanwhile: list[TestResponse] = []

    def take_over() -> None:
        grow_old(house.workspace)
        meanwhile.extend([post(other, "Other."), post(other)])

    broker.during = take_over
    late = post(client)
    assert told(meanwhile[0]) == (422, "idempotency_key_reused")
    assert (meanwhile[1].status_code, meanwhile[1].get_json()["duplicate"]) == (200, True)
    assert (late.status_code, late.get_json()["id"]) == (202, meanwhile[1].get_json()["id"])
    again = post(client)
    assert (again.headers["Idempotent-Replayed"], again.data) == ("true", meanwhile[1].data)
    assert saved(house.workspace) == 1


def test_a_batch_that_takes_longer_than_its_key_is_held_is_saved_once(house: House, broker: Interrupted):
    client, other = house.client(), house.client()
    lines = [f"line {number}" for number in range(250)]

    def take_over() -> None:
        grow_old(house.workspace)
        post_lines(other, *lines)

    broker.during = take_over
    assert [answer.status_code for answer in (post_lines(client, *lines), post_lines(client, "a"))] == [200, 422]
    assert saved(house.workspace) == len(broker.taken) == 250


def test_a_key_comes_free_when_its_request_breaks(house: House, broker: Interrupted):
    client = house.client()
    broker.during = lambda: 1 / 0
    assert told(post(client)) == (500, "internal_error")
    assert post(client, "Other.").status_code == 202
    assert post(client, "Other.").headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("send", [post, lambda client: post_lines(client, "a")])
def test_a_key_comes_free_when_the_database_goes_away(house: House, send: Callable[[FlaskClient], TestResponse]):
    assert told(send(with_records(house, submissions=Down()))) == (503, "unavailable")
    assert post(house.client(), "Other.").status_code == 202


def test_a_key_that_cannot_be_released_hides_no_error_and_runs_out(house: House, broker: Interrupted):
    broker.during = lambda: 1 / 0
    away = Away(house.workspace.records.idempotency, ("release",))
    assert told(post(with_records(house, idempotency=away))) == (500, "internal_error")
    client = house.client()
    assert told(post(client)) == (409, "idempotency_key_in_use")
    grow_old(house.workspace)
    assert (post(client).status_code, saved(house.workspace)) == (200, 1)


def test_an_answer_that_cannot_be_kept_is_503_and_the_request_can_come_again(house: House):
    away = Away(house.workspace.records.idempotency, ("keep",))
    assert told(post(with_records(house, idempotency=away))) == (503, "unavailable")
    again = post(house.client())
    assert (again.status_code, again.get_json()["duplicate"]) == (200, True)


def test_without_a_key_nothing_is_asked_of_the_store_of_keys(house: House):
    client = with_records(house, idempotency=None)
    assert client.post("/submit", json={"raw_text": EXAMPLE}).status_code == 202


def test_the_api_document_tells_of_keys_in_use(client: FlaskClient):
    answers = client.get("/openapi.json").get_json()["paths"]["/submit"]["post"]["responses"]
    assert "Idempotency-Key" in answers["409"]["description"]
