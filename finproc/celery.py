"""The Celery app; `celery -A finproc` finds it here."""

from __future__ import annotations

import logging

from celery import Celery
from celery.signals import setup_logging

from finproc.clients.events import ConfirmlessEvents
from finproc.logs import configure
from finproc.settings import settings
from finproc.submit.amqp_intake import IntakeStep
from finproc.submit.dead_letters import DeadLetterStep

app = Celery("finproc", events=ConfirmlessEvents, set_as_current=True)
app.config_from_object("celeryconfig")
app.autodiscover_tasks(["finproc.extract", "finproc.normalize", "finproc.store", "finproc.submit"])
app.autodiscover_tasks(["finproc"], related_name="pipeline")
app.steps["consumer"].update((IntakeStep, DeadLetterStep))


@setup_logging.connect
def write_json_lines(**_: object) -> None:
    """Log as the rest of finproc does, in place of Celery's own lines; of single tasks our own events tell."""
    configure(settings().log_level)
    for name in ("celery.app.trace", "celery.worker.strategy"):
        logging.getLogger(name).setLevel(logging.WARNING)
