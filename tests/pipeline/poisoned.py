"""The app as it is, with an extractor that kills its own process on one document: `celery -A tests.pipeline.poisoned`."""

import os
import signal

from finproc.celery import app
from finproc.extract import tasks

POISON = "cyanide"
_extract = tasks.extract_document


def deadly(document, context, **options):
    if POISON in document.text:
        os.kill(os.getpid(), signal.SIGKILL)
    return _extract(document, context, **options)


tasks.extract_document = deadly
__all__ = ["app"]
