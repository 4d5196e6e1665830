"""A second question, only about money that a first answer left out, and only as far as it costs nothing else."""

from __future__ import annotations

import re

import pytest

from finproc.extract.extraction import extract_document
from finproc.extract.mentions.language_model import MOST_LEFT_OUT, ModelReader
from finproc.extract.mentions.prompts import PROMPTS
from finproc.extract.tasks import extraction_of
from finproc.llm.failures import BudgetWait, CircuitOpen, MorePieces, OverBudget, RateLimited
from finproc.llm.question import Answer, Outcome, Question
from finproc.model.document import Context, Document
from finproc.model.mention import Extraction
from finproc.model.text import Quote, Span

TEXT = "Harbor Corp earned revenue of $5 million in 2023. Outlays on piers came to $7.25 million in 2023."
LEFT_OUT = "$7.25 million"


class Asked:
    """An Ask that leaves the piers out at first, and answers the second question as told."""

    model = "gpt-6-luna"
    seconds = 1e9

    def __init__(self, second: Outcome | Exception = "ok", more: tuple[dict[str, str | None], ...] = ()) -> None:
        self.questions: list[Question] = []
        self._second = second
        self._more = more

    def __call__(self, question: Question) -> Answer:
        self.questions.append(question)
        if len(self.questions) == 1:
            return Answer("ok", {"mentions": [said("$5 million", "revenue", "Harbor Corp")]}, "", replayed=False)
        if isinstance(self._second, Exception):
            raise self._second
        found = [said(LEFT_OUT, "Outlays on piers", None), *self._more]
        return Answer(self._second, {"mentions": found}, "", replayed=False)


def said(amount: str, metric: str, company: str | None) -> dict[str, str | None]:
    return {
        "amount": amount, "metric": metric, "company": company, "period": "2023", "segment": None,
        "qualifier": None, "status": "actual", "quote": None,
    }  # fmt: skip


def by_amount(extraction: Extraction) -> dict[str, str]:
    return {mention.amount.text: mention.extractor for mention in extraction.mentions}


def read(ask: Asked, text: str = TEXT, **more: object) -> Extraction:
    return extraction_of(Document(text), Context(), ask, **more)  # type: ignore[arg-type]  # any of its options


def test_money_left_out_is_asked_for_once_and_found():
    ask = Asked()
    found = read(ask)
    assert by_amount(found) == {"$5 million": "agreed", LEFT_OUT: "model"}
    assert found.unclaimed == ()
    assert found.prompt == PROMPTS[-1].version
    assert [LEFT_OUT in (asked.text.rpartition(">>>")[2]) for asked in ask.questions] == [False, True]


def test_nothing_is_asked_again_where_everything_is_claimed():
    ask = Asked()
    assert len(read(ask, "Harbor Corp earned revenue of $5 million in 2023.").mentions) == 1
    assert len(ask.questions) == 1


def test_a_prompt_without_a_second_question_asks_once():
    ask = Asked()
    found = read(ask, prompt=PROMPTS[0])
    assert [quote.text for quote in found.unclaimed] == [LEFT_OUT]
    assert (len(ask.questions), found.prompt) == (1, "mentions_v1")


@pytest.mark.parametrize(
    "lost",
    [
        "refusal", "content_filter", "cut_off", "not_json", "schema_mismatch",
        OverBudget("over_budget"), BudgetWait("over_budget", after=9e4, waiting="budget"),
        CircuitOpen("circuit_open", after=30, waiting="circuit"),
    ],
    ids=str,
)  # fmt: skip
def test_a_second_question_that_fails_costs_the_second_look_alone(lost):
    found = read(Asked(lost))
    assert by_amount(found) == {"$5 million": "agreed"}
    assert [quote.text for quote in found.unclaimed] == [LEFT_OUT]


@pytest.mark.parametrize("later", [RateLimited("rate_limit", after=1.0), MorePieces("more_pieces", waiting="pieces")])
def test_what_passes_soon_is_waited_for(later):
    with pytest.raises(type(later)):
        read(Asked(later))


def test_a_second_answer_about_other_numbers_changes_nothing_of_the_first():
    other = said("$5 million", "Outlays on piers", None)
    found = read(Asked(more=(other,)))
    first = next(mention for mention in found.mentions if mention.amount.text == "$5 million")
    assert (first.extractor, first.doubts) == ("agreed", ())


def test_a_piece_with_countless_amounts_is_not_asked_about_again():
    text = "\n".join(f"Sundry {number}: ${number}.5" for number in range(MOST_LEFT_OUT + 1))
    quotes = [Quote(match[0], Span(*match.span())) for match in re.finditer(r"\$[\d.]+", text)]
    ask = Asked()
    assert ModelReader(ask).again(Document(text), Context(), quotes) == []
    assert ask.questions == []
    ModelReader(ask).again(Document(text), Context(), quotes[:-1])
    assert len(ask.questions) == 1


def test_each_piece_is_asked_about_its_own_amounts():
    text = "\n\n".join(f"Sundry item {number} came to ${number}.5 million. " + "Words. " * 500 for number in range(6))
    quotes = [Quote(match[0], Span(*match.span())) for match in re.finditer(r"\$[\d.]+\d million", text)]
    ask = Asked()
    ModelReader(ask).again(Document(text), Context(), quotes)
    asked = [re.findall(r'"amount": "(\$[\d.]+ million)"', one.text) for one in ask.questions]
    assert sorted(amount for amounts in asked for amount in amounts) == sorted(quote.text for quote in quotes)
    assert len(asked) > 1


def test_the_rules_alone_never_name_a_prompt():
    assert extract_document(Document(TEXT), Context()).prompt is None
