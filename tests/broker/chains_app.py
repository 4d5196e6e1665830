"""A Celery app with finproc's settings and events, and chains that do nothing but write down that they ended."""

import os
from pathlib import Path

from celery import Celery, chain
from celery.app.events import Events

from finproc.clients.events import ConfirmlessEvents
from finproc.settings import settings

app = Celery("chains", events=Events if os.environ.get("CHAINS_EVENTS") else ConfirmlessEvents)
app.config_from_object("celeryconfig")


@app.task(name="chains.step")
def step(number: int) -> None:
    """One of three."""


@app.task(name="chains.last")
def last(number: int) -> None:
    with (settings().finproc_var / "ended" / str(os.getpid())).open("a") as file:
        file.write(f"{number}\n")


def start(count: int) -> None:
    ended: Path = settings().finproc_var / "ended"
    ended.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        chain(step.si(number), step.si(number), last.si(number)).apply_async()
