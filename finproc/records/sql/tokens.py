"""Personal access tokens in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from finproc.clients.sql import Database
from finproc.records.protocols import Token
from finproc.records.sql.tables import tokens

_T = tokens.c


class SqlTokens:
    """TokenRecords in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: Token, secret_hash: str) -> None:
        row = {
            "id": token.id,
            "owner": token.owner,
            "name": token.name,
            "scopes": " ".join(token.scopes),
            "secret_hash": secret_hash,
            "created_at": token.created_at,
            "expires_at": token.expires_at,
            "revoked_at": token.revoked_at,
        }
        with self._database.write() as connection:
            connection.execute(tokens.insert(), row)

    def by_hash(self, secret_hash: str) -> Token | None:
        with self._database.read() as connection:
            row = connection.execute(select(tokens).where(_T.secret_hash == secret_hash)).one_or_none()
        return None if row is None else _read(row)

    def of_owner(self, owner: str | None) -> list[Token]:
        query = select(tokens).order_by(_T.id)
        with self._database.read() as connection:
            return [
                _read(row) for row in connection.execute(query if owner is None else query.where(_T.owner == owner))
            ]

    def revoke(self, token_id: str, at: datetime) -> bool:
        standing = update(tokens).where(_T.id == token_id, _T.revoked_at.is_(None))
        with self._database.write() as connection:
            return connection.execute(standing.values(revoked_at=at)).rowcount == 1


def _read(row: Row[Any]) -> Token:
    scopes = tuple(row.scopes.split())
    return Token(row.id, row.owner, row.name, scopes, row.created_at, row.expires_at, row.revoked_at)
