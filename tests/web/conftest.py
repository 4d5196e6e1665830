"""The application that tests of the web share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from finproc.identity.workspace import open_workspace
from finproc.settings import Settings
from tests.web.house import EXAMPLE, Broker, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings(finproc_var=tmp_path)
    workspace = open_workspace(settings)
    yield House(settings, workspace, Broker())
    workspace.close()


@pytest.fixture
def client(house: House) -> FlaskClient:
    return house.client()


@pytest.fixture
def submitted(house: House, client: FlaskClient) -> Callable[..., str]:
    """Submit a text and give its id."""

    def submit(text: str = EXAMPLE, **hints: object) -> str:
        answer = client.post("/submit", json={"raw_text": text, **hints})
        assert answer.status_code in {200, 202}, answer.text
        return str(answer.get_json()["id"])

    return submit
