"""Figures in Prometheus' text format. They are read from the database at scrape time, so that all processes count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
_KINDS = {"gauge": GaugeMetricFamily, "counter": CounterMetricFamily}


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric and its samples: label values (in the order of `labels`) and a number."""

    name: str
    help: str
    samples: tuple[tuple[tuple[str, ...], float], ...]
    labels: tuple[str, ...] = ()
    kind: Literal["gauge", "counter"] = "gauge"


class _Given(Collector):
    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = tuple(figures)

    def collect(self) -> Iterator[Metric]:
        for figure in self._figures:
            family = _KINDS[figure.kind](figure.name, figure.help, labels=figure.labels)
            for values, number in figure.samples:
                family.add_metric(values, number)
            yield family


def render(figures: Iterable[Figure]) -> bytes:
    """The figures as text."""
    registry = CollectorRegistry()
    registry.register(_Given(figures))
    return generate_latest(registry)
