"""Garbage collection in processes that live long."""

from __future__ import annotations

import gc


def spare_what_is_loaded() -> None:
    """Leave all that exists now out of every later collection: call it once modules and settings are loaded.

    A full collection goes through everything while all threads of the process stand still. Through what is loaded
    alone that takes web 60 to 200 ms, every few seconds under load.
    """
    gc.collect()
    gc.freeze()
