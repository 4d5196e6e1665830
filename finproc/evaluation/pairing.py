"""Which predicted fact answers which labelled one (fact-standard.md, Scoring): the same rules as the scoring tool's."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from finproc.evaluation.labels import Stated

_LEGAL = re.compile(
    r"[,.]?\s+(incorporated|inc|corporation|corp|company|co|limited|ltd|llc|plc|ag|se|sa|s\.a|nv|n\.v|oyj|ab|asa|a/s|gmbh|"
    r"group|holdings?|international|spa|s\.p\.a|lp|kgaa|bv|pte|pty)\.?$",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(the|company)\s+")
_EMPTY = frozenset({"the", "a", "an", "of", "and", "its", "total", "net", "from", "for", "in", "on"})
"""Words that do not make two metrics of own words alike."""
_WORD = re.compile(r"[^\W_]+")


@cache
def _listed() -> dict[str, str]:
    """Every name that `metrics.json` itself lists; what the lexicon knows beyond it counts in no score."""
    table = json.loads(files("finproc.lexicon").joinpath("metrics.json").read_text("utf-8"))["metrics"]
    return {words: metric["name"] for metric in table for words in [metric["name"], *metric["aliases"]]}


@cache
def _names() -> frozenset[str]:
    return frozenset(_listed().values())


def same_metric(one: str | None, other: str | None) -> bool:
    """Listed metrics by name; own words where half of all their words are shared."""
    one, other = _canonical(one), _canonical(other)
    if one == other:
        return True
    if one in _names() and other in _names():
        return False
    ours, theirs = (set(_WORD.findall(words)) - _EMPTY for words in (one, other))
    return bool(ours and theirs) and 2 * len(ours & theirs) >= len(ours | theirs)


def _canonical(metric: str | None) -> str:
    words = re.sub(r"\s+", " ", (metric or "").lower().replace("’", "'")).strip(" .,:;")
    return _listed().get(words, words)


def same_name(one: str | None, other: str | None) -> bool:
    """Names of companies or segments, whatever their legal suffix, spaces and signs."""
    return _key(one) == _key(other)


def _key(name: str | None) -> str:
    words = _LEADING.sub("", (name or "").lower().strip())
    while (shorter := _LEGAL.sub("", words)) != words:
        words = shorter
    return re.sub(r"[^\w]+", "", words)


def same_company(label: Stated, found: Stated) -> bool:
    """By name, in any of the label's readings."""
    return any(same_name(name, found.company) for name in (label.company, *label.companies))


def same_period(label: Stated, found: Stated) -> bool:
    """By label, fiscal years in either writing; or by the day on which a period of the same kind ends."""
    ours = _period(found.period)
    if ours in {_period(period) for period in (label.period, *label.periods)}:
        return True
    same_end = bool(label.period_end) and label.period_end == found.period_end
    return same_end and _period(label.period)[:1] == ours[:1]


def _period(label: str | None) -> str:
    return re.sub(r"^FY(\d{2})$", r"FY20\1", (label or "").upper().replace(" ", "").replace("FISCAL", "FY"))


def same_number(label: Stated, found: Stated) -> bool:
    """Value, unit and currency; a range by both its ends."""
    if (label.unit, label.currency) != (found.unit, found.currency):
        return False
    if label.value is None and found.value is None:
        return (label.value_low, label.value_high) == (found.value_low, found.value_high)
    return label.value == found.value


def core_equal(label: Stated, found: Stated) -> bool:
    """What makes a pair: value, unit, currency and metric."""
    return same_number(label, found) and any(
        same_metric(metric, found.metric) for metric in (label.metric, *label.metrics)
    )


def full_equal(label: Stated, found: Stated) -> bool:
    """What makes a pair wholly right: period, company and status too."""
    return same_period(label, found) and same_company(label, found) and label.status == found.status


def pairs(labels: Sequence[Stated], found: Sequence[Stated]) -> list[tuple[int, int]]:
    """One-to-one pairs as places in both lists, greedily: those first that agree in most fields."""
    candidates = sorted(
        (-_agreement(label, fact), i, j)
        for i, label in enumerate(labels)
        for j, fact in enumerate(found)
        if core_equal(label, fact)
    )
    used_labels: set[int] = set()
    used_found: set[int] = set()
    out = []
    for _, i, j in candidates:
        if i not in used_labels and j not in used_found:
            used_labels.add(i)
            used_found.add(j)
            out.append((i, j))
    return out


def _agreement(label: Stated, found: Stated) -> int:
    return (
        same_period(label, found)
        + same_company(label, found)
        + (label.status == found.status)
        + same_name(label.segment, found.segment)
    )
