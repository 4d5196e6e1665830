from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from finproc.llm import opening
from finproc.settings import Settings

HOUSE = Path(__file__).parents[2]
SHARED = HOUSE.parent / "shared"
PASSAGES = Path(__file__).parent / "passages.jsonl"


@pytest.fixture(scope="session")
def scoring_tool() -> ModuleType:
    """The scoring tool that the figures must equal."""
    file = SHARED / "tools" / "score_facts.py"
    if not file.exists():
        pytest.skip("../shared/tools/score_facts.py is not there")
    spec = importlib.util.spec_from_file_location("score_facts", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def close_backend(settings: Settings) -> None:
    """Close the connections that this process keeps to the model of these settings."""
    backend = opening._backend(settings)
    if backend is not None:
        backend.close()
    opening._backend.cache_clear()
