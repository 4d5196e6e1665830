"""The Celery app; `celery -A finproc` finds it here."""

from __future__ import annotations

import logging

from celery import Celery
from celery.signals import setup_logging, worker_init

from finproc.clients.events import ConfirmlessEvents
from finproc.clients.garbage import spare_what_is_loaded
from finproc.clients.priority import step_back
from finproc.extract.extraction import extract_document
from finproc.extract.readers import read
from finproc.logs import configure
from finproc.model.document import Context
from finproc.normalize.facts import normalize
from finproc.schemas.outputs import dump_extraction, dump_normalized, load_extracted, load_normalized
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


@worker_init.connect
def make_ready(**_: object) -> None:
    """Step back behind web and the servers on the same cores, and load what steps load at first, before pools fork."""
    step_back()
    document = read(b"Revenue was $1 million in 2024.", "text/plain")
    body = dump_extraction(extract_document(document, Context()), document)
    load_normalized(dump_normalized(normalize(*load_extracted(body), Context())))
    _ = app.backend  # reading it loads the backend's modules
    spare_what_is_loaded()
