"""Personal access tokens for machine callers: shown once, kept as a hash, scoped, expiring."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from finproc.model.ids import new_id
from finproc.records.protocols import Token, TokenRecords

LOCAL_OWNER = "local"
"""Owner of the local workspace: what open mode submits and reads."""
SCOPES = ("submit", "read", "decide", "metrics")
"""What a token may be allowed: send documents; read; decide, retry and discard; scrape metrics."""
_PREFIX = "fpt_"


def issue(
    records: TokenRecords,
    *,
    owner: str,
    name: str,
    now: datetime,
    scopes: Iterable[str] = ("*",),
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """Make a token: its record, and the secret, which nothing can show again. Scope `*` is all of them."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = Token(new_id(), owner, name, tuple(scopes), now, expires_at)
    records.add(token, _hash(secret))
    return token, secret


def verify(records: TokenRecords, secret: str, now: datetime) -> Token | None:
    """The token that a secret belongs to; None where it is unknown, revoked or expired."""
    token = records.by_hash(_hash(secret))
    if token is None or token.revoked_at is not None:
        return None
    return None if token.expires_at is not None and token.expires_at <= now else token


def _hash(secret: str) -> str:
    """SHA-256: the secret is 256 random bits, which a slow hash would protect no better."""
    return hashlib.sha256(secret.encode()).hexdigest()
