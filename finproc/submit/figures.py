"""Figures for Prometheus, read from the records at scrape time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from finproc.model.submission import AFTER, RUNNING, HistoryEntry, State, Step
from finproc.monitor.metrics import Figure
from finproc.records.protocols import Records

WINDOW = timedelta(minutes=5)
_ENTRIES = 20_000
_QUANTILES = (0.5, 0.9, 0.99)
_CIRCUIT = "model"


def figures(records: Records, depths: Mapping[str, int], now: datetime) -> list[Figure]:
    """States, queues, steps of the last five minutes, spending of the last thirty days, and the circuit."""
    counts = records.submissions.count_by_state()
    recent = records.submissions.history_since(_sequence(now - WINDOW), owner=None, limit=_ENTRIES)
    return [
        Figure(
            "finproc_submissions",
            "Submissions by state.",
            tuple(((state.value,), counts.get(state, 0)) for state in State),
            ("state",),
        ),
        Figure(
            "finproc_queue_depth",
            "Messages that wait, by queue.",
            tuple(((name,), depth) for name, depth in depths.items()),
            ("queue",),
        ),
        *_steps(recent),
        *_spending(records, now),
        _circuit(records, now),
    ]


def _steps(recent: Sequence[HistoryEntry]) -> list[Figure]:
    """How long steps took, how many attempts were not the first, and what failed, in the window."""
    durations: dict[Step, list[int]] = defaultdict(list)
    began: set[tuple[str, int, State]] = set()
    retries: dict[Step, int] = dict.fromkeys(Step, 0)
    failed: dict[str, int] = defaultdict(int)
    for entry in recent:
        for step in Step:
            if entry.state is AFTER[step] and entry.duration_ms is not None:
                durations[step].append(entry.duration_ms)
            if entry.state is RUNNING[step]:
                key = (entry.submission, entry.dispatch, entry.state)
                retries[step] += key in began
                began.add(key)
        if entry.state is State.FAILED:
            failed[entry.reason or "unknown"] += 1
    return [
        Figure(
            "finproc_step_duration_seconds",
            "Duration of steps that ended well in the last five minutes, by quantile.",
            tuple(
                ((step.value, str(quantile)), _quantile(sorted(found), quantile) / 1000)
                for step, found in durations.items()
                for quantile in _QUANTILES
            ),
            ("step", "quantile"),
        ),
        Figure(
            "finproc_steps_done",
            "Steps that ended well in the last five minutes.",
            tuple(((step.value,), len(durations[step])) for step in Step),
            ("step",),
        ),
        Figure(
            "finproc_step_retries",
            "Further attempts at a step in the last five minutes.",
            tuple(((step.value,), count) for step, count in retries.items()),
            ("step",),
        ),
        Figure(
            "finproc_failures",
            "Submissions that failed in the last five minutes, by reason.",
            tuple(((reason,), count) for reason, count in failed.items()),
            ("reason",),
        ),
    ]


def _spending(records: Records, now: datetime) -> list[Figure]:
    rows = records.model_calls.usage(None, now - timedelta(days=30))
    calls: dict[tuple[str, str], int] = defaultdict(int)
    tokens: dict[tuple[str, str], int] = defaultdict(int)
    cost: dict[tuple[str], Decimal] = defaultdict(Decimal)
    for row in rows:
        calls[row.model, row.outcome] += row.calls
        tokens[row.model, "input"] += row.input_tokens
        tokens[row.model, "output"] += row.output_tokens
        cost[(row.model,)] += row.cost
    gauges = tuple((names, float(dollars)) for names, dollars in cost.items())  # what Prometheus keeps are floats
    return [
        Figure("finproc_model_calls", "Model calls of 30 days.", tuple(calls.items()), ("model", "outcome")),
        Figure("finproc_model_tokens", "Tokens of 30 days.", tuple(tokens.items()), ("model", "kind")),
        Figure("finproc_model_cost_dollars", "US dollars spent in 30 days.", gauges, ("model",)),
    ]


def _circuit(records: Records, now: datetime) -> Figure:
    circuit = records.circuits.get(_CIRCUIT)
    is_open = circuit.open_until is not None and (circuit.open_until > now or circuit.failures > 0)
    return Figure(
        "finproc_circuit_open", "1 while calls to the model pause.", (((_CIRCUIT,), float(is_open)),), ("name",)
    )


def _quantile(ordered: Sequence[int], quantile: float) -> int:
    return ordered[min(len(ordered) - 1, int(len(ordered) * quantile))]


def _sequence(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)
