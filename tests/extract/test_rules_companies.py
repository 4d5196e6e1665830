"""Whom a figure describes: sentence, company and metric side by side, where the submission names nobody."""

import pytest

from finproc.extract.extraction import extract_document
from finproc.model.document import Context, Document
from finproc.normalize.facts import normalize


def facts_of(text: str) -> list[tuple[str | None, str]]:
    document = Document(text)
    facts = normalize(extract_document(document, Context()), document, Context()).facts
    return [(fact.company, f"{fact.metric} {fact.value}") for fact in facts]


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Finnish Aktia Group's operating profit rose to EUR 17.5 mn.", "Aktia Group"),
        ("The Norwegian oil services firm's earnings fell to $402 million.", None),
        ("Harbor Foods reported sales of $5m. The company's net income was $1m.", "Harbor Foods"),
        ("Ford's worldwide automotive division earned a pre-tax profit of $850m.", "Ford"),
        ("GM's European unit lost $236m in the quarter.", "GM"),
        ("Glaston will recognize restructuring costs of EUR 12 million.", "Glaston"),
        ("Net sales were $5 million after our acquisition of Mindspeed Technologies, Inc.", None),
        ("Dividends paid to common shareholders were $12.3 million in 2019.", None),
        ("Return on capital employed fell to 10.1%.", None),
        ("Das Ergebnis (EBIT) betrug 2,64 Mio. Euro.", None),
        ("Reuters reported that sales of Alstar reached $4.5bn.", "Alstar"),
        ("The Supervisory Board of SAP SE approved a dividend of €1.20 per share.", "SAP SE"),
        ("Pre-tax profits at Deltron more than doubled to £52.4m.", "Deltron"),
        ("Sales of the Paper segment were $4m.", None),
        ("Sampo Bank, a unit of Danske, had net sales of EUR 5 million.", "Sampo Bank"),
    ],
)
def test_the_company_is_the_one_that_the_text_speaks_of(text, company):
    assert {name for name, _ in facts_of(text)} == {company}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shares in BlueSky rose 3% to 256p.", [("BlueSky", "share price 2.56")]),
        ("The shares closed down 11p at 312p.", [(None, "share price 3.12")]),
        ("Papiere der Andritz gaben nach (minus 1,74 Prozent auf 49,65 Euro).", [("Andritz", "share price 49.65")]),
        ("The stock hit a 52-week high of Rs 793.45.", [(None, "share price 793.45")]),
        ("The company sold 2.3 million shares at $12.50.", []),
        ("The shares have a face value of Rs 2.", []),
        ("2 lakh shares of the firm changed hands amounting to a turnover of Rs 14.71 crore.", []),
    ],
)
def test_prices_of_shares_are_told_from_what_shares_are_made_of(text, expected):
    assert facts_of(text) == expected
