"""Mentions of running text: sentence by sentence, each amount with metric, period, company, sign and status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from finproc.extract.mentions.rules.dating import Dated
from finproc.extract.mentions.rules.groundwork import Groundwork
from finproc.extract.mentions.rules.naming import Namer
from finproc.extract.mentions.rules.sentence import Sentence
from finproc.extract.mentions.rules.sentences import Passage
from finproc.extract.mentions.rules.sweep import Sweep
from finproc.extract.mentions.rules.vocabulary import words
from finproc.lexicon.companies import key
from finproc.lexicon.periods import FoundPeriod
from finproc.model.mention import Mention
from finproc.model.text import Origin, Quote, Span

_OUTLOOK = re.compile(
    r"\b(?:guidance|outlook|forecasts?|targets?|expects?|expectations|ausblick|prognose|perspectives|prévisions|objectifs)\b",
    re.IGNORECASE,
)
_AT = re.compile(r"\b(?:at|of)\s$")
_AT_ROOM = 4
_PARTS = words("segment division business unit group operations area region")
_SPOKEN_OF = frozenset({"the_quarter", "this_quarter", "the_half"})
"""Words that date what follows them too ("Some highlights of the quarter are: …")."""


@dataclass(slots=True)
class Prose:
    """Reads passages in order; remembers the period and the currency that the last ones spoke of."""

    ground: Groundwork
    namer: Namer
    reporting: Quote | None = None
    """The period that the document reports: what words without a year count from where nothing nearer is named."""
    period: FoundPeriod | None = None
    period_origin: Origin = "document"
    ahead: Quote | None = None
    """The word of a heading or lead-in that makes what stands below it guidance."""
    headed_ahead: bool = False
    led: FoundPeriod | None = None
    """The period that a lead-in names for the items below it ("Our guidance for FY24 is the following:")."""
    headed: FoundPeriod | None = None
    """The period of the last heading that names one."""
    paragraph: int = -1
    claimed: list[Span] = field(default_factory=list)
    """Amounts that a mention, a conversion or a change accounts for."""

    def __post_init__(self) -> None:
        """The company that the text is about is settled with the text at hand."""
        self.namer.settle(self.ground.sweep.text, self.ground.sweep.companies)

    def read(self, passage: Passage) -> Iterator[Mention]:
        """The mentions of one passage."""
        found, part = self.ground.sweep.found_in(passage.span)
        self._enter(passage, part)
        self._look_ahead(passage, part)
        if passage.kind == "heading" and not part.amounts:
            self._remember([period for period in part.periods if period.kind not in ("date", "relative")], passage)
        if not part.amounts:
            return
        parsed = self.ground.parsed(passage.span, found, part)
        spoken = frozenset(token.lower for token in parsed.line)
        reader = Sentence(part.text, passage, parsed.line, part, parsed.converted, spoken)
        for item, when, cue in zip(parsed.bound, parsed.dated, parsed.cues, strict=True):
            mention = reader.mention(item, when, cue)
            if mention is None:
                continue
            if self.ahead is not None and mention.status == "actual" and not reader.finished(item):
                mention = replace(mention, status="guidance", status_cue=self.ahead)
            owner = reader.owner(item)
            if owner is not None and mention.segment is None and self.namer.submitted not in ("", key(owner.text)):
                mention = replace(mention, segment=owner)
            mention = self._placed(mention, when, passage, part, owner, compared=item.role.name == "compared")
            self.claimed.append(item.amount.span)
            yield mention
        self.claimed += [amount.span for amount in parsed.converted.values()]
        self.claimed += [
            item.amount.span
            for item in parsed.bound
            if item.role.name in ("change", "effect") and item.phrase is not None
        ]
        reported = [
            when.period
            for item, when, cue in zip(parsed.bound, parsed.dated, parsed.cues, strict=True)
            if when.period and when.own and cue is None and item.role.name not in ("compared", "effect")
        ]
        self._remember(reported, passage)

    def _look_ahead(self, passage: Passage, part: Sweep) -> None:
        """A heading or lead-in ("… the following outlook:") makes what stands below guidance."""
        text = part.text[passage.span.start : passage.span.end]
        leads = passage.kind == "heading" or text.endswith(":")
        if not leads:
            if passage.kind != "item" and not self.headed_ahead:
                self.ahead = None
            if passage.kind != "item":
                self.led = None
            return
        named = [period for period in part.periods if period.is_absolute and period.kind != "date"]
        self.led = named[-1] if len({(period.kind, period.number, period.year) for period in named}) == 1 else None
        cue = _OUTLOOK.search(text)
        start = passage.span.start
        self.ahead = Quote(cue[0], Span(start + cue.start(), start + cue.end()), "heading") if cue is not None else None
        self.headed_ahead = passage.kind == "heading"

    @property
    def _outlooks(self) -> bool:
        """Whether the heading above names the outlook and its period ("Full Year 2024 Outlook")."""
        return self.ahead is not None and self.headed_ahead and self.headed is not None and self.period is self.headed

    def _enter(self, passage: Passage, part: Sweep) -> None:
        if passage.paragraph != self.paragraph and passage.kind != "heading":
            self.paragraph = passage.paragraph
            self.period, self.period_origin = self.headed, "heading"
        self.namer.enter(passage, part.companies)

    def _remember(self, periods: Sequence[FoundPeriod], passage: Passage) -> None:
        full = [period for period in periods if period.year is not None or period.relative in _SPOKEN_OF]
        if (
            passage.kind == "heading"
            and len({(period.kind, period.number, period.date, period.year) for period in full}) > 1
        ):
            self.headed = self.period = None  # a heading over several periods says of none of them which is meant
        elif full:
            self.period = full[0]
            self.period_origin = "heading" if passage.kind == "heading" else "document"
            if passage.kind == "heading":
                self.headed = full[0]

    def _placed(
        self, mention: Mention, when: Dated, passage: Passage, part: Sweep, owner: Quote | None, *, compared: bool
    ) -> Mention:
        """With the company, and with the period of an earlier sentence; a comparative's is another."""
        company = self.namer.company(mention.amount.span or passage.span, part.companies, owner)
        period, anchor = mention.period, mention.period_anchor
        earlier = self.period
        led = self.led if passage.kind == "item" else None
        if led is not None and when.period is None and not compared:
            period = Quote(led.text, led.span, "heading")
        elif earlier is None and when.period is not None and not when.period.is_absolute and anchor is None:
            anchor = self.reporting
        elif earlier is not None:
            quote = Quote(earlier.text, earlier.span, self.period_origin)
            if when.period is None and (mention.status == "actual" or self._outlooks) and not compared:
                period = quote
                anchor = self.reporting if not earlier.is_absolute and anchor is None else anchor
            elif when.period is not None and not when.period.is_absolute and anchor is None:
                anchor = quote
        if company is None and not self.namer.submitted and _of_whom(part.text, mention.segment):
            return replace(mention, company=mention.segment, segment=None, period=period, period_anchor=anchor)
        return replace(mention, company=company, period=period, period_anchor=anchor)


def _of_whom(text: str, segment: Quote | None) -> bool:
    """As in "profits at Rosneva", "sales of Alstar": a name, no part of one ("sales of the Paper segment")."""
    if segment is None or segment.span is None or segment.text.split()[-1].lower() in _PARTS:
        return False
    return _AT.search(text, max(0, segment.span.start - _AT_ROOM), segment.span.start) is not None
