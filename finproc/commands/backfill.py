"""`finproc backfill`: many documents at once, their cost said first, resumed where it stopped."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, track

from finproc.commands.terminal import messages
from finproc.identity.tokens import LOCAL_OWNER
from finproc.identity.workspace import Workspace, workspace
from finproc.llm import backends
from finproc.llm.backend import Backend
from finproc.model.submission import ENDED
from finproc.pipeline import start
from finproc.submit.backfill import Cost, Document, Position, Source, with_cost
from finproc.submit.intake import accept

BATCH = 100
"""Documents that are saved together; a killed backfill sends so many again at most, and they are duplicates."""


@click.command("backfill")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask before a model is paid.")
@click.option("--wait", is_flag=True, help="Wait until nothing is on its way any more.")
@click.option("--restart", is_flag=True, help="From the first document again; what is known already stays as it is.")
@click.option("--owner", default=LOCAL_OWNER, help="For whom.  [default: the local workspace]")
@click.pass_context
def command(ctx: click.Context, /, *, source: Path, yes: bool, wait: bool, restart: bool, owner: str) -> None:
    """Submit every document of SOURCE: a folder, or an NDJSON file with one submission a line."""
    place, terminal, documents = workspace(), messages(), Source(source)
    position = Position.of(documents, place.settings.finproc_var)
    done, total = 0 if restart else position.get(), documents.count()
    if done:
        terminal.print(f"{done} of {total} documents were submitted before; going on with the next")
    backend = backends.configured(place.settings)
    if backend is None:
        terminal.print("no model is configured: the deterministic extractor works for nothing")
    elif done < total:
        _say_cost(estimated(place, documents, backend, done=done, total=total, terminal=terminal), terminal)
        if not yes:
            click.confirm("Submit them?", abort=True, err=True)
    sent = submit(place, documents, position, done=done, owner=owner, terminal=terminal)
    terminal.print(f"{sent.new} submitted, {sent.known} known before, {sent.refused} refused")
    if wait:
        watch(place, owner, terminal)
    ctx.exit(1 if sent.refused else 0)


@dataclass(slots=True)
class Sent:
    """What became of the documents of one run."""

    new: int = 0
    known: int = 0
    refused: int = 0


def estimated(place: Workspace, source: Source, backend: Backend, *, done: int, total: int, terminal: Console) -> Cost:
    """What the documents that are left may cost."""
    cost = Cost()
    rest = source.documents(place.settings, done)
    for document in track(rest, "estimating", total=total - done, console=terminal, transient=True):
        cost = with_cost(cost, document, backend, place.settings)
    return cost


def submit(place: Workspace, source: Source, position: Position, *, done: int, owner: str, terminal: Console) -> Sent:
    """Save and publish the rest in batches, noting the position after each."""
    sent = Sent()
    rest = source.documents(place.settings, done)
    with Progress(console=terminal) as progress:
        task = progress.add_task("submitting", total=source.count(), completed=done)
        while batch := list(islice(rest, BATCH)):
            _submit(place, batch, owner, sent, terminal)
            done += len(batch)
            position.put(done)
            progress.update(task, completed=done)
    return sent


def _submit(place: Workspace, batch: list[Document], owner: str, sent: Sent, terminal: Console) -> None:
    for document in batch:
        if document.refusal is not None:
            sent.refused += 1
            terminal.print(f"{document.place}: {document.refusal}", soft_wrap=True)
    items = [document.item for document in batch if document.item is not None]
    for added in accept(place.records.submissions, place.keyring, owner, items, start):
        if added.outcome == "duplicate":
            sent.known += 1
        else:
            sent.new += 1


def watch(place: Workspace, owner: str, terminal: Console) -> None:
    """Show how many of the owner's submissions have ended, until all have."""
    with Progress(console=terminal) as progress:
        task = progress.add_task("working")
        while True:
            counts = place.records.submissions.count_by_state(owner)
            ended = sum(count for state, count in counts.items() if state in ENDED)
            progress.update(task, completed=ended, total=sum(counts.values()))
            if ended == sum(counts.values()):
                return
            time.sleep(0.5)


def _say_cost(cost: Cost, terminal: Console) -> None:
    terminal.print(
        f"{cost.documents} documents, {cost.calls} model calls: about {cost.expected:.4f} USD, "
        f"{cost.at_most:.4f} USD at most (OPENAI_SERVICE_TIER=flex halves it)"
    )
