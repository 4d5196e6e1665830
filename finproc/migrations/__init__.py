"""Alembic migrations of the pipeline's database; `finproc.records.sql.schema.upgrade` runs them."""
