"""`finproc extract`: what a document says, without server or store."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from finproc.commands.terminal import FACT_COLUMNS, fact_row, print_json, print_table
from finproc.errors import SettingError
from finproc.extract.mentions.prompts import prompt_named
from finproc.extract.readers import read, recognize
from finproc.extract.tasks import extraction_of
from finproc.identity.tokens import LOCAL_OWNER
from finproc.identity.workspace import workspace
from finproc.llm import backends
from finproc.llm.calls import Payer
from finproc.llm.opening import Asker, paid_calls
from finproc.model.document import Context, Document
from finproc.model.fact import Normalized
from finproc.model.ids import new_id
from finproc.model.mention import Extraction
from finproc.normalize.facts import normalize
from finproc.schemas.check import CheckCountSchema, FindingSchema
from finproc.schemas.mention import ExtractionSchema
from finproc.schemas.outputs import fact_json
from finproc.schemas.problem import ProblemSchema
from finproc.submit.evidence.page import page
from finproc.submit.evidence.view import Subject
from finproc.submit.findings import Contradiction


@click.command("extract")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, allow_dash=True, path_type=Path))
@click.option("--company", help="Whom the document is about, where it does not say.")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Date of publication: YYYY-MM-DD.")
@click.option("--language", help="Language of the document, such as de.")
@click.option(
    "--extractor",
    type=click.Choice(["rules", "openai"]),
    default="rules",
    show_default=True,
    help="openai is paid, and its calls are kept in the ledger of calls.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print {facts, checks, findings, mentions, problems, unclaimed} as JSON."
)
@click.option(
    "--html",
    "page_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write the document with its facts in place as a page for the browser.",
)
def command(
    *,
    file: Path,
    company: str | None,
    published: datetime | None,
    language: str | None,
    extractor: str,
    as_json: bool,
    page_file: Path | None,
) -> None:
    """Print the facts of FILE (- is stdin) and what could not be proven; nothing is stored."""
    context = Context(company, published.date() if published else None, language)
    document = _document(file)
    if extractor == "openai":
        prompt = prompt_named(workspace().settings.openai_prompt)
        extraction = extraction_of(document, context, _ask(), prompt=prompt)
    else:
        extraction = extraction_of(document, context, None)
    normalized = normalize(extraction, document, context)
    if page_file is not None:
        _write(page_file, _page(file.name, document, extraction, normalized, language))
        if not as_json:
            return
    found = as_values(extraction, normalized)
    if as_json:
        print_json(found)
        return
    _print(found)


def _page(name: str, document: Document, extraction: Extraction, normalized: Normalized, language: str | None) -> str:
    """The evidence page; facts are known by their places, from one."""
    contradictions = [
        Contradiction(finding, tuple(str(place + 1) for place in finding.facts)) for finding in normalized.findings
    ]
    return page(
        Subject(
            "stdin" if name == "-" else name,
            document,
            normalized.facts,
            normalized.problems,
            extraction.unclaimed,
            extraction.rejected,
            contradictions,
            language,
        )
    )


def _write(file: Path, text: str) -> None:
    with click.open_file(str(file), "w", encoding="utf-8") as output:
        output.write(text)


def _print(found: dict[str, Any]) -> None:
    print_table("facts", FACT_COLUMNS, [fact_row(fact) for fact in found["facts"]])
    if found["problems"]:
        print_table("problems", ("code", "detail"), [(item["code"], item["detail"]) for item in found["problems"]])
    if found["checks"]:
        made, failed = (sum(check[field] for check in found["checks"]) for field in ("made", "failed"))
        rows = [(finding["code"], finding["formula"], finding["computed"]) for finding in found["findings"]]
        print_table(f"{made} checks, {failed} failed", ("check", "should hold", "but"), rows)
    if found["unclaimed"]:
        print_table("amounts that nothing claims", ("text",), [(item["text"],) for item in found["unclaimed"]])


def as_values(extraction: Extraction, normalized: Normalized) -> dict[str, Any]:
    """JSON values: `{facts, checks, findings, mentions, problems, unclaimed}`."""
    dumped = ExtractionSchema().dump(extraction)
    problem = ProblemSchema()
    return {
        "facts": [fact_json(fact) for fact in normalized.facts],
        "mentions": dumped["mentions"],
        "checks": CheckCountSchema(many=True).dump(normalized.checks),
        "findings": FindingSchema(many=True).dump(normalized.findings),
        "problems": [problem.dump(item) for item in normalized.problems],
        "unclaimed": dumped["unclaimed"],
    }


def _document(file: Path) -> Document:
    body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    name = None if str(file) == "-" else file.name
    return read(body, recognize(body, name), name)


def _ask() -> Asker:
    """The paid model, its attempts kept in the workspace's ledger of calls like any other."""
    place = workspace()
    backend = backends.configured(place.settings)
    if backend is None:
        raise SettingError("OPENAI_API_KEY", "must be set for --extractor openai")
    calls = paid_calls(place.settings, backend, place.keyring, place.records)
    return Asker(calls, Payer(LOCAL_OWNER, new_id()), place.settings.openai_total_timeout)
