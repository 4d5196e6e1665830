"""What a verb says an amount is, where no noun names a metric: repurchased, bought for, lost, earned, employs."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from finproc.extract.mentions.rules.phrases import Phrase
from finproc.extract.mentions.rules.qualifiers import around
from finproc.extract.mentions.rules.roles import before
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import Part, words
from finproc.lexicon.amounts import FoundAmount
from finproc.model.text import Span

_REPURCHASE = words("repurchase repurchased repurchases repurchasing re-purchased")
_STOCK = words("shares share stock ads adss aktien units")
_ALLOWED = words("authorized authorizes authorised authorization authorisation authority may remaining available up")
_TRADE = words("""
    buy buys buying bought acquire acquires acquired acquiring purchase purchases purchased purchasing sell sells
    selling sold acquisition takeover sale disposal
""")
_DEALS = words("deal deals contract order transaction agreement acquisition takeover merger bid offer")
_EARN = words("earned earns earning verdiente")
_LOSE = words("lost loses losing")
_MAKE = words("made")
_EMPLOY = words("employs employed employing employ beschäftigt beschäftigte beschäftigten")
_PEOPLE = words("people persons employees workers staff mitarbeiter mitarbeiterinnen menschen")
_PRICED = words("share shares stock titel aktie aktien papier papiere index oil crude dollar euro yen pound")
_WIDE, _NARROW, _THOUSAND = 20, 6, 1000
_BARRIERS: frozenset[Part] = frozenset({"semicolon", "clause"})
_CLOSING: frozenset[Part] = frozenset(
    {"comma", "semicolon", "and", "compared", "clause", "open", "close", "period", "adverb", "dash", "from"}
)


def traded(line: Sequence[Token], place: int, amount: FoundAmount, floor: int) -> Phrase | None:
    """What is paid for own shares, or for a company: the verb outranks the nouns around it ("for $9m in cash")."""
    if amount.unit != "currency":
        return None
    return (
        _repurchased(line, place, amount)
        or _bought(line, place, floor)
        or _worth(line, place)
        or written_off(line, place)
    )


def direct(line: Sequence[Token], place: int, amount: FoundAmount) -> Phrase | None:  # noqa: PLR0911 - one return a verb
    """What the verb right before the amount says: "lost $236m", "earned $2.10 a share", "employs 300 people"."""
    verb = before(line, place)
    if verb > 0 and line[verb].lower == "in" and line[verb + 1].lower == "total":
        verb = before(line, verb)
    if verb < 0:
        return None
    lower = line[verb].lower
    if lower in _EMPLOY:
        counted = amount.unit_part is not None and amount.unit_part.text.split()[-1].lower() in _PEOPLE
        return _phrase(line, verb, verb, "employees") if counted else None
    if not amount.is_money or (amount.unit == "currency" and amount.low.factor < _THOUSAND):
        return None
    if any(token.lower in _PRICED for token in line[max(0, verb - _NARROW) : verb]):
        return None
    if lower in _LOSE:
        loss = Span(line[verb].start, line[verb].end)
        return Phrase(loss, verb, verb, "net income", around(line, verb, verb, None), loss=loss)
    if lower in _EARN or (lower in _MAKE and _closes(line, place)):
        return replace(_phrase(line, verb, verb, "net income"), qualifier=around(line, verb, verb, None))
    return None


def written_off(line: Sequence[Token], place: int) -> Phrase | None:
    """As in "wrote off AMOUNT of goodwill": an impairment, not what is left."""
    off = before(line, place)
    if off < 1 or line[off].lower not in ("off", "down") or not line[off - 1].lower.startswith(("wr", "charg")):
        return None
    return _phrase(line, off - 1, off, "impairment charges")


def returned(line: Sequence[Token], place: int) -> Phrase | None:
    """As in "returned AMOUNT to shareholders"."""
    verb = before(line, place)
    while verb > 0 and (line[verb].lower in ("total", "of") or line[verb].part == "determiner"):
        verb -= 1
    if verb < 0 or not line[verb].lower.startswith("return"):
        return None
    for spot in range(place + 1, min(len(line), place + _NARROW)):
        if line[spot].lower in ("shareholders", "stockholders"):
            return _phrase(line, verb, spot, None)
    return None


def _phrase(line: Sequence[Token], first: int, last: int, listed: str | None) -> Phrase:
    return Phrase(Span(line[first].start, line[last].end), first, last, listed)


def _repurchased(line: Sequence[Token], place: int, amount: FoundAmount) -> Phrase | None:
    for spot in _back(line, place):
        back = line[spot].lower == "back" and spot and line[spot - 1].lower in ("bought", "buy", "buying")
        if line[spot].lower not in _REPURCHASE and not back:
            continue
        first = spot - 1 if back else spot
        if _allowed(line, first, place, amount):
            return None
        stock = [s for s in range(spot + 1, min(len(line), place + _NARROW)) if _is_stock(line[s])]
        if not stock:
            return None
        inner = [s for s in stock if s < place]
        return _phrase(line, first, inner[-1] if inner else stock[0], "share repurchases")
    ahead = place + 1
    while ahead < min(len(line), place + _NARROW):
        if line[ahead].lower == "to" and ahead + 1 < len(line) and line[ahead + 1].lower == "repurchase":
            last = next((s for s in range(ahead + 2, min(len(line), ahead + 6)) if _is_stock(line[s])), None)
            allowed = _allowed(line, place, place, amount)
            return None if last is None or allowed else _phrase(line, ahead + 1, last, "share repurchases")
        ahead += 1
    return None


def _is_stock(token: Token) -> bool:
    return token.lower in _STOCK or (token.part == "amount" and token.lower.endswith("shares"))


def _allowed(line: Sequence[Token], verb: int, place: int, amount: FoundAmount) -> bool:
    """Whether the text speaks of what may be bought back, not of what was."""
    limit = amount.approximation is not None and amount.approximation.text.lower() == "up to"
    return limit or any(token.lower in _ALLOWED for token in (*line[max(0, verb - _NARROW) : place],))


def _back(line: Sequence[Token], place: int) -> Sequence[int]:
    """The places left of the amount in its clause, from the right."""
    first = max(0, place - _WIDE)
    for spot in range(place - 1, first - 1, -1):
        if line[spot].part in _BARRIERS:
            return range(place - 1, spot, -1)
        if line[spot].part == "amount" and not _is_stock(line[spot]) and "per share" not in line[spot].lower:
            return range(place - 1, spot, -1)
    return range(place - 1, first - 1, -1)


def _bought(line: Sequence[Token], place: int, floor: int) -> Phrase | None:
    """As in "agreed to sell Solstice to Fairway for AMOUNT", "paid AMOUNT for Peltec"."""
    link = before(line, place)
    if link < 1:
        return None
    if line[link].lower in ("paid", "pay", "paying"):
        ahead = line[place + 1 : place + 4]
        named = len(ahead) > 1 and ahead[0].lower == "for" and any(t.part in ("name", "company") for t in ahead[1:])
        return _phrase(line, link, link, "purchase price") if named else None
    if line[link].lower != "for":
        return None
    for spot in _back(line, link):
        if spot <= floor or line[spot].part in ("metric", "period"):
            return None
        if line[spot].lower in _TRADE:
            named = any(token.part in ("name", "company", "word") for token in line[spot + 1 : link])
            return _phrase(line, spot, spot, "purchase price") if named else None
    return None


def _worth(line: Sequence[Token], place: int) -> Phrase | None:
    """As in "the deal is worth about AMOUNT", "a contract valued at AMOUNT"."""
    spot = before(line, place)
    if spot > 0 and line[spot].lower == "at":
        spot = before(line, spot)
    if spot < 1 or line[spot].lower not in ("worth", "valued"):
        return None
    if any(token.lower in _DEALS for token in line[max(0, spot - _NARROW) : spot]):
        return _phrase(line, spot, spot, "purchase price")
    return None


def _closes(line: Sequence[Token], place: int) -> bool:
    """Whether nothing behind the amount says what was made."""
    behind = line[place + 1] if place + 1 < len(line) else None
    if behind is None or behind.part in _CLOSING:
        return True
    return (
        behind.part == "preposition"
        and place + 2 < len(line)
        and any(token.part == "period" for token in line[place + 2 : place + 4])
    )
