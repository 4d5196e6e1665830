"""Number formats of sheets (ECMA-376 part 1, 18.8.30 and 18.8.31): the text that a cell shows for its value.

Amounts stay decimal: a value is cut to the fifteen digits that sheets keep, then rounded half up, as they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from finproc.extract.readers.serial_dates import Dating, shown_date

_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_GENERAL_DIGITS = 10
"""Digits of a fraction that a cell of usual width shows."""
_LONGEST = 1_000
_MOST_PLACES = 30
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0;("$"#,##0)', 6: '"$"#,##0;[Red]("$"#,##0)',
    7: '"$"#,##0.00;("$"#,##0.00)', 8: '"$"#,##0.00;[Red]("$"#,##0.00)', 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)",
    38: "#,##0;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)",
    41: '#,##0;(#,##0);"-"', 42: '"$"#,##0;"$"(#,##0);"$-"', 43: '#,##0.00;(#,##0.00);"-"',
    44: '"$"#,##0.00;"$"(#,##0.00);"$-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""By number, where a file does not spell them out. 14 and 22 are dates in the order of the reader's country: written as
ISO 8601 they have one reading only. Other currencies spell out 5 to 8 and 41 to 44; without a code they are dollars."""
_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"?|\\(?P<escaped>.)|_.|\*(?P<fill>.)|\[\$(?P<money>[^\]-]*)(?:-(?P<lcid>[^\]]*))?\]"
    r"|\[(?P<test><=|>=|<>|<|>|=)\s*(?P<than>-?\d+(?:\.\d+)?)\]|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]"
    r"|(?P<general>General)|(?P<half>AM/PM|A/P)|(?P<exponent>E[+-])"
    r"|(?P<time>y+|m+|d+|h+|s+|e+)|(?P<sign>[0#?.,%/@])|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECTIONS = re.compile(r"(?:\"[^\"]*\"?|\\.|_.|\*.|\[[^\]]*\]|[^;])*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a format: `kind` is a group of `_TOKEN`, or the sign itself for digits, points and commas."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    tokens: tuple[Token, ...]
    test: tuple[str, Decimal] | None
    language: str

    def has(self, *kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)


def shown(value: Decimal, code: str, dating: Dating = "1900") -> str:
    """The text that a cell with this number and this format shows; without a format, or with none known, General."""
    value = _FIFTEEN.plus(value)
    sections = _parsed(code[:_LONGEST])
    section, own_sign = _chosen(sections, value)
    if section is None or section.has("general"):
        text = _general(abs(value) if own_sign else value)
        return text if section is None else _with_literals(section.tokens, text)
    if section.has("time", "elapsed", "half"):
        return shown_date(value, section.tokens, section.language, dating) or _general(value)
    if not section.has("0", "#", "?"):
        return _with_literals(section.tokens, _general(value))
    text = _number(abs(value), section)
    minus = value < 0 and not own_sign and any(character in "123456789" for character in text)
    return f"-{text}" if minus else text


def shown_text(text: str, code: str) -> str:
    """The text that a cell with words and this format shows."""
    sections = _parsed(code[:_LONGEST])
    section = sections[3] if len(sections) > 3 else next((one for one in sections if one.has("@")), None)  # noqa: PLR2004 - the fourth section is for words
    return text if section is None else _with_literals(section.tokens, text)


@lru_cache(maxsize=4096)
def _parsed(code: str) -> tuple[_Section, ...]:
    """The sections of a format between its semicolons; none for General."""
    sections: list[_Section] = []
    place = 0
    while place <= len(code):
        found = _SECTIONS.match(code, place)
        end = found.end() if found else len(code)
        sections.append(_section(code[place:end]))
        place = end + 1
    return () if len(sections) == 1 and not sections[0].tokens else tuple(sections[:4])


def _section(code: str) -> _Section:
    tokens: list[Token] = []
    test, language = None, "en"
    for found in _TOKEN.finditer(code):
        kind, text = found.lastgroup or "", found[0]
        if found["test"]:
            test = (found["test"], Decimal(found["than"]))
        elif found["money"] is not None:
            language = _language(found["lcid"]) or language
            tokens.append(Token("literal", found["money"]))
        elif kind in {"quoted", "escaped", "plain"}:
            tokens.append(Token("literal", found[kind]))
        elif kind == "fill":
            tokens.append(Token("literal", " " if tokens and tokens[-1].text[-1:].isalnum() else ""))
        elif kind == "sign":
            tokens.append(Token(text, text))
        elif kind:
            tokens.append(Token(kind, found[kind].lower() if kind in {"time", "elapsed"} else text))
    return _Section(tuple(tokens), test, language)


def _language(lcid: str | None) -> str | None:
    """The language of `407`, `F800` or `de-DE`, where its month names are known."""
    if not lcid:
        return None
    name = re.match(r"[a-z]{2}(?=-|$)", lcid)
    if name:
        return name[0]
    digits = lcid.partition(",")[0][-4:]
    return {0x07: "de", 0x0C: "fr"}.get(int(digits, 16) & 0x3FF) if re.fullmatch(r"[0-9A-Fa-f]+", digits) else None


def _chosen(sections: Sequence[_Section], value: Decimal) -> tuple[_Section | None, bool]:
    """The section for a number, and whether it shows the sign itself: that for negatives does."""
    if not sections:
        return None, False
    numbers = sections[:3]
    if any(section.test for section in numbers):
        for section in numbers:
            if section.test is None or _holds(value, section.test):
                return section, section.test is not None and section.test[0] in {"<", "<="} and section.test[1] <= 0
        return None, False
    if value < 0 and len(numbers) > 1:
        return numbers[1], True
    return (numbers[2] if value == 0 and len(numbers) > 2 else numbers[0]), False  # noqa: PLR2004 - the third is for zero


def _holds(value: Decimal, test: tuple[str, Decimal]) -> bool:
    sign, than = test
    return {
        "<": value < than, "<=": value <= than, ">": value > than, ">=": value >= than, "=": value == than,
        "<>": value != than,
    }[sign]  # fmt: skip


def _general(value: Decimal) -> str:
    """A number as a cell without format shows it, but whole numbers in full, however narrow the column."""
    if value == value.to_integral_value():
        return format(value.to_integral_value(), "f") if value else "0"
    digits = max(_GENERAL_DIGITS, value.adjusted() + 2)
    text = format(Context(prec=digits, rounding=ROUND_HALF_UP).plus(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_literals(tokens: Sequence[Token], text: str) -> str:
    """The literals of a section around the text, which stands where `General` or `@` does, if one of them does."""
    return "".join(
        token.text if token.kind == "literal" else text if token.kind in {"general", "@"} else "" for token in tokens
    )


def _number(value: Decimal, section: _Section) -> str:
    tokens = section.tokens
    places = [index for index, token in enumerate(tokens) if token.kind in {"0", "#", "?"}]
    point = next((index for index, token in enumerate(tokens) if token.kind == "."), None)
    if section.has("exponent"):
        return _scientific(value, tokens)
    if section.has("/") and point is None:
        return _fraction(value, tokens)
    whole = [index for index in places if point is None or index < point]
    scaled = sum(_commas_after(tokens, index) for index in {*whole[-1:], *places[-1:]})
    power = 2 * sum(token.kind == "%" for token in tokens) - 3 * scaled
    decimals = 0 if point is None else min(_MOST_PLACES, sum(index > point for index in places))
    rounded = _EXACT.multiply(value, Decimal(1).scaleb(power)).quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    digits, _, fraction = format(rounded, "f").partition(".")
    grouped = any(tokens[index].kind == "," for index in range(whole[0], whole[-1])) if whole else False
    return _filled(tokens, whole, point, "" if digits == "0" else digits, fraction, grouped=grouped)


def _commas_after(tokens: Sequence[Token], index: int) -> int:
    """Commas right behind a place: each divides by a thousand if no further place of the whole follows."""
    end = index + 1
    while end < len(tokens) and tokens[end].kind == ",":
        end += 1
    return end - index - 1


def _filled(
    tokens: Sequence[Token], whole: Sequence[int], point: int | None, digits: str, fraction: str, *, grouped: bool
) -> str:
    """The digits put into their places, from the point outwards; the first place takes all that are left."""
    filled: dict[int, str] = {}
    left, count = list(digits), 0
    for index in reversed(whole):
        taken = ""
        while (left and (index == whole[0] or not taken)) or (tokens[index].kind == "0" and not taken):
            taken = (left.pop() if left else "0") + ("," if grouped and count and not count % 3 else "") + taken
            count += 1
        filled[index] = taken
    pieces: list[str] = []
    kept = len(fraction)
    behind = (
        [] if point is None else [index for index in range(point, len(tokens)) if tokens[index].kind in {"0", "#", "?"}]
    )
    while kept and kept <= len(behind) and tokens[behind[kept - 1]].kind != "0" and fraction[kept - 1] == "0":
        kept -= 1
    for place, index in enumerate(behind):
        filled[index] = fraction[place] if place < kept else ""
    for index, token in enumerate(tokens):
        if token.kind in {"literal", "%"}:
            pieces.append(token.text)
        elif index == point:
            pieces.append("." if kept or any(tokens[place].kind == "0" for place in behind) else "")
        else:
            pieces.append(filled.get(index, ""))
    return "".join(pieces)


def _scientific(value: Decimal, tokens: Sequence[Token]) -> str:
    """`1.23E+04`: one digit before the point, as many after it as the format has places."""
    point = next((index for index, token in enumerate(tokens) if token.kind in {".", "exponent"}), 0)
    mark = next(index for index, token in enumerate(tokens) if token.kind == "exponent")
    decimals = min(_MOST_PLACES, sum(token.kind in {"0", "#", "?"} for token in tokens[point:mark]))
    mantissa, _, power = format(value, f".{decimals}E").partition("E")
    width = sum(token.kind == "0" for token in tokens[mark:])
    sign = "-" if power.startswith("-") else "+" if tokens[mark].text.endswith("+") else ""
    return f"{mantissa}E{sign}{power.lstrip('+-').zfill(width)}"


def _fraction(value: Decimal, tokens: Sequence[Token]) -> str:
    """`5 1/4`: the nearest fraction whose denominator has no more digits than the format."""
    bar = next(index for index, token in enumerate(tokens) if token.kind == "/")
    fixed = "".join(token.text for token in tokens[bar + 1 :] if token.text.isdigit())
    digits = min(3, sum(token.kind in {"0", "#", "?"} for token in tokens[bar + 1 :])) or 1
    whole = int(value)
    exact = Fraction(value) - whole
    if fixed.strip("0"):
        part = Fraction(round(exact * int(fixed)), int(fixed))
        top, bottom = round(exact * int(fixed)), int(fixed)
    else:
        part = exact.limit_denominator(10**digits - 1)
        top, bottom = part.numerator, part.denominator
    if part == 1:
        whole, top = whole + 1, 0
    return " ".join(filter(None, (str(whole) if whole or not top else "", f"{top}/{bottom}" if top else "")))
