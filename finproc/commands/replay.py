"""`finproc replay`: work on stored submissions again, from a step on."""

from __future__ import annotations

from datetime import datetime

import click
from rich.progress import track

from finproc.commands.terminal import messages
from finproc.identity.workspace import workspace
from finproc.model.submission import State, Step, SubmissionFilter
from finproc.pipeline import start
from finproc.schemas.fields import Moment
from finproc.submit.replay import candidates, replay

CONDITIONS = ("extractor", "state", "reason", "since")


@click.command("replay")
@click.option(
    "--from",
    "step",
    type=click.Choice([Step.EXTRACT.value, Step.NORMALIZE.value]),
    required=True,
    help="First step that runs again; from normalize on, no model is paid.",
)
@click.option(
    "--where", multiple=True, metavar="NAME=VALUE", help=f"Only those with {', '.join(CONDITIONS)} (repeatable)."
)
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--dry-run", is_flag=True, help="Only say how many it would be.")
def command(step: str, where: tuple[str, ...], limit: int | None, dry_run: bool) -> None:
    """Work on stored and failed submissions again, such as `--from extract --where extractor=rules`."""
    records = workspace().records.submissions
    chosen = list(candidates(records, condition(where), Step(step)))[:limit]
    terminal = messages()
    if dry_run:
        click.echo(len(chosen))
        return
    sent = sum(
        replay(records, start, submission, Step(step))
        for submission in track(chosen, "replaying", console=terminal, transient=True)
    )
    terminal.print(f"{sent} submissions are on their way again from {step}")


def condition(where: tuple[str, ...]) -> SubmissionFilter:
    """The filter that NAME=VALUE pairs describe; raises click.UsageError."""
    pairs = dict(pair.partition("=")[::2] for pair in where)
    unknown = sorted(set(pairs) - set(CONDITIONS))
    if unknown or "" in pairs.values():
        raise click.UsageError(f"--where takes {', '.join(f'{name}=…' for name in CONDITIONS)}, not {where[0]!r}")
    try:
        state = State(pairs["state"]) if "state" in pairs else None
        since: datetime | None = Moment().deserialize(pairs["since"]) if "since" in pairs else None
    except ValueError as error:
        raise click.UsageError(f"--where: {error}") from None
    return SubmissionFilter(state=state, since=since, reason=pairs.get("reason"), extractor=pairs.get("extractor"))
