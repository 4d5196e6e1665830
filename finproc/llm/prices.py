"""What calls cost, from the dated table `prices.json`. Exact decimals of US dollars."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from finproc.model.model_call import TokenUsage

_MILLION = Decimal(1_000_000)
_CHARACTERS_PER_TOKEN = 3
"""Financial text has many digits and signs: fewer characters a token than the usual four."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    input: Decimal
    cached_input: Decimal
    output: Decimal


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices by model, factors by service tier, and the surcharge on requests with a long input."""

    as_of: str
    models: Mapping[str, Price]
    tiers: Mapping[str, Decimal]
    long_above: int
    long_input: Decimal
    long_output: Decimal

    def of_model(self, model: str, fallback: Price | None = None) -> Price:
        """The price of a model or of a dated release of it ("gpt-6-luna-2026-10-01").

        A model that the table does not know costs `fallback`, else as much as the dearest one known.
        """
        known = [name for name in self.models if model == name or model.startswith(f"{name}-")]
        if known:
            return self.models[max(known, key=len)]
        return fallback or max(self.models.values(), key=lambda price: price.output)

    def cost(self, price: Price, usage: TokenUsage, tier: str | None) -> Decimal | None:
        """Dollars of one call; None where the server did not say how many tokens it took."""
        if usage.input is None or usage.output is None:
            return None
        long = usage.input > self.long_above
        cached = min(usage.cached_input or 0, usage.input)
        of_input = price.input * (usage.input - cached) + price.cached_input * cached
        of_output = price.output * usage.output
        total = of_input * (self.long_input if long else 1) + of_output * (self.long_output if long else 1)
        return total * self.tiers.get(tier or "", Decimal(1)) / _MILLION


def estimate(body: bytes) -> int:
    """About how many input tokens a request body is, rather too many than too few."""
    return len(body) // _CHARACTERS_PER_TOKEN + 1


@cache
def price_table() -> PriceTable:
    """The packaged table."""
    table = json.loads(files("finproc.llm").joinpath("prices.json").read_text("utf-8"))
    names = ("input", "cached_input", "output")
    return PriceTable(
        as_of=table["as_of"],
        models={row["model"]: Price(*(Decimal(row[name]) for name in names)) for row in table["models"]},
        tiers={tier: Decimal(factor) for tier, factor in table["tiers"].items()},
        long_above=table["long_input"]["above"],
        long_input=Decimal(table["long_input"]["input"]),
        long_output=Decimal(table["long_input"]["output"]),
    )
