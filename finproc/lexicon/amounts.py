"""The sweep: every amount of a running text, with its sign marks, currency, digits, scale word and unit in their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from finproc.lexicon import amount_roles, currencies, numbers, scales
from finproc.lexicon.part import Part, part
from finproc.model.text import Span

AmountUnit = Literal["currency", "currency/share", "percent", "bps", "points", "shares", "count", "plain"]
"""`points` are percentage points; `count` has a noun behind it; `plain` is a number with nothing that says what it counts."""


@dataclass(frozen=True, slots=True)
class AmountEnd:
    """One number of an amount: a range has two. `factor` is what scale words and hundredths ("cents") multiply it by."""

    digits: Part
    currency: Part | None = None
    """Its `meaning` is the ISO code; empty where it names hundredths of an unnamed currency ("cents")."""
    scale: Part | None = None
    factor: Decimal = Decimal(1)
    signs: tuple[Part, ...] = ()
    """Minus signs and the two parentheses around digits, each `meaning` "minus", "plus" or "parenthesis"."""
    minor: bool = False

    @property
    def sign(self) -> Literal["minus", "parentheses"] | None:
        """How the number itself says that it is negative."""
        marks = {mark.meaning for mark in self.signs}
        return "parentheses" if "parenthesis" in marks else "minus" if "minus" in marks else None


@dataclass(frozen=True, slots=True)
class FoundAmount:
    """An amount in its text. `span` covers sign marks, currency, digits, scale word and unit, not the approximation word."""

    text: str
    span: Span
    unit: AmountUnit
    low: AmountEnd
    high: AmountEnd | None = None
    """The second number of a range."""
    unit_part: Part | None = None
    """The unit's own words: "%", "per share", "basis points", "shares", the noun of a count."""
    approximation: Part | None = None
    """"about", "more than", "up to" … before the amount; outside `span`."""
    role: amount_roles.Role = "amount"
    """`amount`, or what else the number is (date, year, code …), so that callers can leave it."""
    enclosed: Span | None = None
    """With the parentheses, where the whole amount stands in a pair of its own: negative in a table, an aside in prose."""
    in_words: bool = False

    @property
    def currency(self) -> str | None:
        """ISO code that the amount itself names (either end of a range)."""
        for end in (self.low, self.high):
            if end and end.currency and end.currency.meaning:
                return end.currency.meaning
        return None

    @property
    def is_money(self) -> bool:
        return self.unit in {"currency", "currency/share"}

    @property
    def scaled(self) -> bool:
        """Whether a scale word stands with it."""
        return bool(self.low.scale or (self.high and self.high.scale))


_DIGITS = re.compile(r"(?<![0-9A-Za-z.,])\.[0-9]+|[0-9]+(?:[.,'’\u00a0\u202f](?=[0-9]{2})[0-9]+|[.,][0-9]+)*")
_SPACED = re.compile(r"(?: [0-9]{3})+(?![0-9])(?:,[0-9]+)?")
_LEFT = re.compile(
    r"(?P<word>(?:(?<![A-Za-z])[A-Za-z][A-Za-z.-]{0,3})?[$€£¥￥₹₩₽₺₪฿₫₱₦₴₸]|(?<![A-Za-z])[A-Za-złč]{2,5}\.?)?"
    r"(?P<space>[ \u00a0\u202f]?)(?P<open>\(?)(?P<sign>[-−–+]?)$"
)
_SIGN_LEFT = re.compile(r"(?:(?<=[\s(\[|:;/])|^)(?P<open>\(?)(?P<sign>[-−–+]?)[ \u00a0]?$")
_GAP = re.compile(r"(?:[ \u00a0\u202f]?\n?|-(?=[^\W\d_]))(?=\S)")
_NUMBER_NEXT = re.compile(r"[ \u00a0]?[(\-−]?[0-9]")
_OF = re.compile(r"(?:of |d['’]|de |in |en )(?=\S)")
_SHARE = re.compile(
    r",?[ \u00a0]?(?:/ ?share|/ ?ADS|(?:per|a|an|each|for each|je|pro|par|por|na)[ \u00a0]"
    r"(?:(?:basic|diluted|common|ordinary|preferred|fully|and|equity|class [a-c]|depositary|american|voting|outstanding|unit of)[ -]){0,4}"
    r"(?:shares?|stock|ADSs?|ADRs?|Aktie|Stückaktie|Vorzugsaktie|Stammaktie|action)\b)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"[ \u00a0\u202f-]?(?:(?P<points>percentage[ -]points?|percent[ -]points?|ppts?\b|pps?\b|p\.p\.|%-?[ -]?(?:points?|pts?)\b|Prozentpunkten?|points? de pourcentage)"
    r"|(?P<percent>%|per ?cent\b|pct\b\.?|Prozent\b|pour cent\b|por ciento\b|por cento\b)"
    r"|(?P<bps>basis[ -]points?|bps?\b|Basispunkten?|points? de base))",
    re.IGNORECASE,
)
_NOUN = re.compile(r"[ \u00a0]((?:[a-z][a-z-]*[ ]){0,2}?)([a-z]{3,})\b")
_SHARES = re.compile(
    r"[ \u00a0](?:(?:basic|diluted|common|ordinary|preferred|outstanding|restricted|weighted[ -]average|treasury|new|additional|equity|class [a-c]|of its|of our|of the company's)[ ]){0,4}"
    r"(?:shares\b|Aktien\b|actions\b|ADSs?\b|stock units\b|RSUs?\b|stock options\b|options\b|warrants\b)",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"(?P<dash>[ \u00a0]?(?:-|–|—|−|~|\.\.\.?)[ \u00a0]?)|[ \u00a0](?P<word>to|and|or|bis|und|à|et|a|e)[ \u00a0]"
)
_RANGE_START = re.compile(
    r"(?:(?:[A-Z]{1,3}\.?|[A-Z]{1,3})?[$€£¥₹][ \u00a0]?|(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|INR|Rs\.?|RMB|JPY|CAD|AUD)[ \u00a0]?)?[(\-−]?\.?[0-9]"
)
_BETWEEN = re.compile(
    r"(?:\b(?:between|zwischen|entre)\s(?:\S+\s){0,2}|\brang(?:e|es|ed|ing)\b[^.;]{0,25}|\bSpanne\b[^.;]{0,25})$",
    re.IGNORECASE,
)
_NO_RANGE = re.compile(
    r"\b(?:from|by|of|von|um|de|increas\w+|decreas\w+|rose|risen|fell|fallen|grew|grown|declin\w+|up|down|gain\w*|dropp\w+|climb\w+|jump\w+|rais\w+|improv\w+|cut|lower\w*|slipp\w+|advanc\w+)"
    r"\s(?:about\s|approximately\s|some\s|nearly\s)?$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:from|by|von|um|de)\s(?:about\s|approximately\s|some\s|nearly\s)?$", re.IGNORECASE)
_APPROXIMATIONS = (
    "about|approximately|approx\\.?|around|roughly|some|nearly|almost|circa|ca\\.?|c\\.|more than|over|in excess of|exceeding|above|"
    "greater than|at least|as much as|as many as|up to|less than|under|below|fewer than|just over|just under|well over|slightly over|"
    "slightly more than|slightly under|slightly less than|close to|an estimated|estimated|not less than|upwards of|"
    "rund|etwa|ungefähr|knapp|fast|mehr als|über|bis zu|gut|environ|près de|plus de|quelque|moins de|jusqu'à"
)
_APPROXIMATION = re.compile(rf"(?:(?<![\w-])(?P<word>{_APPROXIMATIONS})[ \u00a0\n]|(?P<tilde>[~≈]))$", re.IGNORECASE)
_LAST_APPROXIMATION = frozenset(re.sub(r"\\.\??|\\", "", words).split()[-1] for words in _APPROXIMATIONS.split("|")) | {
    "approx.",
    "ca.",
    "c.",
}
_LEFT_ROOM, _APPROXIMATION_ROOM, _BETWEEN_ROOM = 12, 24, 60


def find_amounts(text: str, *, language: str | None = None) -> list[FoundAmount]:
    """All amounts of the text in order, none overlapping; dates, codes and the like carry another `role`."""
    return list(_sweep(text, language))


def _sweep(text: str, language: str | None) -> Iterator[FoundAmount]:
    position, words = 0, _next_words(text, 0)
    while digits := _DIGITS.search(text, position):
        while words and words.start() < digits.start():
            found = _in_words(text, words, language)
            position_after = found.span.end if found else words.end()
            if found:
                yield found
            words = _next_words(text, position_after)
            if found and found.span.end > digits.start():
                digits = None
                position = found.span.end
                break
        if digits is None:
            continue
        found = _amount(text, digits, language, position)
        yield found
        position = max(found.span.end, digits.end(), found.high.digits.span.end if found.high else 0)
    while words:
        found = _in_words(text, words, language)
        if found:
            yield found
        words = _next_words(text, found.span.end if found else words.end())


def _next_words(text: str, position: int) -> re.Match[str] | None:
    return numbers.WORDS.search(text, position)


def _amount(text: str, digits: re.Match[str], language: str | None, floor: int) -> FoundAmount:
    start, low = _end_at(text, digits.start(), digits.end(), language, floor)
    role = amount_roles.role_of(text, low.digits.span, marked=bool(low.currency or low.scale))
    if role != "amount":
        return FoundAmount(low.digits.text, low.digits.span, "plain", AmountEnd(low.digits), role=role)
    return _finish(text, start, low, language, floor)


def _end_at(text: str, start: int, end: int, language: str | None, floor: int) -> tuple[int, AmountEnd]:
    """The number whose digits stand at [start, end): its marks to the left and right. Returns where it begins, too."""
    left = _LEFT.search(text, max(floor, start - _LEFT_ROOM), start)
    currency_word = currencies.before(left["word"], language) if left and left["word"] else None
    currency = (
        part(text, left.start("word"), left.end("word"), currency_word.code or "") if left and currency_word else None
    )
    begin, signs, opened = start, list[Part](), None
    if left and (currency or not left["word"]):
        inner = _marks(text, left, start, floor)
        begin, signs, opened = inner
        if currency:
            begin = min(begin, currency.span.start)
    elif left:
        begin, signs, opened = _bare_marks(text, start, floor)
    if currency:
        begin, signs = _outer_marks(text, begin, signs, floor)
    spaced = _SPACED.match(text, end) if end - start <= 3 and text[start:end].isdigit() else None  # noqa: PLR2004 - a leading group
    if spaced and (currency or (language or "")[:2] in numbers.SPACE_LANGUAGES or spaced[0].count(" ") > 1):
        end = spaced.end()
    piece = part(text, start, end)
    closed = opened is not None and text[end : end + 1] == ")"
    position, scale, power = _scale(text, end + closed, language, money=currency is not None)
    factor = scales.factor(power) if power else Decimal(1)
    minor = False
    if currency is None:
        position, currency, word = _currency_after(text, position, language, scaled=scale is not None)
        if word:
            factor, minor = factor * word.factor, word.factor < 1
    elif currency_word:
        factor *= currency_word.factor
        position = _repeated(text, position, currency)
    inner_pair = closed and (
        position > end + 1 or (currency is not None and currency.span.start < start) or _PERCENT.match(text, end + 1)
    )
    if opened is not None:
        if inner_pair:
            signs += [opened, part(text, end, end + 1, "parenthesis")]
            begin = min(begin, opened.span.start)
        else:
            position = _unclosed(position, end, closed)
            begin = start if begin == opened.span.start else begin
    return begin, AmountEnd(piece, currency, scale, factor, tuple(sorted(signs, key=lambda mark: mark.span)), minor)


def _unclosed(position: int, end: int, closed: bool) -> int:
    return end if closed else position


def _marks(text: str, left: re.Match[str], start: int, floor: int) -> tuple[int, list[Part], Part | None]:
    begin, signs = start, list[Part]()
    if left["sign"] and _is_sign(text, left.start("sign"), left["sign"], floor, after_currency=bool(left["word"])):
        signs.append(part(text, left.start("sign"), left.end("sign"), "plus" if left["sign"] == "+" else "minus"))
        begin = left.start("sign")
    opened = part(text, left.start("open"), left.end("open"), "parenthesis") if left["open"] else None
    return begin, signs, opened


def _bare_marks(text: str, start: int, floor: int) -> tuple[int, list[Part], Part | None]:
    bare = _SIGN_LEFT.search(text, max(floor, start - 3), start)
    if not bare:
        return start, [], None
    return _marks_of(text, bare, start)


def _marks_of(text: str, bare: re.Match[str], start: int) -> tuple[int, list[Part], Part | None]:
    begin, signs = start, list[Part]()
    if bare["sign"] and bare.end("sign") == start:
        signs.append(part(text, bare.start("sign"), bare.end("sign"), "plus" if bare["sign"] == "+" else "minus"))
        begin = bare.start("sign")
    return begin, signs, part(text, bare.start("open"), bare.end("open"), "parenthesis") if bare["open"] else None


def _is_sign(text: str, place: int, sign: str, floor: int, *, after_currency: bool) -> bool:
    before = (
        text[place - 1 : place]
        if place > floor
        else " "
        if place == 0 or place > 0 and text[place - 1].isspace()
        else ""
    )
    if sign == "–" and not after_currency:
        return not before or before in " \t\n([|"
    return after_currency or not before or before in " \t\n([|:;/\u00a0"


def _outer_marks(text: str, begin: int, signs: list[Part], floor: int) -> tuple[int, list[Part]]:
    """A minus before the currency sign: "-$2.5M"."""
    place = begin - 1
    if place >= floor and text[place] in "-−–+" and _is_sign(text, place, text[place], floor, after_currency=False):
        return place, [part(text, place, begin, "plus" if text[place] == "+" else "minus"), *signs]
    return begin, signs


def _scale(text: str, end: int, language: str | None, *, money: bool) -> tuple[int, Part | None, int]:
    gap = _GAP.match(text, end)
    start = gap.end() if gap else end
    found = scales.after(text, start, language, spaced=start > end, money=money or _sign_follows(text, start))
    if not found:
        return end, None, 0
    return found[0], part(text, start, found[0], str(found[1])), found[1]


def _sign_follows(text: str, start: int) -> bool:
    return bool(re.compile(r"[A-Za-z]{1,3}[ \u00a0]?(?:[€$£¥₹]|EUR\b|USD\b)").match(text, start))


def _currency_after(
    text: str, position: int, language: str | None, *, scaled: bool
) -> tuple[int, Part | None, currencies.CurrencyWord | None]:
    gap = _GAP.match(text, position)
    start = gap.end() if gap else position
    link = _OF.match(text, start) if scaled and start > position else None
    for place in (link.end(),) if link else (start,):
        found = currencies.after(text, place, language)
        if not found:
            continue
        end, word = found
        if _NUMBER_NEXT.match(text, end):
            continue
        if text[place:end] in {"p", "c", "ct"} and (place > position or scaled):
            continue
        return end, part(text, place, end, word.code or ""), word
    return position, None, None


def _repeated(text: str, position: int, currency: Part) -> int:
    """A code that only repeats the sign before the number: "$5.3 million USD"."""
    gap = _GAP.match(text, position)
    start = gap.end() if gap else position
    found = currencies.after(text, start)
    repeats = (
        found and found[1].code == currency.meaning and found[1].factor == 1 and not _NUMBER_NEXT.match(text, found[0])
    )
    return found[0] if found and repeats else position


def _finish(
    text: str, start: int, low: AmountEnd, language: str | None, floor: int, *, in_words: bool = False
) -> FoundAmount:
    end = max(mark.span.end for mark in (low.digits, low.currency, low.scale, *low.signs) if mark)
    end = max(end, _repeated(text, end, low.currency) if low.currency else end)
    unit, unit_part = _unit(text, end, low)
    high = (
        None if in_words else _second(text, start, unit_part.span.end if unit_part else end, low, unit, language, floor)
    )
    if high:
        end = max(mark.span.end for mark in (high.digits, high.currency, high.scale, *high.signs) if mark)
        unit, high_part = _unit(text, end, high)
        unit_part = high_part or unit_part
        if unit == "plain" and low.currency:
            unit = "currency"
    if unit_part and unit_part.span.start >= end:
        end = unit_part.span.end if unit != "count" else end
    enclosed = (
        Span(start - 1, end + 1) if text[start - 1 : start] == "(" and text[end : end + 1] == ")" and start else None
    )
    return FoundAmount(
        text[start:end],
        Span(start, end),
        unit,
        low,
        high,
        unit_part,
        _approximation(text, start, floor),
        "amount",
        enclosed,
        in_words,
    )


def _unit(text: str, end: int, number: AmountEnd) -> tuple[AmountUnit, Part | None]:
    share = _SHARE.match(text, end)
    if number.currency:
        if share:
            return "currency/share", part(text, end + len(share[0]) - len(share[0].lstrip()), share.end())
        return "currency", None
    percent = _PERCENT.match(text, end)
    if percent and percent.lastgroup:
        unit: AmountUnit = "points" if percent["points"] else "bps" if percent["bps"] else "percent"
        return unit, part(text, percent.start(percent.lastgroup), percent.end())
    shares = _SHARES.match(text, end)
    if shares:
        return "shares", part(text, shares.start() + 1, shares.end())
    noun = _NOUN.match(text, end)
    if noun and noun[2] not in _NO_NOUN and noun[0].split()[0] not in _NO_NOUN:
        return "count", part(text, noun.start() + 1, noun.end())
    return "plain", None


_NO_NOUN = frozenset(
    "and for from with the was were are has had have that which while when compared versus against after before during per over under "
    "than but nor not also its our their his her this these those into onto upon than then they you can could will would may might shall "
    "should due net year-over-year respectively million billion in of to or on at by as is be it if we a an vs up down million und bis".split()
)


def _second(
    text: str, start: int, end: int, low: AmountEnd, unit: AmountUnit, language: str | None, floor: int
) -> AmountEnd | None:
    link = _RANGE.match(text, end)
    if not link or not _RANGE_START.match(text, link.end()):
        return None
    digits = _DIGITS.search(text, link.end())
    if not digits or digits.start() - link.end() > 6:  # noqa: PLR2004 - room for a currency code and a space
        return None
    _, high = _end_at(text, digits.start(), digits.end(), language, link.end())
    if amount_roles.role_of(text, high.digits.span, marked=bool(high.currency or high.scale)) != "amount":
        return None
    after = max(mark.span.end for mark in (high.digits, high.currency, high.scale, *high.signs) if mark)
    high_unit = _unit(text, after, high)[0]
    if not _is_range(text, start, link, low, high, unit, high_unit, floor):
        return None
    return high


def _is_range(
    text: str,
    start: int,
    link: re.Match[str],
    low: AmountEnd,
    high: AmountEnd,
    unit: AmountUnit,
    high_unit: AmountUnit,
    floor: int,
) -> bool:
    """Two numbers are one range where they agree in kind and nothing says that the first is a change or a start."""
    low_code = low.currency.meaning if low.currency else ""
    high_code = high.currency.meaning if high.currency else ""
    if low_code and high_code and low_code != high_code:
        return False
    kinds = {unit, high_unit} - {"plain", "count"}
    if len(kinds - {"currency/share"}) > 1 or (low.scale and not high.scale and not high.currency):
        return False
    if low.currency and not high.currency and high_unit not in {"plain", "count"}:
        return False
    before = text[max(0, start - _BETWEEN_ROOM) : start]
    if _BETWEEN.search(before):
        return link["word"] != "or"
    word = link["word"]
    if word in {"and", "or", "und", "et", "a", "e"}:
        return False
    if word is None:
        return bool(kinds) or not (
            low.digits.text.isdigit() and high.digits.text.isdigit() and len(high.digits.text) > 4
        )  # noqa: PLR2004 - phone numbers
    if not kinds and not (low.scale or high.scale):
        return False
    complete = bool(low.scale) == bool(high.scale) and unit in {
        "currency",
        "percent",
        "bps",
        "points",
        "currency/share",
    }
    stopped = _FROM if unit in {"percent", "bps", "points"} else _NO_RANGE
    return not (complete and stopped.search(before))


def _approximation(text: str, start: int, floor: int) -> Part | None:
    window = text[max(0, start - _APPROXIMATION_ROOM) : start]
    last = window.split()[-1].lower() if window.split() else ""
    if last.rstrip("~≈") == last and last not in _LAST_APPROXIMATION:
        return None
    found = _APPROXIMATION.search(window)
    if not found:
        return None
    group = "word" if found["word"] else "tilde"
    offset = max(0, start - _APPROXIMATION_ROOM)
    return (
        part(text, offset + found.start(group), offset + found.end(group)) if offset + found.start(group) >= 0 else None
    )


def _in_words(text: str, words: re.Match[str], language: str | None) -> FoundAmount | None:
    """A number in words counts as an amount where a scale, a currency, a percent sign or shares follow it."""
    digits = part(text, words.start(), words.end())
    position, scale, power = _scale(text, words.end(), language, money=False)
    position, currency, word = _currency_after(text, position, language, scaled=scale is not None)
    factor = (scales.factor(power) if power else Decimal(1)) * (word.factor if word else 1)
    end = AmountEnd(digits, currency, scale, factor, (), bool(word and word.factor < 1))
    found = _finish(text, words.start(), end, language, words.start(), in_words=True)
    if found.unit in {"plain", "count"} and not scale:
        return None
    return found
