"""The sweep finds every amount of a text, whole, and tells it from numbers that are none."""

import pytest

from finproc.lexicon.amounts import find_amounts


def swept(text, **hints):
    return [(found.text, found.unit) for found in find_amounts(text, **hints) if found.role == "amount"]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Revenue rose from $3 million to $5 million.", [("$3 million", "currency"), ("$5 million", "currency")]),
        ("an increase of $4 million to $25 million", [("$4 million", "currency"), ("$25 million", "currency")]),
        ("expects $1.2 to $1.4 billion in sales", [("$1.2 to $1.4 billion", "currency")]),
        ("between EUR 10 million and EUR 12 million", [("EUR 10 million and EUR 12 million", "currency")]),
        ("profit of £933m ($1.78bn)", [("£933m", "currency"), ("$1.78bn", "currency")]),
        ("$1.22-$1.25 per share", [("$1.22-$1.25 per share", "currency/share")]),
        ("grew 5% to 7%", [("5% to 7%", "percent")]),
        (
            "up 150 basis points, or 1.5 percentage points",
            [("150 basis points", "bps"), ("1.5 percentage points", "points")],
        ),
        ("45.6 million shares and 1,200 employees", [("45.6 million shares", "shares"), ("1,200", "count")]),
        ("It fell by 12 cents a share.", [("12 cents a share", "currency/share")]),
        ("Der Umsatz stieg um 5,3 % auf 1,2 Mrd. Euro.", [("5,3 %", "percent"), ("1,2 Mrd. Euro", "currency")]),
        ("un bénéfice de 12,3 millions d'euros", [("12,3 millions d'euros", "currency")]),
        ("EBITDA $446 million reais", [("$446 million", "currency")]),
        ("people out of work rose 32,000 to 1.41 million", [("32,000", "plain"), ("1.41 million", "plain")]),
        ("net income of nil", [("nil", "plain")]),
    ],
)
def test_amounts_are_found_whole(text, amounts):
    found = swept(text)
    assert [(words.removesuffix(" reais"), unit) for words, unit in found] == amounts


def test_a_number_is_never_found_inside_a_longer_one():
    assert [found.low.digits.text for found in find_amounts("1,500 and 2.500.000 and 12'500")] == [
        "1,500",
        "2.500.000",
        "12'500",
    ]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("COVID-19", ["code"]),
        ("Q1 2024", ["code", "year"]),
        ("Form 10-K", ["reference"]),
        ("a 10-K filing", ["code"]),
        ("ISO 9001", ["reference"]),
        ("the S&P 500", ["reference"]),
        ("see Note 12 on page 5", ["reference", "reference"]),
        ("December 31, 2024", ["date", "year"]),
        ("31 December 2023", ["date", "year"]),
        ("12/31/2024", ["date", "date", "date"]),
        ("31.12.2024", ["date"]),
        ("+1 (555) 123-4567", ["phone", "phone", "phone", "phone"]),
        ("555-123-4567", ["phone", "phone", "phone"]),
        ("at 4:30 p.m.", ["time", "time"]),
        ("the 2nd quarter", ["ordinal"]),
        ("a 5-year plan over 12 months", ["duration", "duration"]),
        ("in 2023", ["year"]),
    ],
)
def test_numbers_that_are_no_amounts_say_what_they_are(text, roles):
    assert [found.role for found in find_amounts(text)] == roles


def test_year_like_amounts_stay_amounts():
    assert swept("2,024 and $2024 and 2024 employees") == [("2,024", "plain"), ("$2024", "currency"), ("2024", "count")]


def test_the_parts_of_an_amount_have_their_places():
    (found,) = find_amounts("a loss of about $(40)K in all")
    assert found.approximation is not None
    assert found.approximation.text == "about"
    assert (found.low.digits.text, found.low.sign, found.currency) == ("40", "parentheses", "USD")
    assert found.low.scale is not None
    assert found.low.scale.text == "K"


def test_parentheses_around_all_of_an_amount_are_told_but_no_sign():
    (found,) = find_amounts("Net loss (1,234)")
    assert found.text == "1,234"
    assert found.low.sign is None
    assert found.enclosed is not None
    assert (found.enclosed.start, found.enclosed.end) == (9, 16)


def test_the_scale_that_closes_a_list_is_told():
    first, second = find_amounts("revenue of $5.2 and $6.3 million, respectively")
    assert first.list_scale is not None
    assert first.list_scale.text == "million"
    assert second.list_scale is None


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        ("C$", "CAD"),
        ("A$", "AUD"),
        ("HK$", "HKD"),
        ("US$", "USD"),
        ("NZ$", "NZD"),
        ("S$", "SGD"),
        ("R$", "BRL"),
        ("MX$", "MXN"),
        ("£", "GBP"),
        ("€", "EUR"),
        ("¥", "JPY"),
        ("CN¥", "CNY"),
        ("₹", "INR"),
        ("Rs ", "INR"),
        ("Rs. ", "INR"),
        ("RMB ", "CNY"),
        ("CHF ", "CHF"),
        ("Fr. ", "CHF"),
        ("zł", "PLN"),
        ("SEK ", "SEK"),
        ("$", "USD"),
    ],
)
def test_every_currency_sign_has_its_code(sign, code):
    (found,) = find_amounts(f"worth {sign}5.3 million")
    assert found.currency == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("dollars", "USD"),
        ("Canadian dollars", "CAD"),
        ("Hong Kong dollars", "HKD"),
        ("euros", "EUR"),
        ("pounds", "GBP"),
        ("yen", "JPY"),
        ("pesos", "MXN"),
        ("reais", "BRL"),
        ("rupees", "INR"),
        ("Swiss francs", "CHF"),
        ("Franken", "CHF"),
        ("Swedish kronor", "SEK"),
        ("zlotys", "PLN"),
    ],
)
def test_every_currency_name_has_its_code(name, code):
    (found,) = find_amounts(f"worth 5.3 million {name} today")
    assert found.currency == code


def test_an_unknown_dollar_is_no_us_dollar():
    (found,) = find_amounts("worth J$5.3 million")
    assert found.currency is None
