"""The app as it is, with an extractor that breaks in ways nobody foresaw: `celery -A tests.pipeline.broken`."""

import threading
import time

from finproc.celery import app
from finproc.extract import tasks
from finproc.extract.extraction import extract_document


class Unpicklable(Exception):
    """An error that pickle and JSON cannot carry."""

    def __init__(self, lock, *, reason):
        super().__init__(lock)
        self.lock, self.reason = lock, reason


def breaking(document, context, **options):
    if "unpicklable" in document.text:
        raise Unpicklable(threading.Lock(), reason=object())
    if "endless" in document.text:
        time.sleep(600)
    return extract_document(document, context, **options)


vars(tasks)["extract_document"] = breaking
__all__ = ["app"]
