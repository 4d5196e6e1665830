"""`finproc queue`: how much waits, on the queues and in the database."""

from __future__ import annotations

import click

from finproc.clients.broker import depths
from finproc.commands.terminal import print_json, print_table
from finproc.identity.workspace import workspace


@click.command("queue")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Show messages by queue and submissions by state."""
    place = workspace()
    queues = depths(place.settings)
    states = place.records.submissions.count_by_state()
    if as_json:
        print_json({"queues": queues, "submissions": {state.value: count for state, count in states.items()}})
        return
    print_table("messages that wait", ("queue", "messages"), queues.items())
    print_table("submissions", ("state", "count"), [(state.value, count) for state, count in states.items()])
