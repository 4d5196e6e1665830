"""What may come in: each refusal by its name, and what makes content the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from finproc.errors import Refusal, Unreadable
from finproc.settings import Settings
from finproc.submit import intake, refusals

SETTINGS = Settings()
EXAMPLE = "Company XYZ reported a net income of $5.3 million for Q1 2024."


class PlainHasher:
    """Hashes without a key, each part with its length."""

    def keyed_hash(self, owner: str, *parts: bytes) -> str:
        return hashlib.sha256(repr((owner, parts)).encode()).hexdigest()


class Formats:
    """Knows text; says of everything else what it was told to say."""

    def __init__(self, reason: str | None = None) -> None:
        self.reason = reason

    def recognize(self, body: bytes, filename: str | None = None, declared: str | None = None) -> str:
        if self.reason == "unknown_format":
            raise Unreadable(self.reason, "The format is not known.")
        return "text/plain"

    def check(self, body: bytes, media_type: str) -> None:
        if self.reason:
            raise Unreadable(self.reason, "It cannot be read.")


def test_the_example_is_accepted_as_it_is():
    item = intake.from_bytes(f'{{"raw_text": "{EXAMPLE}"}}'.encode(), SETTINGS)
    assert item.body.decode() == EXAMPLE
    assert (item.kind, item.media_type, item.hints.company) == ("text", "text/plain", None)


def test_all_that_a_submitter_may_say_is_kept():
    item = intake.from_json(
        {
            "raw_text": EXAMPLE,
            "company": " XYZ ",
            "published": "2024-04-30",
            "source": "wire",
            "language": "en-US",
            "account": "A",
            "profile": "P",
            "metadata": {"run": 7, "rate": Decimal("1.10")},
        },
        SETTINGS,
    )
    assert (item.hints.company, item.hints.published, item.hints.language) == ("XYZ", date(2024, 4, 30), "en-US")
    assert (item.hints.account, item.hints.profile, item.source) == ("A", "P", "wire")
    assert item.metadata == {"run": 7, "rate": Decimal("1.1")}


@pytest.mark.parametrize(
    ("body", "refusal", "field"),
    [
        (b"", refusals.NotJSON, None),
        (b"{", refusals.NotJSON, None),
        (b'{"raw_text": NaN}', refusals.NotJSON, None),
        (b'{"raw_text": "caf\xe9"}', refusals.NotUTF8, None),
        (b'{"raw_text": "\\ud800"}', refusals.NotUTF8, "raw_text"),
        (b"[]", refusals.NotAnObject, None),
        (b'"text"', refusals.NotAnObject, None),
        (b"null", refusals.NotAnObject, None),
        (b"{}", refusals.MissingField, "raw_text"),
        (b'{"raw_text": null}', refusals.InvalidField, "raw_text"),
        (b'{"raw_text": 5}', refusals.InvalidField, "raw_text"),
        (b'{"raw_text": ["a"]}', refusals.InvalidField, "raw_text"),
        (b'{"raw_text": ""}', refusals.BlankText, "raw_text"),
        (b'{"raw_text": " \\n\\t\\u00a0\\u200b\\ufeff"}', refusals.BlankText, "raw_text"),
        (b'{"raw_text": "a\\u0000b"}', refusals.NulCharacter, "raw_text"),
        (b'{"raw_text": "a", "rawtext": "b"}', refusals.UnknownField, "rawtext"),
        (b'{"raw_text": "a", "company": 5}', refusals.InvalidField, "company"),
        (b'{"raw_text": "a", "company": " "}', refusals.InvalidField, "company"),
        (b'{"raw_text": "a", "company": "' + b"x" * 201 + b'"}', refusals.InvalidField, "company"),
        (b'{"raw_text": "a", "published": "2024-02-30"}', refusals.InvalidField, "published"),
        (b'{"raw_text": "a", "published": "20240229"}', refusals.InvalidField, "published"),
        (b'{"raw_text": "a", "published": 20240229}', refusals.InvalidField, "published"),
        (b'{"raw_text": "a", "language": "not a language"}', refusals.InvalidField, "language"),
        (b'{"raw_text": "a", "metadata": []}', refusals.InvalidField, "metadata"),
        (b'{"raw_text": "a", "metadata": {"a": "\\u0000"}}', refusals.NulCharacter, "metadata"),
        (b'{"raw_text": "a", "metadata": {"a": "' + b"x" * 16_384 + b'"}}', refusals.InvalidField, "metadata"),
        (
            b'{"raw_text": "a", "metadata": ' + b'{"a":' * 30 + b"1" + b"}" * 30 + b"}",
            refusals.InvalidField,
            "metadata",
        ),
        (b'{"raw_text": "a", "metadata": ' + b"[" * 100_000, refusals.NotJSON, None),
    ],
)
def test_each_refusal_names_its_reason_and_its_field(body: bytes, refusal: type[Refusal], field: str | None):
    with pytest.raises(Refusal) as caught:
        intake.from_bytes(body, SETTINGS)
    assert type(caught.value) is refusal
    assert caught.value.field == field


def test_a_text_at_the_limit_is_accepted_and_one_byte_more_is_not():
    settings = replace(SETTINGS, max_text_bytes=10)
    assert intake.from_json({"raw_text": "é" * 5}, settings).body == "é".encode() * 5
    with pytest.raises(refusals.TooLarge):
        intake.from_json({"raw_text": "é" * 5 + "x"}, settings)


def test_a_literal_backslash_is_no_nul():
    assert intake.from_json({"raw_text": "a", "metadata": {"a": "\\u0000"}}, SETTINGS).metadata == {"a": "\\u0000"}


def same(first: dict[str, object], second: dict[str, object], owners: tuple[str, str] = ("a", "a")) -> bool:
    hashes = [
        intake.content_hash(PlainHasher(), owner, intake.from_json(value, SETTINGS))
        for owner, value in zip(owners, (first, second), strict=True)
    ]
    return hashes[0] == hashes[1]


def test_content_is_the_same_whatever_its_composition_source_and_metadata():
    assert same({"raw_text": "caf\u00e9"}, {"raw_text": "cafe\u0301", "source": "s", "metadata": {"a": 1}})


@pytest.mark.parametrize(
    "hint", [{"company": "X"}, {"published": "2024-01-01"}, {"language": "de"}, {"account": "A"}, {"profile": "P"}]
)
def test_content_differs_by_each_hint(hint: dict[str, object]):
    assert not same({"raw_text": "a"}, {"raw_text": "a", **hint})


def test_content_of_two_owners_is_never_the_same():
    assert not same({"raw_text": "a"}, {"raw_text": "a"}, ("a", "b"))


def test_a_text_and_a_file_of_the_same_bytes_are_two_things():
    file = intake.from_file(intake.Upload(b"a", "a.txt"), {}, SETTINGS, Formats())
    text = intake.from_json({"raw_text": "a"}, SETTINGS)
    hashes = {intake.content_hash(PlainHasher(), "o", item) for item in (file, text)}
    assert len(hashes) == 2


def test_a_file_keeps_the_last_part_of_its_name_and_the_forms_hints():
    upload = intake.Upload(b"Revenue was $1.", "C:\\docs\\../../re\u0000port.txt", "application/pdf")
    item = intake.from_file(upload, {"company": "ACME", "published": "", "metadata": '{"a": 1}'}, SETTINGS, Formats())
    assert (item.filename, item.media_type, item.hints.company) == ("report.txt", "text/plain", "ACME")
    assert (item.hints.published, item.metadata) == (None, {"a": 1})


@pytest.mark.parametrize(
    ("upload", "form", "reason", "refusal"),
    [
        (intake.Upload(b" \n"), {}, None, refusals.BlankText),
        (intake.Upload(b"PK"), {}, "unknown_format", refusals.UnknownFormat),
        (intake.Upload(b"%PDF-"), {}, "encrypted", refusals.UnreadableFile),
        (intake.Upload(b"%PDF-"), {}, "too_large", refusals.TooLarge),
        (intake.Upload(b"x" * 101), {}, None, refusals.TooLarge),
        (intake.Upload(b"x"), {"metadata": "{"}, None, refusals.InvalidField),
        (intake.Upload(b"x"), {"raw_text": "a"}, None, refusals.UnknownField),
        (intake.Upload(b"x"), {"published": "soon"}, None, refusals.InvalidField),
    ],
)
def test_a_file_is_refused_by_name(
    upload: intake.Upload, form: dict[str, str], reason: str | None, refusal: type[Refusal]
):
    with pytest.raises(Refusal) as caught:
        intake.from_file(upload, form, replace(SETTINGS, max_document_bytes=100), Formats(reason))
    assert type(caught.value) is refusal
