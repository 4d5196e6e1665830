"""Every version of the prompt. One that was used is never changed: its answers are kept under it."""

from __future__ import annotations

from finproc.errors import SettingError
from finproc.extract.mentions.prompts import mentions_v1, mentions_v2
from finproc.extract.mentions.prompts.prompt import Prompt

PROMPTS = (mentions_v1.PROMPT, mentions_v2.PROMPT)
"""Oldest first; the last is what settings choose unless told otherwise."""


def prompt_named(version: str) -> Prompt:
    """The prompt of that version; raises SettingError where there is none."""
    for prompt in PROMPTS:
        if prompt.version == version:
            return prompt
    raise SettingError("OPENAI_PROMPT", f"must be one of {', '.join(prompt.version for prompt in PROMPTS)}")
