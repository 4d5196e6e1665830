"""An evaluation as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from finproc.commands.terminal import grouped, print_table
from finproc.evaluation.causes import Fault
from finproc.evaluation.changes import Change
from finproc.evaluation.figures import FIELDS, Figures, Quality
from finproc.evaluation.labels import Stated
from finproc.evaluation.report import Report, changes_by_kind


def print_report(made: Report, bill: Mapping[str, Any] | None, *, examples: int) -> None:
    """Figures, causes of errors, speed, cost, and what changed against an earlier run."""
    print_table(f"{made.figures.passages} passages", ("", "precision", "recall", "F1", "gold", "found", "right"), [
        *_qualities(made.figures, ""), *(_qualities(made.before, " before") if made.before else []),
    ])  # fmt: skip
    fields = ", ".join(f"{name} {share if share is not None else '-'}" for name, share in _shares(made.figures))
    click.echo(f"of the pairs right: {fields}")
    click.echo(f"empty passages left empty: {made.figures.empty_left_empty}/{made.figures.empty}")
    click.echo(f"sent to review: {made.review}; amounts that nothing claims: {_unclaimed(made)}")
    causes = made.by_cause()
    print_table("errors", ("cause", "count"), [(cause, len(found)) for cause, found in causes.items()])
    shown = [_fault_row(fault) for found in causes.values() for fault in found[:examples]]
    if shown:
        print_table("examples", ("passage", "cause", "labelled", "found"), shown)
    if made.before is not None:
        _print_changes(made.changes, examples)
    for reading in made.failed:
        click.echo(f"{reading.passage} failed: {reading.failed}")
    speed = made.speed
    click.echo(
        f"speed: {speed['characters_per_second']:,} characters/s, {speed['passages_per_second']} passages/s; "
        f"{speed['characters_per_processor_second']:,} characters a second of processor time"
    )
    if bill is not None:
        _print_bill(bill)


def _qualities(figures: Figures, suffix: str) -> list[list[object]]:
    return [_row(f"core{suffix}", figures.core), _row(f"full{suffix}", figures.full)]


def _row(name: str, quality: Quality) -> list[object]:
    shares = (f"{share:.4f}" for share in (quality.precision, quality.recall, quality.f1))
    return [name, *shares, quality.gold, quality.predicted, quality.matched]


def _shares(figures: Figures) -> Iterable[tuple[str, float | None]]:
    return ((name, figures.fields[name]) for name in FIELDS)


def _unclaimed(made: Report) -> int:
    return sum(reading.unclaimed for reading in made.readings)


def _fault_row(fault: Fault) -> list[str]:
    return [fault.passage, fault.cause, _said(fault.label), _said(fault.fact)]


def _print_changes(changes: Iterable[Change], examples: int) -> None:
    kinds = changes_by_kind(changes)
    print_table("changes", ("facts", "count"), [(kind, len(found)) for kind, found in kinds.items()])
    shown = [(one.passage, kind, _said(one.fact)) for kind, found in kinds.items() for one in found[:examples]]
    if shown:
        print_table("changed facts", ("passage", "change", "fact"), shown)


def _said(stated: Stated | None) -> str:
    """A fact in one line: "Acme: net income 5,300,000 USD, Q1 2024"."""
    if stated is None:
        return ""
    numbers = [stated.value] if stated.value is not None else [stated.value_low, stated.value_high]
    value = " to ".join(grouped(number) for number in numbers if number is not None)
    unit = {"currency": stated.currency, "currency/share": f"{stated.currency} a share"}.get(stated.unit, stated.unit)
    part = f" ({stated.segment})" if stated.segment else ""
    rest = ", ".join(filter(None, [stated.period, stated.status if stated.status != "actual" else None]))
    return f"{stated.company or '-'}: {stated.metric}{part} {value} {unit}{', ' if rest else ''}{rest}"


def _print_bill(bill: Mapping[str, Any]) -> None:
    click.echo(
        f"{bill['name']}, prompt {bill['prompt']}: {bill['calls']} calls, {bill['replayed_answers']} answers replayed; "
        f"{bill['input_tokens']:,} tokens in ({bill['cached_tokens']:,} cached), {bill['output_tokens']:,} out; "
        f"{bill['cost']} USD (prices of {bill['prices_of']})"
    )
