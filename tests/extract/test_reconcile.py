"""What of a model's reading is believed: a number counts only where the text has exactly that number."""

import pytest

from finproc.extract.extraction import extract_document
from finproc.extract.mentions.offered import OfferedMention
from finproc.model.document import Context, Document
from finproc.model.mention import Extraction
from finproc.normalize.facts import normalize

TEXT = (
    "Harbor Corp reported net income of $5.3 million for Q1 2024, against $4.1 million a year ago. "
    "Total assets were $1,500 million, and the plan covers 500 sites. Outlays on piers came to $7.25 million."
)


def offer(amount: str, metric: str = "net income", *, quote: str | None = None, **fields: object) -> OfferedMention:
    given = {
        "company": None, "period": None, "segment": None, "qualifier": None, "status": "actual",
        "piece_start": 0, "piece_end": len(TEXT),
    }  # fmt: skip
    return OfferedMention(amount=amount, metric=metric, quote=TEXT if quote is None else quote, **{**given, **fields})  # type: ignore[arg-type]


def reconciled(*offers: OfferedMention, text: str = TEXT) -> Extraction:
    return extract_document(Document(text), Context(), offered=lambda *_: list(offers), model="stub")


def by_amount(extraction: Extraction, amount: str):
    return next(mention for mention in extraction.mentions if mention.amount.text == amount)


@pytest.mark.parametrize(
    "amount",
    ["$5.8 million", "$53 million", "$5.3 billion", "$9.9 billion", "$5", "$5.", "$5.30 million", "€5.3 million",
     "-$5.3 million",      "500 million", "$1.500 million", "$1500 million", "5,3", "$12,345", "3 million",
     "00 million",
     "$7.2", ".25 million"],
)  # fmt: skip
def test_a_number_that_the_text_does_not_have_is_never_admitted(amount):
    before = reconciled()
    after = reconciled(offer(amount))
    assert [mention.amount for mention in after.mentions] == [mention.amount for mention in before.mentions]
    assert {mention.extractor for mention in after.mentions} == {"rules"}
    assert [refused.text for refused in after.rejected] == [amount]
    assert after.rejected[0].reason in {"amount_not_in_text", "amount_not_swept"}


def test_a_number_inside_a_longer_one_is_not_that_number():
    found = reconciled(offer("500", "Total assets", quote="Total assets were $1,500 million"))
    assert found.rejected[0].reason == "amount_not_in_quote"
    assert all(mention.amount.text != "500" for mention in found.mentions)


def test_a_number_that_both_read_is_agreed():
    mention = by_amount(reconciled(offer("$5.3 million", period="Q1 2024", company="Harbor Corp")), "$5.3 million")
    assert (mention.extractor, mention.doubts) == ("agreed", ())
    assert mention.company is not None
    assert mention.company.text == "Harbor Corp"


def test_a_number_cut_short_of_its_scale_gets_the_characters_of_the_text():
    mention = by_amount(reconciled(offer("$5.3", quote="net income of $5.3 million")), "$5.3 million")
    assert mention.extractor == "agreed"


def test_a_number_only_the_model_read_is_marked_so_and_no_longer_unclaimed():
    text = "The harbour masters put piers at $7.25 million."
    assert [quote.text for quote in reconciled(text=text).unclaimed] == ["$7.25 million"]
    made = OfferedMention("$7.25 million", "piers", None, None, None, None, "actual", text, 0, len(text))
    found = reconciled(made, text=text)
    assert [(m.metric.text, m.extractor) for m in found.mentions] == [("piers", "model")]
    assert found.unclaimed == ()


def test_another_metric_for_one_number_is_a_doubt():
    mention = by_amount(reconciled(offer("$5.3 million", "Total assets")), "$5.3 million")
    assert "other_metric" in mention.doubts
    assert mention.extractor == "model"


@pytest.mark.parametrize(
    ("period", "doubts"),
    [
        ("a year ago", ("other_period",)),
        ("Q3 2031", ("other_period",)),
        ("Q4 2023", ("other_period",)),
        ("first quarter of 2024", ()),
        ("three months ended March 31, 2024", ()),
        ("Q1 2024", ()),
        ("lately", ()),
    ],
)
def test_other_words_for_the_period_are_a_doubt_where_they_mean_another(period, doubts):
    extraction = reconciled(offer("$5.3 million", period=period))
    facts = normalize(extraction, Document(TEXT), Context()).facts
    fact = next(fact for fact in facts if fact.value == 5_300_000)
    assert (fact.period, fact.doubts) == ("Q1 2024", doubts)


def test_another_status_for_one_number_is_a_doubt():
    assert "other_status" in by_amount(reconciled(offer("$5.3 million", status="guidance")), "$5.3 million").doubts


def test_a_period_that_neither_text_nor_rules_have_is_a_doubt_and_no_evidence():
    text = "The harbour masters put piers at $7.25 million."
    made = OfferedMention("$7.25 million", "piers", None, "Q3 2031", None, None, "actual", text, 0, len(text))
    (mention,) = reconciled(made, text=text).mentions
    assert "period_not_in_text" in mention.doubts
    assert mention.period is None


def test_a_listed_metric_named_in_other_words_is_found_by_its_name():
    text = "Harbor Corp had a net loss of $5.3 million in 2023."
    made = OfferedMention(
        "$5.3 million", "net income", None, "2023", None, None, "actual", "net loss of $5.3 million", 0, len(text)
    )
    (mention,) = reconciled(made, text=text).mentions
    assert (mention.metric.text, mention.extractor, mention.doubts) == ("net loss", "agreed", ())


def test_a_metric_that_the_text_does_not_have_is_refused():
    found = reconciled(offer("$7.25 million", "moon landing costs"))
    assert found.rejected[0].reason == "metric_not_in_text"


def test_an_amount_outside_the_piece_the_model_saw_is_refused():
    found = reconciled(offer("$7.25 million", "Outlays", piece_end=40, quote="Outlays on piers"))
    assert found.rejected[0].reason == "amount_not_in_text"


def test_a_repeated_number_is_placed_by_its_quote():
    text = "Revenue was $5 million in 2021. Net debt was $5 million in 2022."
    made = OfferedMention(
        "$5 million", "Net debt", None, "2022", None, None, "actual", "Net debt was $5 million in 2022", 0, len(text)
    )
    found = reconciled(made, text=text)
    assert [(m.metric.text, m.extractor) for m in found.mentions] == [("Revenue", "rules"), ("Net debt", "agreed")]


def test_one_number_offered_twice_stays_one_mention():
    found = reconciled(offer("$5.3 million"), offer("$5.3 million", "Total assets"))
    assert [mention.amount.text for mention in found.mentions].count("$5.3 million") == 1
    assert "offered_twice" in by_amount(found, "$5.3 million").doubts


def test_an_empty_offer_is_refused():
    assert reconciled(offer("  ")).rejected[0].reason == "no_amount"


def test_a_cell_only_the_model_read_takes_the_scale_of_its_table():
    text = "(in thousands)\n | 2022 | 2021\nNet sales | 1,200 | 1,100\nFrobs / widgets | 77 | 66"
    made = OfferedMention(
        "77", "Frobs / widgets", None, "2022", None, None, "actual", "Frobs / widgets | 77", 0, len(text)
    )
    mention = by_amount(reconciled(made, text=text), "77")
    assert mention.scale is not None
    assert (mention.scale.text, mention.extractor) == ("in thousands", "model")


def test_the_extraction_names_the_model():
    assert reconciled().extractor == "stub"
    assert extract_document(Document(TEXT), Context()).extractor == "rules"


@pytest.mark.parametrize("amount", ["(310)", "310"])
@pytest.mark.parametrize("metric", ["Loss from operations", "Frobs lost"])
def test_parentheses_of_a_table_belong_to_the_number_offered_with_them_or_without(amount, metric):
    text = f"(in thousands)\n | 2023 | 2022\nNet sales | 12,400 | 11,950\n{metric} | (310) | (95)"
    made = OfferedMention(amount, metric, None, "2023", None, None, "actual", f"{metric} | (310)", 0, len(text))
    found = reconciled(made, text=text)
    assert [mention.amount.text for mention in found.mentions].count("(310)") == 1
    assert by_amount(found, "(310)").extractor in ("agreed", "model")
    assert all(mention.amount.text != "310" for mention in found.mentions)
