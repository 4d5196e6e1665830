"""Keys: made once, checked at each start, and never made where a server keeps the data."""

import base64
import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.errors import SettingError
from finproc.identity.keyring import Keyring
from finproc.identity.master_key import master_key
from finproc.identity.workspace import open_workspace
from finproc.settings import Settings

PLACE = {"owner": "local", "table": "facts", "row": "1", "field": "quote"}


class Kept:
    """Key records in memory."""

    def __init__(self):
        self.rows, self.check, self._lock = {}, None, threading.Lock()

    def wrapped(self, owner):
        return self.rows.get(owner)

    def put_if_absent(self, owner, wrapped):
        with self._lock:
            return self.rows.setdefault(owner, wrapped)

    def check_value(self):
        return self.check

    def put_check_value(self, value):
        with self._lock:
            self.check = self.check or value
            return self.check


ONE = Keyring(b"1" * 32, Kept())


@given(
    plain=st.binary(max_size=300),
    place=st.tuples(*[st.text(max_size=9)] * 4),
    other=st.tuples(*[st.text(max_size=9)] * 4),
)
def test_sealed_bytes_open_in_their_place_alone(plain, place, other):
    owner, table, row, field = place
    sealed = ONE.seal(plain, owner=owner, table=table, row=row, field=field)
    assert ONE.open(sealed, owner=owner, table=table, row=row, field=field) == plain
    if other != place:
        owner, table, row, field = other
        with pytest.raises(ValueError, match="does not open"):
            ONE.open(sealed, owner=owner, table=table, row=row, field=field)


@given(st.data())
def test_changed_or_cut_bytes_do_not_open(data):
    sealed = ONE.seal(b"words", **PLACE)
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytearray(sealed)
    changed[place] ^= data.draw(st.integers(1, 255))
    for broken in (bytes(changed), sealed[:place]):
        with pytest.raises(ValueError, match="facts 1 quote"):
            ONE.open(broken, **PLACE)


def test_long_words_are_kept_small_and_what_does_not_shrink_as_it_is():
    place = {"owner": "o", "table": "t", "row": "r", "field": "f"}
    words, noise = b"net income of $5.3 million " * 200, os.urandom(5000)
    for plain, most in ((words, 1000), (noise, 5100), (b"", 100)):
        sealed = ONE.seal(plain, **place)
        assert len(sealed) < most
        assert ONE.open(sealed, **place) == plain


def test_the_same_words_are_sealed_differently_each_time():
    assert ONE.seal(b"words", **PLACE) != ONE.seal(b"words", **PLACE)


def test_two_keyrings_of_one_master_and_database_agree():
    kept = Kept()
    rings = [Keyring(b"1" * 32, kept) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        sealed = list(pool.map(lambda ring: ring.seal(b"words", **PLACE), rings))
    assert all(ring.open(one, **PLACE) == b"words" for ring in rings for one in sealed)
    assert len({ring.keyed_hash("local", b"a") for ring in rings}) == 1


def test_another_master_stops_and_names_the_variable():
    kept = Kept()
    Keyring(b"1" * 32, kept)
    with pytest.raises(SettingError, match="FINPROC_MASTER_KEY"):
        Keyring(b"2" * 32, kept)


def test_keyed_hashes_tell_owners_and_parts_apart():
    hashes = {
        ONE.keyed_hash(*parts)
        for parts in (("a", b"x"), ("b", b"x"), ("a", b"xy"), ("a", b"x", b"y"), ("a", b"x", b""), ("ax",), ("a", b""))
    }
    assert len(hashes) == 7
    assert ONE.keyed_hash("a", b"x") != Keyring(b"1" * 32, Kept()).keyed_hash("a", b"x")


def test_the_embedded_master_key_is_made_once_and_kept_private(tmp_path):
    settings = Settings(finproc_var=tmp_path / "var")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: master_key(settings), range(8)))
    assert len(keys) == 1
    folder = tmp_path / "var" / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["master.key"]
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert master_key(settings) in keys


def test_with_a_database_url_no_key_is_made(tmp_path):
    settings = Settings(finproc_var=tmp_path, database_url=f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(SettingError, match="FINPROC_MASTER_KEY"):
        master_key(settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "short", "not base64 ???", base64.b64encode(b"1" * 31).decode()])
def test_a_master_key_that_cannot_be_used_is_named(tmp_path, text):
    with pytest.raises(SettingError, match="FINPROC_MASTER_KEY") as refused:
        master_key(Settings(finproc_var=tmp_path, finproc_master_key=text))
    assert not text or text not in str(refused.value)


def test_a_workspace_whose_key_was_lost_does_not_open(tmp_path):
    settings = Settings(finproc_var=tmp_path)
    open_workspace(settings).close()
    (tmp_path / "secrets" / "master.key").unlink()
    with pytest.raises(SettingError, match="FINPROC_MASTER_KEY") as refused:
        open_workspace(settings)
    kept = [file.path for file in psutil.Process().open_files() if file.path.startswith(str(tmp_path))]
    assert not kept, f"after {refused.value} the database is still open"


STARTED = """
import sys
from finproc.identity.workspace import workspace
print(workspace().keyring.keyed_hash("local", b"x"))
"""


def test_processes_that_start_together_agree(tmp_path):
    environment = {**os.environ, "FINPROC_VAR": str(tmp_path / "var"), "PYTHONPATH": str(Path.cwd())}
    for variable in ("DATABASE_URL", "MONGO_URL", "FINPROC_MASTER_KEY"):
        environment.pop(variable, None)
    command = [sys.executable, "-c", STARTED]
    children = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=tmp_path) for _ in range(4)]
    answers = {child.communicate(timeout=120)[0] for child in children}
    assert [child.returncode for child in children] == [0] * 4
    assert len(answers) == 1
