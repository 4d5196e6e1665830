"""Where the master key comes from: FINPROC_MASTER_KEY, or on the embedded stack a file made at the first start."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from finproc.errors import SettingError
from finproc.identity.keyring import KEY_BYTES
from finproc.settings import Settings

_VARIABLE = "FINPROC_MASTER_KEY"


def master_key(settings: Settings) -> bytes:
    """The 32 bytes of the master key; SettingError where there is none and none may be made."""
    if settings.finproc_master_key is not None:
        return _decoded(settings.finproc_master_key, "is not base64 of 32 bytes")
    if settings.database_url is not None:
        raise SettingError(
            _VARIABLE,
            "must be set where DATABASE_URL is (base64 of 32 random bytes: openssl rand -base64 32); "
            "losing it loses what is stored",
        )
    return _decoded(_kept(settings.finproc_var / "secrets" / "master.key"), "the key file is not base64 of 32 bytes")


def _decoded(text: str, complaint: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingError(_VARIABLE, complaint)
    return key


def _kept(path: Path) -> str:
    """The file's text. The first process makes it: written whole beside it, then linked, which only one can do."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(made)
        except FileExistsError:
            pass  # another process was first: its key is the one
        finally:
            made.unlink()
        _sync_folder(path.parent)
    return path.read_text()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
