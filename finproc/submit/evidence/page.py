"""The evidence page as HTML: one file with its own style and script, under a policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from finproc.model.document import Cell
from finproc.model.text import Span
from finproc.submit.evidence import layout
from finproc.submit.evidence.layout import Element, GridPlace, Section
from finproc.submit.evidence.marks import Link, Marks
from finproc.submit.evidence.view import Subject, View, view

_FOLDER = files("finproc.submit.evidence")
_STYLE = _FOLDER.joinpath("page.css").read_text("utf-8")
_SCRIPT = _FOLDER.joinpath("page.js").read_text("utf-8")


def _hash(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_hash(_STYLE)}'; script-src 'sha256-{_hash(_SCRIPT)}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
CONTENT_SECURITY_POLICY = f"{_POLICY}; frame-ancestors 'none'"
"""The page's own style and script run, known by their hashes; nothing is fetched. Kept in the page itself too, so that
a saved copy is as safe."""

_PAGE = Environment(
    loader=PackageLoader("finproc.submit.evidence", ""),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
).get_template("page.html")
_TAGS = {"heading": "h2", "paragraph": "p", "item": "p", "caption": "p", "aligned": "pre"}
_FIGURE = re.compile(r"(?=.*\d)[^A-Za-z]*(?:[A-Za-z]{1,3}[^A-Za-z]*)?|\W?[—–-]")
"""What a cell of figures looks like; a dash stands for none."""
_SHORT = re.compile(r"(?=.*\d).{1,30}")
"""What is set like a figure in any column but the first: "Q2 FY24", "4% to 5%", "approximately $17 million"."""
_CLASSES = {"fact": "f", "unclaimed": "u", "problem": "x"}


def page(subject: Subject) -> str:
    """The whole page. Everything that comes from the document or its submitter is escaped."""
    sections = () if subject.document is None else layout.sections(subject.document)
    shown = view(subject, list(layout.borders(sections)))
    text = "" if subject.document is None else subject.document.text
    return _PAGE.render(
        view=shown,
        subject=subject,
        source=Markup("").join(_section(section, text, shown) for section in sections),
        policy=_POLICY,
        style=Markup(_STYLE),  # noqa: S704 - our own file
        script=Markup(_SCRIPT),  # noqa: S704 - our own file
    )


def _section(section: Section, text: str, shown: View) -> Markup:
    head = Markup("")
    if section.label is not None:
        anchor = Markup(' id="page-%d"') % section.page if section.page is not None else Markup("")
        head = Markup('<p class="page"%s>%s</p>\n') % (anchor, section.label)
    body = Markup("\n").join(_element(element, text, shown) for element in section.elements)
    return Markup("<section>%s%s</section>\n") % (head, body)


def _element(element: Element, text: str, shown: View) -> Markup:
    if element.kind == "table":
        rows = Markup("\n").join(_row(row, text, shown) for row in element.rows)
        return Markup('<div class="scroll"><table>\n%s\n</table></div>') % rows
    tag = Markup(_TAGS[element.kind])  # noqa: S704 - one of our own constants
    body = _marked(element.span, text, shown)
    return Markup('<%s class="%s">%s</%s>') % (tag, element.kind, body, tag)


def _row(row: tuple[GridPlace, ...], text: str, shown: View) -> Markup:
    return Markup("<tr>%s</tr>") % Markup("").join(_cell(place, text, shown) for place in row)


def _cell(place: GridPlace, text: str, shown: View) -> Markup:
    reach = Markup("")
    for name, size in (("colspan", place.columns), ("rowspan", place.rows)):
        if size > 1:
            reach += Markup(' %s="%d"') % (name, size)
    if place.cell is None:
        return Markup("<td%s></td>") % reach
    numeric = _is_figure(place.cell)
    body = _marked(place.cell.span, text, shown)
    if place.cell.column == 0 and not numeric:
        return Markup('<th scope="row"%s>%s</th>') % (reach, body)
    return Markup("<td%s%s>%s</td>") % (Markup(' class="n"') if numeric else "", reach, body)


def _is_figure(cell: Cell) -> bool:
    return bool(_FIGURE.fullmatch(cell.text) or (cell.column and _SHORT.fullmatch(cell.text)))


def _marked(span: Span, text: str, shown: View) -> Markup:
    """A stretch of the text with its segments and links."""
    return Markup("").join(_pieces(span, text, shown))


def _pieces(span: Span, text: str, shown: View) -> Iterator[Markup]:
    marks: Marks = shown.marks
    links = list(reversed(marks.links(span)))
    open_link: Link | None = None
    for stretch in marks.stretches(span):
        if links and links[-1].span.start <= stretch.span.start:
            open_link = links.pop()
            yield _opening(open_link, shown)
        words = escape(text[stretch.span.start : stretch.span.end])
        number = stretch.segment
        yield words if number is None else Markup('<span data-s="%d">%s</span>') % (number, words)
        if open_link is not None and stretch.span.end >= open_link.span.end:
            yield Markup("</a>")
            open_link = None


def _opening(link: Link, shown: View) -> Markup:
    """The tag of a link: to its fact, problem or unclaimed amount, and what it holds for the script."""
    facts = [target.number for target in link.targets if target.kind == "fact"]
    target = link.targets[0]
    classes = [_CLASSES[kind] for kind in dict.fromkeys(target.kind for target in link.targets)]
    if any(shown.entries[number].attention for number in facts):
        classes.append("look")
    anchor = shown.entries[target.number].key if target.kind == "fact" else str(target.number + 1)
    ident = Markup(' id="at-%s-%s"') % (target.kind, anchor) if link.first else Markup(' tabindex="-1"')
    data = Markup(' data-f="%s"') % " ".join(map(str, facts)) if facts else Markup("")
    return Markup('<a class="%s" href="#%s-%s"%s%s>') % (" ".join(classes), target.kind, anchor, ident, data)
