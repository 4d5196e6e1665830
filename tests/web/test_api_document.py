"""The API document is true: requests made from it meet no server error and no answer that it does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import BaseSchema, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks as openapi_checks

from finproc.identity.workspace import open_workspace
from finproc.settings import Settings
from tests.web.house import Broker, House, content

BASE = "http://127.0.0.1:8000"
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.unsupported_method,
    openapi_checks.negative_data_rejection,
]


@pytest.fixture(scope="module")
def house_of_facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    chosen = Settings(finproc_var=Path(tmp_path_factory.mktemp("var")))
    workspace = open_workspace(chosen)
    house = House(chosen, workspace, Broker())
    answer = house.client().post("/submit", json={"raw_text": "Company XYZ reported a net income of $5.3 million."})
    house.carry(answer.get_json()["id"], (content(),))
    yield house
    workspace.close()


@pytest.fixture(scope="module")
def api_document(house_of_facts: House) -> BaseSchema:
    app = house_of_facts.app(submit_rate_per_second=100_000)
    return schemathesis.openapi.from_wsgi("/openapi.json", app, base_url=BASE)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_described(api_document: BaseSchema, mode: GenerationMode):
    tried = 0
    for found in api_document.exclude(path_regex="/events$").get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        try:
            cases = operation.as_strategy(generation_mode=mode)
            run(cases)
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # what takes no input has none that is wrong
            continue
        tried += 1
    assert tried >= 10


def run(cases: SearchStrategy[schemathesis.Case[Any]]) -> None:
    @given(case=cases)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def answered(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS)

    answered()
