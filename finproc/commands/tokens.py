"""`finproc tokens`: access for programs."""

from __future__ import annotations

from datetime import timedelta

import click

from finproc.commands.terminal import messages, print_lines, print_table
from finproc.identity.tokens import LOCAL_OWNER, SCOPES, issue
from finproc.identity.workspace import workspace
from finproc.model.ids import utc_now
from finproc.records.protocols import Token
from finproc.schemas.exact_json import moment

COLUMNS = ("id", "owner", "name", "scopes", "created", "expires", "revoked")


@click.group("tokens")
def command() -> None:
    """Access tokens: create, list, revoke."""


@command.command("create")
@click.argument("name")
@click.option("--owner", default=LOCAL_OWNER, help="Whose data it opens.  [default: the local workspace's]")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="What it allows (repeatable).  [default: all]"
)
@click.option("--days", type=click.IntRange(1), default=365, show_default=True, help="How long it is good for.")
def create(name: str, owner: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token and print its secret, this once."""
    now = utc_now()
    records = workspace().records.tokens
    token, secret = issue(
        records, owner=owner, name=name, now=now, scopes=scopes or ("*",), expires_at=now + timedelta(days=days)
    )
    messages().print(f"token {token.id} of {owner}; its secret is not shown again:", soft_wrap=True)
    click.echo(secret)


@command.command("list")
@click.option("--owner", help="Of one owner only.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_all(owner: str | None, as_json: bool) -> None:
    """List tokens, without their secrets."""
    tokens = workspace().records.tokens.of_owner(owner)
    if as_json:
        print_lines(_shown(token) for token in tokens)
        return
    rows = [[t.id, t.owner, t.name, " ".join(t.scopes), t.created_at, t.expires_at, t.revoked_at] for t in tokens]
    print_table("tokens", COLUMNS, rows)


@command.command("revoke")
@click.argument("ident", metavar="ID")
def revoke(ident: str) -> None:
    """Take a token's access away at once."""
    if not workspace().records.tokens.revoke(ident, utc_now()):
        raise click.ClickException(f"there is no token {ident} that could be revoked")
    messages().print(f"token {ident} is revoked", soft_wrap=True)


def _shown(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "owner": token.owner,
        "name": token.name,
        "scopes": list(token.scopes),
        "created_at": moment(token.created_at),
        "expires_at": token.expires_at and moment(token.expires_at),
        "revoked_at": token.revoked_at and moment(token.revoked_at),
    }
