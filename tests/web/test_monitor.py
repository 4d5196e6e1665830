"""Health and figures."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from finproc.model.submission import State
from finproc.monitor.health import Check, read
from tests.web.house import House, content


def test_a_process_that_answers_is_alive(client: FlaskClient):
    assert client.get("/healthz").get_json() == {"status": "alive"}


def test_readiness_names_each_system_with_its_latency(client: FlaskClient):
    answer = client.get("/readyz")
    told = answer.get_json()
    assert (answer.status_code, told["status"]) == (200, "ready")
    assert set(told["systems"]) >= {"database", "broker"}
    assert all(system["ok"] and system["latency_ms"] >= 0 for system in told["systems"].values())


def test_a_system_that_breaks_or_hangs_is_named_and_holds_nobody_up():
    done = threading.Event()

    def broken() -> None:
        raise ConnectionError

    checks = [Check("good", lambda: 1), Check("broken", broken), Check("hanging", lambda: done.wait(30))]
    readings = read(checks, patience_seconds=0.5)
    done.set()
    assert [(reading.name, reading.error) for reading in readings] == [
        ("good", None),
        ("broken", "ConnectionError"),
        ("hanging", "timeout"),
    ]


def test_figures_are_counted_from_the_records(house: House, submitted: Callable[..., str], client: FlaskClient):
    idents = [submitted(f"Text {number}.") for number in range(3)]
    house.change(idents[0], state=State.FAILED, reason="unreadable")
    house.change(idents[1], state=State.EXTRACTING)
    house.change(idents[1], state=State.EXTRACTING)
    house.change(idents[1], state=State.EXTRACTED)
    house.carry(idents[2], (content(),))
    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}

    def figure(name: str, /, **labels: str) -> float:
        return next(sample.value for sample in families[name].samples if sample.labels == labels)

    assert figure("finproc_submissions", state="failed") == 1
    assert figure("finproc_submissions", state="stored") == 1
    assert figure("finproc_failures", reason="unreadable") == 1
    assert figure("finproc_steps_done", step="extract") == 1
    assert figure("finproc_step_retries", step="extract") == 1
    assert figure("finproc_step_duration_seconds", step="extract", quantile="0.5") >= 0
    assert figure("finproc_queue_depth", queue="extract") == 0
    assert figure("finproc_circuit_open", name="model") == 0
