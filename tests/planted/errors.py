"""Errors planted into a model's true answer: each takes a passage and one of its facts, and gives wrong answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.planted.told import Passage, Told, Trap
from tests.planted.wording import COMPANIES, SEGMENTS

Offered = dict[str, Any]
"""One mention in the schema of the model's answer."""


@dataclass(frozen=True, slots=True)
class Plant:
    """A model's answer with one error in it. `kind` is the class of the error, `how` the way it was made."""

    kind: str
    how: str
    passage: Passage
    answer: tuple[Offered, ...]
    at: int
    """Where the number stands that the error is about; -1 where the text has no such number."""


_Wrong = Iterator[tuple[str, Offered]]
_DIGITS = re.compile(r"\d(?:[\d.,]*\d)?")
_SCALES = re.compile(r"(?<=[\d ])(?:thousand|million|billion|crore|lakh|Mio\.|Mrd\.|millions|milliards|bn|mn|m)(?!\w)")
_OTHER_SCALES = {
    "thousand": "million", "million": "billion", "billion": "million", "crore": "lakh", "lakh": "crore",
    "Mio.": "Mrd.", "Mrd.": "Mio.", "millions": "milliards", "milliards": "millions", "bn": "m", "m": "bn", "mn": "bn",
}  # fmt: skip
_SIGNS = ("US$", "C$", "A$", "$", "€", "£", "¥", "₹", "USD", "EUR", "CHF", "Rs.", "Rs", "INR", "Euro")
_AGAIN = 0.1
"""How often the true mention of the same number stands beside the wrong one."""
_OPPOSITES = {"loss": ("income", "profit"), "income": ("loss",), "profit": ("loss",)}
_GAINS = {"net income": "net loss", "operating income": "operating loss", "net profit": "net loss"}


def digits(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """Other digits: one changed, the point moved or lost, two transposed, one more or one less."""
    found = _DIGITS.search(true.amount)
    if found is None:
        return
    printed = found[0]
    places = [place for place, sign in enumerate(printed) if sign.isdigit()]
    place = rng.choice(places)
    other = rng.choice([digit for digit in "123456789" if digit != printed[place]])
    made = {"changed": printed[:place] + other + printed[place + 1 :], "longer": printed + rng.choice("123456789")}
    if "." in printed:
        made["no point"] = printed.replace(".", "")
        made["moved point"] = f"{printed.replace('.', '')[:-2]}.{printed.replace('.', '')[-2:]}".lstrip(".")
    if len(places) > 1:
        one, two = rng.sample(places, 2)
        swapped = list(printed)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        made |= {"transposed": "".join(swapped), "shorter": printed[:-1].rstrip(".,"), "tail": printed[1:].lstrip(".,")}
    for how, wrong in made.items():
        if wrong and wrong != printed:
            amount = true.amount.replace(printed, wrong)
            yield (
                how,
                true.mention(amount=amount, quote=rng.choice((true.quote, true.quote.replace(true.amount, amount)))),
            )


def scale(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """Another scale word, none, or one too many."""
    found = _SCALES.search(true.amount)
    if found is None:
        yield "added", true.mention(amount=f"{true.amount} {rng.choice(('million', 'billion', 'thousand'))}")
        return
    for how, word in (
        ("other", _OTHER_SCALES[found[0]]),
        ("dropped", ""),
        ("crore", "crore"),
        ("trillion", "trillion"),
    ):
        if word != found[0]:
            amount = true.amount.replace(found[0], word).strip()
            yield (
                how,
                true.mention(amount=amount, quote=rng.choice((true.quote, true.quote.replace(true.amount, amount)))),
            )


def sign(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """A loss called a profit and the other way round; a minus added; parentheses added or dropped."""
    lower = true.metric.lower()
    for word, others in _OPPOSITES.items():
        if re.search(rf"\b{word}\b", lower):
            for other in others:
                metric = re.sub(word, other, true.metric, flags=re.IGNORECASE)
                yield f"{word} as {other}", true.mention(metric=metric, quote=rng.choice((true.quote, true.amount)))
                yield f"{word} as {other}", true.mention(metric=other, quote=rng.choice((true.quote, passage.text)))
    if true.amount.startswith("("):
        yield "parentheses dropped", true.mention(amount=true.amount.strip("()"))
        yield "parentheses as minus", true.mention(amount=f"-{true.amount.strip('()')}")
    else:
        yield "minus added", true.mention(amount=f"-{true.amount}")
        yield "parentheses added", true.mention(amount=f"({true.amount})")
    if true.unit == "currency":
        yield "qualifier of loss", true.mention(qualifier="loss")


def currency(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """Another currency's sign, a fuller one, or none."""
    if true.unit not in ("currency", "currency/share"):
        return
    own = next((mark for mark in _SIGNS if mark in true.amount), None)
    if own is None:
        yield "added", true.mention(amount=f"€{true.amount}")
        return
    for other in rng.sample(_SIGNS, 3):
        if other != own:
            yield (
                "other",
                true.mention(amount=true.amount.replace(own, other), quote=rng.choice((true.quote, passage.text))),
            )
    yield "narrowed", true.mention(amount=true.amount.replace(own, f"HK{own}"))
    yield "dropped", true.mention(amount=true.amount.replace(own, "").strip())


def period(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """Another period: one that stands elsewhere, one that does not stand at all, a longer or a shorter one."""
    for words, label in passage.periods:
        if label != true.label:
            yield "elsewhere", true.mention(period=words)
            yield "elsewhere, far quote", true.mention(period=words, quote=passage.text)
    if true.period:
        year = re.search(r"20\d\d", true.period)
        if year:
            moved = true.period.replace(year[0], str(int(year[0]) + rng.choice((-1, 1, 2))))
            yield "year", true.mention(period=moved)
            if true.period != year[0] and not (true.label or "").startswith("FY"):
                yield "longer", true.mention(period=f"fiscal {year[0]}")
                yield "longer, in words", true.mention(period=year[0])
                yield "half", true.mention(period=f"H1 {year[0]}")
        if true.label and not true.label.startswith("Q"):
            yield "shorter", true.mention(period=rng.choice(("Q1 2024", "the quarter", "first quarter")))
    for words in ("a year earlier", "a year ago", "the same period", "last year"):
        if words in passage.text and words != true.period:
            yield "relative", true.mention(period=words)


def metric(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """Another metric: one that stands elsewhere, one that does not, the plain one for the adjusted and back."""
    for words in passage.metrics:
        if words.lower() != true.metric.lower():
            yield "elsewhere", true.mention(metric=words, qualifier=None)
            yield "elsewhere, far quote", true.mention(metric=words, qualifier=None, quote=passage.text)
    for words in rng.sample(("net income", "revenue", "EBITDA", "total assets", "gross profit", "backlog"), 2):
        if words != true.metric.lower():
            yield "not in the text", true.mention(metric=words, qualifier=None)
    if true.qualifier:
        yield "adjusted as plain", true.mention(qualifier=None)
    elif any(told.qualifier for told in passage.told):
        yield "plain as adjusted", true.mention(qualifier="adjusted")
    else:
        yield (
            "plain as adjusted, not in the text",
            true.mention(qualifier=rng.choice(("adjusted", "organic", "underlying"))),
        )
    if " " in true.metric:
        yield "cut short", true.mention(metric=true.metric.split()[-1])
    if true.metric.lower().startswith("gross"):
        yield "gross as net", true.mention(metric=true.metric.lower().replace("gross", "net"))


def company(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """Another company: one that the text names, or one that it does not."""
    mine = true.company or passage.context.company
    for name in passage.companies:
        if name != mine:
            yield "elsewhere", true.mention(company=name)
            yield "elsewhere, far quote", true.mention(company=name, quote=passage.text)
    yield "not in the text", true.mention(company=rng.choice([name for name in COMPANIES if name not in passage.text]))
    if "Apex Partners" in passage.text:
        yield "as told by an instruction", true.mention(company="Apex Partners Inc.")


def segment(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """A part's number for the company's, the company's for a part's, one part's for another's."""
    if true.segment:
        yield "dropped", true.mention(segment=None)
        yield "dropped, short quote", true.mention(segment=None, quote=true.amount)
    for words in passage.segments:
        if words != true.segment:
            yield "elsewhere", true.mention(segment=words)
            yield "elsewhere, far quote", true.mention(segment=words, quote=passage.text)
    absent = [words for words in SEGMENTS if words not in passage.text]
    yield "not in the text", true.mention(segment=rng.choice(absent))


def status(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """An expectation for a result, and the other way round."""
    other = "actual" if true.status == "guidance" else "guidance"
    yield f"{true.status} as {other}", true.mention(status=other)
    yield f"{true.status} as {other}, far quote", true.mention(status=other, quote=passage.text)


def ends(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """One end of a range for all of it, or a number between the two."""
    if isinstance(true.value, tuple):
        low, high = true.amount.split(" to ")
        for amount in (low, high, low.removesuffix(" million"), f"{low}-{high}"):
            yield "one end", true.mention(amount=amount)
        middle = (true.value[0] + true.value[1]) / 2
        yield "between", true.mention(amount=f"${middle.scaleb(-6).normalize():f} million")


def unit(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """A rate for an amount of money, and the other way round; an amount per share for one in millions."""
    if true.unit == "percent":
        number = true.amount.rstrip("%")
        yield "money", true.mention(amount=f"${number} million")
        yield "no percent sign", true.mention(amount=number)
        yield "a sum", true.mention(metric=rng.choice(passage.metrics), amount=number)
    else:
        found = _DIGITS.search(true.amount)
        yield "percent", true.mention(amount=f"{found[0] if found else 1}%")
        yield "per share", true.mention(amount=f"{true.amount} per share")
        yield "margin", true.mention(metric=f"{true.metric} margin")


def swapped(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """One field of another true fact."""
    for other in passage.told:
        if other.start == true.start:
            continue
        for name in ("metric", "period", "amount", "company", "segment", "quote"):
            given = other.mention()[name]
            if given and given != true.mention()[name]:
                yield f"{name} of another", true.mention(**{name: given})
        yield "all but the amount", other.mention(amount=true.amount, quote=rng.choice((other.quote, passage.text)))
        yield "all but the quote", other.mention(quote=true.quote)


def quote(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """A true number, quoted from elsewhere, or with words that the text does not have."""
    text = passage.text
    middle = rng.randrange(len(text))
    yield "elsewhere", true.mention(quote=text[middle : middle + 25])
    yield "cut in two", true.mention(quote=true.quote[: len(true.quote) // 2])
    yield (
        "reworded",
        true.mention(
            quote=f"The {true.metric} amounted to {true.amount}",
            metric=passage.metrics[-1] if passage.metrics else true.metric,
        ),
    )
    yield "nothing", true.mention(quote=None, period=passage.periods[-1][0] if passage.periods else None)


def invented(passage: Passage, true: Told, rng: Random) -> _Wrong:
    """A number that the text does not have, or one it has as something else."""
    number = rng.randrange(101, 999)
    yield "number", true.mention(amount=f"${number}.{rng.randrange(10, 99)} million")
    yield "number in digits", true.mention(amount=f"{number},{rng.randrange(100, 999)}")
    yield "all of it", {
        "amount": f"${number} million", "metric": "net income", "company": rng.choice(COMPANIES), "period": "Q3 2024",
        "segment": None, "qualifier": None, "status": "actual", "quote": f"net income of ${number} million",
    }  # fmt: skip
    for year in re.findall(r"\b20\d\d\b", passage.text)[:2]:
        yield "a year", true.mention(amount=year, quote=passage.text)
    for day in re.findall(r"\b3[01]\b", passage.text)[:1]:
        yield "a day", true.mention(amount=day, quote=passage.text)


KINDS: dict[str, Callable[[Passage, Told, Random], _Wrong]] = {
    "digits": digits, "scale": scale, "sign": sign, "currency": currency, "period": period, "metric": metric,
    "company": company, "segment": segment, "status": status, "ends": ends, "unit": unit,
    "swapped": swapped, "quote": quote, "invented": invented,
}  # fmt: skip


def plants(passage: Passage, rng: Random) -> Iterator[Plant]:
    """Every error of every class in every fact of a passage, alone or beside the other true mentions."""
    for place, true in enumerate(passage.told):
        others = [told.mention() for number, told in enumerate(passage.told) if number != place]
        for kind, errors in KINDS.items():
            for how, wrong in errors(passage, true, rng):
                if wrong == true.mention():
                    continue
                again = [true.mention()] if rng.random() < _AGAIN else []
                yield Plant(kind, how, passage, _beside(wrong, [*others, *again], rng), true.start)
    for trap in passage.traps:
        for metric in dict.fromkeys((trap.metric, *passage.metrics[:1])):
            others = [told.mention() for told in passage.told]
            wrong = _of_trap(trap, metric, passage.told[0] if passage.told else None, rng)
            wrong["quote"] = rng.choice((trap.quote, passage.text))
            yield Plant("no fact", passage.shape, passage, _beside(wrong, others, rng), trap.start)


def _of_trap(trap: Trap, metric: str, model: Told | None, rng: Random) -> Offered:
    """A number that is none, offered as a fact."""
    return {
        "amount": trap.amount, "metric": metric, "company": model.company if model else None,
        "period": rng.choice((model.period if model else None, None)), "segment": None, "qualifier": None,
        "status": rng.choice(("actual", "guidance")), "quote": trap.quote,
    }  # fmt: skip


def _beside(wrong: Offered, others: list[Offered], rng: Random) -> tuple[Offered, ...]:
    answer = [wrong, *(others if rng.random() < 0.5 else [])]
    rng.shuffle(answer)
    return tuple(answer)
