"""The app as it is, with an extractor that takes its time: `celery -A tests.pipeline.slow`."""

import os
import time

from finproc.celery import app
from finproc.extract import tasks

SECONDS = float(os.environ.get("SLOW_SECONDS", "0.5"))
_extract = tasks.extract_document


def slowly(document, context, **options):
    time.sleep(SECONDS)
    return _extract(document, context, **options)


tasks.extract_document = slowly
__all__ = ["app"]
