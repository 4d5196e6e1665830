"""Whatever is written in a locale is read back exactly, and nothing makes the parser raise."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from finproc.lexicon.amounts import find_amounts
from finproc.normalize.amounts import Amount, parse_amount

LOCALES = {
    "en": (",", "."),
    "de": (".", ","),
    "fr": ("\u202f", ","),
    "de-CH": ("'", "."),
    "sv": (" ", ","),
    "pt": (".", ","),
}
SCALES = {
    "en": {
        "": 0,
        " thousand": 3,
        "k": 3,
        " million": 6,
        "m": 6,
        " mn": 6,
        "bn": 9,
        " billion": 9,
        " crore": 7,
        " lakh": 5,
        " trillion": 12,
    },
    "de": {"": 0, " Tsd.": 3, " Mio.": 6, " Millionen": 6, " Mrd.": 9, " Milliarden": 9, " Bio.": 12, " Billionen": 12},
    "fr": {"": 0, " millions": 6, " milliards": 9, " Md": 9},
    "de-CH": {"": 0, " Mio.": 6, " Mrd.": 9},
    "sv": {"": 0, " miljoner": 6, " miljarder": 9},
    "pt": {"": 0, " milhões": 6, " bilhões": 9},
}
CURRENCIES = [
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("EUR ", "EUR"),
    ("US$", "USD"),
    ("CHF ", "CHF"),
    ("HK$", "HKD"),
    ("Rs ", "INR"),
    ("₹", "INR"),
]
SIGNS = [("", "", 1), ("-", "", -1), ("−", "", -1)]


def printed(number: Decimal, locale: str) -> str:
    grouping, mark = LOCALES[locale]
    whole, _, fraction = f"{number:,f}".partition(".")
    return whole.replace(",", grouping) + (mark + fraction if fraction else "")


@given(
    whole=st.integers(0, 10**12),
    decimals=st.integers(0, 2),
    fraction=st.integers(0, 99),
    locale=st.sampled_from(sorted(LOCALES)),
    currency=st.sampled_from(CURRENCIES),
    sign=st.sampled_from(SIGNS),
    data=st.data(),
)
def test_what_a_locale_prints_is_read_back_exactly(*, whole, decimals, fraction, locale, currency, sign, data):
    scale = data.draw(st.sampled_from(sorted(SCALES[locale])))
    number = Decimal(whole) + (Decimal(fraction % 10**decimals).scaleb(-decimals) if decimals else 0)
    text = f"{sign[0]}{currency[0]}{printed(number, locale)}{scale}"
    amount = parse_amount(text, language=locale)
    assert isinstance(amount, Amount), text
    assert amount.value == sign[2] * number * Decimal(10) ** SCALES[locale][scale], text
    assert amount.currency == currency[1]


@given(st.integers(1, 10**34 - 1), st.sampled_from(["-${}", "(${})", "a net loss of ${}"]))
def test_a_minus_keeps_every_digit(digits, form):
    for text, value in ((form.format(digits), Decimal(f"-{digits}")), (f"${digits}", Decimal(digits))):
        amount = parse_amount(text)
        assert isinstance(amount, Amount), text
        assert amount.value == value


@given(cents=st.integers(1, 10**9), scale=st.sampled_from(["", "K", " million"]))
def test_parentheses_are_a_minus(cents, scale):
    number = Decimal(cents) / 100
    amount = parse_amount(f"$({number:,f}){scale}")
    assert isinstance(amount, Amount)
    assert amount.value == -number * {"": 1, "K": 1000, " million": 1_000_000}[scale]
    assert amount.sign == "parentheses"


@given(st.text(alphabet="0123456789.,'  -−–()$€£%kmbn milionpercharQ/½toand\n", max_size=60))
def test_nothing_makes_the_parser_raise_and_spans_reproduce_their_text(text):
    parse_amount(text)
    parse_amount(text, language="de", scale="in thousands", currency="€")
    end = 0
    for found in find_amounts(text):
        assert text[found.span.start : found.span.end] == found.text
        assert found.span.start >= end
        end = found.span.end
        for number in (found.low, found.high):
            if number is not None:
                for part in (number.digits, number.currency, number.scale, *number.signs):
                    assert part is None or text[part.span.start : part.span.end] == part.text


@given(st.text(max_size=80))
def test_any_text_is_swept_without_an_error(text):
    for found in find_amounts(text):
        assert text[found.span.start : found.span.end] == found.text
    parse_amount(text)


@given(st.integers(1, 999), st.integers(1, 9), st.integers(10, 99), st.sampled_from(["million", "billion", "bn"]))
def test_a_comma_that_only_an_error_explains_never_gives_a_value(whole, first, two, scale):
    for fraction in (first, two):
        answer = parse_amount(f"${whole},{fraction} {scale}")
        assert not isinstance(answer, Amount)


@given(st.integers(1, 999), st.integers(0, 999))
def test_a_point_before_three_digits_is_ambiguous_until_a_language_is_known(whole, rest):
    text = f"{whole}.{rest:03}"
    assert not isinstance(parse_amount(text), Amount)
    german, english = parse_amount(text, language="de"), parse_amount(text, language="en")
    assert isinstance(german, Amount)
    assert isinstance(english, Amount)
    assert german.value == whole * 1000 + rest
    assert english.value == Decimal(text)
