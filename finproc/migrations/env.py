"""What Alembic runs: the migrations, on the connection that `finproc.records.sql.schema` hands over."""

from __future__ import annotations

from alembic import context

from finproc.records.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="types.",
)
context.run_migrations()
