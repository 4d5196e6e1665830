"""One key for one company: what the spellings of its name share, and the further names that a file gives it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from finproc.errors import SettingError
from finproc.lexicon.part import words
from finproc.settings import settings

VARIABLE = "COMPANIES_FILE"
_SUFFIXES = words(
    "ab ag aktiengesellschaft asa as bhd bv co company companies corp corporation gmbh group holding holdings inc "
    "incorporated kg kgaa kk limited llc llp lp ltd na nv oy oyj plc pte pty sa sab sarl sas se sgps spa srl"
)
_GENERIC = words("the company firm konzern gesellschaft société societe")
_SILENT = re.compile(r"[.'’/]")
_TICKER = re.compile(r"\s*\(([^()]*)\)\s*$")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class CompanyTable:
    """Listed companies: for the key of every further name the company's own name."""

    by_key: Mapping[str, str]


def spelled(name: str | None) -> str:
    """A name without case, accents, marks, spaces, a leading generic word, legal suffixes and a ticker; "" for none.

    "Marks & Spencer Group plc (LSE: MKS)" is `marksandspencer`.
    """
    bare = name or ""
    if bare.rstrip().endswith(")"):
        bare = _TICKER.sub("", bare) or bare
    plain = bare.casefold()
    if not plain.isascii():
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    kept = named = _WORD.findall(_SILENT.sub("", plain.replace("&", " and ")))
    while len(kept) > 1 and kept[0] in _GENERIC:
        kept = kept[1:]
    while len(kept) > 1 and (kept[-1] in _SUFFIXES or (kept[-1] == "and" and len(kept) < len(named))):
        kept = kept[:-1]  # "and" is what is left of "Tiffany & Co."
    return "".join(kept)


@lru_cache(maxsize=4096)
def key(name: str | None) -> str:
    """What all names of a company share, those that the file of companies gives it too; "" for no name."""
    return spelled(entity_of(name) or name)


def entity_of(name: str | None, table: CompanyTable | None = None) -> str | None:
    """The listed company of this name or ticker ("IBM", "NYSE: IBM", "IBM Corp. (NYSE: IBM)"), or None."""
    by_key = (table or current()).by_key
    if not by_key or not name:
        return None
    ticker = _TICKER.search(name)
    return by_key.get(spelled(name)) or (by_key.get(spelled(ticker[1])) if ticker else None)


@lru_cache(maxsize=1)
def current() -> CompanyTable:
    """The process's companies: those of the setting COMPANIES_FILE, or none. Raises SettingError."""
    return table_of(settings().companies_file)


def table_of(path: Path | None) -> CompanyTable:
    """The companies that the file at `path` lists; none without one. Raises SettingError."""
    return CompanyTable({}) if path is None else read_companies(path)


def read_companies(path: Path) -> CompanyTable:
    """`{"companies": [{"name", "aliases", "tickers"}]}`. Raises SettingError that names what is wrong, and where."""
    by_key: dict[str, str] = {}
    for place, row in enumerate(rows_of(path, "companies", VARIABLE), start=1):
        name = row.get("name")
        if not isinstance(name, str) or not spelled(name):
            raise SettingError(VARIABLE, f"company {place} of {path} needs a name")
        further = [*_texts(row, "aliases", place, path), *_texts(row, "tickers", place, path)]
        for alias in (name, *further):
            other = by_key.setdefault(spelled(alias), name)
            if other != name:
                raise SettingError(VARIABLE, f"{alias!r} names both {other!r} and {name!r} in {path}")
    return CompanyTable(by_key)


def rows_of(path: Path, field: str, variable: str) -> list[dict[str, object]]:
    """The objects listed under `field` of a JSON file. Raises SettingError that names the setting."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(variable, f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingError(variable, f"{path} is no JSON in UTF-8: {error}") from None
    rows = content.get(field) if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SettingError(variable, f'{path} must hold {{"{field}": [{{…}}, …]}}')
    return rows


def _texts(row: Mapping[str, object], field: str, place: int, path: Path) -> Iterable[str]:
    given = row.get(field, [])
    if not isinstance(given, list) or not all(isinstance(text, str) and spelled(text) for text in given):
        raise SettingError(VARIABLE, f"{field} of company {place} of {path} must be a list of names")
    return given
