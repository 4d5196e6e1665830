"""Office Open XML packages (ECMA-376 part 2): parts of a zip file and how they refer to each other, within bounds.

Nothing is unpacked to disk, nothing outside the file is followed, and what swells is counted while it is unpacked, not
believed. No part may declare a document type, so there are no entities to expand.
"""

from __future__ import annotations

import codecs
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError
from typing import IO, Self
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from finproc.errors import Unreadable
from finproc.extract.readers.reader import TooLarge

MAX_PARTS = 20_000
MAX_TREE_BYTES = 60_000_000
"""A part that is read whole: a tree takes about ten times its bytes. A report of 500 pages has 5 to 10 MB."""
MAX_STREAM_BYTES = 200_000_000
"""A part that is read piece by piece: half a million cells have about 30 MB."""
_PIECE = 1 << 16
_ENCRYPTED = 0x1
_UNPACKING = (
    zipfile.BadZipFile, zlib.error, LZMAError, struct.error, EOFError, KeyError, NotImplementedError, OSError,
    ValueError,
)  # fmt: skip
"""What zipfile raises for archives that are damaged, or packed in a way it does not know."""
codecs.lookup("cp437")  # of names in archives; the limited child cannot load it later
_PARSING = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


@dataclass(frozen=True, slots=True)
class Relation:
    """One line of a part's relationships: what kind of thing (the last word of its type), and the part it names."""

    kind: str
    target: str


class Package:
    """An opened package. Names of parts are as in the file, without a leading slash; letter case does not matter."""

    def __init__(self, body: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(body))
        except _UNPACKING as error:
            raise Unreadable("unreadable", "The file is damaged: it is no whole zip archive.") from error
        parts = self._zip.infolist()
        if len(parts) > MAX_PARTS:
            raise TooLarge(f"The file holds {len(parts):,} parts; finproc reads up to {MAX_PARTS:,}.")
        self._parts = {_key(part.filename): part for part in parts}

    def main(self) -> str:
        """The name of the part that everything hangs on; raises Unreadable if there is none."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target in self:
                return relation.target
        for name in ("word/document.xml", "xl/workbook.xml"):
            if name in self:
                return name
        raise Unreadable("unreadable", "The file is damaged: its main part is missing.")

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._parts

    def relations(self, name: str) -> dict[str, Relation]:
        """What a part refers to inside the file, by id; empty for a part without references."""
        folder, last = posixpath.split(name)
        root = self.tree(posixpath.join(folder, "_rels", f"{last}.rels"))
        if root is None:
            return {}
        return {
            element.get("Id", ""): Relation(
                element.get("Type", "").rpartition("/")[2], _target(folder, element.get("Target", ""))
            )
            for element in root.iterchildren("{*}Relationship")
            if element.get("TargetMode") != "External"
        }

    def tree(self, name: str) -> etree._Element | None:
        """A part's root element; None if the package has no such part."""
        if name not in self:
            return None
        with _only_refusals(name), self._open(name, MAX_TREE_BYTES) as stream:
            root = etree.parse(stream, etree.XMLParser(**_PARSING)).getroot()
            _refuse_doctype(root)
        return root

    def elements(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """The elements of these local names in a part, each as it ends and cleared before the next.

        Raises Unreadable where the part is missing or no XML.
        """
        with _only_refusals(name), self._open(name, MAX_STREAM_BYTES) as stream:
            for _, element in etree.iterparse(stream, tag=[f"{{*}}{tag}" for tag in tags], **_PARSING):
                _refuse_doctype(element)
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]

    def _open(self, name: str, limit: int) -> _Counted:
        part = self._parts[_key(name)]
        if part.flag_bits & _ENCRYPTED:
            raise Unreadable("encrypted", "The file is locked with a password. Submit it without one.")
        return _Counted(self._zip.open(part), limit, name)


class _Counted:
    """A stream that refuses to give more bytes than its limit, whatever the archive says of its size."""

    def __init__(self, stream: IO[bytes], limit: int, name: str) -> None:
        self._stream = stream
        self._left = self._limit = limit
        self._name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def read(self, size: int = _PIECE) -> bytes:
        piece = self._stream.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise TooLarge(f"{self._name} has more than {self._limit // 1_000_000:,} MB when unpacked.")
        return piece


@contextmanager
def _only_refusals(name: str) -> Iterator[None]:
    """What zip and XML trip over in a damaged part becomes Unreadable, naming the part."""
    try:
        yield
    except etree.XMLSyntaxError as error:
        if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in error.error_log):
            raise TooLarge(f"The elements of {name} are nested too deeply, or one of them is too long.") from error
        raise Unreadable("unreadable", f"The file is damaged: {name} is no XML ({error.msg}).") from error
    except _UNPACKING as error:
        raise Unreadable("unreadable", f"The file is damaged: {name} cannot be unpacked.") from error


def _refuse_doctype(element: etree._Element) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("unreadable", "The file declares a document type, as no Office file does: it is not read.")


def local(element: etree._Element) -> str:
    """An element's name without its namespace: strict and transitional files name the same things alike."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute's value by its local name, whichever namespace it is in."""
    for key, value in element.attrib.items():
        if key == name or key.endswith("}" + name):
            return str(value)
    return None


def is_on(element: etree._Element | None) -> bool:
    """Whether a switch is on: it is there, and does not say that it is off."""
    return element is not None and attribute(element, "val") not in {"0", "false", "off", "none"}


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _target(folder: str, target: str) -> str:
    """The part that a reference names: from the root with a slash before it, else from the folder of the part."""
    path = unquote(target.replace("\\", "/"))
    return posixpath.normpath(path if path.startswith("/") else posixpath.join("/", folder, path)).lstrip("/")
