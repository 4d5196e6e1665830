"""What a paid call writes on PostgreSQL, each as one statement.

The counter of a day is one row that all calls of all workers change: nobody holds it for longer than one statement.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, CTE, String, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import Select

from finproc.records.sql.tables import model_calls, spending

_C = model_calls.c
_DOLLARS = spending.c.amount.type


@cache
def claiming() -> Select[Any]:
    """Write an attempt row and add `amount` to the counters `scopes`; answers with its id, or nothing if taken."""
    claimed = insert(model_calls).on_conflict_do_nothing().returning(_C.id).cte("claimed")
    spent = _spending(claimed, bindparam("amount", type_=_DOLLARS))
    return select(claimed.c.id).add_cte(spent)


@cache
def settling(columns: tuple[str, ...]) -> Select[Any]:
    """Set `columns` of an attempt that is in one of `states`; answers with its id, or nothing.

    The counters `scopes` change by what `counted` (unknown: the reservation) is more than the reservation.
    """
    values = {name: bindparam(f"new_{name}", type_=_C[name].type) for name in columns}
    condition = (_C.id == bindparam("wanted"), _C.state == any_(bindparam("states", type_=ARRAY(String))))
    settled = update(model_calls).where(*condition).values(values).returning(_C.id, _C.reserved).cte("settled")
    counted = func.coalesce(bindparam("counted", type_=_DOLLARS), settled.c.reserved)
    return select(settled.c.id).add_cte(_spending(settled, counted - settled.c.reserved))


def _spending(of: CTE, amount: ColumnElement[Any]) -> CTE:
    scopes = func.unnest(bindparam("scopes", type_=ARRAY(String)))
    added = insert(spending).from_select(["scope", "amount"], select(scopes, amount).select_from(of))
    raised = spending.c.amount + added.excluded.amount
    return added.on_conflict_do_update(index_elements=["scope"], set_={"amount": raised}).cte("spent")
