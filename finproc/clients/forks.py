"""What a forked child must not share with its parent."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def in_each_child(thing: T, forget: Callable[[T], None]) -> None:
    """Call `forget(thing)` in every child that is forked while the thing is there."""
    reference = weakref.ref(thing)

    def forked() -> None:
        found = reference()
        if found is not None:
            forget(found)

    os.register_at_fork(after_in_child=forked)
