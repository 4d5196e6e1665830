"""`finproc usage`: tokens and money spent on the language model."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal

import click

from finproc.commands.terminal import print_json, print_table
from finproc.identity.workspace import workspace
from finproc.model.ids import utc_now

COLUMNS = ("day", "model", "outcome", "calls", "input tokens", "output tokens", "cost (USD)")


@click.command("usage")
@click.option("--days", type=click.IntRange(1), default=30, show_default=True, help="How far back.")
@click.option("--owner", help="Of one owner only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(days: int, owner: str | None, as_json: bool) -> None:
    """Show tokens and money by day, model and outcome."""
    rows = workspace().records.model_calls.usage(owner, utc_now() - timedelta(days=days))
    total = sum((row.cost for row in rows), Decimal(0))
    if as_json:
        print_json({"items": [{**asdict(row), "cost": str(row.cost)} for row in rows], "cost": str(total)})
        return
    shown = [[r.day, r.model, r.outcome, r.calls, r.input_tokens, r.output_tokens, r.cost] for r in rows]
    print_table(f"usage of the last {days} days: {total} USD", COLUMNS, shown)
