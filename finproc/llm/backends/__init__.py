"""The providers of language models; adding one is a file here and a line below. The first that is configured serves."""

from __future__ import annotations

from finproc.llm.backend import Backend
from finproc.llm.backends import openai
from finproc.settings import Settings

BACKENDS = (openai.configured,)


def configured(settings: Settings) -> Backend | None:
    """The backend that the settings ask for; None where there is no key, so that no client is ever loaded."""
    return next((backend for open_backend in BACKENDS if (backend := open_backend(settings)) is not None), None)
