"""Bytes to text: by byte order mark, as UTF-8, as a page declares, else in the encoding that is likeliest."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator

from charset_normalizer import from_bytes

from finproc.errors import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROLS_PER = 200
"""Text has at most one control character in so many; old printer files have a few."""
_DETECTED_FROM = 65_536
"""Bytes that the guess of an encoding looks at: it costs about 1 ms a kilobyte."""
_DAMAGED_PER = 20
"""Of so many characters beyond ASCII one may be damaged in what is still UTF-8."""
_ASCII = bytes(range(128))
_WESTERN = 0.15
_WESTERN_SIGNS = (
    "€‚„…‘’“”•–—™ £¥§©«®°±·»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüŸŒœŠšŽž\u00a0".encode("cp1252")
)
_EURO_SIGN = "€".encode("iso8859-15")
"""No text has windows-1252's sign at this place, the general sign of currency."""
_WINDOWS_ONLY = bytes(range(0x80, 0xA0))
_ENCODINGS = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r", "mac_roman",
    "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
]  # fmt: skip
_BY_LABEL = {
    **dict.fromkeys(("ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "l1", "x-cp1252"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean"), "cp949"),
    **{f"windows-{number}": f"cp{number}" for number in (874, *range(1250, 1259))},
    **{f"iso-8859-{number}": f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "macintosh": "mac_roman", "koi8-r": "koi8_r", "koi8-u": "koi8_u", "big5": "big5hkscs", "euc-jp": "euc_jp",
    "gb18030": "gb18030", "iso-2022-jp": "iso2022_jp",
}  # fmt: skip
"""Encodings as pages name them (WHATWG Encoding Standard): what is called Latin-1 is windows-1252."""
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})"
    rb"|^\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})",
    re.IGNORECASE,
)
_HEAD_BYTES = 4_096
for _name in {*_ENCODINGS, *_BY_LABEL.values()}:
    codecs.lookup(_name)  # loaded now: the limited child can open no file when it comes to read


def text_of(body: bytes) -> str:
    """The bytes decoded, NFC. Raises `not_text`."""
    return _sound(_decoded(body))


def page_text(body: bytes) -> str:
    """A page decoded: as UTF-8 or by its mark, else as its own head declares, else as it looks. Raises `not_text`."""
    declared = _DECLARED.search(body[:_HEAD_BYTES])
    label = b"" if declared is None else declared[1] or declared[2]
    encoding = _BY_LABEL.get(label.decode("ascii").lower())
    if encoding and not any(body.startswith(mark) for mark, _ in _MARKS) and not _is_utf8(body):
        try:
            return unicodedata.normalize("NFC", body.decode(encoding).replace("\0", ""))
        except UnicodeDecodeError:
            pass
    return text_of(body)


def _sound(text: str) -> str:
    if "\0" in text or len(_CONTROL.findall(text)) * _CONTROLS_PER > len(text):
        raise Unreadable("not_text", "The content holds control characters: it is no text.")
    return unicodedata.normalize("NFC", text)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(body: bytes) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            try:
                return body.decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable("not_text", f"The content is marked as {encoding} but does not decode.") from error
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        damaged = body.decode("utf-8", "replace")
        beyond = len(damaged) - sum(map(damaged.count, map(chr, range(128))))
        if damaged.count("\ufffd") * _DAMAGED_PER <= beyond:
            return damaged
        if b"\0" not in body:
            for encoding in _likely(body):
                try:
                    return body.decode(encoding)
                except UnicodeDecodeError:
                    continue
        raise Unreadable(
            "not_text", f"The content is neither UTF-8 nor text in another encoding (byte {error.start})."
        ) from error


def _likely(body: bytes) -> Iterator[str]:
    """Encodings to try, the likeliest first: few bytes beyond ASCII are Western European, whatever a guess says.

    A guess from a sentence is often wrong, and a wrong one turns a currency sign into a letter.
    """
    head = body[:_DETECTED_FROM]
    beyond = head.translate(None, _ASCII)
    if len(beyond) < _WESTERN * len(head):
        if not beyond.translate(None, _WESTERN_SIGNS):
            yield "cp1252"
        elif not beyond.translate(None, _WESTERN_SIGNS + _EURO_SIGN) and not set(beyond) & set(_WINDOWS_ONLY):
            yield "iso8859-15"
    guess = from_bytes(head, cp_isolation=_ENCODINGS).best()
    if guess:
        yield guess.encoding
