"""`finproc up`: the whole stack on this machine, until stopped."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import click
from rich.console import Console

from finproc.commands.terminal import messages
from finproc.errors import FinprocError
from finproc.settings import Settings, child_environment, settings
from finproc.stack import addresses, check_address, free_port, healthy, only_one, programs
from finproc.supervisor import Supervisor


@click.command("up")
@click.option("--host", help="Address to listen on.  [default: FINPROC_HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of web; 0 takes a free one.")
@click.option("--flower-port", type=click.IntRange(0, 65535), help="Port of Flower; 0 takes a free one.")
def command(host: str | None, port: int | None, flower_port: int | None) -> None:
    """Run web, workers, beat and Flower until Ctrl-C; what dies is started again."""
    chosen = _chosen(settings(), host, port, flower_port)
    terminal = messages()
    with only_one(chosen.finproc_var):
        chosen = replace(
            chosen,
            finproc_port=free_port(chosen.finproc_host, chosen.finproc_port, "FINPROC_PORT"),
            finproc_flower_port=free_port("127.0.0.1", chosen.finproc_flower_port, "FINPROC_FLOWER_PORT"),
        )
        _prepare(chosen)
        terminal.print("finproc is starting …")
        supervisor = Supervisor(programs(chosen), chosen.finproc_var / "log", terminal.print)
        supervisor.run(healthy=lambda: healthy(chosen), announce=lambda: _announce(chosen, terminal))
    terminal.print("finproc has stopped")


def _chosen(given: Settings, host: str | None, port: int | None, flower_port: int | None) -> Settings:
    chosen = replace(
        given,
        finproc_host=host or given.finproc_host,
        finproc_port=given.finproc_port if port is None else port,
        finproc_flower_port=given.finproc_flower_port if flower_port is None else flower_port,
    )
    check_address(chosen)
    return chosen


def _prepare(chosen: Settings) -> None:
    """Make keys and tables once, before programs race for them; in another process, so that this one stays small."""
    done = subprocess.run(
        [sys.executable, "-m", "finproc", "migrate"],
        env=child_environment(FINPROC_VAR=str(chosen.finproc_var.absolute())),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FinprocError(done.stderr.strip().removeprefix("finproc: ") or "the database cannot be prepared")


def _announce(chosen: Settings, terminal: Console) -> None:
    terminal.print("finproc is up:")
    for name, address in addresses(chosen):
        terminal.print(f"  {name:<14}{address}", soft_wrap=True)
    terminal.print(f"  {'logs':<14}{chosen.finproc_var / 'log'}", soft_wrap=True)
    terminal.print("Ctrl-C stops it.")
