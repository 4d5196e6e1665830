from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

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
