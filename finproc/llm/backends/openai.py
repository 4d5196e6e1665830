"""OpenAI and every server that speaks its Chat Completions, through the `openai` client.

Its behaviour was measured on 3.52: retries on by default, a time-out for each read and none for the whole, no
idempotency header, exceptions that do not survive pickling. None of that is let through.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from finproc.clients.garbage import spare_what_is_loaded
from finproc.llm.backend import Lost, Refused, Reply
from finproc.llm.backends.chat_completion import read_completion
from finproc.llm.question import Question, Reading
from finproc.settings import Settings

if TYPE_CHECKING:
    from finproc.llm.backends.openai_client import ChatClient

_ADDRESS = "https://api.openai.com/v1"


def configured(settings: Settings) -> OpenAIBackend | None:
    """The backend where there is a key."""
    if settings.openai_api_key is None:
        return None
    return OpenAIBackend(
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url or _ADDRESS,
        model=settings.openai_model,
        service_tier=settings.openai_service_tier,
        reasoning_effort=settings.openai_reasoning_effort,
        max_output_tokens=settings.openai_max_output_tokens,
        timeout=settings.openai_timeout,
        total_timeout=settings.openai_total_timeout,
    )


@dataclass(slots=True)
class OpenAIBackend:
    """One account at one address. The client is opened at the first send of each process."""

    api_key: str = field(repr=False)
    model: str
    base_url: str = _ADDRESS
    service_tier: str | None = None
    reasoning_effort: str | None = None
    max_output_tokens: int = 4096
    timeout: float = 30.0
    """Seconds between two reads."""
    total_timeout: float = 120.0
    _client: tuple[int, ChatClient] | None = field(default=None, init=False, repr=False)
    _opening: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def body(self, question: Question) -> bytes:
        messages = [{"role": "system", "content": question.instructions}, {"role": "user", "content": question.text}]
        if question.reason is not None:
            messages.append({"role": "user", "content": question.reason})
        schema = {"name": question.schema_name, "strict": True, "schema": question.schema}
        request: dict[str, object] = {
            "model": self.model,
            "messages": messages,
            "response_format": {"type": "json_schema", "json_schema": schema},
            "max_completion_tokens": self.max_output_tokens,
            "store": False,
        }
        if self.reasoning_effort is not None:
            request["reasoning_effort"] = self.reasoning_effort
        return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()

    def send(self, body: bytes, *, attempt: str) -> Reply | Refused | Lost:
        if self.service_tier is not None:
            body = body[:-1] + b',"service_tier":' + json.dumps(self.service_tier).encode() + b"}"
        return self._open().post(body, attempt)

    def read(self, body: bytes, question: Question) -> Reading:
        return read_completion(body, question.schema)

    def close(self) -> None:
        """Close this process's connections; the next send opens new ones."""
        opened, self._client = self._client, None
        if opened is not None and opened[0] == os.getpid():
            opened[1].close()

    def _open(self) -> ChatClient:
        """This process's client; a forked child opens its own, since sockets must not be shared."""
        opened = self._client
        if opened is None or opened[0] != os.getpid():
            with self._opening:
                opened = self._client
                if opened is None or opened[0] != os.getpid():
                    self._client = opened = (os.getpid(), self._connect())
        return opened[1]

    def _connect(self) -> ChatClient:
        from finproc.llm.backends.openai_client import ChatClient  # noqa: PLC0415  # 57 MB that few processes need

        client = ChatClient(
            api_key=self.api_key,
            base_url=self.base_url,
            timeout=self.timeout,
            total_timeout=self.total_timeout,
        )
        spare_what_is_loaded()
        return client
