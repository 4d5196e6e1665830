"""The published table of amount strings, exactly; and strings that must be answered as ambiguous."""

from decimal import Decimal

import pytest

from finproc.normalize.amounts import Ambiguous, Amount, parse_amount

EXACT = [
    ("$5.3 million", "5300000", "USD", "currency"),
    ("€1,2 Mrd.", "1200000000", "EUR", "currency"),
    ("(1,234)", "-1234", None, "plain"),
    ("USD 3.4bn", "3400000000", "USD", "currency"),
    ("5.3m", "5300000", None, "plain"),
    ("12 cents per share", "0.12", None, "currency/share"),
    ("net loss of $40K", "-40000", "USD", "currency"),
    ("$(0.12)", "-0.12", "USD", "currency"),
    ("-$2.5M", "-2500000", "USD", "currency"),
    ("1.234.567,89 EUR", "1234567.89", "EUR", "currency"),
    ("CHF 1'234'567", "1234567", "CHF", "currency"),
    ("¥12億", "1200000000", "JPY", "currency"),
    ("₹1,200 crore", "12000000000", "INR", "currency"),
    ("HK$3.2bn", "3200000000", "HKD", "currency"),
    ("RMB 3.4 billion", "3400000000", "CNY", "currency"),
    ("$4.5 MM", "4500000", "USD", "currency"),
    ("C$45.6 million", "45600000", "CAD", "currency"),
    ("$1,234", "1234", "USD", "currency"),
    ("$1.2 trillion", "1200000000000", "USD", "currency"),
    ("flat at $1.1B", "1100000000", "USD", "currency"),
    ("US$ 3,400 million", "3400000000", "USD", "currency"),
    ("EUR 12 Tsd.", "12000", "EUR", "currency"),
    ("five million dollars", "5000000", "USD", "currency"),
    ("five point three million dollars", "5300000", "USD", "currency"),
    ("Rs 500 lakh", "50000000", "INR", "currency"),
    ("R$ 2,5 bilhões", "2500000000", "BRL", "currency"),
    ("12p", "0.12", "GBP", "currency"),
    ("(5.3) million", "-5300000", None, "plain"),
    ("NOK 1 234 567", "1234567", "NOK", "currency"),
    # beyond the table
    ("12.5%", "12.5", None, "percent"),
    ("45 bps", "0.45", None, "bps"),
    ("net loss of $(40)K", "-40000", "USD", "currency"),
    ("net loss of -$40K", "-40000", "USD", "currency"),
    ("−5 million euros", "-5000000", "EUR", "currency"),
    ("$ (1,234)", "-1234", "USD", "currency"),
    ("($1,234)", "-1234", "USD", "currency"),
    ("12,34,567", "1234567", None, "plain"),
    ("Rs. 1.5 lakh crore", "1500000000000", "INR", "currency"),
    ("half a billion dollars", "500000000", "USD", "currency"),
    ("two hundred and fifty million euros", "250000000", "EUR", "currency"),
    ("$2 1/2 million", "2500000", "USD", "currency"),
    ("4½ percent", "4.5", None, "percent"),
    ("$.53 per diluted share", "0.53", "USD", "currency/share"),
    ("TEUR 500", "500000", "EUR", "currency"),
    ("3,2 M€", "3200000", "EUR", "currency"),
    ("12,3 milliards d'euros", "12300000000", "EUR", "currency"),
    ("7.5bn yen", "7500000000", "JPY", "currency"),
    ("5.3 million reais", "5300000", "BRL", "currency"),
    ("Rs 5,075 crore", "50750000000", "INR", "currency"),
    ("$5.3 million USD", "5300000", "USD", "currency"),
    ("0.5p", "0.005", "GBP", "currency"),
]


@pytest.mark.parametrize(("text", "value", "currency", "unit"), EXACT)
def test_an_amount_string_is_read_exactly(text, value, currency, unit):
    amount = parse_amount(text)
    assert isinstance(amount, Amount)
    assert (amount.value, amount.currency, amount.unit) == (Decimal(value), currency, unit)


def test_a_range_has_both_ends_and_no_value():
    amount = parse_amount("£1.2-1.4 billion")
    assert isinstance(amount, Amount)
    assert (amount.value, amount.low, amount.high, amount.currency) == (
        None,
        Decimal(1_200_000_000),
        Decimal(1_400_000_000),
        "GBP",
    )


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("$1.2 to $1.4 billion", 1_200_000_000, 1_400_000_000),
        ("between $900 million and $1.2 billion", 900_000_000, 1_200_000_000),
        ("a decrease of 38.8% to 25.4%", "25.4", "38.8"),
        ("$72 - $75 million", 72_000_000, 75_000_000),
        ("EPS of $1.22-$1.25", "1.22", "1.25"),
    ],
)
def test_ranges_share_the_scale_of_their_last_number(text, low, high):
    amount = parse_amount(text)
    assert isinstance(amount, Amount)
    assert (amount.low, amount.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$5,3 million", "ambiguous"),
        ("1.234", "ambiguous"),
        ("€1.234", "ambiguous"),
        ("1,2", "ambiguous"),
        ("$1.2 billion to $0.9 billion", "ambiguous"),
        ("$1,2345", "ambiguous"),
        ("1,23,45", "malformed"),
        ("1234567890123456789012345678901234567", "too_long"),
        ("12345678901234567890123456.78901 billion dollars", "too_long"),
        ("$5 and $6", "several"),
    ],
)
def test_what_can_be_read_in_two_ways_has_no_value(text, problem):
    answer = parse_amount(text)
    assert isinstance(answer, Ambiguous)
    assert answer.problem == problem


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1.234", "de", "1234"),
        ("1.234", "en", "1.234"),
        ("1,234", "de", "1.234"),
        ("1,234", "en", "1234"),
        ("1'234.50", "de-CH", "1234.50"),
        ("1.5", "de-CH", "1.5"),
        ("5 Billionen Euro", "de", "5000000000000"),
        ("5 billion euros", "en", "5000000000"),
        ("5 Bio. Euro", "de", "5000000000000"),
        ("12,5 %", "de", "12.5"),
        ("1 234 567 kr", "sv", "1234567"),
    ],
)
def test_the_language_decides_what_a_mark_or_a_scale_means(text, language, value):
    amount = parse_amount(text, language=language)
    assert isinstance(amount, Amount)
    assert amount.value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "scale", "currency", "value"),
    [
        ("1,234", "in thousands", "$", "1234000"),
        ("(1,234)", "(in millions, except per share data)", "EUR", "-1234000000"),
        ("1,234", "$000", None, "1234000"),
        ("1,234", "US$'000", None, "1234000"),
        ("12,5", "in Mio. €", "€", "12500000"),
        ("4.5%", "in thousands", None, "4.5"),
        ("$0.12 per share", "in millions", None, "0.12"),
        ("$5.3 million", "in thousands", None, "5300000"),
        ("12.3", "€m", "€m", "12300000"),
    ],
)
def test_a_scale_of_the_caption_applies_to_what_has_none_of_its_own(text, scale, currency, value):
    amount = parse_amount(text, scale=scale, currency=currency)
    assert isinstance(amount, Amount)
    assert amount.value == Decimal(value)


def test_the_printed_precision_is_half_of_the_last_digit():
    for text, precision in [("$5.3 million", 50_000), ("$1,234", "0.5"), ("$0.12", "0.005"), ("€40 million", 500_000)]:
        amount = parse_amount(text)
        assert isinstance(amount, Amount)
        assert amount.precision == Decimal(str(precision))


def test_approximation_words_are_kept():
    for text in (
        "approximately $40 million",
        "more than $40 million",
        "~$40 million",
        "up to $40 million",
        "rund 40 Mio. Euro",
    ):
        amount = parse_amount(text)
        assert isinstance(amount, Amount)
        assert amount.approximate
        assert amount.value == 40_000_000
