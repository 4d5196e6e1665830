"""Passages of own writing in many shapes, filled from seeded words; every slot's place and meaning is remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from finproc.model.document import Context
from tests.planted.shape_texts import SHAPES, Shape, Spec
from tests.planted.told import Passage, Told, Trap
from tests.planted.wording import (
    ADJUSTED,
    BALANCES,
    COMPANIES,
    FIXED,
    FLOWS,
    FOREIGN,
    LOSSES,
    NOTATIONS,
    SEGMENTS,
    Measure,
    Notation,
    Sum,
    When,
    columns,
    instants,
    periods,
    sum_in,
)

_SLOT = re.compile(r"\[(\w+)\]")
_POOLS = {"m": FLOWS, "l": LOSSES, "j": ADJUSTED, "b": BALANCES, **FIXED}


def passages(seed: int, count: int, shapes: Sequence[Shape] = SHAPES) -> Iterator[Passage]:
    """That many passages, the shapes in turn; the same for the same seed."""
    rng = Random(seed)
    for number in range(count):
        yield _passage(rng, shapes[number % len(shapes)])


@dataclass(slots=True)
class _Filling:
    """What the slots of one passage mean."""

    rng: Random
    tongue: str
    way: Notation
    measures: dict[str, Measure] = field(default_factory=dict)
    sums: dict[str, Sum] = field(default_factory=dict)
    whens: dict[str, When] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def words(self, slot: str) -> str:
        """The words of a slot, chosen when it is first met."""
        kind = slot[0]
        if kind in _POOLS:
            measure = self.measures.setdefault(slot, self._measure(kind))
            return f"{measure.qualifier} {measure.words}" if measure.qualifier else measure.words
        if kind in "aceiqrx":
            return self.sums.setdefault(slot, self._sum(kind)).text
        if kind in "pdk":
            return self.whens[slot].words
        return self.names[slot]

    def _measure(self, kind: str) -> Measure:
        taken = {measure.name for measure in self.measures.values()}
        pool = FOREIGN[self.tongue] if kind == "m" and self.tongue in FOREIGN else _POOLS[kind]
        free = [measure for measure in pool if measure.name not in taken]
        return self.rng.choice(free or list(pool))

    def _sum(self, kind: str) -> Sum:
        taken = {known.text for known in self.sums.values()}
        while True:
            made = self._one_sum(kind)
            if not any(made.text in text or text in made.text for text in taken):
                return made

    def _one_sum(self, kind: str) -> Sum:
        rng = self.rng
        if kind == "e":
            value = Decimal(rng.randrange(11, 980)) / 100
            return Sum(f"${value}", value, "USD", "currency/share")
        if kind == "r":
            value = Decimal(rng.randrange(31, 890)) / 10
            return Sum(f"{value}%", value, None, "percent")
        if kind == "q":
            low = Decimal(rng.randrange(110, 480)) / 10
            high = low + Decimal(rng.randrange(11, 90)) / 10
            return Sum(f"${low} million to ${high} million", (low.scaleb(6), high.scaleb(6)), "USD")
        if kind in "cix":  # a table's cell; in parentheses where it is negative
            value = Decimal(rng.randrange(1_100, 98_000))
            return Sum(f"({value:,})" if kind == "x" else f"{value:,}", -value if kind == "x" else value, "USD")
        return sum_in(rng, self.way, self.tongue)


def _passage(rng: Random, shape: Shape) -> Passage:
    filling = _Filling(rng, shape.tongue, rng.choice(NOTATIONS[shape.tongue]))
    current, prior = periods(rng, shape.tongue)
    later, _ = periods(rng, shape.tongue)
    now, before = instants(rng)
    filling.whens |= {"p1": current, "p0": prior, "p9": _other(rng, later, current, prior, shape.tongue)}
    filling.whens |= {"d1": now, "d0": before, **columns(rng)}
    companies, segments = rng.sample(COMPANIES, 3), rng.sample(SEGMENTS, 3)
    filling.names |= {f"n{place + 1}": name for place, name in enumerate(companies)}
    filling.names |= {f"s{place + 1}": name for place, name in enumerate(segments)}
    text, places = _rendered(shape.template, filling)
    context = Context()
    if shape.hinted:
        context = Context(company=companies[0], published=date(2026, 2, 3) if shape.hinted == "dated" else None)
    told = tuple(_told(spec, filling, text, places, context, scale=shape.scale) for spec in shape.told)
    traps = tuple(Trap(*_trap(spec, filling, text, places)) for spec in shape.traps)
    standing = [(when.words.removeprefix("the "), when.label) for slot, when in filling.whens.items() if slot in places]
    return Passage(
        text, told, shape.name, context, traps,
        companies=tuple(name for name in companies if name in text),
        periods=tuple(standing),
        metrics=tuple(measure.words for measure in filling.measures.values()),
        segments=tuple(name for slot, name in filling.names.items() if slot[0] == "s" and slot in places),
    )  # fmt: skip


def _other(rng: Random, later: When, current: When, prior: When, tongue: str) -> When:
    while later.label in (current.label, prior.label):
        later, _ = periods(rng, tongue)
    return later


def _rendered(template: str, filling: _Filling) -> tuple[str, dict[str, int]]:
    """The text, and where each slot first stands; a slot in capitals begins with one."""
    parts: list[str] = []
    places: dict[str, int] = {}
    length = end = 0
    for slot in _SLOT.finditer(template):
        before, name = template[end : slot.start()], slot[1]
        words = filling.words(name.lower())
        if name[0].isupper():
            words = words[0].upper() + words[1:]
        parts += [before, words]
        places.setdefault(name.lower(), length + len(before))
        length += len(before) + len(words)
        end = slot.end()
    return "".join([*parts, template[end:]]), places


def _quote(text: str, metric: str, start: int, end: int) -> str:
    """The stretch from the nearest naming of the metric to the amount."""
    found = [match.span() for match in re.finditer(re.escape(metric), text, re.IGNORECASE)]
    found = [span for span in found if span[1] <= start] or found
    first, last = min(found, key=lambda span: max(span[0] - end, start - span[1]))
    return text[min(first, start) : max(last, end)]


def _told(spec: Spec, filling: _Filling, text: str, places: dict[str, int], context: Context, *, scale: int) -> Told:
    measure, known, start = filling.measures[spec.metric], filling.sums[spec.amount], places[spec.amount]
    when = filling.whens.get(spec.when) if spec.when else None
    said = spec.period or (spec.when if spec.when in places else None)
    period = filling.whens[said].words if said in filling.whens else said
    at = text.lower().find(measure.words.lower())
    words = text[at : at + len(measure.words)]
    value = known.value
    if isinstance(value, Decimal):
        power = {"i": 6, "c": scale, "x": scale}.get(spec.amount[0], 0)
        value = (value * measure.turn).scaleb(power)
    return Told(
        amount=known.text, start=start, metric=words, quote=_quote(text, words, start, start + len(known.text)),
        value=value, name=spec.name or measure.name, unit=known.unit, currency=known.currency,
        company=filling.names[spec.company] if spec.company in places else None,
        period=period.removeprefix("the ") if period else None, label=when.label if when else None,
        segment=filling.names[spec.segment] if spec.segment else None,
        qualifier=measure.qualifier, status=spec.status,
        alternatives={} if spec.company in places or context.company is None else {"company": (context.company,)},
    )  # fmt: skip


def _trap(spec: tuple[str, str], filling: _Filling, text: str, places: dict[str, int]) -> tuple[str, int, str, str]:
    amount, start = filling.sums[spec[0]].text, places[spec[0]]
    metric = filling.measures[spec[1]].words if spec[1] in filling.measures else spec[1]
    at = text.lower().find(metric.lower())
    words = text[at : at + len(metric)]
    return amount, start, words, _quote(text, words, start, start + len(amount))
