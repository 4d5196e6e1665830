"""Intake: what may come in, and how it is saved and then published."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from marshmallow import ValidationError

from finproc.errors import Refusal, Unreadable
from finproc.model.ids import new_id, utc_now
from finproc.model.submission import Hints, Kind, NewSubmission, State, Submission
from finproc.records.protocols import Added, SubmissionRecords
from finproc.schemas import exact_json
from finproc.schemas.submission import SubmissionHints, SubmissionRequest
from finproc.settings import Settings
from finproc.submit import refusals
from finproc.submit.gathering import Gathering

MAX_METADATA_BYTES = 16_384
MAX_METADATA_DEPTH = 20
MAX_FILENAME = 255
_REQUEST = SubmissionRequest()
_HINTS = SubmissionHints()
_UNREADABLE = {"unknown_format": refusals.UnknownFormat, "too_large": refusals.TooLarge}

Publish = Callable[[Submission], bool]
"""Sends the message of a submission's present dispatch; False if the broker does not take it now."""


class Hasher(Protocol):
    """What intake needs of the keyring."""

    def keyed_hash(self, owner: str, *parts: bytes) -> str: ...


class Formats(Protocol):
    """What intake needs of the readers."""

    def recognize(self, body: bytes, filename: str | None = None, declared: str | None = None) -> str: ...

    def check(self, body: bytes, media_type: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Item:
    """One validated submission, not yet anybody's."""

    kind: Kind
    media_type: str
    body: bytes
    hints: Hints
    filename: str | None = None
    source: str | None = None
    metadata: dict[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    body: bytes
    filename: str | None = None
    declared: str | None = None
    """The media type that the sender gave; content decides."""


def from_bytes(body: bytes, settings: Settings) -> Item:
    """The submission that a JSON body, a line of a batch or an AMQP message holds. Raises Refusal."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusals.NotUTF8(f"Byte {error.start} is not UTF-8.") from None
    try:
        value = exact_json.loads(text)
    except exact_json.NotJSON as error:
        raise refusals.NotJSON(f"The body is not valid JSON: {error}") from None
    return from_json(value, settings)


def from_json(value: object, settings: Settings) -> Item:
    """The submission that a JSON value holds. Raises Refusal."""
    if not isinstance(value, dict):
        raise refusals.NotAnObject
    try:
        loaded: dict[str, Any] = _REQUEST.load(value)
    except ValidationError as error:
        raise _refusal(error) from None
    text = _sound(loaded.pop("raw_text"), "raw_text")
    if _blank(text):
        raise refusals.BlankText(field="raw_text")
    body = text.encode()
    if len(body) > settings.max_text_bytes:
        raise refusals.TooLarge(
            f"The text has {len(body):,} bytes; the limit is {settings.max_text_bytes:,}.", field="raw_text"
        )
    return Item("text", "text/plain", body, **_said(loaded))


def from_file(upload: Upload, form: Mapping[str, str], settings: Settings, formats: Formats) -> Item:
    """The submission that an uploaded file holds; empty form fields count as absent. Raises Refusal."""
    said = _said(_form(form))
    if len(upload.body) > settings.max_document_bytes:
        raise refusals.TooLarge(
            f"The file has {len(upload.body):,} bytes; the limit is {settings.max_document_bytes:,}.", field="file"
        )
    if not upload.body.strip():
        raise refusals.BlankText("The file is empty.", field="file")
    try:
        media_type = formats.recognize(upload.body, upload.filename, upload.declared)
        formats.check(upload.body, media_type)
    except Unreadable as error:
        kind = _UNREADABLE.get(error.reason, refusals.UnreadableFile)
        raise kind(error.detail, field="file") from None
    return Item("file", media_type, upload.body, filename=_filename(upload.filename), **said)


def accept(
    submissions: SubmissionRecords,
    keyring: Hasher,
    owner: str,
    items: Sequence[Item],
    publish: Publish,
    *,
    gathering: Gathering | None = None,
) -> list[Added]:
    """Save all, then publish what is new; what the broker does not take is marked for the sweep.

    With a `gathering` the save shares its transaction with those of other threads.
    """
    new, at = [new_submission(keyring, owner, item) for item in items], utc_now()
    added = submissions.add_many(new, at) if gathering is None else gathering.add_many(submissions, new, at)
    broker_up = True
    for one in added:
        if one.outcome != "duplicate":
            broker_up = broker_up and publish(one.submission)
            if not broker_up:
                leave_to_sweep(submissions, one.submission)
    return added


def new_submission(keyring: Hasher, owner: str, item: Item) -> NewSubmission:
    """The item as a submission of `owner`, with the hash that tells whether it was here before."""
    return NewSubmission(
        id=new_id(),
        owner=owner,
        kind=item.kind,
        media_type=item.media_type,
        body=item.body,
        content_hash=content_hash(keyring, owner, item),
        hints=item.hints,
        filename=item.filename,
        source=item.source,
        metadata=item.metadata,
    )


def content_hash(keyring: Hasher, owner: str, item: Item) -> str:
    """Keyed hash of kind, bytes, company, published, language, account, profile: what makes content the same."""
    hints = item.hints
    published = None if hints.published is None else hints.published.isoformat()
    said = (hints.company, published, hints.language, hints.account, hints.profile)
    parts = (b"" if text is None else f"={text}".encode() for text in said)
    return keyring.keyed_hash(owner, item.kind.encode(), item.body, *parts)


def leave_to_sweep(submissions: SubmissionRecords, submission: Submission) -> None:
    """Mark what the broker did not take, so that the next sweep sends it at once."""
    submissions.change(
        submission.id,
        {"dispatched_at": None},
        at=utc_now(),
        if_state=(State.RECEIVED,),
        if_dispatch=submission.dispatch,
    )


def _form(form: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, object] = {name: text for name, text in form.items() if text.strip()}
    if "metadata" in values:
        try:
            values["metadata"] = exact_json.loads(form["metadata"])
        except exact_json.NotJSON as error:
            raise refusals.InvalidField(f"metadata is not valid JSON: {error}", field="metadata") from None
    try:
        loaded: dict[str, Any] = _HINTS.load(values)
    except ValidationError as error:
        raise _refusal(error) from None
    return loaded


def _said(loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Hints, source and metadata as an Item takes them; texts in NFC."""
    texts = {
        name: _sound(loaded[name], name).strip()
        for name in ("company", "language", "account", "profile", "source")
        if loaded.get(name) is not None
    }
    source = texts.pop("source", None)
    published: date | None = loaded.get("published")
    metadata = loaded.get("metadata") or {}
    _bounded(metadata)
    return {"hints": Hints(published=published, **texts), "source": source, "metadata": metadata}


def _bounded(metadata: Mapping[str, object]) -> None:
    _walk(metadata, MAX_METADATA_DEPTH)
    size = len(exact_json.dumps(metadata).encode())
    if size > MAX_METADATA_BYTES:
        raise refusals.InvalidField(
            f"metadata has {size:,} bytes; the limit is {MAX_METADATA_BYTES:,}.", field="metadata"
        )


def _walk(value: object, depth: int) -> None:
    """Refuse metadata that no store keeps as it is: texts with NUL or half characters, and deep nesting."""
    if depth < 0:
        raise refusals.InvalidField(f"metadata is nested deeper than {MAX_METADATA_DEPTH} levels.", field="metadata")
    if isinstance(value, str):
        _sound(value, "metadata")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _sound(name, "metadata")
            _walk(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, depth - 1)


def _sound(text: str, name: str) -> str:
    """The text in NFC; refused if it cannot be UTF-8 or holds NUL."""
    if "\0" in text:
        raise refusals.NulCharacter(field=name)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise refusals.NotUTF8("The text holds half of a surrogate pair, which is no character.", field=name) from None
    return unicodedata.normalize("NFC", text)


def _blank(text: str) -> bool:
    """Whether nothing but separators and invisible characters is there."""
    return all(unicodedata.category(character)[0] in "ZC" for character in text)


def _filename(name: str | None) -> str | None:
    """The last part of the sender's file name, for display alone: it never reaches the disk."""
    last = re.split(r"[/\\]", name or "")[-1]
    shown = "".join(character for character in last if unicodedata.category(character)[0] != "C")
    return unicodedata.normalize("NFC", shown).strip()[-MAX_FILENAME:] or None


def _refusal(error: ValidationError) -> Refusal:
    """The first thing that is wrong, by its name."""
    messages = error.messages_dict
    name, message = next(iter(messages.items()))
    while isinstance(message, dict):
        message = next(iter(message.values()))
    detail = message[0] if isinstance(message, list) else message
    kind: type[Refusal] = refusals.InvalidField
    if detail == "Unknown field.":
        kind = refusals.UnknownField
    elif detail == "Missing data for required field.":
        kind = refusals.MissingField
    return kind(f"{name}: {detail}", field=name)
