"""Flower's sign-in: the password of the settings, or on the embedded stack one made at the first start."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from finproc.errors import SettingError
from finproc.settings import Settings


def credentials(settings: Settings) -> str:
    """`user:password` for basic authentication; raises SettingError where a password must be given and is not."""
    return f"{settings.flower_user}:{settings.flower_password or _kept(settings)}"


def password_file(settings: Settings) -> Path:
    """Where the embedded stack keeps the password that it made."""
    return settings.finproc_var / "secrets" / "flower-password"


def _kept(settings: Settings) -> str:
    if settings.database_url or settings.broker_url:
        raise SettingError("FLOWER_PASSWORD", "must be set where finproc runs on servers of its own")
    path = password_file(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(18))
        with contextlib.suppress(FileExistsError):  # another process was first: its password is the one
            path.hardlink_to(made)
        made.unlink()
    return path.read_text().strip()
