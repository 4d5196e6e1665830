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

from msgspec import Struct

from finproc.errors import SettingError
from finproc.lexicon.entities import rows_of
from finproc.model.text import Span
from finproc.settings import settings

MetricKind = Literal["flow", "instant", "per share", "ratio"]
MetricSign = Literal["+", "±"]
VARIABLE = "METRICS_FILE"
_PACKAGED = ("metrics.json", "further_aliases.json", "statement_aliases.json")
_TOKEN = re.compile(r"[^\W_][\w&]*")
_GAP = re.compile(r"[\s-]\s*")
_GOES_ON = re.compile(r"(?![1-9](?!\w))[\w&]|-\w")
"""What makes a name's last word another word; the digit of a footnote does not."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A listed metric. `sign` is "+" where it is always positive, "±" where it is negative for a loss or an outflow."""

    name: str
    statement: str
    kind: MetricKind
    sign: MetricSign


class FoundMetric(Struct, frozen=True):
    """Words of a text that name a listed metric."""

    text: str
    span: Span
    metric: Metric

    @property
    def name(self) -> str:
        return self.metric.name


@dataclass(frozen=True, slots=True)
class MetricTable:
    """All listed metrics, by every name they go by."""

    by_words: Mapping[str, Metric]
    first_words: frozenset[str]
    beginnings: frozenset[str]
    """The words of names, as far as another one follows."""
    word: re.Pattern[str]
    """A word of a text, as far as the longest of any name goes."""


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
    names = [name.split() for name in by_words]
    return MetricTable(
        by_words,
        frozenset(first[0] for first in map(_TOKEN.match, by_words) if first),
        frozenset(" ".join(words[:count]) for words in names for count in range(1, len(words))),
        re.compile(rf"[^\s-]{{1,{max(len(word) for words in names for word in words)}}}"),
    )


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


def find_metrics(text: str, table: MetricTable | None = None) -> list[FoundMetric]:
    """Every listed metric that the text names, in order, none overlapping; at one place the longest alias wins."""
    known = table or current()
    found: list[FoundMetric] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if token[0].lower() not in known.first_words:
            continue
        start = token.start()
        named = _named(text, start, known) if start >= end and text[start - 1 : start] != "-" else None
        if named:
            end, metric = named
            found.append(FoundMetric(text[start:end], Span(start, end), metric))
    return found


def _named(text: str, start: int, known: MetricTable) -> tuple[int, Metric] | None:
    """The longest name that begins here: where it ends, and its metric. Word by word, as far as names go on."""
    named: tuple[int, Metric] | None = None
    before, place = "", start
    while word := known.word.match(text, place):
        last, whole = word.end(), before + _plain(word[0])
        metric = known.by_words.get(whole)
        if metric and not _GOES_ON.match(text, last):
            named = last, metric
        elif not word[0].isalpha():
            named = _named_within(text, place, last, before, known) or named
        gap = _GAP.match(text, last) if whole in known.beginnings else None
        if not gap:
            break
        before, place = whole + " ", gap.end()
    return named


def _named_within(text: str, place: int, last: int, before: str, known: MetricTable) -> tuple[int, Metric] | None:
    """The name that ends within the word `[place, last)`, before its marks: "EBITDA/sales", "revenue,"."""
    for end in range(last - 1, place, -1):
        metric = known.by_words.get(before + _plain(text[place:end]))
        if metric and not _GOES_ON.match(text, end):
            return end, metric
    return None


def _plain(words: str) -> str:
    return words.lower().replace("’", "'")


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
