"""The command line: `finproc COMMAND`. Data goes to stdout, messages to stderr; 0 is success, 1 a failure, 2 misuse."""

from __future__ import annotations

import importlib
import os
import sys

import click
from rich.console import Console

from finproc.errors import FinprocError

COMMANDS = (
    ("up", "finproc.commands.up"),
    ("submit", "finproc.commands.submit"),
    ("extract", "finproc.commands.extract"),
    ("evaluate", "finproc.commands.evaluate"),
    ("facts", "finproc.commands.facts"),
    ("submissions", "finproc.commands.submissions"),
    ("backfill", "finproc.commands.backfill"),
    ("replay", "finproc.commands.replay"),
    ("dead", "finproc.commands.dead"),
    ("queue", "finproc.commands.queue"),
    ("usage", "finproc.commands.usage"),
    ("tokens", "finproc.commands.tokens"),
    ("migrate", "finproc.commands.migrate"),
)
"""Every command and the module that holds its `command`; a module is imported when its command is called or listed."""


class Commands(click.Group):
    """The root: it imports only what is asked for, so that `finproc up` stays small."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [name for name, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        module = dict(COMMANDS).get(cmd_name)
        return None if module is None else importlib.import_module(module).command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="finproc", prog_name="finproc")
def root() -> None:
    """Financial documents in, exact and traceable facts out."""


def main() -> None:
    """Run the command line and end the process."""
    try:
        status = root.main(prog_name="finproc", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except click.Abort:
        status = 130
    except FinprocError as error:
        Console(stderr=True).print(f"finproc: {error.detail}", markup=False, highlight=False, soft_wrap=True)
        status = 1
    except BrokenPipeError:
        _close_pipe()
        status = 0
    sys.exit(status if isinstance(status, int) else 0)


def _close_pipe() -> None:
    """Whoever read our output has gone (`finproc facts | head`): what is left to flush goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
