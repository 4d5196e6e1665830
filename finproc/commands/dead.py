"""`finproc dead`: what failed for good, and messages that nobody could use."""

from __future__ import annotations

import click

from finproc.commands.terminal import messages, print_json, print_lines, print_table
from finproc.identity.workspace import workspace
from finproc.model.submission import State, Submission, SubmissionFilter
from finproc.pipeline import start
from finproc.records.protocols import DeadLetter, Records
from finproc.schemas.exact_json import moment
from finproc.schemas.submission import HistoryEntrySchema, SubmissionSchema
from finproc.submit.control import discard as discard_submission
from finproc.submit.control import retry as retry_submission

COLUMNS = ("id", "kind", "when", "reason", "where", "detail")
SHOWN_BYTES = 2000


@click.group("dead")
def command() -> None:
    """Failed submissions and dead letters: list, show, retry, discard."""


@command.command("list")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many of each kind.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_all(limit: int, as_json: bool) -> None:
    """List failed submissions of all owners, then dead letters."""
    records = workspace().records
    failed = records.submissions.select(SubmissionFilter(state=State.FAILED), after=None, limit=limit)
    letters = records.dead_letters.page(cursor=None, limit=limit).items
    if as_json:
        schema = SubmissionSchema()
        print_lines({"kind": "submission", **schema.dump(submission)} for submission in failed)
        print_lines(_letter(letter) for letter in letters)
        return
    rows: list[list[object]] = [[s.id, "submission", s.updated_at, s.reason, s.step, s.detail] for s in failed]
    rows += [[letter.id, "message", letter.received_at, letter.reason, letter.queue, None] for letter in letters]
    print_table("dead", COLUMNS, rows)


@command.command("show")
@click.argument("ident", metavar="ID")
def show(ident: str) -> None:
    """Print all that is known of a failed submission or a dead letter, as JSON."""
    records = workspace().records
    submission, letter = _find(records, ident)
    if submission is not None:
        history = HistoryEntrySchema(many=True).dump(records.submissions.history(submission.id))
        print_json({"kind": "submission", **SubmissionSchema().dump(submission), "history": history})
    elif letter is not None:
        body = letter.body[:SHOWN_BYTES].decode(errors="replace")
        print_json({**_letter(letter), "headers": dict(letter.headers), "body": body})


@command.command("retry")
@click.argument("idents", metavar="ID…", nargs=-1, required=True)
def retry(idents: tuple[str, ...]) -> None:
    """Send failed submissions on their way again, from the step that failed."""
    records = workspace().records
    for ident in idents:
        submission, _ = _find(records, ident)
        if submission is None:
            raise click.ClickException(f"{ident} is a message, not a submission; correct it and send it again")
        changed = retry_submission(records, submission, start)
        messages().print(f"{ident} is {changed.state.value} again")


@command.command("discard")
@click.argument("idents", metavar="ID…", nargs=-1, required=True)
def discard(idents: tuple[str, ...]) -> None:
    """Delete failed submissions' documents, or dead letters."""
    records = workspace().records
    for ident in idents:
        submission, _ = _find(records, ident)
        if submission is not None:
            discard_submission(records, submission)
        else:
            records.dead_letters.remove(ident)
        messages().print(f"{ident} is discarded")


def _find(records: Records, ident: str) -> tuple[Submission | None, DeadLetter | None]:
    """The failed submission or the dead letter of this id; raises click.ClickException where there is neither."""
    submission = records.submissions.get(ident)
    if submission is not None:
        if submission.state is not State.FAILED:
            raise click.ClickException(f"{ident} is {submission.state.value}, not failed")
        return submission, None
    letter = records.dead_letters.get(ident)
    if letter is None:
        raise click.ClickException(f"there is no submission and no dead letter {ident}")
    return None, letter


def _letter(letter: DeadLetter) -> dict[str, object]:
    return {
        "kind": "message",
        "id": letter.id,
        "queue": letter.queue,
        "reason": letter.reason,
        "received_at": moment(letter.received_at),
        "size": len(letter.body),
    }
