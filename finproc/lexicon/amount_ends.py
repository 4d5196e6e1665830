"""One number of an amount with the marks to its left and right: signs, parentheses, currency and scale word."""

from __future__ import annotations

import re
from decimal import Decimal

from finproc.lexicon import currencies, numbers, scales
from finproc.lexicon.amount_units import percent_at
from finproc.lexicon.found_amount import AmountEnd
from finproc.lexicon.part import Part, part, words

_SPACED = re.compile(r"(?: [0-9]{3})+(?![0-9])(?:,[0-9]+)?")
_LEFT = re.compile(
    r"(?P<word>(?:(?<![A-Za-z])(?!ca?\.)[A-Za-z][A-Za-z.-]{0,3})?[$€£¥￥₹₩₽₺₪฿₫₱₦₴₸]|(?<![A-Za-z])[A-Za-złč]{2,5}\.?)?"
    r"(?P<space>[ \u00a0\u202f]?)(?P<open>\(?)(?P<sign>[-−–+]?)$"
)
_SIGN_LEFT = re.compile(r"(?:(?<=[\s(\[|:;/])|^)(?P<open>\(?)(?P<sign>[-−–+]?)[ \u00a0]?$")
_GAP = re.compile(r"(?:[ \u00a0\u202f]?\n?|-(?=[^\W\d_]))(?=\S)")
_NUMBER_NEXT = re.compile(r"[ \u00a0]?[(\-−]?[0-9]")
_BRACKET_NEXT = re.compile(r"[ \u00a0]?\(")
_OF = re.compile(r"(?:of |d['’]|de |in |en )(?=\S)")
_FILLING = " \u00a0\u202f(-−–+"
_MARKS = frozenset("(-−–+")
_CURRENCY_SIGNS = frozenset("$€£¥￥₹₩₽₺₪฿₫₱₦₴₸¢")
_BLANKS = frozenset(" \u00a0\u202f")
_LOOSE = frozenset("\n-")
_SIGN_AFTER_LETTER = re.compile(r"[A-Za-z]{1,3}[ \u00a0]?(?:[€$£¥₹]|EUR\b|USD\b)")
_LEFT_ROOM = 12


def end_at(text: str, start: int, end: int, language: str | None, floor: int) -> tuple[int, AmountEnd]:
    """The number whose digits stand at [start, end): its marks to the left and right. Returns where it begins, too."""
    left = _left_of(text, start, language, floor)
    currency_word = currencies.before(left["word"], language) if left and left["word"] else None
    currency: Part | None = None
    begin, signs, opened = start, list[Part](), None
    if left and currency_word:
        currency = part(text, left.start("word"), left.end("word"), currency_word.code or "")
        begin, signs, opened = _marks(text, left, start, floor)
        begin, signs = _outer_marks(text, min(begin, currency.span.start), signs, floor)
    elif text[start - 1 : start] in _MARKS or text[start - 2 : start - 1] in _MARKS:
        begin, signs, opened = _bare_marks(text, start, floor)
    spaced = _SPACED.match(text, end) if end - start <= 3 and text[start:end].isdigit() else None  # noqa: PLR2004 - a leading group
    if spaced and (currency or (language or "")[:2] in numbers.SPACE_LANGUAGES or spaced[0].count(" ") > 1):
        end = spaced.end()
    piece = part(text, start, end)
    closed = opened is not None and text[end : end + 1] == ")"
    position, scale, power = scale_at(text, end + closed, language, money=currency is not None)
    factor = scales.factor(power) if power else Decimal(1)
    minor = False
    if currency is None:
        position, currency, word = currency_at(text, position, language, scaled=scale is not None)
        if word:
            factor, minor = factor * word.factor, word.factor < 1
    elif currency_word:
        factor *= currency_word.factor
        currency = _named_dollar(text, position, currency)
    inner_pair = closed and (
        position > end + 1 or (currency is not None and currency.span.start < start) or percent_at(text, end + 1)
    )
    if opened is not None:
        if inner_pair:
            signs += [opened, part(text, end, end + 1, "parenthesis")]
            begin = min(begin, opened.span.start)
        elif begin == opened.span.start:
            begin = start
    marks = tuple(sorted(signs, key=lambda mark: mark.span)) if signs else ()
    return begin, AmountEnd(piece, currency, scale, factor, marks, minor)


def _left_of(text: str, start: int, language: str | None, floor: int) -> re.Match[str] | None:
    """The currency and marks before the digits, looked for only where the last word or sign there names a currency."""
    before = text[max(floor, start - _LEFT_ROOM) : start].rstrip(_FILLING)
    if not before:
        return None
    last = before[-1]
    if not (last in _CURRENCY_SIGNS or last.isalpha() or last == "."):
        return None
    word = before.rsplit(None, 1)[-1]
    if last not in _CURRENCY_SIGNS and currencies.before(word.rsplit("(", 1)[-1].lstrip(_FILLING), language) is None:
        return None
    return _LEFT.search(text, max(floor, start - _LEFT_ROOM) + len(before) - len(word), start)


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
    blank = place == 0 or text[place - 1].isspace()
    before = text[place - 1 : place] if place > floor else " " if blank else ""
    if sign == "–" and not after_currency:
        return not before or before in " \t\n([|"
    return after_currency or not before or before in " \t\n([|:;/\u00a0"


def _outer_marks(text: str, begin: int, signs: list[Part], floor: int) -> tuple[int, list[Part]]:
    """A minus before the currency sign: "-$2.5M"."""
    place = begin - 1
    if place >= floor and text[place] in "-−–+" and _is_sign(text, place, text[place], floor, after_currency=False):
        return place, [part(text, place, begin, "plus" if text[place] == "+" else "minus"), *signs]
    return begin, signs


def scale_at(text: str, end: int, language: str | None, *, money: bool) -> tuple[int, Part | None, int]:
    """The scale word behind a number: (where the amount goes on, the word, its power of ten)."""
    if not word_follows(text, end):
        return end, None, 0
    gap = _GAP.match(text, end)
    start = gap.end() if gap else end
    found = scales.after(text, start, language, spaced=start > end, money=money or _sign_follows(text, start))
    if not found:
        return end, None, 0
    return found[0], part(text, start, found[0], str(found[1])), found[1]


def word_follows(text: str, position: int) -> bool:
    """Whether a letter or a currency sign stands behind a number, at most a blank, a line's end or a hyphen between.

    A quick look that spares the patterns of scale words and currencies where none can stand.
    """
    char = text[position : position + 1]
    if char in _BLANKS:
        position += 1
        char = text[position : position + 1]
    if char in _LOOSE:
        char = text[position + 1 : position + 2]
    return char.isalpha() or char in _CURRENCY_SIGNS


def _sign_follows(text: str, start: int) -> bool:
    return bool(_SIGN_AFTER_LETTER.match(text, start))


def currency_at(
    text: str, position: int, language: str | None, *, scaled: bool
) -> tuple[int, Part | None, currencies.CurrencyWord | None]:
    """The currency behind a number: (where the amount goes on, its words, their meaning)."""
    if not word_follows(text, position):
        return position, None, None
    gap = _GAP.match(text, position)
    start = gap.end() if gap else position
    link = _OF.match(text, start) if scaled and start > position else None
    for place in (link.end(),) if link else (start,):
        found = currencies.after(text, place, language)
        if not found:
            continue
        end, word = found
        if _stands_before_next(text, place, end, language):
            continue
        if text[place:end] in {"p", "c", "ct"} and (place > position or scaled):
            continue
        return end, part(text, place, end, word.code or ""), word
    return position, None, None


def _stands_before_next(text: str, start: int, end: int, language: str | None) -> bool:
    """Whether a currency between two numbers is the second one's: "5 $ (13)", but not "12.3p (2018: …"."""
    if text[start].isalpha() and (
        currencies.before(text[start:end], language) is None or _BRACKET_NEXT.match(text, end)
    ):
        return False
    return _NUMBER_NEXT.match(text, end) is not None


_DOLLAR_SIGN = words("CAD AUD HKD NZD SGD TWD BRL MXN COP CLP ARS")


def _named_dollar(text: str, position: int, currency: Part) -> Part:
    """A bare "$" whose currency is named behind the number: "$446 million reais"."""
    if currency.text != "$" or not word_follows(text, position):
        return currency
    gap = _GAP.match(text, position)
    found = currencies.after(text, gap.end() if gap else position)
    other = found[1].code if found and not _NUMBER_NEXT.match(text, found[0]) else None
    return Part("$", currency.span, other) if other in _DOLLAR_SIGN else currency


def after_repeated_code(text: str, position: int, currency: Part) -> int:
    """A code that only repeats the sign before the number: "$5.3 million USD"."""
    if not word_follows(text, position):
        return position
    gap = _GAP.match(text, position)
    start = gap.end() if gap else position
    found = currencies.after(text, start)
    repeats = (
        found and found[1].code == currency.meaning and found[1].factor == 1 and not _NUMBER_NEXT.match(text, found[0])
    )
    return found[0] if found and repeats else position
