"""Currency signs, codes and names, and the ISO 4217 code each stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_CODES = (
    "USD EUR GBP JPY CNY CNH CHF CAD AUD NZD HKD SGD TWD INR BRL MXN SEK NOK DKK ISK PLN CZK HUF RON BGN TRY "
    "RUB UAH ZAR "
    "NGN KES GHS EGP MAD ILS SAR AED QAR KWD BHD OMR JOD KRW THB MYR IDR PHP VND PKR BDT LKR NPR KZT ARS CLP "
    "COP PEN UYU "
    "DEM FRF ITL ESP NLG FIM ATS BEF"
)
CODES = frozenset(_CODES.split())

_SIGNS = {
    "$": "USD", "US$": "USD", "U.S.$": "USD", "USD$": "USD", "US-$": "USD",
    "C$": "CAD", "CA$": "CAD", "CAD$": "CAD", "CDN$": "CAD", "Cdn$": "CAD",
    "A$": "AUD", "AU$": "AUD", "AUD$": "AUD", "HK$": "HKD", "HKD$": "HKD", "NZ$": "NZD", "NZD$": "NZD",
    "S$": "SGD", "SG$": "SGD", "SGD$": "SGD", "NT$": "TWD", "R$": "BRL", "MX$": "MXN", "Mex$": "MXN", "COP$": "COP",
    "Ps.": "MXN",
    "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "JP¥": "JPY", "CN¥": "CNY", "RMB¥": "CNY", "₹": "INR", "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY", "₪": "ILS", "฿": "THB", "₫": "VND", "₱": "PHP", "₦": "NGN", "₴": "UAH", "₸": "KZT", "zł": "PLN",
    "Kč": "CZK", "Ft": "HUF",
    "Rs": "INR", "Rs.": "INR", "RMB": "CNY", "RM": "MYR",
    "Fr.": "CHF", "SFr.": "CHF", "SFr": "CHF", "Sfr.": "CHF", "CHf": "CHF",
    "SKr": "SEK", "SEk": "SEK", "NKr": "NOK", "DKr": "DKK", "GBp": "GBP", "Eur": "EUR", "Euro": "EUR", "euro": "EUR",
    "Euros": "EUR",
}  # fmt: skip
_KRONA = {"sv": "SEK", "no": "NOK", "nb": "NOK", "nn": "NOK", "da": "DKK", "is": "ISK"}
"""What a bare "kr" means, by language; elsewhere it names no currency."""

_NAMES = {
    "dollar": "USD", "us dollar": "USD", "u.s. dollar": "USD", "american dollar": "USD", "canadian dollar": "CAD",
    "canadian": "CAD", "australian": "AUD",
    "australian dollar": "AUD", "hong kong dollar": "HKD", "new zealand dollar": "NZD", "singapore dollar": "SGD",
    "taiwan dollar": "TWD", "buck": "USD", "euro": "EUR", "eur": "EUR", "usd": "USD", "gbp": "GBP", "sek": "SEK",
    "chf": "CHF",
    "nok": "NOK", "dkk": "DKK", "inr": "INR", "jpy": "JPY", "cny": "CNY", "pound": "GBP", "pound sterling": "GBP",
    "sterling": "GBP",
    "british pound": "GBP", "quid": "GBP", "yen": "JPY", "japanese yen": "JPY", "yuan": "CNY", "chinese yuan": "CNY",
    "renminbi": "CNY",
    "yuan renminbi": "CNY", "rmb": "CNY", "peso": "MXN", "mexican peso": "MXN", "colombian peso": "COP",
    "chilean peso": "CLP",
    "argentine peso": "ARS", "philippine peso": "PHP", "reais": "BRL", "real": "BRL", "brazilian reais": "BRL",
    "brazilian real": "BRL",
    "rupee": "INR", "indian rupee": "INR", "pakistani rupee": "PKR", "swiss franc": "CHF", "franken": "CHF",
    "schweizer franken": "CHF",
    "franc suisse": "CHF", "francs suisse": "CHF", "swedish krona": "SEK", "swedish kronor": "SEK",
    "swedish crown": "SEK", "kronor": "SEK",
    "norwegian krone": "NOK", "norwegian kroner": "NOK", "norwegian crown": "NOK", "danish krone": "DKK",
    "danish kroner": "DKK",
    "danish crown": "DKK", "won": "KRW", "korean won": "KRW", "south korean won": "KRW", "rouble": "RUB",
    "ruble": "RUB",
    "russian rouble": "RUB", "russian ruble": "RUB", "zloty": "PLN", "polish zloty": "PLN", "zlotys": "PLN",
    "forint": "HUF", "rand": "ZAR",
    "south african rand": "ZAR", "lira": "TRY", "turkish lira": "TRY", "shekel": "ILS", "baht": "THB",
    "ringgit": "MYR", "rupiah": "IDR",
    "dong": "VND", "naira": "NGN", "dirham": "AED", "riyal": "SAR", "us-dollar": "USD", "dollar américain": "USD",
    "livres sterling": "GBP", "livre sterling": "GBP", "pfund": "GBP", "britische pfund": "GBP", "円": "JPY",
    "元": "CNY", "人民币": "CNY",
}  # fmt: skip

_MINOR = {
    "cent": None, "cents": None, "¢": None, "us cents": "USD", "c": None, "euro cent": "EUR", "euro cents": "EUR",
    "eurocent": "EUR",
    "eurocents": "EUR", "p": "GBP", "pence": "GBP", "penny": "GBP", "pennies": None, "paise": "INR", "paisa": "INR",
    "rappen": "CHF", "centimes": None,
    "ct": None, "cts": None, "öre": "SEK", "øre": "NOK", "centavos": None,
}  # fmt: skip

_SCALED = {"T": 3, "K": 3, "k": 3, "M": 6, "m": 6}
"""Letters that fuse with a code: TEUR, T€ and k€ are thousands, MEUR and M€ millions."""


@dataclass(frozen=True, slots=True)
class CurrencyWord:
    """What a sign or name means: `code` is None where it names a hundredth of an unnamed currency ("cents")."""

    code: str | None
    factor: Decimal = Decimal(1)


_ONE = Decimal(1)
_HUNDREDTH = Decimal("0.01")


def _signs() -> dict[str, CurrencyWord]:
    table = {sign: CurrencyWord(code) for sign, code in _SIGNS.items()}
    table |= {code: CurrencyWord(code) for code in CODES}
    for letter, power in _SCALED.items():
        fused = (
            ("EUR", "USD", "CHF", "GBP", "SEK", "NOK", "DKK")
            if letter.isupper()
            else ("EUR", "USD", "SEK", "NOK", "DKK")
        )
        for sign in (*fused, "€"):
            table[letter + sign] = CurrencyWord(_SIGNS.get(sign, sign), Decimal(10) ** power)
    table["CNH"] = CurrencyWord("CNY")
    return table


SIGNS = _signs()
"""Signs and codes as they stand before or after a number, in exactly this case."""


def _names() -> dict[str, CurrencyWord]:
    table: dict[str, CurrencyWord] = {}
    for name, code in _NAMES.items():
        table[name] = table[name + "s"] = CurrencyWord(code)
    table |= {name: CurrencyWord(code, _HUNDREDTH) for name, code in _MINOR.items()}
    return table


NAMES = _names()
"""Names in lower case, singular and plural, as they stand after a number."""

_FIRST_WORDS = frozenset(name.split()[0] for name in NAMES if " " in name)
_NAME_LENGTH = max(len(name.split()) for name in NAMES)
_WORD = re.compile(r"[^\W\d_]+(?:[-.][^\W\d_]+)*\.?")
_SIGN_AFTER = re.compile(r"(?:[A-Za-z]{1,3}[.-]?)?[$€£¥￥₹₩₽₺₪฿₫₱₦₴₸¢]")


def before(sign: str, language: str | None = None) -> CurrencyWord | None:
    """The currency of a sign or code that stands before a number, or None."""
    if sign in {"kr", "kr.", "Kr", "Kr."}:
        code = _KRONA.get(language or "")
        return CurrencyWord(code) if code else None
    return SIGNS.get(sign)


def after(text: str, position: int, language: str | None = None) -> tuple[int, CurrencyWord] | None:
    """The currency sign, code or name that starts at `position`, the longest one: (where it ends, its meaning)."""
    sign = _SIGN_AFTER.match(text, position)
    if sign:
        word = NAMES.get(sign[0]) or SIGNS.get(sign[0])
        return (sign.end(), word) if word else None
    word_match = _WORD.match(text, position)
    if not word_match:
        return _east_after(text, position)
    first = word_match[0]
    if first.lower() in _FIRST_WORDS or first.lower().rstrip(".") in _FIRST_WORDS:
        longest = _long_name(text, word_match)
        if longest:
            return longest
    bare = first.rstrip(".")
    if bare == "E" and (language or "")[:2] == "fr":
        return word_match.start() + 1, CurrencyWord("EUR")
    found = before(bare, language) or NAMES.get(bare.lower()) if bare != "c" else None
    return (word_match.start() + len(bare), found) if found else _east_after(text, position)


def _long_name(text: str, first: re.Match[str]) -> tuple[int, CurrencyWord] | None:
    name, end, found = first[0].lower(), first.end(), None
    for _ in range(_NAME_LENGTH - 1):
        following = _WORD.match(text, end + 1) if text[end : end + 1] in {" ", "\u00a0", "\n"} else None
        if not following:
            break
        name, end = f"{name} {following[0].lower().rstrip('.')}", following.start() + len(following[0].rstrip("."))
        found = (end, NAMES[name]) if name in NAMES else found
    return found


_EAST = ("円", "元", "人民币")


def _east_after(text: str, position: int) -> tuple[int, CurrencyWord] | None:
    """A sign of the East that goes on into other letters."""
    if not text.startswith(_EAST, position):
        return None
    name = next(name for name in _EAST if text.startswith(name, position))
    return position + len(name), NAMES[name]
