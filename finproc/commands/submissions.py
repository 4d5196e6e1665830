"""`finproc submissions`: what came in, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator

import click

from finproc.commands.terminal import print_lines, print_table
from finproc.identity.tokens import LOCAL_OWNER
from finproc.identity.workspace import workspace
from finproc.model.submission import State, Submission, SubmissionFilter
from finproc.records.protocols import SubmissionRecords
from finproc.schemas.submission import SubmissionSchema

PAGE = 500
COLUMNS = ("id", "received", "state", "reason", "extractor", "facts", "problems", "unclaimed", "source")


@click.command("submissions")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only in this state.")
@click.option("--reason", help="Only failed for this reason code.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--owner", default=LOCAL_OWNER, help="Whose.  [default: the local workspace's]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(state: str | None, reason: str | None, limit: int, owner: str, as_json: bool) -> None:
    """List submissions, newest first."""
    where = SubmissionFilter(state=State(state) if state else None, reason=reason)
    found = select(workspace().records.submissions, owner, where, limit)
    if as_json:
        schema = SubmissionSchema()
        print_lines(schema.dump(submission) for submission in found)
    else:
        print_table("submissions", COLUMNS, [_row(submission) for submission in found])


def select(records: SubmissionRecords, owner: str, where: SubmissionFilter, limit: int) -> Iterator[Submission]:
    """Submissions in pages, until `limit`."""
    cursor: str | None = None
    while limit > 0:
        page = records.page(owner, where, cursor=cursor, limit=min(limit, PAGE))
        yield from page.items
        limit -= len(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return


def _row(submission: Submission) -> list[object]:
    return [
        submission.id,
        submission.received_at,
        submission.state.value,
        submission.reason,
        submission.extractor,
        submission.fact_count,
        submission.problem_count,
        submission.unclaimed_count,
        submission.source or submission.filename,
    ]
