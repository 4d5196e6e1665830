"""Every setting, read once from the environment (and `.env`); nothing else in finproc reads the environment."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values

from finproc.errors import SettingError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per environment variable, named as it in lower case. None: unset, the embedded default applies."""

    finproc_var: Path = Path("var")
    broker_url: str | None = None
    mongo_url: str | None = None
    database_url: str | None = None
    events_url: str | None = None
    redis_url: str | None = None
    openai_api_key: str | None = None
    openai_base_url: str | None = None
    openai_model: str = "gpt-6-luna"
    openai_prompt: str = "mentions_v2"
    """Which version of the prompt: `finproc.extract.mentions.prompts` holds them all."""
    openai_timeout: float = 100.0
    """Seconds between two reads; the first byte comes only when the whole answer is written."""
    openai_total_timeout: float = 120.0
    """Seconds for a whole call."""
    openai_max_output_tokens: int = 4096
    openai_service_tier: str | None = None
    openai_reasoning_effort: str | None = None
    """Sent only where set: `none`, `minimal`, `low` … (reasoning bills as output)."""
    openai_unknown_retries: int = 1
    openai_requests_per_minute: int | None = None
    openai_tokens_per_minute: int | None = None
    openai_price_input: Decimal | None = None
    """US dollars per million input tokens, for a model the price table does not know."""
    openai_price_output: Decimal | None = None
    openai_budget_submission: Decimal | None = Decimal(2)
    openai_budget_day: Decimal | None = Decimal(20)
    openai_over_budget: Literal["wait", "fail"] = "wait"
    openai_circuit_seconds: float = 30.0
    """First pause of an open circuit; doubles with every failed probe."""
    openai_pieces_seconds: float = 120.0
    """Seconds that one run of the extract step may go on starting calls for the pieces of a long document."""
    extractor_fallback: Literal["none", "rules"] = "none"
    metrics_file: Path | None = None
    """Metrics and aliases beside the packaged ones, in the form of finproc/lexicon/metrics.json."""
    companies_file: Path | None = None
    """Further names and tickers of companies: {"companies": [{"name", "aliases", "tickers"}]}."""
    finproc_master_key: str | None = None
    finproc_auth: Literal["open", "token"] = "open"
    finproc_host: str = "127.0.0.1"
    finproc_port: int = 8000
    finproc_flower_port: int = 5555
    finproc_extract_concurrency: int = 100
    amqp_intake_owner: str | None = None
    max_text_bytes: int = 1_000_000
    max_document_bytes: int = 20_000_000
    max_statement_bytes: int = 1_000_000_000
    submit_rate_per_second: int = 300
    max_tries: int = 5
    retry_base_seconds: float = 2.0
    retry_max_seconds: float = 300.0
    sweep_base_seconds: float | None = None
    lease_seconds: float = 6.0
    flower_user: str = "finproc"
    flower_password: str | None = None
    flower_broker_api: str | None = None
    web_processes: int = 2
    web_threads: int = 32
    trusted_proxies: int = 0
    log_level: str = "INFO"
    sentry_dsn: str | None = None
    mail_url: str | None = None

    @property
    def embedded_broker(self) -> bool:
        return self.broker_url is None

    @property
    def sweep_base(self) -> float:
        """Seconds after which a message that nobody took up counts as lost; doubled with every publication.

        The folder broker redelivers nothing, so there it is short; RabbitMQ gives back itself what a worker held.
        """
        return self.sweep_base_seconds or (5.0 if self.embedded_broker else 30.0)

    @property
    def pipeline_url(self) -> str:
        """SQLAlchemy address of the SQL database of the pipeline."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.finproc_var / 'pipeline.db').absolute()}"

    @property
    def loopback(self) -> bool:
        """Whether the web address is reachable from this machine alone."""
        if self.finproc_host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.finproc_host.strip("[]")).is_loopback
        except ValueError:
            return False


def _positive(kind: Callable[[str], T]) -> Callable[[str], T]:
    def parse(text: str) -> T:
        value = kind(text)
        if value <= 0:  # type: ignore[operator]
            raise ValueError("must be greater than 0")
        return value

    return parse


def _natural(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError("must not be negative")
    return value


def _money(text: str) -> Decimal | None:
    if text.lower() == "none":
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("is not a decimal number") from None
    if not value.is_finite() or value < 0:
        raise ValueError("must be a number of dollars, 0 or more, or none")
    return value


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text

    return parse


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        scheme = urlsplit(text).scheme
        if scheme not in schemes:
            raise ValueError(f"must start with one of {', '.join(s + '://' for s in schemes)}")
        return text

    return parse


def _database(text: str) -> str:
    for plain in ("postgres://", "postgresql://"):
        if text.startswith(plain):
            return "postgresql+psycopg://" + text.removeprefix(plain)
    if not text.startswith(("postgresql+psycopg://", "sqlite:///")):
        raise ValueError("must start with postgresql:// or sqlite:///")
    return text


_PARSERS: dict[str, Callable[[str], object]] = {
    "finproc_var": Path,
    "metrics_file": Path,
    "companies_file": Path,
    "broker_url": _url("amqp", "amqps"),
    "mongo_url": _url("mongodb", "mongodb+srv"),
    "database_url": _database,
    "redis_url": _url("redis", "rediss"),
    "openai_base_url": _url("http", "https"),
    "openai_prompt": _one_of("mentions_v1", "mentions_v2"),
    "openai_timeout": _positive(float),
    "openai_total_timeout": _positive(float),
    "openai_max_output_tokens": _positive(int),
    "openai_unknown_retries": _natural,
    "openai_requests_per_minute": _positive(int),
    "openai_tokens_per_minute": _positive(int),
    "openai_price_input": _money,
    "openai_price_output": _money,
    "openai_budget_submission": _money,
    "openai_budget_day": _money,
    "openai_over_budget": _one_of("wait", "fail"),
    "openai_reasoning_effort": _one_of("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    "openai_circuit_seconds": _positive(float),
    "openai_pieces_seconds": _positive(float),
    "extractor_fallback": _one_of("none", "rules"),
    "finproc_auth": _one_of("open", "token"),
    "finproc_port": _natural,
    "finproc_flower_port": _natural,
    "finproc_extract_concurrency": _positive(int),
    "max_text_bytes": _positive(int),
    "max_document_bytes": _positive(int),
    "max_statement_bytes": _positive(int),
    "submit_rate_per_second": _positive(int),
    "max_tries": _positive(int),
    "retry_base_seconds": _positive(float),
    "retry_max_seconds": _positive(float),
    "sweep_base_seconds": _positive(float),
    "lease_seconds": _positive(float),
    "web_processes": _positive(int),
    "web_threads": _positive(int),
    "trusted_proxies": _natural,
    "log_level": _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
}


def load(environment: Mapping[str, str]) -> Settings:
    """Settings from a mapping of variables; raises SettingError naming the variable that cannot be used."""
    values: dict[str, object] = {}
    for spec in fields(Settings):
        variable = spec.name.upper()
        text = environment.get(variable, "").strip()
        if not text:
            continue
        try:
            values[spec.name] = _PARSERS.get(spec.name, str)(text)
        except ValueError as error:
            raise SettingError(variable, f"{error} (it is {_shown(variable, text)})") from None
    return Settings(**values)  # type: ignore[arg-type]


def _shown(variable: str, text: str) -> str:
    """The value for a message, unless it may hold a secret."""
    return "not shown" if any(word in variable for word in ("KEY", "PASSWORD", "URL", "DSN")) else repr(text)


@cache
def settings() -> Settings:
    """The process's settings: the environment over `.env` of the working directory."""
    from_file = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return load({**from_file, **os.environ})


def child_environment(**values: str) -> dict[str, str]:
    """This process's environment with `values` over it, for a program that it starts."""
    return {**os.environ, **values}
