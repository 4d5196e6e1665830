"""Metric names and their aliases, and where a text names one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from finproc.model.text import Span

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
    sign: Literal["+", "±"]


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
    """The packaged tables, then further files of that form: a later one may add metrics, or aliases to known ones."""
    texts = [files("finproc.lexicon").joinpath(name).read_text(encoding="utf-8") for name in _PACKAGED]
    texts += [path.read_text(encoding="utf-8") for path in paths]
    by_words: dict[str, Metric] = {}
    for text in texts:
        for row in json.loads(text)["metrics"]:
            metric = by_words.get(_folded(row["name"])) or Metric(
                row["name"], row["statement"], row["kind"], row["sign"]
            )
            by_words |= {_folded(words): metric for words in (metric.name, *row["aliases"])}
    return MetricTable(by_words, _patterns(by_words))


@lru_cache(maxsize=1)
def packaged() -> MetricTable:
    """The table that comes with finproc."""
    return read_table()


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
    return r"(?:\s+|-)".join(re.escape(word).replace("'", "['’]") for word in name.split())


def find_metrics(text: str, table: MetricTable | None = None) -> list[FoundMetric]:
    """Every listed metric that the text names, in order, none overlapping; at one place the longest alias wins."""
    known = table or packaged()
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
    return (table or packaged()).by_words.get(_folded(words))


@lru_cache(maxsize=4096)
def _folded(words: str) -> str:
    return spelling(words).replace("-", " ")


_ARTICLES = re.compile(r"\b(?:the|a|an|its|our|their|his|her|this|that)\s+", re.IGNORECASE)


def canonical(words: str, table: MetricTable | None = None) -> str:
    """The listed name for these words; where none is listed the words themselves, in lower case without articles."""
    metric = look_up(words, table) or look_up(_ARTICLES.sub("", words), table)
    return metric.name if metric else spelling(_ARTICLES.sub("", words))
