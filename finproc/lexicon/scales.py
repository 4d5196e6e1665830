"""Scale words and the power of ten each stands for; keyed by language where languages disagree."""

from __future__ import annotations

import re
from decimal import Decimal

from finproc.lexicon import currencies

_SHARED = {
    3: "thousand thousands k tsd tsd. tausend millier milliers mille mila duizend tusen tys tys. tuhat tuhatta mil",
    5: "lakh lakhs lac lacs",
    6: "million millions mn mln mm m mio mio. mill mill. millionen milione milioni millón millones milhão "
    "milhões miljoen "
    "miljon miljoner millioner miljoonaa miljoona mios mill.",
    7: "crore crores cr cr.",
    9: "billion billions bn bln b mrd mrd. milliarde milliarden milliard milliards md mds miliardo miliardi "
    "mld mld. miljard "
    "miljarder milliarder miljardia miljardi bilhão bilhões mia mia. mdr mdr.",
    12: "trillion trillions tn trn t bio bio. billionen billones trilhão trilhões biljoen biljoner",
}
"""Words that mean one thing in every language that has them, and the English reading of those that do not."""

_BY_LANGUAGE = {
    "de": {"billion": 12, "trillion": 18, "trillionen": 18, "t": 3},
    "fr": {"billion": 12, "billions": 12, "bn": 12, "trillion": 18, "trillions": 18},
    "it": {"bln": 12, "bilione": 12, "bilioni": 12},
    "es": {"b": 12, "billón": 12, "billones": 12},
    "pt": {"mi": 6, "bi": 9, "tri": 12},
    "nl": {"biljoen": 12},
}
_COMPOUND = {
    "lakh crore": 12, "lakh crores": 12, "thousand crore": 10, "thousand crores": 10, "hundred crore": 9,
    "hundred thousand": 5,
    "hundred million": 8, "hundred billion": 11, "thousand million": 9, "thousand billion": 12, "mil millones": 9,
    "mil milhões": 9,
}  # fmt: skip
_COMPOUND_STARTS = frozenset(words.split()[0] for words in _COMPOUND)
_LANGUAGE_OF = {
    "de": "tsd tsd. tausend mio mio. millionen mrd mrd. milliarde milliarden bio bio. billionen",
    "fr": "millier milliers milliard milliards md mds",
    "es": "millón millones billones",
    "pt": "milhão milhões bilhão bilhões trilhão trilhões",
    "it": "mila milione milioni miliardo miliardi",
    "nl": "duizend miljoen miljard",
    "sv": "miljon miljoner miljarder mdr mdr.",
    "pl": "tys tys.",
    "fi": "miljoonaa miljoona miljardia miljardi",
}
LANGUAGE_OF = {word: language for language, words in _LANGUAGE_OF.items() for word in words.split()}
"""Which language a scale word gives away, where only one has it (its neighbours write numbers alike)."""

_TABLE = {word: power for power, words in _SHARED.items() for word in words.split()}
_LETTERS = frozenset("kmbt")
_FRENCH = {"kE": 3, "KE": 3, "ME": 6, "ME.": 6, "MdE": 9, "MdsE": 9, "MME": 6}
"""Scales fused with the E that French wires write for euros."""
_EAST = re.compile(r"百万|千万|十億|百億|億|亿|兆|万|萬|千")
_EAST_POWERS = {"千": 3, "万": 4, "萬": 4, "百万": 6, "千万": 7, "億": 8, "亿": 8, "十億": 9, "百億": 10, "兆": 12}
_WORD = re.compile(r"([^\W\d_]+)(\.?)")


def power_of(word: str, language: str | None = None) -> int | None:
    """The power of ten that a scale word means in a language (English where none is given), or None."""
    lowered = word.lower()
    own = _BY_LANGUAGE.get((language or "")[:2], {})
    if lowered in own:
        return own[lowered]
    return _COMPOUND.get(" ".join(lowered.split())) or _TABLE.get(lowered) or _EAST_POWERS.get(word)


def after(  # noqa: PLR0911 - one return a form
    text: str, position: int, language: str | None = None, *, spaced: bool = False, money: bool = False
) -> tuple[int, int] | None:
    """The scale word that starts at `position`: (where it ends, its power of ten), or None.

    A single letter counts only where it touches the number, or stands a space away in an amount of money.
    """
    east = _EAST.match(text, position)
    if east:
        return east.end(), _EAST_POWERS[east[0]]
    word = _WORD.match(text, position)
    if not word:
        return None
    bare = word[1]
    if len(bare) == 1:
        return _letter(text, word, language, spaced=spaced, money=money)
    power = power_of(bare, language)
    if power is None:
        return _fused(position, bare, language)
    if bare.lower() in _COMPOUND_STARTS and not word[2] and text[word.end() : word.end() + 1] in {" ", "-"}:
        following = _WORD.match(text, word.end() + 1)
        both = _COMPOUND.get(f"{bare} {following[1]}".lower()) if following else None
        if following and both:
            return following.end(1), both
    if bare.lower() == "mil" and (language or "")[:2] not in {"pt", "es"} and not money:
        return None
    dotted = word[2] and bare.lower() + "." in _TABLE
    return (word.end() if dotted else word.end(1)), power


def _letter(
    text: str, word: re.Match[str], language: str | None, *, spaced: bool, money: bool
) -> tuple[int, int] | None:
    letter = word[1]
    if letter.lower() not in _LETTERS or (spaced and not money) or (letter in {"t", "b"} and not money):
        return None
    if text[word.end() : word.end() + 1].isdigit():
        return None
    power = power_of(letter, language)
    return (word.end(1), power) if power else None


def _fused(position: int, word: str, language: str | None) -> tuple[int, int] | None:
    """A letter fused with a code ("MEUR", "mkr") where the code then follows as the currency."""
    if word in _FRENCH and (language or "")[:2] == "fr":
        return position + len(word) - 1, _FRENCH[word]
    for sign in (word[1:], word[2:]):
        head = word[: len(word) - len(sign)]
        if sign in currencies.CODES and head in {"M", "m", "K", "k", "T", "mn", "bn", "Md", "Mn"}:
            power = 3 if head == "T" else power_of(head)
            return (position + len(head), power) if power else None
    return None


_CAPTION = re.compile(
    r"(?P<zeros>(?:[A-Za-z]{0,3}[$€£¥₹]|\b[A-Z]{3})?\s?[’']?000[’']?s?(?:,?000)?)(?![\d,.])"
    r"|\b(?:in|en)\s+(?:(?:[A-Z][a-z]+\s)?(?:[A-Z]{3}|[A-Za-z]{0,3}[$€£¥₹])\s?)?"
    r"(?P<word>thousands|millions|billions|crores?|lakhs?|lacs?|Tausend|Tsd\.|TEUR|T€|Mio\.?|Millionen|Mrd\.?|"
    r"Milliarden|milliers|milliards|Mds?)(?![a-z])"
    r"|(?P<sign>(?:[A-Za-z]{0,3}[$€£¥₹]|\b(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|INR|JPY|CNY|RMB|Rs\.?))\s?(?:in\s)?)"
    r"(?P<tail>millions?|thousands?|billions?|mn|bn|mm|MM|M|m|k|K|Mio\.?|Mrd\.?|Tsd\.?|crores?|lakhs?)(?![A-Za-z\d])",
    re.IGNORECASE,
)


def find_captions(text: str, language: str | None = None) -> list[tuple[int, int, int, str | None]]:
    """Scale markers of headings and captions: (start, end, power of ten, ISO code or None) each.

    "in thousands", "$000", "US$'000", "in Mio. €", "€m", "(in millions, except per share data)". Meant for captions and
    heads; in running text "$000" cannot be told from a price.
    """
    found = []
    for match in _CAPTION.finditer(text):
        if match["zeros"]:
            if text[match.start() - 1 : match.start()].isdigit():
                continue
            power: int | None = 6 if "000" in match["zeros"].replace("000", "", 1) else 3
        elif match["word"]:
            power = 3 if match["word"].upper() in {"TEUR", "T€"} else power_of(match["word"], language)
        else:
            power = power_of(match["tail"], language)
        if power:
            found.append(
                (match.start(), match.end(), power, currency_of_caption(match[0] + text[match.end() : match.end() + 6]))
            )
    return found


_SIGN = re.compile(r"[A-Za-z.]{0,4}[$€£¥₹]|\b(?:" + "|".join(sorted(currencies.CODES)) + r"|RMB|Rs)\b|T€|TEUR")


def currency_of_caption(text: str) -> str | None:
    """The currency that a caption names by sign or code, or None."""
    for sign in _SIGN.finditer(text):
        found = currencies.SIGNS.get(sign[0])
        if found:
            return found.code
    return None


def factor(power: int) -> Decimal:
    """Ten to that power, exactly."""
    return Decimal(10) ** power
