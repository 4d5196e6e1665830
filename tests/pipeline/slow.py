"""The app as it is, with an extractor that takes its time: `celery -A tests.pipeline.slow`."""

import os
import time

from finproc.celery import app
from finproc.extract import tasks
from finproc.extract.extraction import extract_document

SECONDS = float(os.environ.get("SLOW_SECONDS", "0.5"))


def slowly(document, context, **options):
    time.sleep(SECONDS)
    return extract_document(document, context, **options)


vars(tasks)["extract_document"] = slowly
__all__ = ["app"]
