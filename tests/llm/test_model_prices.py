"""The price of a call: exact decimals from the dated table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from finproc.llm.prices import Price, estimate, price_table
from finproc.model.model_call import TokenUsage

TABLE = price_table()


@pytest.mark.parametrize(
    ("model", "usage", "tier", "dollars"),
    [
        ("gpt-6-luna", TokenUsage(600, 0, 150, 0), "default", "0.000135"),
        ("gpt-6-luna", TokenUsage(600, None, 150, None), None, "0.000135"),
        ("gpt-6-luna", TokenUsage(600, 0, 150, 0), "flex", "0.0000675"),
        ("gpt-6-luna", TokenUsage(1000, 900, 100, 50), None, "0.000069"),
        ("gpt-5.6-luna", TokenUsage(1000, 0, 1000, 0), "batch", "0.0007"),
        ("gpt-6-sol", TokenUsage(1_000_000, 0, 0, 0), None, "4"),
        ("gpt-6-sol", TokenUsage(272_000, 0, 1000, 0), None, "0.554"),
        ("gpt-6-sol", TokenUsage(272_001, 0, 1000, 0), None, "1.103004"),
    ],
)
def test_a_call_costs_what_the_table_says(model: str, usage: TokenUsage, tier: str | None, dollars: str) -> None:
    assert TABLE.cost(TABLE.of_model(model), usage, tier) == Decimal(dollars)


@pytest.mark.parametrize("usage", [TokenUsage(), TokenUsage(input=5), TokenUsage(output=5)])
def test_without_token_counts_there_is_no_cost(usage: TokenUsage) -> None:
    assert TABLE.cost(TABLE.of_model("gpt-6-luna"), usage, None) is None


def test_a_dated_release_costs_as_its_model() -> None:
    assert TABLE.of_model("gpt-5.6-luna-2026-09-01") == TABLE.models["gpt-5.6-luna"]


def test_an_unknown_model_costs_what_the_settings_say_else_as_the_dearest() -> None:
    own = Price(Decimal(1), Decimal(1), Decimal(2))
    assert TABLE.of_model("local-7b", own) == own
    assert TABLE.of_model("local-7b") == TABLE.models["gpt-6-sol"]


def test_more_cached_than_read_tokens_never_cost_less_than_nothing() -> None:
    cost = TABLE.cost(TABLE.of_model("gpt-6-luna"), TokenUsage(10, 50, 0, 0), None)
    assert cost is not None
    assert cost >= 0


def test_the_estimate_is_rather_too_high() -> None:
    prose = b"Company XYZ reported a net income of $5.3 million for Q1 2024. " * 10
    assert estimate(prose) > len(prose) / 4
