"""Every version of the prompt: kept, selectable, and with examples that finproc itself would prove."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from finproc.errors import SettingError
from finproc.extract.extraction import extract_document
from finproc.extract.mentions.offered import OfferedMention
from finproc.extract.mentions.prompt import LATEST, question
from finproc.extract.mentions.prompts import PROMPTS, prompt_named
from finproc.extract.mentions.prompts.mentions_v2 import FIELDS
from finproc.llm.strict_schema import mismatch
from finproc.model.document import Context, Document
from finproc.model.text import Quote, Span
from finproc.normalize.facts import normalize
from finproc.settings import Settings, load

_EXAMPLE = re.compile(r"^Hints: (?P<hints>.*)\nText: (?P<text>.*?)\nAnswer: (?P<answer>.*)$", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (json.loads(block["hints"]).get("headings", []), block["text"], json.loads(block["answer"]))
    for part in LATEST.instructions.split("\n\n")
    if (block := _EXAMPLE.fullmatch(part.strip()))
]
FINGERPRINTS = {
    "mentions_v1": "963a413b37d78a4d",
    "mentions_v2": "1036fa8d5d518efd",
}
"""Of versions that were used; who wants other words makes another version."""


def test_a_version_that_was_used_is_never_changed():
    made = {
        prompt.version: hashlib.sha256(
            json.dumps([prompt.instructions, prompt.schema, prompt.second], ensure_ascii=False).encode()
        ).hexdigest()[:16]
        for prompt in PROMPTS
    }
    assert made == FINGERPRINTS


def test_settings_offer_every_version_and_choose_the_last():
    assert Settings().openai_prompt == PROMPTS[-1].version
    for prompt in PROMPTS:
        assert prompt_named(load({"OPENAI_PROMPT": prompt.version}).openai_prompt) is prompt
    with pytest.raises(SettingError):
        load({"OPENAI_PROMPT": "mentions_v0"})
    with pytest.raises(SettingError):
        prompt_named("mentions_v0")


def test_another_version_is_another_question():
    asked = [question("Revenue was $5.", (), Context(), 0, prompt=prompt) for prompt in PROMPTS]
    assert len({(one.instructions, one.schema_name) for one in asked}) == len(PROMPTS)


def test_there_is_an_example_for_every_kind_of_passage():
    texts = "\n".join(text for _, text, _ in EXAMPLES)
    for sign in (
        "net loss",
        "respectively",
        "we expect",
        "£1.2-1.4",
        " | ",
        "Mrd. Euro",
        "milliards",
        "crore",
        "par value",
    ):
        assert sign in texts
    assert any(not answer["mentions"] for _, _, answer in EXAMPLES)


@pytest.mark.parametrize(("headings", "text", "answer"), EXAMPLES, ids=lambda value: str(value)[:30])
def test_an_example_matches_the_schema_and_is_copied_verbatim(headings, text, answer):
    assert mismatch(answer, LATEST.schema) is None
    for mention in answer["mentions"]:
        assert list(mention) == list(FIELDS)
        assert all(mention[field] in text for field in FIELDS if field != "status" and mention[field])
        assert mention["amount"] in mention["quote"]


@pytest.mark.parametrize(("headings", "text", "answer"), EXAMPLES, ids=lambda value: str(value)[:30])
def test_an_example_s_answer_is_admitted_as_it_stands(headings, text, answer):
    whole = "\n".join([*headings, text])
    offers = [OfferedMention(**mention, piece_start=0, piece_end=len(whole)) for mention in answer["mentions"]]
    extraction = extract_document(Document(whole), Context(), offered=lambda *_: offers, model="stub")
    assert extraction.rejected == ()
    found = normalize(extraction, Document(whole), Context())
    assert len([fact for fact in found.facts if fact.extractor != "rules"]) == len(offers)
    assert found.problems == ()


def test_amounts_left_out_are_named_by_place_behind_the_piece():
    text = "Sales were weak. Outlays on piers came to $7.25 million."
    first = question(text, (), Context(), 0)
    second = question(text, (), Context(), 0, left_out=[Quote("$7.25 million", Span(42, 55))])
    assert second.text.startswith(first.text), "the piece stays a common beginning, which caches serve"
    added = second.text.removeprefix(first.text)
    assert json.loads(added[added.index("[") :]) == [{"amount": "$7.25 million", "at": 42, "around": text}]
    assert second.instructions == first.instructions


def test_a_version_that_asks_once_never_names_what_was_left_out():
    left_out = [Quote("$5", Span(12, 14))]
    once = question("Revenue was $5.", (), Context(), 0, prompt=PROMPTS[0], left_out=left_out)
    assert once == question("Revenue was $5.", (), Context(), 0, prompt=PROMPTS[0])
