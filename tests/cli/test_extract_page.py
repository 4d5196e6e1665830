"""`finproc extract --html`: the evidence page without a server."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from lxml import html  # type: ignore[import-untyped]  # ships no types

from finproc.commands.extract import command
from tests.web.house import EXAMPLE


def test_the_page_of_a_file_is_written_whole(tmp_path: Path):
    source, target = tmp_path / "news <b>.txt", tmp_path / "out.html"
    source.write_text(EXAMPLE, "utf-8")
    done = CliRunner().invoke(command, [str(source), "--html", str(target)])
    assert (done.exit_code, done.output) == (0, "")
    page = html.document_fromstring(target.read_text("utf-8"))
    assert page.xpath("string(//h1)") == "news <b>.txt"
    assert page.xpath("string(//main)").strip() == EXAMPLE
    (entry,) = page.xpath("//ol[@id='list']/li")
    assert "net income 5,300,000 USD" in " ".join(entry.text_content().split())
    (link,) = page.xpath("//main//a")
    assert link.get("href") == f"#{entry.get('id')}"


def test_page_and_json_can_be_had_at_once_and_the_page_on_stdout(tmp_path: Path):
    target = tmp_path / "out.html"
    both = CliRunner().invoke(command, ["-", "--html", str(target), "--json"], input=EXAMPLE)
    assert both.output.lstrip().startswith("{")
    assert "<title>Evidence: stdin</title>" in target.read_text("utf-8")
    piped = CliRunner().invoke(command, ["-", "--html", "-"], input=EXAMPLE)
    assert piped.output.lstrip().startswith("<!doctype html>")
