"""Collections leave alone what a process loaded at its start. Each in a process of its own: freezing is for good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADED = 50_000
"""Objects that a process has loaded at the least once it is ready."""

WEB = """
import gc, logging, runpy, types
import finproc.web
finproc.web.create_app()
runpy.run_path("gunicorn.conf.py")["post_worker_init"](types.SimpleNamespace(log=logging))
print(gc.get_freeze_count())
"""
WORKER = """
import gc
from celery.signals import worker_init
from finproc.celery import app
worker_init.send(sender=None)
print(gc.get_freeze_count())
"""
MODEL = """
import gc
from finproc.llm.backends.openai import OpenAIBackend
OpenAIBackend(api_key="none", model="none", base_url="http://127.0.0.1:1").send(b"{}", attempt="a")
print(gc.get_freeze_count())
"""


@pytest.mark.parametrize("process", [WEB, WORKER, MODEL], ids=["web", "worker", "client of the model"])
def test_what_a_process_has_loaded_is_in_no_later_collection(process, tmp_path):
    environment = {**os.environ, "FINPROC_VAR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", process], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert int(ended.stdout.split()[-1]) > LOADED
