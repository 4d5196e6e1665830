"""The application that tests of the web share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from finproc.identity.workspace import open_workspace
from finproc.settings import Settings
from tests.web.house import EXAMPLE, Broker, House


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys and an empty database, made once."""
    folder = tmp_path_factory.mktemp("house")
    open_workspace(Settings(finproc_var=folder)).close()
    return folder


@pytest.fixture
def house(tmp_path: Path, empty_house: Path) -> Iterator[House]:
    settings = Settings(finproc_var=tmp_path / "var")
    shutil.copytree(empty_house, settings.finproc_var)
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
