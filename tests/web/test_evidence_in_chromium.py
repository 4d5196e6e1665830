"""The evidence page in a real Chromium: pointer, keys, filter, phone, no script; nothing fetched, no complaint."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from finproc.extract.extraction import extract_document
from finproc.extract.readers import read
from finproc.model.document import Block, Context, Document
from finproc.model.fact import Evidence, FactContent
from finproc.model.problem import Problem
from finproc.model.text import Quote, Span
from finproc.normalize.facts import normalize
from finproc.submit.evidence.page import page
from finproc.submit.evidence.view import Subject
from tests.browser import Tab
from tests.web.house import EXAMPLE, House, content

TEXT = (
    "Results of XYZ\n\n"
    "XYZ reported a net income of $5.3 million for Q1 2024. Revenue was $40 million in Q1 2024 and $38 million in Q1 "
    "2023. The fine was $2 million.\n\n"
    "<script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\"> Nothing else.\n\n"
)
HOSTILE = "</noscript><img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"


def spot(text: str, words: str, at: int = 0) -> Quote:
    start = text.index(words, at)
    return Quote(words, Span(start, start + len(words)))


def fact(amount: str, metric: str, period: str, value: int, **changes: object) -> FactContent:
    number = spot(TEXT, amount)
    words = {"metric": spot(TEXT, metric), "period": spot(TEXT, period, number.span.start if number.span else 0)}
    evidence = [Evidence(field, quote, "words") for field, quote in words.items()]
    evidence += [Evidence("value", number, "words"), Evidence("company", Quote(HOSTILE, None), "submission")]
    made = content(Decimal(value), text=TEXT, amount=amount, metric=metric.lower(), period=period)
    return replace(made, evidence=tuple(evidence), company=HOSTILE, **changes)  # type: ignore[arg-type]


@pytest.fixture
def address(tmp_path: Path) -> str:
    facts = [
        fact("$5.3 million", "net income", "Q1 2024", 5300000),
        fact("$40 million", "Revenue", "Q1 2024", 40000000),
        fact("$38 million", "Revenue", "Q1 2023", 38000000, proof="review"),
    ]
    subject = Subject(
        f"<b>{HOSTILE}",
        Document(TEXT, (Block("heading", Span(0, 14)),)),
        facts,
        [Problem("no_currency", HOSTILE, spot(TEXT, "Nothing").span, HOSTILE)],
        [spot(TEXT, "$2 million")],
    )
    place = tmp_path / "evidence.html"
    place.write_text(page(subject), "utf-8")
    return place.as_uri()


@pytest.fixture
def tab(chromium: Tab) -> Iterator[Tab]:
    chromium.size(1440, 1000)
    yield chromium
    assert chromium.said == []
    assert [url for url in chromium.asked if not url.startswith(("file:", "data:", "http://127.0.0.1:"))] == []
    assert chromium.run("document.title").startswith("Evidence: ")


def roles(tab: Tab) -> dict[str, str]:
    """What is highlighted in the text: the words of each field."""
    return dict(
        tab.run("[...document.querySelectorAll('main [data-r]')].map((mark) => [mark.dataset.r, mark.textContent])")
    )


def card(tab: Tab) -> str:
    """What the card says; empty where none is shown."""
    return str(tab.run("card.hidden ? '' : card.innerText"))


def test_pointing_at_a_number_shows_its_fields_and_leaving_hides_them(tab: Tab, address: str):
    tab.open(address)
    assert (card(tab), roles(tab)) == ("", {})
    tab.point("main a.f")
    tab.until("!card.hidden")
    assert roles(tab) == {"value": "$5.3 million", "metric": "net income", "period": "Q1 2024", "quote": " of "}
    said = card(tab)
    for words in (
        "5,300,000 USD",
        "exact to ±50,000",
        "Q1 2024 (2024-01-01 to 2024-03-31)",
        "said with the submission",
    ):
        assert words in said
    assert HOSTILE in said
    assert tab.run("getComputedStyle(document.querySelector('main [data-l]'), '::before').content") == '"metric"'
    tab.point("h1")
    tab.until("card.hidden")
    assert roles(tab) == {}


def test_a_click_keeps_the_fact_and_names_it_in_the_address(tab: Tab, address: str):
    tab.open(address)
    tab.click("main a.f")
    tab.until("location.hash === '#fact-1'")
    tab.point("h1")
    tab.run("new Promise((done) => setTimeout(done, 400))")
    assert "5,300,000 USD" in card(tab)
    assert tab.run("document.querySelector('#list li.on').id") == "fact-1"
    tab.click("#close")
    tab.until("card.hidden && location.hash === ''")


def test_keys_go_from_fact_to_fact_and_back(tab: Tab, address: str):
    tab.open(address)
    seen = []
    for key in ("n", "n", "ArrowRight", "n", "p", "ArrowLeft"):
        tab.press(key)
        seen.append(tab.run("[document.activeElement.textContent, document.getElementById('count').textContent]"))
    assert seen == [
        ["$5.3 million", "Fact 1 of 3"],
        ["$40 million", "Fact 2 of 3"],
        ["$38 million", "Fact 3 of 3"],
        ["$5.3 million", "Fact 1 of 3"],
        ["$38 million", "Fact 3 of 3"],
        ["$40 million", "Fact 2 of 3"],
    ]
    assert "40,000,000 USD" in tab.run("document.querySelector('[aria-live]').textContent")
    tab.press("Escape")
    assert (card(tab), roles(tab)) == ("", {})


def test_tabbing_to_a_number_shows_it(tab: Tab, address: str):
    tab.open(address)
    for _ in range(12):
        tab.press("Tab")
        if tab.run("document.activeElement.matches('main a.f')"):
            break
    tab.until("!card.hidden")
    assert "5,300,000 USD" in card(tab)


def test_an_address_with_a_fact_shows_it_and_one_with_a_problem_opens_its_list(tab: Tab, address: str):
    tab.open(f"{address}#fact-3")
    assert "38,000,000 USD" in card(tab)
    assert "review" in card(tab)
    tab.click("main a.x")
    tab.until("document.getElementById('problems').open")


def test_the_filter_narrows_list_and_keys_and_dims_the_rest(tab: Tab, address: str):
    tab.open(address)
    tab.press("/")
    for key in "revenue":
        tab.press(key)
    assert tab.run("[...document.querySelectorAll('#list li')].map((item) => item.id)") == ["fact-2", "fact-3"]
    assert tab.run("[...document.querySelectorAll('main a.dim')].map((link) => link.textContent)") == ["$5.3 million"]
    tab.run("proof.value = 'review'; proof.dispatchEvent(new Event('input', {bubbles: true}))")
    assert tab.run("document.getElementById('shown').textContent") == "1 of 3"
    tab.press("Escape")
    tab.press("n")
    assert tab.run("[location.hash, document.getElementById('count').textContent]") == ["#fact-3", "Fact 1 of 1"]


def test_a_phone_has_a_sheet_and_never_scrolls_sideways(tab: Tab, address: str):
    tab.size(390, 844, phone=True)
    tab.open(address)
    assert tab.run("document.getElementById('lists').open") is False
    tab.tap("main a.f")
    tab.until("!card.hidden")
    box = tab.run("(({left, right, bottom}) => [left, right, bottom])(card.getBoundingClientRect())")
    assert box == [0, 390, 844]
    tab.tap("#next")
    tab.until("document.getElementById('count').textContent === 'Fact 2 of 3'")
    tab.tap("#close")
    tab.until("card.hidden")
    tab.tap("#lists > summary")
    tab.until("document.getElementById('lists').open")
    assert tab.run("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(tab: Tab, address: str, scheme: str):
    tab.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    try:
        tab.open(f"{address}#fact-3")
        tab.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        tab.run("Promise.all(document.getAnimations().map((one) => one.finished))")
        assert tab.run(WORST_CONTRAST) >= 4.5
    finally:
        tab.send("Emulation.setEmulatedMedia", features=[])


WORST_CONTRAST = """(() => {
  const shade = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  let worst = 21;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    const ink = numbers(getComputedStyle(element).color).slice(0, 3);
    const pair = [ink, behind(element)].map(shade).sort((a, b) => b - a);
    worst = Math.min(worst, (pair[0] + 0.05) / (pair[1] + 0.05));
  }
  return worst;
})()"""


def test_without_script_the_links_lead_to_readable_details(tab: Tab, address: str):
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(f"{address}#fact-2")
        shown = "[...document.querySelectorAll('#list dl')].map((told) => told.checkVisibility())"
        assert tab.run(shown) == [True, True, True]
        assert tab.run("document.querySelector('#filter').checkVisibility()") is False
        assert tab.run("document.querySelector('main a.f').getAttribute('href')") == "#fact-1"
        assert tab.run("document.documentElement.scrollWidth") == 1440
    finally:
        tab.send("Emulation.setScriptExecutionDisabled", value=False)


def test_a_long_document_opens_filters_and_steps_within_seconds(tab: Tab, tmp_path: Path):
    paragraph = f"{EXAMPLE} {'Nothing else happened in this period. ' * 7}\n\n"
    text = paragraph * 3000
    facts = []
    for number in range(3000):
        start = number * len(paragraph)
        made = content(Decimal(number))
        at, end = made.amount.start + start, made.amount.end + start
        words = [Evidence("metric", Quote("net income", Span(start + 23, start + 33)), "words")]
        facts.append(
            replace(
                made,
                amount=Span(at, end),
                quote_start=at - 14,
                quote_end=end,
                metric=f"m{number}",
                evidence=tuple(words),
            )
        )
    place = tmp_path / "long.html"
    place.write_text(page(Subject("long", Document(text), facts)), "utf-8")
    tab.open(place.as_uri())
    took = tab.run("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert took < 15_000  # about half a second where nothing else runs
    assert tab.run("document.querySelectorAll('*').length") < 60_000
    frame = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    began = tab.run("performance.now()")
    tab.press("p")
    tab.run(frame)
    assert tab.run("document.getElementById('count').textContent") == "Fact 3000 of 3000"
    top, bottom, height = tab.run(
        "(({top, bottom}) => [top, bottom, innerHeight])(document.querySelector('main a.on').getBoundingClientRect())"
    )
    assert 0 < top < bottom < height
    tab.run("words.value = 'm2999'; words.dispatchEvent(new Event('input', {bubbles: true}))")
    tab.run(frame)
    assert tab.run("document.querySelectorAll('#list li').length") == 1
    assert tab.run("performance.now()") - began < 10_000


TABLE = (
    "<h1>XYZ Inc. results</h1><table><caption>In millions of US dollars</caption>"
    "<tr><td></td>"
    + "".join(f"<td>Q{quarter} {year}</td>" for year in (2022, 2023, 2024) for quarter in (1, 2, 3, 4))
    + "</tr>"
    + "".join(
        f"<tr><td>{name}</td>{''.join(f'<td>{first + step},{100 + step}</td>' for step in range(12))}</tr>"
        for name, first in (("Total revenue", 3), ("Net income", 1))
    )
    + "</table><p>XYZ Inc. reported it.</p>"
)


def test_a_served_page_of_a_wide_table_scrolls_the_table_alone(tab: Tab, house: House):
    client = house.client()
    ident = client.post("/submit", json={"raw_text": EXAMPLE}).get_json()["id"]
    document = read(TABLE.encode(), "text/html")
    facts = normalize(extract_document(document, Context()), document, Context()).facts
    assert len(facts) >= 12
    house.carry(ident, facts, text=document.text, document=document)
    server = make_server("127.0.0.1", 0, house.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        tab.size(390, 844, phone=True)
        tab.open(f"http://127.0.0.1:{server.port}/submissions/{ident}/evidence?format=html")
        assert tab.run("document.documentElement.scrollWidth") == 390
        last = "[...document.querySelectorAll('main td')].at(-1)"
        assert tab.run(f"{last}.getBoundingClientRect().right") > 390
        tab.run(f"{last}.scrollIntoView({{inline: 'end'}})")
        assert tab.run(f"{last}.getBoundingClientRect().right") <= 390
        tab.run("document.querySelector('main a.f').scrollIntoView({block: 'center', inline: 'center'})")
        tab.tap("main a.f")
        tab.until("!card.hidden")
        assert "period" in roles(tab)
    finally:
        server.shutdown()
        thread.join()
