"""Verbatim to exact: pure functions that recompute every field of a fact from the characters it points at."""

from finproc.normalize.facts import normalize

__all__ = ["normalize"]
