"""What the text itself says about a number that only a model read: its role, its metric, when, whose and which part.

Nothing here believes the model. A part of its reading counts where the grammar of the sentence, or the place in the
table, binds it to the number; where it does not, or where something else stands nearer, the reading is in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from finproc.extract.mentions.rules.governing import governor
from finproc.extract.mentions.rules.grids import Grid, GridCell
from finproc.extract.mentions.rules.modifiers import ALTERING, NEUTRAL, verbal
from finproc.extract.mentions.rules.naming import Namer
from finproc.extract.mentions.rules.outlook import supposed
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import ADJUSTED, LOSSES
from finproc.extract.places import Sentence
from finproc.lexicon.companies import key
from finproc.lexicon.metrics import canonical, look_up
from finproc.lexicon.periods import FoundPeriod, find_periods
from finproc.model.mention import Mention
from finproc.model.text import Quote, Span

_LEVELS = frozenset({"level", "compared"})
_LIKE_NOUNS = frozenset({"adverb", "relative", "verb", "rise", "fall", "change"})
"""What may be a noun or an adjective before words that no table lists."""
_LEADS_ON = frozenset({"of", "determiner", "adverb", "preposition", "adjusted", "relative"})
"""What leads from a number on to the words that name it: "$5 million in tooling outlays"."""
_MOST_FOREIGN = 4
_SKIPPED = frozenset({"determiner", "adverb", "of"})


def in_sentence(mention: Mention, sentence: Sentence, namer: Namer) -> Mention:
    """The reading with what its sentence adds (a period, a word of loss), and the doubts that it raises."""
    doubts = [
        *_metric_doubts(mention, sentence),
        *_status_doubts(mention, sentence),
        *segment_doubts(mention, sentence),
        *qualifier_doubts(mention, sentence),
    ]
    period, anchor, more = dated(mention, sentence)
    company, others = named(mention, sentence, namer)
    return replace(
        mention,
        period=period,
        period_anchor=anchor,
        company=company,
        sign=mention.sign or _loss_before(sentence),
        doubts=(*mention.doubts, *doubts, *more, *others),
    )


def _metric_doubts(mention: Mention, sentence: Sentence) -> list[str]:
    """Why the metric's words may not be this number's."""
    item, words = sentence.item, mention.metric.span
    if words is None or not words.within(sentence.span):
        return ["metric_apart"]
    doubts = []
    if item.role.name not in _LEVELS:
        doubts.append("not_a_level")
    if item.phrase is not None:
        doubts.append("declined_by_rules" if item.phrase.words.overlaps(words) else "nearer_metric")
    gap = sentence.between(words, Span(sentence.token.start, sentence.token.end))
    if any(token.part == "amount" for token in gap):
        doubts.append("amount_between")
    if any(token.part == "metric" for token in gap) or _another_nearer(sentence, words):
        doubts.append("nearer_metric")
    if any(token.part in ("semicolon", "clause") for token in gap):
        doubts.append("clause_between")
    if _foreign(gap, behind=words.start >= sentence.token.end):
        doubts.append("words_between")
    if _unclaimed_words(mention, sentence, words):
        doubts.append("unclaimed_words")
    return doubts


def _foreign(gap: Sequence[Token], *, behind: bool) -> bool:
    """Whether words between metric and number may be a subject of their own: "receipts fell and rents ran to"."""
    if behind:
        return any(token.part not in _LEADS_ON for token in gap)
    foreign = [place for place, token in enumerate(gap) if token.part in ("word", "name") and not verbal(token)]
    joint = next((place for place, token in enumerate(gap) if token.part in ("and", "comma", "dash")), len(gap))
    return len(foreign) > _MOST_FOREIGN or any(place > joint for place in foreign)


def _another_nearer(sentence: Sentence, words: Span) -> bool:
    """Whether a listed metric stands right behind the number, nearer than the words claimed for it."""
    place = sentence.item.place
    if words.start >= sentence.token.end:
        return False
    behind = sentence.line[place + 1 : place + 4]
    return bool(behind) and any(
        token.part == "metric" and not Span(token.start, token.end).overlaps(words)
        for token in behind
        if all(other.part in ("of", "determiner", "adverb", "metric") for other in behind[: behind.index(token)])
    )


def _unclaimed_words(mention: Mention, sentence: Sentence, words: Span) -> bool:
    """Whether a word that narrows the metric stands right at it and is no part of the reading ("deferred revenue")."""
    listed = next((found.span for found in sentence.part.metrics if words.within(found.span)), words)
    if len(listed) > len(words) and canonical(_text(sentence, listed)) != canonical(mention.metric.text):
        return True
    before = next((token for token in reversed(sentence.line) if token.end <= words.start), None)
    if before is None or words.start - before.end > 1:
        return False
    claimed = [quote.span for quote in (mention.segment, mention.qualifier, mention.company) if quote and quote.span]
    if any(Span(before.start, before.end).overlaps(span) for span in claimed):
        return False
    first = sentence.line.index(before) + 1
    if governor(sentence.line, first) is not None or before.part in ("adjusted", "metric") or before.lower in ALTERING:
        return True
    if look_up(mention.metric.text) is None and (before.part in _LIKE_NOUNS and not before.lower.endswith("ed")):
        return True  # "record holders"
    named = before.part in ("word", "name") and before.lower not in NEUTRAL and not verbal(before)
    return named and before.text[0].isalpha()


def _text(sentence: Sentence, span: Span) -> str:
    return sentence.part.text[span.start : span.end]


def _status_doubts(mention: Mention, sentence: Sentence) -> list[str]:
    if supposed(sentence.line, sentence.cue):
        return ["supposed"]
    return ["other_status"] if (mention.status == "guidance") != (sentence.cue is not None) else []


def _loss_before(sentence: Sentence) -> Quote | None:
    """As in "a loss of AMOUNT", "a negative AMOUNT": the word right before the number."""
    spot = sentence.item.place - 1
    while spot >= 0 and sentence.line[spot].part in _SKIPPED:
        spot -= 1
    token = sentence.line[spot] if spot >= 0 else None
    if token is None or token.lower not in LOSSES:
        return None
    return Quote(token.text, Span(token.start, token.end))


def dated(mention: Mention, sentence: Sentence) -> tuple[Quote | None, Quote | None, list[str]]:
    """The period of a reading: the sentence's own binding, where it has one; else the only one that it names."""
    bound = sentence.dated.period
    anchor = sentence.dated.anchor
    if bound is not None:
        own = Quote(bound.text, bound.span)
        counted = Quote(anchor.text, anchor.span) if anchor else None
        doubtful = sentence.dated.doubtful or not same_period(own, mention.period)
        return own if not doubtful else mention.period, counted, ["other_period"] if doubtful else []
    if mention.period is None:
        return None, None, []
    return mention.period, None, [] if _only_period(mention.period, sentence) else ["period_apart"]


def _only_period(period: Quote, sentence: Sentence) -> bool:
    """Whether the sentence has one number and one period, and the period is none that it is compared with."""
    standing = {_named_period(found) for found in sentence.part.periods if found.kind != "date"}
    if period.span is None or not period.span.within(sentence.span) or len(standing) > 1:
        return False
    amounts = [token for token in sentence.line if token.part == "amount"]
    before = [token for token in sentence.line if token.end <= period.span.start]
    return len(amounts) == 1 and not any(token.part in ("compared", "from") for token in before)


def same_period(ours: Quote | None, theirs: Quote | None) -> bool:
    """No contradiction: one is silent, or the words are the same, share their place, or name one period."""
    if ours is None or theirs is None:
        return True
    if ours.span and theirs.span and ours.span.overlaps(theirs.span):
        return True
    if ours.text.lower().split() == theirs.text.lower().split():
        return True
    one, other = find_periods(ours.text), find_periods(theirs.text)
    return len(one) == len(other) == 1 and _named_period(one[0]) == _named_period(other[0]) and one[0].is_absolute


def _named_period(period: FoundPeriod) -> tuple[object, ...]:
    return period.kind, period.number, period.year, period.year_to, period.month, period.day, period.relative


def named(mention: Mention, sentence: Sentence, namer: Namer) -> tuple[Quote | None, list[str]]:
    """The company of a reading: whom the sentence speaks of; another one is in doubt."""
    amount = mention.amount.span or sentence.span
    ours = namer.company(amount, sentence.part.companies, None)
    return agreed_company(ours, mention.company, namer.submitted, sentence)


def agreed_company(
    ours: Quote | None, theirs: Quote | None, submitted: str, sentence: Sentence | None
) -> tuple[Quote | None, list[str]]:
    """Both readings' company: ours, unless the other is another; where nobody is named, a subject of the sentence.

    Where the sentence names nobody, the only company that the whole text names is as good.
    """
    if theirs is None or key(theirs.text) == "":
        return ours, []
    if ours is None and not submitted and sentence is not None and sentence.only_company == key(theirs.text):
        return theirs, []
    known = key(ours.text) if ours is not None else submitted
    if known:
        shorter = known.startswith(key(theirs.text))
        return (ours, []) if shorter else (theirs, ["other_company"])
    subject = sentence is not None and sentence.opens_with(theirs.span)
    return theirs, [] if subject else ["company_apart"]


def segment_doubts(mention: Mention, sentence: Sentence) -> list[str]:
    """A part of the company counts where its words stand right at the metric's."""
    segment, metric = mention.segment, mention.metric.span
    if segment is None or segment.span is None or metric is None:
        return []
    if segment.span.overlaps(metric):
        rest = sentence.part.text[segment.span.end : metric.end].strip()
        return [] if segment.span.start <= metric.start and look_up(rest) else ["segment_apart"]
    return [] if sentence.joined(segment.span, metric) else ["segment_apart"]


def qualifier_doubts(mention: Mention, sentence: Sentence) -> list[str]:
    """Words that narrow a metric count where they stand at it or at the number."""
    qualifier, metric = mention.qualifier, mention.metric.span
    if qualifier is None or qualifier.span is None or metric is None or qualifier.span.overlaps(metric):
        return []
    if ADJUSTED & set(qualifier.text.lower().split()):  # "a loss of $5 million adjusted for" is no adjusted loss
        before = qualifier.span.end <= metric.start and sentence.joined(qualifier.span, metric)
        return [] if before else ["qualifier_apart"]
    here = Span(sentence.token.start, sentence.token.end)
    at = sentence.joined(qualifier.span, metric) or sentence.joined(qualifier.span, here)
    return [] if at else ["qualifier_apart"]


def in_grid(mention: Mention, grid: Grid) -> list[str]:
    """Why a table's cell may not say what a model read in it: the metric of its row, the period of its column."""
    found = _cell(mention.amount.span, grid)
    if found is None:
        return ["no_cell"]
    row, cell = found
    metric, period = mention.metric.span, mention.period.span if mention.period else None
    labels = [other.span for other in grid.rows[row] if other.last < cell.first and not other.numeric]
    above = _above(grid, row, cell)
    doubts = []
    if metric is None or not any(metric.overlaps(span) for span in [*labels, *above]):
        doubts.append("metric_of_another_row")
    if period is not None and not any(period.overlaps(span) for span in [*above, *labels, *grid.captions]):
        doubts.append("period_of_another_column")
    if look_up(mention.metric.text) is None and mention.currency is not None:
        doubts.append("unit_unknown")  # a row of shops or orders in a table of money
    if mention.segment is not None:
        doubts.append("segment_apart")
    if mention.status == "guidance":
        doubts.append("other_status")
    return doubts


def _cell(amount: Span | None, grid: Grid) -> tuple[int, GridCell] | None:
    if amount is None:
        return None
    return next(
        (
            (number, cell)
            for number, row in enumerate(grid.rows)
            for cell in row
            if amount.overlaps(cell.span) and cell.numeric
        ),
        None,
    )


def _above(grid: Grid, row: int, cell: GridCell) -> list[Span]:
    """The cells of words over a cell."""
    return [
        other.span
        for higher in grid.rows[:row]
        for other in higher
        if other.first <= cell.last and cell.first <= other.last
    ]
