"""The SQL adapters: SQLite and PostgreSQL."""
