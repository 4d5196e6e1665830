"""`finproc facts`: what is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

import click

from finproc.commands.terminal import FACT_COLUMNS, fact_row, print_lines, print_table
from finproc.identity.tokens import LOCAL_OWNER
from finproc.identity.workspace import workspace
from finproc.model.fact import Fact, FactFilter, Proof
from finproc.records.protocols import FactRecords
from finproc.schemas.outputs import fact_json

PAGE = 500


class Exact(click.ParamType[Decimal]):
    """A decimal number, kept exactly."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            number = Decimal(value)
        except (InvalidOperation, TypeError):
            number = Decimal("NaN")
        if not number.is_finite():
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


@click.command("facts")
@click.option("--company", help="Of this company.")
@click.option("--metric", help="Of this metric, such as 'net income'.")
@click.option("--period", help="Of this period, such as 'Q1 2024'.")
@click.option("--currency", help="In this currency, such as EUR.")
@click.option("--submission", help="From this submission.")
@click.option("--min-value", type=Exact(), help="At least this value.")
@click.option("--max-value", type=Exact(), help="At most this value.")
@click.option("--proof", type=click.Choice([*get_args(Proof), "any"]), help="[default: all but review]")
@click.option("--as-of", type=click.DateTime(), help="What was known then (UTC).")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many.")
@click.option("--owner", default=LOCAL_OWNER, help="Whose.  [default: the local workspace's]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(limit: int, owner: str, as_json: bool, as_of: datetime | None, **where: Any) -> None:
    """List facts, newest first."""
    moment = None if as_of is None else as_of.replace(tzinfo=UTC)
    found = select(workspace().records.facts, owner, FactFilter(as_of=moment, **where), limit)
    if as_json:
        print_lines(fact_json(fact) for fact in found)
    else:
        print_table("facts", FACT_COLUMNS, [fact_row(fact_json(fact)) for fact in found])


def select(records: FactRecords, owner: str, where: FactFilter, limit: int) -> Iterator[Fact]:
    """Facts in pages, until `limit`."""
    cursor: str | None = None
    while limit > 0:
        page = records.page(owner, where, cursor=cursor, limit=min(limit, PAGE))
        yield from page.items
        limit -= len(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return
