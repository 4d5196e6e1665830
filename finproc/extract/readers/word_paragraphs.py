"""Paragraphs of WordprocessingML (ECMA-376 part 1, 17): the words they show, and what kind of block they are."""

from __future__ import annotations

import itertools
import re

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from finproc.extract.readers.package import attribute, is_on, local
from finproc.model.document import BlockKind

_UNSEEN = frozenset(
    {"pPr", "rPr", "instrText", "delText", "delInstrText", "annotationRef", "sdtPr", "sdtEndPr", "commentReference"}
)
_DRAWN = frozenset({"AlternateContent", "drawing", "pict", "object"})
_DELETED = frozenset({"del", "moveFrom"})
_SIGNS = {"tab": "\t", "ptab": "\t", "br": " ", "cr": " ", "noBreakHyphen": "-"}
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}
_INNER = frozenset({"txbxContent", "Fallback"})
"""A box inside a box comes with it; a second version of one does not count."""
_BOX = "{*}txbxContent"
_HEADING = re.compile(r"(?:heading|überschrift|titre|title|subtitle|titel|untertitel)\s*\d*", re.IGNORECASE)
_LIST = re.compile(r"list\b|liste|aufz", re.IGNORECASE)
_RAISED = re.compile(r"[(\[]?(?:\d{1,2}|[*†‡§]|[a-z])[)\]]?", re.IGNORECASE)
_LEVELS = 9
_CHAIN = 20
"""Styles that a style may stand on, one on the other."""


class Styles:
    """Which kind of block a paragraph's style makes of it."""

    def __init__(self, root: etree._Element | None) -> None:
        found = [] if root is None else list(root.iterchildren("{*}style"))
        self._styles = {attribute(style, "styleId"): style for style in found}
        default = next((attribute(style, "styleId") for style in found if _is_default(style)), None)
        self._kinds: dict[str | None, BlockKind] = {None: "paragraph"}
        self._kinds[None] = self._kind_of(default) if default else "paragraph"

    def kind(self, paragraph: etree._Element) -> BlockKind:
        """The kind of block: what the paragraph says of itself counts before its style."""
        properties = paragraph.find("{*}pPr")
        if properties is None:
            return self._kinds[None]
        level = _value(properties, "outlineLvl")
        name = _value(properties, "pStyle")
        if name not in self._kinds:
            self._kinds[name] = self._kind_of(name)
        kind = self._kinds[name]
        if level is not None and level.isdigit() and int(level) < _LEVELS:
            return "heading"
        number = properties.find("{*}numPr/{*}numId")
        if number is not None and kind != "heading":
            return "paragraph" if attribute(number, "val") == "0" else "item"
        return kind

    def _kind_of(self, name: str | None) -> BlockKind:
        for _ in range(_CHAIN):
            style = self._styles.get(name)
            if style is None:
                break
            title = _value(style, "name") or ""
            level = style.find("{*}pPr/{*}outlineLvl")
            if _HEADING.fullmatch(title) or (level is not None and (attribute(level, "val") or "9") < str(_LEVELS)):
                return "heading"
            if title.lower() in {"caption", "beschriftung", "légende"}:
                return "caption"
            if _LIST.match(title) or style.find("{*}pPr/{*}numPr") is not None:
                return "item"
            name = _value(style, "basedOn")
        return "paragraph"


class Inline:
    """Reads the words of paragraphs, and counts what it leaves out."""

    def __init__(self) -> None:
        self.deleted = 0
        self.hidden = 0
        self.notes: dict[str, list[str]] = {"footnote": [], "endnote": []}
        """Ids of the notes in the order in which the text refers to them."""

    def text(self, paragraph: etree._Element) -> tuple[str, list[etree._Element]]:
        """What a paragraph shows, and the contents of the text boxes that hang on it."""
        pieces: list[str] = []
        boxes: list[etree._Element] = []
        fields: list[bool] = []
        """For each field begun here whether its code is being read, which is not shown."""
        steps = etree.iterwalk(paragraph, events=("start",))
        for _, element in steps:
            name = local(element)
            if name in _DRAWN:
                boxes += _boxes(element)
                steps.skip_subtree()
            elif self._is_left_out(element, name):
                steps.skip_subtree()
            elif name == "fldChar":
                _field(fields, attribute(element, "fldCharType"))
            elif name in _NOTES:
                self.notes[_NOTES[name]].append(attribute(element, "id") or "")
            elif not any(fields):
                pieces.append(_sign(element, name))
        return "".join(pieces), boxes

    def _is_left_out(self, element: etree._Element, name: str) -> bool:
        """Whether an element shows nothing of itself; tracked deletions and hidden words are counted."""
        if name in _DELETED:
            self.deleted += 1
            return True
        if name == "r" and is_on(element.find("{*}rPr/{*}vanish")):
            self.hidden += element.find("{*}t") is not None
            return True
        return name in _UNSEEN

    def goes_on(self, paragraph: etree._Element) -> bool:
        """Whether the paragraph's end is a tracked deletion, so that the next paragraph continues it."""
        return paragraph.find("{*}pPr/{*}rPr/{*}del") is not None


def _boxes(element: etree._Element) -> list[etree._Element]:
    """The text boxes in a drawing: of two versions of it the first; none inside another."""
    if local(element) == "AlternateContent":
        choices = list(element.iterchildren("{*}Choice", "{*}Fallback"))
        return next((found for found in map(_boxes, choices) if found), [])
    found: list[etree._Element] = []
    for box in element.iter(_BOX):
        between = itertools.takewhile(lambda outer: outer is not element, box.iterancestors())
        if not any(local(outer) in _INNER for outer in between):
            found.append(box)
    return found


def _field(fields: list[bool], kind: str | None) -> None:
    if kind == "begin":
        fields.append(True)
    elif kind == "separate" and fields:
        fields[-1] = False
    elif kind == "end" and fields:
        fields.pop()


def _is_raised(text: etree._Element) -> bool:
    """A raised note mark that must not run into the number before it."""
    run = text.getparent()
    mark = None if run is None else run.find("{*}rPr/{*}vertAlign")
    return (
        mark is not None
        and attribute(mark, "val") == "superscript"
        and bool(_RAISED.fullmatch((text.text or "").strip()))
    )


def _sign(element: etree._Element, name: str) -> str:
    """The characters that an element of a run stands for."""
    if name == "t":
        text = element.text or ""
        return f" {text}" if _is_raised(element) else text
    if name == "sym":
        return _symbol(attribute(element, "char"))
    above = element.getparent()
    return _SIGNS.get(name, "") if above is not None and local(above) == "r" else ""


def _symbol(code: str | None) -> str:
    """A character of a symbol font: bullets are shown as such, others have no meaning without their font."""
    return "•" if code and code.upper() in {"F0B7", "F0A7", "F076", "F0D8", "F0FC"} else " "


def _is_default(style: etree._Element) -> bool:
    return attribute(style, "type") == "paragraph" and attribute(style, "default") in {"1", "true", "on"}


def _value(element: etree._Element, name: str) -> str | None:
    child = element.find(f"{{*}}{name}")
    return None if child is None else attribute(child, "val")
