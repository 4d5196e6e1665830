"""Verbatim to exact: pure functions."""
