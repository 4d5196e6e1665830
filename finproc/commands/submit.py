"""`finproc submit`: hand a document to a running finproc and show what became of it."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from finproc.clients.web_server import WebServer
from finproc.commands.terminal import FACT_COLUMNS, fact_row, messages, print_json, print_table
from finproc.settings import settings
from finproc.stack import address

POLL_SECONDS = (0.05, 0.5)
ENDED = ("stored", "failed", "discarded")


@click.command("submit")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, allow_dash=True, path_type=Path))
@click.option("--company", help="Whom the document is about, where it does not say.")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Date of publication: YYYY-MM-DD.")
@click.option("--source", help="Where the document comes from; kept with it.")
@click.option("--language", help="Language of the document, such as de.")
@click.option("--url", help="Address of the server.  [default: FINPROC_HOST and FINPROC_PORT]")
@click.option("--token", help="Access token, where the server asks for one.")
@click.option("--wait/--no-wait", default=True, help="Wait until it is stored or failed.  [default: wait]")
@click.option("--timeout", type=click.FloatRange(min=0), default=600, show_default=True, help="Seconds to wait.")
@click.option("--json", "as_json", is_flag=True, help="Print the submission and its facts as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    file: Path,
    url: str | None,
    token: str | None,
    wait: bool,
    timeout: float,
    as_json: bool,
    **said: Any,
) -> None:
    """Submit FILE (- is text from stdin), wait, and print the facts."""
    server = WebServer(url or address(settings()), token)
    fields = {name: _text(value) for name, value in said.items() if value is not None}
    answer = _send(server, file, fields)
    submission = watch(server, answer["id"], timeout) if wait else server.submission(answer["id"])
    facts = server.facts(submission=submission["id"], proof="any") if submission["state"] == "stored" else []
    facts.sort(key=lambda fact: fact["quote_start"])
    if as_json:
        print_json({**submission, "duplicate": answer.get("duplicate", False), "facts": facts})
    else:
        _report(answer, submission)
        print_table("facts", FACT_COLUMNS, [fact_row(fact) for fact in facts])
    ctx.exit(1 if submission["state"] in {"failed", "discarded"} else 0)


def watch(server: WebServer, submission_id: str, timeout: float) -> dict[str, Any]:
    """Poll until the submission has ended; exits with a message after `timeout` seconds."""
    terminal = messages()
    deadline = time.monotonic() + timeout
    pause, longest = POLL_SECONDS
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=terminal, transient=True) as progress:
        task = progress.add_task("received", total=None)
        while True:
            submission = server.submission(submission_id)
            waiting = f" (waits for the {submission['waiting']})" if submission.get("waiting") else ""
            progress.update(task, description=f"{submission['state']}{waiting}")
            if submission["state"] in ENDED:
                return submission
            if time.monotonic() > deadline:
                raise click.ClickException(f"{submission_id} is still {submission['state']}; it goes on without us")
            time.sleep(pause)
            pause = min(pause * 1.3, longest)


def _send(server: WebServer, file: Path, fields: dict[str, str]) -> dict[str, Any]:
    if str(file) != "-":
        return server.submit_file(file.name, file.read_bytes(), fields)
    content = sys.stdin.buffer.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # a PDF through a pipe
        return server.submit_file("stdin", content, fields)
    return server.submit_text(text, fields)


def _report(answer: dict[str, Any], submission: dict[str, Any]) -> None:
    """A line for the person: id, state, and why it failed."""
    twin = ", submitted before" if answer.get("duplicate") else ""
    why = f": {submission.get('reason')} ({submission.get('detail')})" if submission["state"] == "failed" else ""
    messages().print(f"{submission['id']} {submission['state']}{twin}{why}", soft_wrap=True)


def _text(value: str | datetime) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else value
