"""The image in containers does the job: submitted over HTTP, stored by the worker, a killed worker loses nothing."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from pytest_celery import CeleryTestSetup
from pytest_docker_tools.wrappers import Container

pytestmark = pytest.mark.docker

EXAMPLE = {"raw_text": "Company XYZ reported a net income of $5.3 million for Q1 2024."}


class Api:
    """The web container as a client sees it, with a token made inside it."""

    def __init__(self, web: Container) -> None:
        host, port = web.get_addr("8000/tcp")
        self._root = f"http://{host}:{port}"
        self._wait()
        code, (secret, _) = web.exec_run(["finproc", "tokens", "create", "test"], demux=True)
        assert code == 0
        self._token = secret.decode().strip()

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{self._root}/healthz", timeout=5):
                    return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def call(self, path: str, body: object = None) -> dict[str, Any]:
        request = urllib.request.Request(
            self._root + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def stored(self, submission: object, seconds: float = 90) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.call(f"/submissions/{submission}")
            if found["state"] in ("stored", "failed"):
                return found
            time.sleep(0.5)
        raise TimeoutError(f"{submission} is still {found['state']}")


def test_the_example_is_stored_by_a_worker_in_a_container(celery_setup: CeleryTestSetup, web_container: Container):
    celery_setup.worker.wait_for_log("ready.")
    api = Api(web_container)
    submitted = api.call("/submit", EXAMPLE)
    assert api.stored(submitted["id"])["state"] == "stored"
    (fact,) = api.call(f"/facts?submission={submitted['id']}")["items"]
    assert {key: fact[key] for key in ("company", "metric", "value", "currency", "quarter")} == {
        "company": "XYZ",
        "metric": "net income",
        "value": 5300000,
        "currency": "USD",
        "quarter": "Q1 2024",
    }


def test_a_killed_worker_container_loses_nothing(celery_setup: CeleryTestSetup, web_container: Container):
    celery_setup.worker.wait_for_log("ready.")
    api = Api(web_container)
    celery_setup.worker.kill()
    texts = [EXAMPLE["raw_text"].replace("5.3", f"{n}.3") for n in range(1, 6)]
    submitted = [api.call("/submit", {"raw_text": text})["id"] for text in texts]
    celery_setup.worker.restart()
    assert [api.stored(each)["state"] for each in submitted] == ["stored"] * len(texts)
