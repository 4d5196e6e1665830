"""The app as it is, with an extractor that one document kills: `celery -A tests.pipeline.poisoned`."""

import os
import signal

from finproc.celery import app
from finproc.extract import tasks
from finproc.extract.extraction import extract_document

POISON = "cyanide"


def deadly(document, context, **options):
    if POISON in document.text:
        os.kill(os.getpid(), signal.SIGKILL)
    return extract_document(document, context, **options)


vars(tasks)["extract_document"] = deadly
__all__ = ["app"]
