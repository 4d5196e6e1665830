"""The words that passages are made of, each with its meaning: companies, metrics, amounts and periods."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

COMPANIES = (
    "Harbor Corp", "Northwind Inc.", "Vossberg AG", "Calder Holdings plc", "Meridian Foods Ltd", "Tamarind Labs Inc.",
    "Ostrava Steel SE", "Blue Heron Corp.", "Kestrel Energy Ltd.", "Palmetto Bancorp", "Quill Software Inc",
    "Sandstone Group plc",
)  # fmt: skip
SEGMENTS = ("Cloud", "Retail", "Industrial", "Payments", "Logistics", "Healthcare")


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric as written. `turn` is -1 for words of loss."""

    words: str
    name: str
    turn: int = 1
    qualifier: str | None = None


FLOWS = (
    Measure("revenue", "revenue"), Measure("net sales", "revenue"), Measure("operating income", "operating income"),
    Measure("gross profit", "gross profit"), Measure("EBITDA", "ebitda"), Measure("net income", "net income"),
    Measure("free cash flow", "free cash flow"), Measure("operating expenses", "operating expenses"),
    Measure("interest expense", "interest expense"), Measure("net profit", "net income"),
    Measure("capital expenditures", "capital expenditures"),
)  # fmt: skip
LOSSES = (Measure("net loss", "net income", -1), Measure("operating loss", "operating income", -1))
ADJUSTED = (
    Measure("EBITDA", "adjusted ebitda", qualifier="adjusted"),
    Measure("operating income", "adjusted operating income", qualifier="adjusted"),
    Measure("net income", "adjusted net income", qualifier="adjusted"),
)
BALANCES = (
    Measure("total assets", "total assets"), Measure("net debt", "net debt"), Measure("inventories", "inventories"),
    Measure("cash and cash equivalents", "cash and cash equivalents"), Measure("total debt", "total debt"),
)  # fmt: skip


FIXED = {
    "v": (Measure("revenue", "revenue"), Measure("revenues", "revenue"), Measure("net sales", "revenue")),
    "w": (Measure("operating income", "operating income"), Measure("operating profit", "operating income")),
    "u": (Measure("net income", "net income"), Measure("net profit", "net income")),
    "g": (Measure("diluted earnings per share", "diluted earnings per share"), Measure("EPS", "earnings per share")),
    "f": (
        Measure("free cash flow", "free cash flow", -1), Measure("operating income", "operating income", -1),
    ),
    "o": tuple(
        Measure(words, words)
        for words in ("tooling outlays", "licence receipts", "insurance recoveries", "depot rents", "freight refunds")
    ),
    "t": (
        Measure("gross margin", "gross margin"), Measure("operating margin", "operating margin"),
        Measure("effective tax rate", "effective tax rate"),
    ),
}  # fmt: skip
FOREIGN = {
    "de": (
        Measure("Umsatz", "revenue"), Measure("EBITDA", "ebitda"), Measure("Nettogewinn", "net income"),
        Measure("Betriebsergebnis", "operating income"),
    ),
    "fr": (
        Measure("chiffre d'affaires", "revenue"), Measure("EBITDA", "ebitda"), Measure("résultat net", "net income"),
        Measure("résultat opérationnel", "operating income"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount as written, and its exact value."""

    text: str
    value: Decimal | tuple[Decimal, Decimal]
    """Two for a range: the lower, the higher."""
    currency: str | None
    unit: str = "currency"


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to write an amount: where the number goes, the currency, and the power of ten that its words mean."""

    form: str
    currency: str
    power: int


_ENGLISH = tuple(
    Notation(form, currency, power)
    for form, currency, power in (
        ("${} million", "USD", 6), ("${} billion", "USD", 9), ("US${} million", "USD", 6), ("USD {} million", "USD", 6),
        ("${}m", "USD", 6), ("${}bn", "USD", 9), ("${} thousand", "USD", 3), ("${}", "USD", 0),
        ("€{} million", "EUR", 6), ("EUR {} mn", "EUR", 6), ("€{}bn", "EUR", 9), ("£{}m", "GBP", 6),
        ("£{} million", "GBP", 6), ("£{}bn", "GBP", 9), ("C${} million", "CAD", 6), ("A${} million", "AUD", 6),
        ("CHF {} million", "CHF", 6), ("¥{} billion", "JPY", 9),
    )
)  # fmt: skip
_INDIAN = tuple(
    Notation(form, "INR", power)
    for form, power in (("Rs {} crore", 7), ("₹{} crore", 7), ("Rs. {} lakh", 5), ("INR {} crore", 7))
)
_GERMAN = tuple(
    Notation(form, "EUR", power)
    for form, power in (("{} Mio. €", 6), ("{} Mrd. €", 9), ("{} Mio. Euro", 6), ("EUR {} Mio.", 6))
)
_FRENCH = tuple(
    Notation(form, "EUR", power)
    for form, power in (("{} millions d'euros", 6), ("{} milliards d'euros", 9), ("{} M€", 6))
)
NOTATIONS = {"en": _ENGLISH, "in": _INDIAN, "de": _GERMAN, "fr": _FRENCH}


def _digits(rng: Random, *, whole: bool) -> Decimal:
    if whole:
        return Decimal(rng.randrange(1_200_000, 98_000_000))
    return rng.choice(
        (
            Decimal(rng.randrange(11, 99)) / 10,
            Decimal(rng.randrange(110, 999)) / 10,
            Decimal(rng.randrange(1101, 9899)) / 10,
            Decimal(rng.randrange(13, 890)),
            Decimal(rng.randrange(111, 999)) / 100,
        )
    )


def printed(number: Decimal, *, comma: bool = False, indian: bool = False) -> str:
    """The number with grouping marks, in the manner of the place."""
    text = f"{number:,}"
    if indian and "," in text:
        whole, _, rest = f"{number}".partition(".")
        groups, head = [whole[-3:]], whole[:-3]
        while head:
            groups.insert(0, head[-2:])
            head = head[:-2]
        text = ",".join(groups) + (f".{rest}" if rest else "")
    return text.translate(str.maketrans(",.", ".,")) if comma else text


def sum_in(rng: Random, way: Notation, tongue: str) -> Sum:
    """A random amount written that way."""
    number = _digits(rng, whole=not way.power)
    written = printed(number, comma=tongue in ("de", "fr"), indian=tongue == "in")
    return Sum(way.form.format(written), number.scaleb(way.power), way.currency)


@dataclass(frozen=True, slots=True)
class When:
    """A period as written, and its label."""

    words: str
    label: str
    kind: str = "quarter"


_ORDINALS = ("first", "second", "third", "fourth")
_ENDS = ("March 31", "June 30", "September 30", "December 31")
_GERMAN_ORDINALS = ("ersten", "zweiten", "dritten", "vierten")
_FRENCH_ORDINALS = ("premier", "deuxième", "troisième", "quatrième")


def periods(rng: Random, tongue: str = "en") -> tuple[When, When]:
    """A period and the one a year before, written in one manner."""
    year, number = rng.randrange(2016, 2025), rng.randrange(4)
    forms = {"de": _german, "fr": _french}.get(tongue, _english)
    kind = rng.randrange(4 if tongue in ("de", "fr") else 11)
    return forms(kind, year, number), forms(kind, year - 1, number)


def _english(kind: int, year: int, number: int) -> When:
    quarter, half = f"Q{number + 1} {year}", f"H{number % 2 + 1} {year}"
    return (
        When(quarter, quarter),
        When(f"the {_ORDINALS[number]} quarter of {year}", quarter),
        When(f"the three months ended {_ENDS[number]}, {year}", quarter),
        When(f"the quarter ended {_ENDS[number]}, {year}", quarter),
        When(half, half, "half"),
        When(f"the {_ORDINALS[number % 2]} half of {year}", half, "half"),
        When(f"the nine months ended September 30, {year}", f"9M {year}", "months"),
        When(f"fiscal {year}", f"FY{year}", "year"),
        When(f"the year ended December 31, {year}", f"FY{year}", "year"),
        When(f"FY{year}", f"FY{year}", "year"),
        When(f"{year}", f"FY{year}", "year"),
    )[kind]


def _german(kind: int, year: int, number: int) -> When:
    return (
        When(f"{_GERMAN_ORDINALS[number]} Quartal {year}", f"Q{number + 1} {year}"),
        When(f"Geschäftsjahr {year}", f"FY{year}", "year"),
        When(f"{_GERMAN_ORDINALS[number % 2]} Halbjahr {year}", f"H{number % 2 + 1} {year}", "half"),
        When(f"Jahr {year}", f"FY{year}", "year"),
    )[kind]


def _french(kind: int, year: int, number: int) -> When:
    return (
        When(f"au {_FRENCH_ORDINALS[number]} trimestre {year}", f"Q{number + 1} {year}"),
        When(f"au {_FRENCH_ORDINALS[number % 2]} semestre {year}", f"H{number % 2 + 1} {year}", "half"),
        When(f"en {year}", f"FY{year}", "year"),
        When(f"au cours de l'exercice {year}", f"FY{year}", "year"),
    )[kind]


def columns(rng: Random) -> dict[str, When]:
    """The years below two stacked heads, three and nine months ended September 30."""
    year = rng.randrange(2017, 2025)
    return {
        "k1": When(f"{year}", f"Q3 {year}"),
        "k2": When(f"{year - 1}", f"Q3 {year - 1}"),
        "k3": When(f"{year}", f"9M {year}"),
        "k4": When(f"{year - 1}", f"9M {year - 1}"),
    }


_DATES = {"March": 31, "June": 30, "September": 30, "December": 31}


def instants(rng: Random) -> tuple[When, When]:
    """A balance-sheet date, and the same a year before."""
    (month, day), year = rng.choice(tuple(_DATES.items())), rng.randrange(2016, 2025)
    number = {"March": 3, "June": 6, "September": 9, "December": 12}[month]
    now, before = (When(f"{month} {day}, {y}", f"{y}-{number:02}-{day}", "instant") for y in (year, year - 1))
    return now, before
