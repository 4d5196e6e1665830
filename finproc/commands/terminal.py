"""What commands write: data to stdout, messages to stderr, tables for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from finproc.schemas.exact_json import dumps, moment

WIDE = 160
"""Columns of a table whose output is no terminal: nothing is cut short in a file."""


def messages() -> Console:
    """The console for words to a person: stderr, taken literally."""
    return Console(stderr=True, markup=False, highlight=False)


def print_json(value: object) -> None:
    """One JSON value, indented, every digit kept."""
    click.echo(dumps(value, indent=2))


def print_lines(values: Iterable[object]) -> None:
    """One JSON value a line."""
    for value in values:
        click.echo(dumps(value))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table of texts, numbers and times; numbers stand right. An empty one says so."""
    table = Table()
    kept = [[_shown(value) for value in row] for row in rows]
    for place, column in enumerate(columns):
        numeric = bool(kept) and all(_is_number(row[place]) for row in kept)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in kept:
        table.add_row(*row)
    console = Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else WIDE)
    console.print(f"{title}:" if kept else f"{title}: none")
    if kept:
        console.print(table)


FACT_COLUMNS = ("company", "metric", "value", "unit", "period", "status", "proof", "quote")


def fact_row(fact: Mapping[str, Any]) -> list[object]:
    """A fact's object as the API gives it, as one row of FACT_COLUMNS."""
    metric = fact["metric"] + (f" ({fact['segment']})" if fact.get("segment") else "")
    unit = {"currency": "", "currency/share": " a share"}.get(fact["unit"], fact["unit"])
    return [
        fact["company"],
        metric,
        _range(fact),
        f"{fact.get('currency') or ''}{unit}",
        fact["period"],
        fact["status"],
        fact.get("proof", "proven"),
        " ".join(fact["quote"].split()),
    ]


def grouped(value: Decimal | int) -> str:
    """Digits in groups of three: 5,300,000."""
    text = format(Decimal(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, dot, fraction = text.partition(".")
    return f"{int(whole):,}" + dot + fraction if whole not in {"-0", ""} else text


def _range(fact: Mapping[str, Any]) -> str:
    about = "~" if fact.get("approximate") else ""
    if fact["value"] is not None:
        return about + grouped(fact["value"])
    ends = [grouped(fact[end]) if fact.get(end) is not None else "" for end in ("value_low", "value_high")]
    return about + " to ".join(ends) if any(ends) else ""


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Decimal):
        return grouped(value)
    return str(value)


def _is_number(text: str) -> bool:
    return bool(text) and all(sign in "-~0123456789., to" for sign in text)
