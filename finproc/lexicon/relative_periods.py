"""Words that name a period only from another one or from a date: next quarter, a year ago, im Vorjahr."""

from __future__ import annotations

import re

from finproc.lexicon.dates import YEAR
from finproc.lexicon.found_period import FoundPeriod, Relative, found_period
from finproc.lexicon.months import ORDINALS
from finproc.lexicon.part import words

_LAST = r"(?:prior|previous|preceding|last)"
_COMING = r"(?:next|coming|upcoming|following)"
_OWN = r"(?:fiscal[\s-]|financial[\s-])?"
_AGO = r"(?:a|one)\syear\s(?:ago|earlier|before|previously)"
_IN_LAST_YEAR = (
    rf"(?:{_AGO}|(?:of|in)\s(?:the\s)?{_LAST}\s(?:fiscal\s|financial\s)?year|last\syear|"
    rf"the\s(?:year\sbefore|{_LAST}\syear))"
)
_NOT_ENDED = r"(?!\s(?:ended|ending|to)\b)"
_WORDS: tuple[tuple[str, Relative], ...] = (
    (
        (
            r"(?:same|corresponding|comparable|equivalent|like|year[- ]ago|prior[- ]year|previous[- ]year|"
            r"year[- ]earlier|"
            r"prior[- ]year['’]s|last\syear['’]s)\s(?:[a-z0-9-]+\s){0,2}?(?:period|quarter|half|months|weeks)"
            rf"(?:\s{_IN_LAST_YEAR}|\sof\s(?:the\s)?previous\sfiscal(?:\syear)?|\s(?:(?:of|"
            rf"in)\s)?(?:fiscal\s)?(?P<year>{YEAR})\b)?"
        ),
        "same_period_last_year",
    ),
    (
        (
            r"(?:first\s|second\s|third\s|fourth\s)?(?:quarter|period|half)\s"
            rf"(?:of\s(?:last|the\s{_LAST})\s(?:fiscal\s)?year|{_AGO}|last\syear)"
        ),
        "same_period_last_year",
    ),
    (
        (
            rf"{_AGO}|year[- ]earlier|year[- ]ago|the\syear\sbefore|(?:im|des|vom|den|zum|dem)\sVorjahr(?:es|"
            r"s)?(?:zeitraums?|quartals?)?|"
            r"Vorjahr(?:es)?(?:zeitraum|quartal|wert|periode)s?|(?:im\s)?Jahr\s(?:davor|zuvor)|l['’]année\sprécédente|"
            r"un\san\s(?:plus\stôt|auparavant)"
        ),
        "year_ago",
    ),
    (
        (
            rf"{_LAST}[\s-]{_OWN}years?(?:['’]s)?(?![\w-])|(?:previous|prior|last)\sfiscal(?!\s(?:year|quarter))|"
            r"l['’](?:an|année)\s(?:dernier|dernière|passée?)|letztes\sJahr|(?:im\s)?vergangenen\sJahr"
        ),
        "last_year",
    ),
    (rf"(?:{_LAST}|immediately\spreceding)[\s-]{_OWN}quarter(?:['’]s)?", "last_quarter"),
    (rf"(?:current|this|present)[\s-]{_OWN}quarter(?:['’]s)?|im\slaufenden\sQuartal|dieses\sQuartal", "this_quarter"),
    (rf"{_COMING}[\s-]{_OWN}quarter(?:['’]s)?|(?:im\s)?(?:nächsten|kommenden)\sQuartal", "next_quarter"),
    (
        rf"(?:current|this)[\s-]{_OWN}year(?:['’]s)?|im\slaufenden\s(?:Geschäfts)?Jahr|dieses\sJahr|cette\sannée",
        "this_year",
    ),
    (
        (
            rf"{_COMING}[\s-]{_OWN}year(?:['’]s)?|(?:im\s)?(?:nächsten|kommenden)\s(?:Geschäfts)?Jahr|"
            r"l['’]an(?:née)?\sprochaine?"
        ),
        "next_year",
    ),
    (r"year[\s-]to[\s-]date|YTD|since\sthe\s(?:beginning|start)\sof\sthe\syear|so\sfar\sthis\syear", "year_to_date"),
    (rf"{_COMING}[\s-]month", "next_month"),
    (rf"{_LAST}[\s-]month", "last_month"),
    (r"this[\s-]month|the\scurrent\smonth", "this_month"),
    (
        (
            r"(?:latest|most\srecent|recently\s(?:ended|completed)|just[- ]ended)\s(?:fiscal\s)?quarter|"
            rf"the\squarter{_NOT_ENDED}|"
            r"im\s(?:abgelaufenen\s)?Quartal|au\scours\sdu\strimestre"
        ),
        "the_quarter",
    ),
    (rf"the\shalf[- ]year{_NOT_ENDED}|the\s(?:latest\s)?half(?=[,.]|\sunder)", "the_half"),
    (
        (
            r"the\speriod(?!\s(?:ended|ending|to|from|of|between|during|in)\b)|the\sreporting\speriod|im\sBerichtszeitraum|"
            r"the\s(?:current|present)\speriod"
        ),
        "the_period",
    ),
    (rf"{_LAST}\speriod", "last_period"),
    (
        (
            r"the\s(?:full\s|fiscal\s|financial\s)?year(?!\s(?:ended|ending|to|before|[0-9])|-)|"
            r"the\stwelve\smonths(?!\s(?:ended|ending|to)\b)"
        ),
        "the_year",
    ),
)
_RELATIVES = re.compile(
    "(?:" + "|".join(f"(?P<r{place}>{words})" for place, (words, _) in enumerate(_WORDS)) + r")(?!\w)", re.IGNORECASE
)
_RELATIVE_OF = {f"r{place}": relative for place, (_, relative) in enumerate(_WORDS)}
_JUST_SAME = re.compile(r"same\s(?:[a-z0-9-]+\s){0,2}?(?:period|quarter|half|months|weeks)", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:compar\w+|versus|vs|from|against|than|relative to|below|above)\b", re.IGNORECASE)
_COMPARED_ROOM = 60
"""How far before "the same period" a word of comparison makes it the period a year before."""
FIRST_WORDS = words(
    "same corresponding comparable equivalent like year prior previous last first second third fourth "
    "quarter period half a one the im des vom den zum dem "
    "vorjahr vorjahres vorjahreszeitraum vorjahreszeitraums vorjahresquartal vorjahresquartals vorjahreswert "
    "jahr l un preceding letztes vergangenen "
    "immediately current this present dieses next coming upcoming following nächsten kommenden cette ytd since "
    "so latest most recently just au"
)
"""The first words of all relative expressions, in lower case."""


def relative_at(text: str, position: int) -> FoundPeriod | None:
    """The relative expression that begins at `position`."""
    match = _RELATIVES.match(text, position)
    if not match or not match.lastgroup:
        return None
    relative = _RELATIVE_OF[match.lastgroup]
    if relative == "same_period_last_year" and not match["year"] and _JUST_SAME.fullmatch(match[0]):
        compared = _COMPARED.search(text, max(0, position - _COMPARED_ROOM), position)
        relative = "same_period_last_year" if compared else "the_period"
    number = next((ORDINALS[word] for word in match[0].lower().split() if word in ORDINALS), None)
    year = int(match["year"]) if match["year"] else None
    return found_period(text, match.start(), match.end(), "relative", relative=relative, number=number, year=year)
