"""What intake refuses, one class per reason."""

from __future__ import annotations

from finproc.errors import Refusal


class NotJSON(Refusal):
    """The body is not valid JSON."""

    status = 400
    code = "not_json"
    title = "Not JSON"


class NotUTF8(Refusal):
    """The text is not valid UTF-8."""

    status = 400
    code = "not_utf8"
    title = "Not UTF-8"


class NotAnObject(Refusal):
    """A submission is a JSON object such as {"raw_text": "…"}."""

    code = "not_an_object"
    title = "Not an object"


class UnknownField(Refusal):
    """The submission has a field that finproc does not know."""

    code = "unknown_field"
    title = "Unknown field"


class MissingField(Refusal):
    """A field is missing."""

    code = "missing_field"
    title = "Missing field"


class InvalidField(Refusal):
    """A field has a wrong type or value."""

    code = "invalid_field"
    title = "Invalid field"


class BlankText(Refusal):
    """The text is empty or blank."""

    code = "blank_text"
    title = "Blank text"


class NulCharacter(Refusal):
    """The text holds a NUL character, which no document has and no database keeps."""

    code = "nul_character"
    title = "NUL character"


class TooLarge(Refusal):
    """The content is larger than the limit."""

    status = 413
    code = "too_large"
    title = "Too large"


class TooManyLines(TooLarge):
    """A batch holds at most 10,000 lines; nothing of this one was accepted."""

    code = "too_many_lines"
    title = "Too many lines"


class NoFile(Refusal):
    """The form holds no file."""

    code = "no_file"
    title = "No file"


class UnknownFormat(Refusal):
    """The format of the file is not known."""

    status = 415
    code = "unknown_format"
    title = "Unknown format"


class UnreadableFile(Refusal):
    """The file cannot be read."""

    code = "unreadable"
    title = "Unreadable file"


class UnsupportedMedia(Refusal):
    """Send application/json, multipart/form-data or application/x-ndjson."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class InvalidKey(Refusal):
    """An Idempotency-Key has 1 to 255 visible ASCII characters."""

    status = 400
    code = "invalid_idempotency_key"
    title = "Invalid Idempotency-Key"


class KeyReused(Refusal):
    """This Idempotency-Key was used with another request in the last 24 hours."""

    code = "idempotency_key_reused"
    title = "Idempotency-Key reused"


class KeyInUse(Refusal):
    """The first request with this Idempotency-Key is still at work; try again for its answer."""

    status = 409
    code = "idempotency_key_in_use"
    title = "Idempotency-Key in use"
    retry_after = 1


class TooManyRequests(Refusal):
    """Too many requests; slow down."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"
    retry_after = 1


class TooManyStreams(Refusal):
    """Too many event streams are open; try again later."""

    status = 503
    code = "too_many_streams"
    title = "Too many event streams"
    retry_after = 10


class NotFailed(Refusal):
    """Only a failed submission can be retried."""

    status = 409
    code = "not_failed"
    title = "Not failed"
