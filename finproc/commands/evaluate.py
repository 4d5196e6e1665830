"""`finproc evaluate`: how good extraction is on labelled passages, without server; with rules without store too."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from finproc.commands.evaluation_tables import print_report
from finproc.commands.terminal import messages, print_json
from finproc.errors import SettingError
from finproc.evaluation.labels import BadLine, Passage, Predicted, Stated, read_passages, read_predictions
from finproc.evaluation.readings import Patience, Reading, Run, warm
from finproc.evaluation.report import Took, as_json, report
from finproc.evaluation.spending import Counted, Spent, spent
from finproc.extract.mentions.prompts import PROMPTS, prompt_named
from finproc.extract.mentions.prompts.prompt import Prompt
from finproc.extract.tasks import extraction_of
from finproc.identity.tokens import LOCAL_OWNER
from finproc.identity.workspace import workspace
from finproc.llm import backends
from finproc.llm.calls import Payer
from finproc.llm.opening import Asker, paid_calls
from finproc.model.ids import new_id
from finproc.records.attempts import back_off
from finproc.records.protocols import Budget
from finproc.schemas.exact_json import dumps
from finproc.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Dollars(click.ParamType):  # type: ignore[type-arg]  # generic in its types alone
    """An exact number of dollars, 0 or more."""

    name = "dollars"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            dollars = Decimal(str(value))
        except InvalidOperation:
            dollars = Decimal(-1)
        if not dollars.is_finite() or dollars < 0:
            self.fail(f"{value!r} is no number of dollars", param, ctx)
        return dollars


@click.command("evaluate")
@click.argument("gold", type=FILE)
@click.option("--extractor", type=click.Choice(["rules", "openai"]), default="rules", show_default=True)
@click.option("--json", "json_wanted", is_flag=True, help="Print everything as JSON.")
@click.option("--predictions", type=click.Path(dir_okay=False, path_type=Path), help="Write what was found here.")
@click.option("--compare", type=FILE, help="Predictions of an earlier run: show what is gained and lost.")
@click.option("--errors", type=click.IntRange(0), default=3, show_default=True, help="Examples of each cause.")
@click.option("--max-cost", type=Dollars(), help="Spend limit of this run in USD.  [default: OPENAI_BUDGET_SUBMISSION]")
@click.option(
    "--prompt",
    type=click.Choice([prompt.version for prompt in PROMPTS]),
    help="Version of the prompt.  [default: OPENAI_PROMPT]",
)
@click.option("--at-a-time", type=click.IntRange(1, 100), default=4, show_default=True, help="Model calls at a time.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    gold: Path,
    extractor: str,
    json_wanted: bool,
    predictions: Path | None,
    compare: Path | None,
    errors: int,
    max_cost: Decimal | None,
    prompt: str | None,
    at_a_time: int,
) -> None:
    """Score extraction on GOLD: a labelled passage a line ({id, text, company_hint, published, facts})."""
    terminal = messages()
    if predictions is not None and not predictions.absolute().parent.is_dir():
        raise click.UsageError(f"{predictions.parent} is no folder to write predictions to")
    passages, bad = _passages(gold, terminal)
    if not passages:
        raise click.UsageError(f"{gold} holds no labelled passage that can be used")
    earlier = None if compare is None else _earlier(compare)
    with ExitStack() as closing:
        paid = closing.enter_context(Paid.opened(max_cost, prompt)) if extractor == "openai" else None
        run = paid.run(at_a_time) if paid else Run(partial(extraction_of, ask=None), _patience(Settings()))
        warm()
        wall, processor = time.perf_counter(), time.process_time()
        readings = list(_watched(run, passages, terminal))
        took = Took(time.perf_counter() - wall, time.process_time() - processor)
        made = report(passages, readings, took, earlier)
        bill = paid.bill() if paid else None
    if predictions is not None:
        _write(predictions, readings)
    if json_wanted:
        print_json({**as_json(made, examples=errors), **({"model": bill} if bill else {})})
    else:
        print_report(made, bill, examples=errors)
    if run.stopped:
        terminal.print(f"stopped after {len(readings)} of {len(passages)} passages: {run.stopped}", soft_wrap=True)
    ctx.exit(1 if bad or run.stopped or made.failed else 0)


@dataclass(frozen=True, slots=True)
class Paid:
    """The paid model for one run: every call in the workspace's ledger, all under one spend limit."""

    ask: Counted
    asker: Asker
    settings: Settings
    prompt: Prompt

    @classmethod
    @contextmanager
    def opened(cls, max_cost: Decimal | None, prompt: str | None) -> Iterator[Paid]:
        place = workspace()
        backend = backends.configured(place.settings)
        if backend is None:
            raise SettingError("OPENAI_API_KEY", "must be set for --extractor openai")
        calls = paid_calls(place.settings, backend, place.keyring, place.records)
        limit = place.settings.openai_budget_submission if max_cost is None else max_cost
        budget = Budget(limit, calls.terms.budget.per_day)
        calls = replace(calls, terms=replace(calls.terms, budget=budget, wait_for_budget=False))
        asker = Asker(calls, Payer(LOCAL_OWNER, new_id()), place.settings.openai_pieces_seconds)
        try:
            yield cls(Counted(asker), asker, place.settings, prompt_named(prompt or place.settings.openai_prompt))
        finally:
            backend.close()

    def run(self, at_a_time: int) -> Run:
        extract = partial(extraction_of, ask=self.ask, prompt=self.prompt)
        return Run(extract, _patience(self.settings), at_a_time)

    def bill(self) -> dict[str, Any]:
        """Model, prompt, tokens and dollars of this run, as JSON values."""
        total: Spent = spent(self.asker.calls.records.of_submission(self.asker.payer.submission))
        return {
            "name": self.ask.model,
            "prompt": self.prompt.version,
            "calls": total.calls,
            "replayed_answers": self.ask.replayed,
            "input_tokens": total.input_tokens,
            "cached_tokens": total.cached_tokens,
            "output_tokens": total.output_tokens,
            "cost": str(total.cost),
            "prices_of": self.asker.calls.terms.prices.as_of,
        }


def _patience(settings: Settings) -> Patience:
    wait = partial(back_off, base_seconds=settings.retry_base_seconds, longest_seconds=settings.retry_max_seconds)
    return Patience(settings.max_tries, wait)


def _passages(file: Path, terminal: Console) -> tuple[list[Passage], int]:
    """The passages of a file, and how many lines could not be used; those are named."""
    passages, bad = [], 0
    with file.open("rb") as lines:
        for item in read_passages(lines):
            if isinstance(item, BadLine):
                bad += 1
                terminal.print(f"{file}:{item.number}: {item.reason}", soft_wrap=True)
            else:
                passages.append(item)
    return passages, bad


def _earlier(file: Path) -> dict[str, tuple[Stated, ...]]:
    found: dict[str, tuple[Stated, ...]] = {}
    with file.open("rb") as lines:
        for item in read_predictions(lines):
            if isinstance(item, Predicted):
                found[item.id] = item.facts
            else:
                raise click.UsageError(f"{file}:{item.number}: {item.reason}")
    return found


def _watched(run: Run, passages: list[Passage], terminal: Console) -> Iterator[Reading]:
    """The readings, behind a progress bar where somebody watches."""
    with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        yield from progress.track(run.readings(passages), total=len(passages), description="reading")


def _write(file: Path, readings: list[Reading]) -> None:
    with file.open("w", encoding="utf-8") as out:
        for reading in readings:
            out.write(dumps(reading.as_json) + "\n")
