"""The Celery app; `celery -A finproc` finds it here."""

from __future__ import annotations

from celery import Celery

from finproc.clients.events import ConfirmlessEvents
from finproc.submit.amqp_intake import IntakeStep
from finproc.submit.dead_letters import DeadLetterStep

app = Celery("finproc", events=ConfirmlessEvents, set_as_current=True)
app.config_from_object("celeryconfig")
app.autodiscover_tasks(["finproc.extract", "finproc.normalize", "finproc.store", "finproc.submit"])
app.conf.imports = ("finproc.pipeline",)
app.steps["consumer"].update((IntakeStep, DeadLetterStep))
