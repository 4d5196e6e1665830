"""`finproc migrate`: keys and tables, made or brought up to date."""

from __future__ import annotations

import click

from finproc.commands.terminal import messages
from finproc.identity.flower import credentials
from finproc.identity.workspace import open_workspace
from finproc.settings import settings


@click.command("migrate")
def command() -> None:
    """Prepare the databases that the settings name; on the embedded stack also the secrets. Harmless to repeat."""
    chosen = settings()
    open_workspace(chosen)
    if chosen.embedded_broker:
        credentials(chosen)
    messages().print("the databases are up to date")
