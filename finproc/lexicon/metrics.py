"""Metric names and their aliases, and where a text names one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from finproc.errors import SettingError
from finproc.lexicon.entities import rows_of
from finproc.model.text import Span
from finproc.settings import settings

MetricKind = Literal["flow", "instant", "per share", "ratio"]
MetricSign = Literal["+", "±"]
VARIABLE = "METRICS_FILE"
_PACKAGED = ("metrics.json", "further_aliases.json", "statement_aliases.json")
_TOKEN = re.compile(r"[^\W_][\w&]*")


@dataclass(frozen=True, slots=True)
class Metric:
    """A listed metric. `sign` is "+" where it is always positive, "±" where it is negative for a loss or an outflow."""

    name: str
    statement: str
    kind: MetricKind
    sign: MetricSign


@dataclass(frozen=True, slots=True)
class FoundMetric:
    """Words of a text that name a listed metric."""

    text: str
    span: Span
    metric: Metric

    @property
    def name(self) -> str:
        return self.metric.name


@dataclass(frozen=True, slots=True)
class MetricTable:
    """All listed metrics, by every name they go by, and the names that begin with a word."""

    by_words: Mapping[str, Metric]
    by_first_word: Mapping[str, re.Pattern[str]]


def read_table(*paths: Path) -> MetricTable:
    """The packaged tables, then further files of that form: a later one may add metrics, or aliases to known ones.

    Raises SettingError that names the file, the metric and what is wrong with it.
    """
    by_words: dict[str, Metric] = {}
    for name in _PACKAGED:
        for row in json.loads(files("finproc.lexicon").joinpath(name).read_text(encoding="utf-8"))["metrics"]:
            _add(by_words, row)
    for path in paths:
        for place, row in enumerate(rows_of(path, "metrics", VARIABLE), start=1):
            wrong = _wrong(row, by_words)
            if wrong:
                raise SettingError(VARIABLE, f"metric {place} of {path}: {wrong}")
            _add(by_words, row)
    return MetricTable(by_words, _patterns(by_words))


def _add(by_words: dict[str, Metric], row: Mapping[str, Any]) -> None:
    metric = by_words.get(_folded(row["name"])) or Metric(
        spelling(row["name"]), row.get("statement", "other"), row["kind"], row["sign"]
    )
    by_words |= {_folded(words): metric for words in (metric.name, *row.get("aliases", ()))}


def _wrong(row: Mapping[str, Any], by_words: Mapping[str, Metric]) -> str | None:
    """What a row of a file lacks: a name, with a kind and a sign where no table has the metric, and aliases."""
    name, aliases = row.get("name"), row.get("aliases", [])
    if not isinstance(name, str) or not _TOKEN.search(name):
        return "it needs a name"
    if not isinstance(aliases, list) or not all(isinstance(alias, str) and _TOKEN.match(alias) for alias in aliases):
        return f"the aliases of {name!r} must be a list of words"
    unknown = sorted(row.keys() - {"name", "statement", "kind", "sign", "aliases"})
    if unknown:
        return f"{name!r} has an unknown field {unknown[0]!r}"
    known = by_words.get(_folded(name))
    for field, choices in (("kind", get_args(MetricKind)), ("sign", get_args(MetricSign))):
        given = row.get(field)
        if (given is not None or known is None) and given not in choices:
            return f"the {field} of {name!r} must be one of {', '.join(choices)}"
        if known is not None and given is not None and given != getattr(known, field):
            return f"the {field} of {known.name!r} is {getattr(known, field)!r} already"
    return None


@lru_cache(maxsize=1)
def packaged() -> MetricTable:
    """The table that comes with finproc."""
    return read_table()


@lru_cache(maxsize=1)
def current() -> MetricTable:
    """The process's table: the packaged one, and what the setting METRICS_FILE adds to it. Raises SettingError."""
    return table_of(settings().metrics_file)


def table_of(path: Path | None) -> MetricTable:
    """The packaged table, with the file at `path` where there is one. Raises SettingError."""
    return packaged() if path is None else read_table(path)


def spelling(words: str) -> str:
    """Words as they compare: lower case, one space, straight apostrophes, no closing marks."""
    return " ".join(words.lower().replace("’", "'").split()).strip(" .,:;")


def _patterns(by_words: Mapping[str, Metric]) -> dict[str, re.Pattern[str]]:
    """For every first word one pattern of the names that begin with it, the longest first."""
    groups: dict[str, list[str]] = {}
    for name in sorted(by_words, key=len, reverse=True):
        first = _TOKEN.match(name)
        if first:
            groups.setdefault(first[0], []).append(name)
    return {
        first: re.compile(rf"(?:{'|'.join(map(_flexible, names))})(?!(?![1-9](?!\w))[\w&]|-\w)", re.IGNORECASE)
        for first, names in groups.items()
    }


def _flexible(name: str) -> str:
    return r"(?:\s+|-\s*)".join(re.escape(word).replace("'", "['’]") for word in name.split())


def find_metrics(text: str, table: MetricTable | None = None) -> list[FoundMetric]:
    """Every listed metric that the text names, in order, none overlapping; at one place the longest alias wins."""
    known = table or current()
    found: list[FoundMetric] = []
    end = 0
    for token in _TOKEN.finditer(text):
        start = token.start()
        pattern = known.by_first_word.get(token[0].lower()) if start >= end else None
        match = pattern.match(text, start) if pattern and not text.startswith("-", start - 1) else None
        metric = look_up(match[0], known) if match else None
        if match and metric:
            end = match.end()
            found.append(FoundMetric(match[0], Span(start, end), metric))
    return found


def look_up(words: str, table: MetricTable | None = None) -> Metric | None:
    """The listed metric that these words name in full, or None.

    A hyphen may stand for a space and the other way round.
    """
    return (table or current()).by_words.get(_folded(words))


@lru_cache(maxsize=4096)
def _folded(words: str) -> str:
    return " ".join(spelling(words).replace("-", " ").split())


_ARTICLES = re.compile(r"\b(?:the|a|an|its|our|their|his|her|this|that)\s+", re.IGNORECASE)


def canonical(words: str, table: MetricTable | None = None) -> str:
    """The listed name for these words; where none is listed the words themselves, in lower case without articles."""
    metric = look_up(words, table) or look_up(_ARTICLES.sub("", words), table)
    return metric.name if metric else spelling(_ARTICLES.sub("", words))
