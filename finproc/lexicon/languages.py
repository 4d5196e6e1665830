"""Which language a text is in, by its small words."""

from __future__ import annotations

import re
from collections import Counter

_SMALL_WORDS = {
    "en": "the of and to in for was were from with by is are on as its at that year net million",
    "de": "der die das und von im um auf den dem mit für ist sich wurde wurden gegenüber ein eine nach bei zum prozent",
    "fr": "le la les des du et en au aux une est sont par pour sur dans millions d'euros contre avec chiffre",
    "es": "el los las del y en un una por para con que se fue millones",
    "it": "il lo gli della del di e nel per con una che milioni",
    "pt": "o os as do da dos das em um uma por para com que no na milhões",
    "nl": "het een van en op voor met zijn werd miljoen bij",
}
_LANGUAGES: dict[str, list[str]] = {}
for _language, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _LANGUAGES.setdefault(_word, []).append(_language)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SAMPLE = 20_000
_ENOUGH = 3
KEPT_LENGTH, LAST_LENGTH = 4_000, 100_000
"""Characters up to which the finders remember what they found in the last texts, and in the very last one."""


def guess_language(text: str) -> str | None:
    """The two-letter code of the text's language, from its first 20,000 characters.

    None where the small words do not tell.
    """
    words = _WORD.findall(text[:_SAMPLE].lower())
    counts = Counter(language for word in words for language in _LANGUAGES.get(word, ()))
    ranked = counts.most_common(2)
    if not ranked or ranked[0][1] < _ENOUGH:
        return None
    clear = len(ranked) == 1 or ranked[0][1] > ranked[1][1] * 1.3
    return ranked[0][0] if clear else None


def told_apart(language: str | None) -> str | None:
    """The language as the finders tell it apart: American English reads like an unknown one."""
    return None if language is None or language.lower() in {"en", "en-us"} else language
