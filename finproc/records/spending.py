"""Which budgets a call counts against, and spending summed for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import TypeVar

from finproc.model.model_call import ModelCall, UsageRow

_PICODOLLARS = 12


def day_scope(at: datetime) -> str:
    """The counter of a day (UTC)."""
    return f"day:{at.astimezone(UTC).date().isoformat()}"


def submission_scope(submission: str) -> str:
    """The counter of a submission."""
    return f"submission:{submission}"


_Reserved = TypeVar("_Reserved", Decimal, None)


def settled_cost(call: ModelCall, reserved: _Reserved) -> Decimal | _Reserved:
    """What a settled attempt counts: its cost; nothing if refused; what was reserved while nobody knows."""
    if call.state == "refused":
        return call.cost or Decimal(0)
    return reserved if call.cost is None else call.cost


def usage_rows(calls: Iterable[ModelCall]) -> list[UsageRow]:
    """Calls, tokens and dollars by day (UTC), model and outcome, newest day first."""

    def group(call: ModelCall) -> tuple[str, str, str]:
        return (call.sent_at.astimezone(UTC).date().isoformat(), call.model, call.outcome)

    rows = []
    for (day, model, outcome), members in groupby(sorted(calls, key=group), key=group):
        group_calls = list(members)
        rows.append(
            UsageRow(
                day,
                model,
                outcome,
                len(group_calls),
                sum(call.usage.input or 0 for call in group_calls),
                sum(call.usage.output or 0 for call in group_calls),
                sum((settled_cost(call, call.reserved) for call in group_calls), Decimal(0)),
            )
        )
    return sorted(rows, key=lambda row: (row.day, row.model, row.outcome), reverse=True)


def picodollars(value: Decimal) -> int:
    """US dollars in whole millionths of a millionth."""
    return int(value.scaleb(_PICODOLLARS).to_integral_value())


def from_picodollars(value: int) -> Decimal:
    """Back to US dollars, without trailing zeros."""
    dollars = Decimal(value).scaleb(-_PICODOLLARS).normalize()
    return dollars.quantize(Decimal(1)) if dollars == dollars.to_integral_value() else dollars
