"""Encryption at rest: AES-256-GCM with a data key per owner, each wrapped by the master key."""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
import threading
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from finproc.errors import SettingError
from finproc.records.protocols import KeyRecords

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = 1
_HEADER = struct.Struct(">BI")
"""Format of the ciphertext, version of the data key; then nonce, ciphertext and tag."""
_LENGTH = struct.Struct(">I")
_FORMAT = 1
_PACKED = 2
"""As `_FORMAT`, of bytes that zlib made smaller."""
_WORTH_PACKING = 2048
"""Bytes; below, a row fits its page as it is, and packing costs as much as sealing."""
_LOOKUP = "*lookup"
_CHECK = b"finproc key check"


class Keyring:
    """The Sealer of a process. Unwrapped data keys stay in memory; safe to share between threads."""

    def __init__(self, master: bytes, records: KeyRecords) -> None:
        self._master = AESGCM(master)
        self._records = records
        self._lock = threading.Lock()
        self._ciphers: dict[str, AESGCM] = {}
        self._keys: dict[str, bytes] = {}
        self._check()

    def seal(self, plain: bytes, *, owner: str, table: str, row: str, field: str) -> bytes:
        """Encrypt for one place: the bytes open only with the same owner, table, row and field.

        What zlib makes much smaller (the text of steps, questions and documents) is kept so.
        """
        packed = zlib.compress(plain, 1) if len(plain) >= _WORTH_PACKING else plain
        small = len(packed) < len(plain) * 3 // 4
        header = _HEADER.pack(_PACKED if small else _FORMAT, _VERSION)
        nonce, body = os.urandom(_NONCE_BYTES), packed if small else plain
        return header + nonce + self._cipher(owner).encrypt(nonce, body, _place(header, table, row, field, owner))

    def open(self, sealed: bytes, *, owner: str, table: str, row: str, field: str) -> bytes:
        """Decrypt; ValueError where the bytes were changed, cut or moved from another place."""
        header, nonce = sealed[: _HEADER.size], sealed[_HEADER.size : _HEADER.size + _NONCE_BYTES]
        known = ((_FORMAT, _VERSION), (_PACKED, _VERSION))
        if len(nonce) != _NONCE_BYTES or (made := _HEADER.unpack(header)) not in known:
            raise ValueError(f"{table} {row} {field}: not sealed by a key of this keyring")
        body = sealed[_HEADER.size + _NONCE_BYTES :]
        try:
            plain = self._cipher(owner).decrypt(nonce, body, _place(header, table, row, field, owner))
            return zlib.decompress(plain) if made[0] == _PACKED else plain
        except InvalidTag:
            raise ValueError(f"{table} {row} {field}: does not open") from None

    def keyed_hash(self, owner: str, *parts: bytes) -> str:
        """HMAC-SHA256 with the lookup key over owner and parts, each with its length before it.

        Equal only for equal input.
        """
        digest = hmac.new(self._key(_LOOKUP), digestmod=hashlib.sha256)
        for part in (owner.encode(), *parts):
            digest.update(struct.pack(">Q", len(part)))
            digest.update(part)
        return digest.hexdigest()

    def _cipher(self, owner: str) -> AESGCM:
        cipher = self._ciphers.get(owner)
        if cipher is None:
            cipher = self._ciphers[owner] = AESGCM(self._key(owner))
        return cipher

    def _key(self, name: str) -> bytes:
        key = self._keys.get(name)
        if key is not None:
            return key
        with self._lock:
            wrapped = self._records.wrapped(name)
            if wrapped is None:
                wrapped = self._records.put_if_absent(name, self._wrap(os.urandom(KEY_BYTES), name))
            key = self._keys[name] = self._unwrap(wrapped, name)
            return key

    def _check(self) -> None:
        """The first process writes a value that only this master key opens; every other one must open it."""
        kept = self._records.check_value()
        if kept is None:
            kept = self._records.put_check_value(self._wrap(_CHECK, "*check"))
        if self._unwrap(kept, "*check") != _CHECK:
            raise _wrong_master()

    def _wrap(self, key: bytes, name: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        header = _HEADER.pack(_FORMAT, _VERSION)
        return header + nonce + self._master.encrypt(nonce, key, _place(header, "data_keys", name, "wrapped", ""))

    def _unwrap(self, wrapped: bytes, name: str) -> bytes:
        header, rest = wrapped[: _HEADER.size], wrapped[_HEADER.size :]
        nonce, body = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            return self._master.decrypt(nonce, body, _place(header, "data_keys", name, "wrapped", ""))
        except (InvalidTag, ValueError):
            raise _wrong_master() from None


def _wrong_master() -> SettingError:
    return SettingError("FINPROC_MASTER_KEY", "this master key does not open the keys of this database")


def _place(header: bytes, *parts: str) -> bytes:
    """The AAD: header and parts, each with its length before it, so that no two places read alike."""
    encoded = [part.encode() for part in parts]
    return header + b"".join(_LENGTH.pack(len(part)) + part for part in encoded)
