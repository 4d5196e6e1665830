"""Which metric each amount of a sentence belongs to: by the words between them, by lists and by comparatives."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from finproc.extract.mentions.rules import own_words, prices, results, verbs
from finproc.extract.mentions.rules.bound import Bound, How, same_bracket
from finproc.extract.mentions.rules.modifiers import verbal
from finproc.extract.mentions.rules.parallel import in_step
from finproc.extract.mentions.rules.phrases import Phrase
from finproc.extract.mentions.rules.reach import BREAKING, FAR, NEAR, STOPS, metric_after, metric_before
from finproc.extract.mentions.rules.roles import Role, before, role_at
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import Part
from finproc.lexicon.amounts import FoundAmount
from finproc.lexicon.metrics import FoundMetric
from finproc.model.text import Span

_PER_SHARE = 6
"""Characters of a figure per share."""
_ONE = frozenset({"a", "an", "ein", "einen", "un", "une"})
"""What makes an amount behind "and" one of its own ("revenue of $2m and a $3m loss")."""
_OF_A_PART = frozenset({"related", "relating", "attributable", "due", "resulting", "arising", "associated"})
"""Words right behind an amount that say which part of the one before it is ("$6m, $5m related to write downs")."""
_APPOSED: frozenset[Part] = frozenset({"comma", "adverb", "determiner"})
_JOINED: frozenset[Part] = frozenset({"comma", "and", "adverb", "determiner", "dash"})
_ENUMERATED: frozenset[Part] = frozenset({"and", "comma", "period", "preposition", "determiner", "open", "close"})
_LEADS: frozenset[Part] = frozenset(
    {"to", "equals", "and", "comma", "from", "open", "colon", "of", "compared", "verb", "metric", "period"}
)


class _Site(Struct, frozen=True):
    """An amount in its sentence before it is bound. `earlier`: the amount before it, already bound."""

    line: Sequence[Token]
    place: int
    amount: FoundAmount
    role: Role
    metrics: Sequence[FoundMetric]
    earlier: Bound | None

    @property
    def floor(self) -> int:
        return self.earlier.place if self.earlier else -1

    def bound(self, phrase: Phrase | None, how: How, distance: int = 0) -> Bound:
        """Bound to a phrase; one that a change or an effect governs makes it an effect, unless "to" leads to it."""
        role = self.role
        if phrase is not None and phrase.blocked and role.name in ("level", "compared"):
            left = before(self.line, self.place)
            leads = left >= 0 and (self.line[left].part == "to" or self.line[left].lower == "at")
            if not leads or phrase.blocked != "change":
                role = Role("effect")
        return Bound(self.place, self.amount, role, phrase, how if phrase else None, self.place, distance, self.earlier)

    def like(self, other: Bound) -> Bound:
        """Bound to the phrase of another amount, as its role says."""
        return Bound(
            self.place, self.amount, self.role, other.phrase, "continued", self.place, other.distance, self.earlier
        )


def bind(line: Sequence[Token], amounts: Sequence[FoundAmount], metrics: Sequence[FoundMetric]) -> list[Bound]:
    """Every amount of the sentence with its role and metric, in order."""
    bound: list[Bound] = []
    for place, token in enumerate(line):
        if token.part != "amount":
            continue
        amount = amounts[token.item]
        earlier = bound[-1] if bound else None
        percent = amount.unit in ("percent", "bps", "points")
        role = role_at(line, place, percent=percent, earlier=earlier.role if earlier else None)
        if role.name == "level" and earlier is not None and _same_breath(line, earlier, place):
            role = Role("compared", cue=_breath_start(line, earlier.place, place))
        elif role.name == "level" and earlier is not None and same_bracket(line, earlier, place):
            role = Role("compared", cue=earlier.role.cue)
        bound.append(_bound(_Site(line, place, amount, role, metrics, earlier)))
    return in_step(line, _shared_back(bound), metrics)


def _same_breath(line: Sequence[Token], earlier: Bound, place: int) -> bool:
    """As in "compared to earnings of $2.74 on net income of $1.7 billion": the comparative goes on."""
    if earlier.role.name != "compared":
        return False
    gap = line[earlier.place + 1 : place]
    if gap and all(token.part in ("and", "comma") for token in gap):
        return True
    if any(token.part == "period" for token in gap) and all(token.part in _ENUMERATED for token in gap):
        return any(token.part == "and" for token in gap)
    if any(token.part == "and" for token in gap):
        behind = next((token for token in line[place + 1 :] if token.part in ("compared", "amount", "from")), None)
        if behind is not None and behind.part != "amount":
            return False
    return any(token.part in ("metric", "word") for token in gap) and not any(
        token.part in ("comma", "semicolon", "clause", "equals", "verb", "risen", "fallen", "close", "period")
        for token in gap
    )


def _breath_start(line: Sequence[Token], earlier: int, place: int) -> int:
    """Where what belongs to the later amount begins: at the "and" behind the period of the one before."""
    last = max((s for s in range(earlier + 1, place) if line[s].part == "and"), default=earlier + 1)
    return last if any(token.part == "period" for token in line[earlier + 1 : last]) else earlier + 1


def _shared_back(bound: list[Bound]) -> list[Bound]:
    """As in "$709 million and $3 billion of short-term investments": the end of a list names all of it."""
    for place in range(len(bound) - 2, -1, -1):
        item, later = bound[place], bound[place + 1]
        if (
            item.phrase is None
            and later.phrase is not None
            and later.group == item.group
            and later.role.name == item.role.name
        ):
            bound[place] = replace(item, phrase=later.phrase, how="list" if item.how == "list" else "after")
    return bound


def _bound(site: _Site) -> Bound:
    """The first reading that holds: of a list, of a comparative, by a listed metric, going on, in own words."""
    if _part_of_earlier(site):
        return site.bound(None, "own")
    return (
        _listed(site)
        or _compared(site)
        or _traded(site)
        or _named(site)
        or _elsewhere(site)
        or _done(site)
        or _going_on(site)
        or _in_own_words(site)
    )


def _listed(site: _Site) -> Bound | None:
    """A further amount of a list has the metric and the role of the one before."""
    earlier = site.earlier
    if earlier is None or site.role.name == "price" or not _in_list(site.line, earlier, site.place, site.amount):
        return None
    if earlier.phrase is not None and _named_apart(site):
        return None
    same = earlier.role if earlier.role.name in ("level", "compared", "change", "effect") else site.role
    keep = site.role if site.role.name == "change" and same.name != "change" else same
    phrase = earlier.phrase
    if phrase is None and site.amount.is_money:
        phrase = metric_after(site.line, site.place, site.metrics) or own_words.named_after(site.line, site.place)
    return Bound(site.place, site.amount, keep, phrase, "list", earlier.group, earlier.distance, earlier)


def _part_of_earlier(site: _Site) -> bool:
    """As in "losses of $6m, $5m related to write downs", "$10m, $4m of which came from Europe": no second total."""
    earlier, line = site.earlier, site.line
    if earlier is None:
        return False
    gap, behind = line[earlier.place + 1 : site.place], line[site.place + 1 : site.place + 3]
    joined = any(token.part == "comma" for token in gap) and all(token.part in _APPOSED for token in gap)
    if not joined or not behind:
        return False
    which = [token.lower for token in behind] == ["of", "which"]
    named = behind[0].lower in ("for", "from") and behind[1:] and behind[1].part in ("word", "name")
    return which or behind[0].lower in _OF_A_PART or bool(named)


def _named_apart(site: _Site) -> bool:
    """As in "$1.1 billion of cash, $2.0 billion of credit available": what stands behind names this amount alone."""
    link = site.line[site.place + 1] if site.place + 1 < len(site.line) else None
    if link is not None and link.part in ("metric", "adjusted", "word") and site.line[site.place - 1].lower in _ONE:
        after = metric_after(site.line, site.place, site.metrics) or own_words.named_after(site.line, site.place)
        return after is not None
    if link is None or link.text.lower() != "of":
        return False
    return own_words.named_after(site.line, site.place) is not None


def _compared(site: _Site) -> Bound | None:
    """A comparative's metric: named behind its cue, in own words there, else of its level."""
    cue = site.role.cue
    if cue is None:
        return None
    result = results.same_result(site.line, site.place, site.earlier) if site.amount.is_money else None
    if result is not None:
        return site.bound(result, "continued")
    named = metric_before(site.line, site.place, cue, site.metrics)
    if named is not None:
        return site.bound(named[0], "before", named[1])
    verb = before(site.line, cue)
    if verb > 0 and site.line[verb].part in ("risen", "fallen"):
        subject = metric_before(site.line, verb, site.floor, site.metrics)
        if subject is not None and subject[1] == 0:
            return site.bound(subject[0], "before")
    own = own_words.named_before(site.line, site.place)
    if own is not None and own.first > cue and site.amount.is_money:
        return site.bound(own, "own")
    return _of_level(site)


def _of_level(site: _Site) -> Bound | None:
    """The nearest earlier amount that this one can be compared with; an unbound level leaves it unbound."""
    level = site.earlier
    if level is not None and level.phrase is None and level.role.name == "level" and _alike(level, site.amount):
        return site.bound(None, "continued")
    while level is not None and (
        level.role.name not in ("level", "compared", "change") or level.phrase is None or not _alike(level, site.amount)
    ):
        level = level.earlier
    return site.like(level) if level is not None else None


def _named(site: _Site) -> Bound | None:
    """A listed metric before or behind the amount."""
    turned = before(site.line, site.place)
    if turned >= 0 and site.line[turned].lower == "into" and site.amount.is_money:
        result = results.same_result(site.line, site.place, site.earlier)
        if result is not None:
            return site.bound(result, "continued")
    pre = metric_before(site.line, site.place, site.floor, site.metrics)
    post = None if _share_of_sales(site) else metric_after(site.line, site.place, site.metrics)
    if site.role.name == "change" and _of_another(site):
        return site.bound(post, "after")
    taken = pre is not None and (pre[1] > 0 or _names_earlier(site, pre[0]))
    if taken and post is None and not _strong(site) and _named_apart(site):
        return None
    if pre is not None and (post is None or (pre[1] == 0 and _strong(site))):
        return site.bound(pre[0], "before", pre[1])
    return site.bound(post, "after") if post is not None else None


def _names_earlier(site: _Site, phrase: Phrase) -> bool:
    """As in "$1.3bn of cash on hand, $0.4bn of availability": what stands between names the amount before it."""
    earlier = site.earlier
    return (
        earlier is not None
        and earlier.how == "after"
        and earlier.phrase is not None
        and (earlier.phrase.first == phrase.first)
    )


def _traded(site: _Site) -> Bound | None:
    """A price paid, by its verb."""
    if site.role.name not in ("level", "compared"):
        return None
    phrase = prices.share_price(site.line, site.place, site.amount) or verbs.traded(
        site.line, site.place, site.amount, site.floor
    )
    return site.bound(phrase, "own") if phrase is not None else None


def _elsewhere(site: _Site) -> Bound | None:
    """As in "Sales in Europe were $5m, in Asia $3m": the metric of the amount before, of another part."""
    earlier = site.earlier
    if earlier is None or earlier.phrase is None or earlier.phrase.segment is None or earlier.role != site.role:
        return None
    gap = site.line[earlier.place + 1 : site.place]
    link = next((spot for spot, token in enumerate(gap) if token.lower in ("in", "at", "from")), 0)
    names = [token for token in gap[link + 1 :] if token.part == "name"]
    led = link > 0 and all(token.part in ("comma", "and") for token in gap[:link])
    if not led or not names or any(token.part not in ("name", "determiner", "and") for token in gap[link + 1 :]):
        return None
    part = Span(names[0].start, names[-1].end)
    return site.bound(replace(earlier.phrase, segment=part), "continued") if site.amount.is_money else None


def _done(site: _Site) -> Bound | None:
    """What the verb right before the amount says of it."""
    if site.role.name != "level":
        return None
    phrase = verbs.direct(site.line, site.place, site.amount) or verbs.returned(site.line, site.place)
    return site.bound(phrase, "own") if phrase is not None else None


def _going_on(site: _Site) -> Bound | None:
    earlier = site.earlier
    if earlier is None or earlier.phrase is None:
        return None
    own = own_words.named_before(site.line, site.place) if site.amount.is_money else None
    if (own is not None and own.first > earlier.place) or (site.amount.is_money and _named_apart(site)):
        return None
    behind = site.line[site.place + 1].lower if site.place + 1 < len(site.line) else ""
    left = before(site.line, site.place)
    margins = {behind, site.line[left - 1].lower if left > 0 and site.line[left].part == "of" else ""}
    own_margin = site.amount.unit == "percent" and bool(margins & {"margin", "marge"})
    return site.like(earlier) if own_margin or _continues(site.line, earlier, site.place, site.role) else None


def _in_own_words(site: _Site) -> Bound:
    own: Phrase | None = None
    if site.amount.is_money and site.role.name in ("level", "compared"):
        own = (
            own_words.named_before(site.line, site.place)
            or own_words.moved(site.line, site.place)
            or own_words.subject(site.line, site.place)
            or own_words.named_after(site.line, site.place)
        )
    elif site.amount.is_money and site.role.name == "change":
        own = own_words.changed_subject(site.line, site.place)
    return site.bound(own, "own")


def _alike(bound: Bound, amount: FoundAmount) -> bool:
    """Whether an amount can be a comparative of another: money with money, percent with percent."""
    if bound.role.name == "change":
        return True
    percent = amount.unit in ("percent", "bps", "points")
    if bound.amount.unit == amount.unit == "currency" and _apart(bound.amount, amount):
        return False
    return bound.percent == percent and (
        bound.amount.unit == amount.unit
        or "plain" in (bound.amount.unit, amount.unit)
        or not (bound.amount.is_money and amount.is_money)
    )


def _apart(one: FoundAmount, other: FoundAmount) -> bool:
    """As in "NT$3,155 million and NT$3.94": millions and a figure per share."""
    scaled, small = (one, other) if one.scaled else (other, one)
    digits = small.low.digits.text
    return (
        scaled.scaled and not small.scaled and small.list_scale is None and len(digits) <= _PER_SHARE and "." in digits
    )


def _share_of_sales(site: _Site) -> bool:
    """As in "18.7 percent of net sales": what stands behind is what it is a share of."""
    ahead = site.line[site.place + 1 : site.place + 5]
    if site.amount.unit != "percent" or not ahead or ahead[0].part != "of":
        return False
    whole = next((token for token in ahead if token.part == "metric"), None)
    return whole is not None and site.metrics[whole.item].name == "revenue"


def _of_another(site: _Site) -> bool:
    """As in "a 1.9% decline in customer transactions": the change names its own subject."""
    moved = site.role.moved
    if moved is None or moved.start < site.line[site.place].start:
        return False
    spot = site.place + 1
    while spot < len(site.line) and site.line[spot].part in ("rise", "fall", "change", "relative", "adverb", "word"):
        spot += 1
    return spot < len(site.line) and site.line[spot].lower in ("in", "of")


def _strong(site: _Site) -> bool:
    left = before(site.line, site.place)
    return left >= 0 and site.line[left].part in ("of", "equals", "metric", "colon", "to", "from")


def _in_list(line: Sequence[Token], earlier: Bound, place: int, amount: FoundAmount) -> bool:
    gap = line[earlier.place + 1 : place]
    if (
        not gap
        or not all(token.part in _JOINED for token in gap)
        or not any(token.part in ("comma", "and") for token in gap)
    ):
        return False
    one, other = earlier.amount, amount
    if one.unit == other.unit == "currency" and _apart(one, other):
        return False
    return one.unit == other.unit or (one.is_money and other.is_money) or "plain" in (one.unit, other.unit)


def _says(token: Token, role: Role) -> bool:
    """As in "sales of $109 million, which is up 25%"."""
    return token.lower == "which" and role.name == "change"


def _continues(line: Sequence[Token], earlier: Bound, place: int, role: Role) -> bool:
    """Whether the words since the amount before only lead on to this one ("… in 2018 to", "compared with")."""
    gap = line[earlier.place + 1 : place]
    foreign = 0
    for token in gap:
        if token.part in STOPS and token.lower not in ("while", "offset") and not _says(token, role):
            return False
        if token.lower in BREAKING:
            return False
        foreign += token.part in ("word", "name", "guidance", "metric") and not verbal(token)
    left = before(line, place)
    if role.name == "compared":
        return foreign <= FAR
    if role.name == "change":
        return foreign == 0
    if left >= 0 and line[left].part == "open":
        return False
    to_level = left >= 0 and (line[left].part == "to" or line[left].lower in ("at", "bei"))
    moved = to_level and earlier.role.name == "change"
    return left >= 0 and foreign <= (NEAR if moved else 1) and (moved or line[left].part in _LEADS)
