"""The fuzzers start and find nothing in a short run; each seed passes every target."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import EXTRACTOR_TARGETS, READER_TARGETS

HOUSE = Path(__file__).parents[2]


@pytest.mark.parametrize("target", [*READER_TARGETS, *EXTRACTOR_TARGETS], ids=lambda target: target.__name__)
def test_every_seed_passes(target):
    for seed in seeds():
        target(seed)


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed on this platform")
@pytest.mark.parametrize(("name", "runs"), [("readers", 300), ("extractor", 60)])
def test_a_short_run_finds_nothing(name, runs, tmp_path):
    command = [sys.executable, "-m", f"tests.fuzz.{name}", f"-runs={runs}", "-seed=7", f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "DONE" in done.stderr or "Done" in done.stderr, done.stderr[-2000:]
