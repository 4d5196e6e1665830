"""The metric of a fact: the listed name for its words, qualifier and unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from finproc.lexicon.metrics import Metric, canonical, look_up
from finproc.lexicon.part import words
from finproc.lexicon.verb_metrics import named_by_verb

_ADJUSTED = re.compile(
    r"\b(?:adjusted|adj\.?|underlying|core|comparable|recurring|normali[sz]ed|non[- ]?gaap|headline|"
    r"exceptionals?|one-?offs?|one-time|non-?recurring|special items|special charges|adjusting items|extraordinary|"
    r"excluding|ex[- ]items|pro[- ]forma|bereinigt\w*|ajusté\w*|normalisée?s?|récurrente?s?|clean)\b",
    re.IGNORECASE,
)
_MARGINS = {
    "gross profit": "gross margin",
    "operating income": "operating margin",
    "net income": "net margin",
    "ebitda": "ebitda margin",
    "adjusted ebitda": "ebitda margin",
}
_PER_SHARE = {
    "net income": "earnings per share", "adjusted net income": "adjusted earnings per share",
    "dividends paid": "dividend per share",
}  # fmt: skip
_CHANGE = re.compile(
    r"\b(?:grow\w*|grew|rose|ris(?:e|es|en|ing)|increas\w+|up|gain\w*|jump\w*|climb\w*|surg\w+|soar\w*|"
    r"advanc\w+|higher|improv\w+|expan\w+|decreas\w+|declin\w+|fell|falls?|fallen|drop\w*|down|lower|"
    r"slipp?\w*|slid|shrank|contract\w+|plung\w+|tumbl\w+|slump\w*|dipp?\w*|sank|"
    r"percentage change|change|reduction|growth|fall|rise|"
    r"stieg\w*|klettert\w*|gestiegen|legte|wuchs|wachstum|zuwachs|gesunken|rückgang|fiel|plus|minus|hausse|progress\w+|"
    r"croissance|baisse|recul\w*)\b",
    re.IGNORECASE,
)


_SHARE = re.compile(
    r"(?:as )?(?:an? |in )?(?:percent(?:age)?|%|share)?\s?\bof (?:total |net |our |its )*(?:sales|revenues?|"
    r"turnover)\b|\bdu chiffre d['’]affaires\b"
    r"|\b(?:des|vom|am) umsatz(?:es)?\b|\bmargin\b|\bas a percentage\b|^percentage$",
    re.IGNORECASE,
)
"""Words that make a percentage a share of sales."""


_PAID = re.compile(r"\bpa(?:id|ying|yments?)\b", re.IGNORECASE)
_SHARE_BASE = re.compile(
    r"\b(?:attributable to (?:[\w.&'’-]+ ){1,5}?)?per (?:\w+ ){0,2}share\b(?:\s?[-–—:,]?\s?(?:basic|diluted))?",
    re.IGNORECASE,
)
"""As in "Net income attributable to the parent per common share": what makes a metric one per share."""
_FOOTNOTE = re.compile(r"(?<=[^\W\d_])\s?[0-9]{1,2}$")
_COST = re.compile(
    r"\b(?:costs?|expenses?|charges?|(?:tax(?:es)?|interest|dividends?) paid|expenditures?|spending|purchases?|"
    r"repurchases?|payments?|repayments?|debt|borrowings?)$",
    re.IGNORECASE,
)


def is_cost(words: str) -> bool:
    """Whether unlisted words name a cost or a payment, positive by convention ("financing costs before tax")."""
    head = re.split(r"\b(?:before|after|on|of|for|from|in|to)\b|,", _FOOTNOTE.sub("", words))[0].strip()
    return "(" not in words and bool(_COST.search(head))


@dataclass(frozen=True, slots=True)
class Named:
    """A canonical metric name, the listed metric behind it (None for own words), and what could not be decided."""

    name: str
    listed: Metric | None
    problem: str | None = None


def metric_of(words: str, *, qualifier: str | None, unit: str, context: str, scaled: bool = False) -> Named:
    """The metric that words, qualifier and unit mean together.

    `scaled` says that the amount is in thousands or more, which no amount per share is. `unit` is the amount's
    ("currency", "percent" …), `context` the words of the fact's quote. A listed "adjusted …" metric is preferred for
    every adjusting qualifier; a percentage of a money metric is its growth or its margin, never the metric itself.
    """
    qualifier = "diluted" if qualifier and qualifier.lower() == "assuming dilution" else qualifier
    shared = _SHARE_BASE.sub(" ", words)
    if shared != words and (base := _listed(shared)) and base.name in _PER_SHARE and not look_up(words):
        case = "per diluted share" if re.search(r"(?<!basic and )\bdiluted\b", words, re.IGNORECASE) else "per share"
        words, unit = f"{shared.strip()} {case}", "currency/share" if unit == "currency" else unit
        metric: Metric | None = base
    else:
        metric = _listed(words)
    verb = named_by_verb(words) if metric is None else None
    metric = look_up(verb) if verb else metric
    name = metric.name if metric else verb or canonical(_FOOTNOTE.sub("", words))
    if unit in {"percent", "bps", "points"} and metric and metric.kind in {"flow", "instant"}:
        return _ratio(name, words, qualifier, context)
    if (
        qualifier
        and not _contains(words, qualifier)
        and not (metric and metric.kind == "ratio" and only_cue(qualifier))
    ):
        name = _qualified(name, words, qualifier)
    if unit == "currency/share":
        name = _per_share(name, words, context)
    elif unit == "currency" and name == "dividend per share" and (scaled or _PAID.search(context)):
        name = "dividends paid"
    listed = look_up(name)
    return Named(name, listed, "unit_mismatch" if scaled and listed and listed.kind == "per share" else None)


_WEIGHTED = re.compile(
    r"(?:(?:basic|diluted|and|total)[\s-]+)*(?:weighted[\s-]average\b.*\bshares\b.*|shares\s+used\b.*)|(?:basic|diluted)\s+shares\b.*",
    re.IGNORECASE,
)
_PRICED = re.compile(r"\bprice|\bvalue\b|\bper\b(?!.*\bshares\s+used)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _listed(words: str) -> Metric | None:
    """The listed metric of words that print it in a roundabout way ("Net loss before provision for income taxes")."""
    if _WEIGHTED.fullmatch(words) and not _PRICED.search(words):
        return look_up("weighted average shares")
    plain = re.sub(r"\s*\([^)]*\)|[0-9]+$|[:*†]", "", words).strip()
    forms = [words, plain]
    forms += [
        re.sub(
            r"^(?:(?:the|its|our|total|consolidated|group|reported|gaap|record|quarterly|annual|net)\s+)+",
            "",
            form,
            flags=re.IGNORECASE,
        )
        for form in (plain,)
    ]
    forms += [
        re.sub(
            r"\s+attributable to (?!.*(?:non-?\s?controlling|minorit)).*$|,? net$| for the (?:quarter|year|period)$",
            "",
            form,
            flags=re.IGNORECASE,
        )
        for form in forms[1:]
    ]
    turned = [re.sub(r"\bloss(?:es)?\b|\bdeficit\b", "income", form, flags=re.IGNORECASE) for form in forms]
    turned += [re.sub(r"\bloss(?:es)?\b", "profit", form, flags=re.IGNORECASE) for form in forms]
    bare = plain.lower().removeprefix("a ").removeprefix("record ")
    if bare in _BARE_LOSSES:
        return look_up("net income")
    if re.search(r"\b(?:before|from|on|of)\b", plain) and not re.search(
        r"tax|operations|operating|sales|revenue|goods|assets|securities", plain, re.IGNORECASE
    ):
        turned = []
    return next((metric for form in (*forms, *turned) if form and (metric := look_up(form))), None)


_BARE_LOSSES = words(
    "loss losses net losses verlust nettoverlust minus perte pertes perte nette fehlbetrag gewinn "
    "nettogewinn konzerngewinn bénéfice bénéfice"
) | {"net losses", "perte nette", "bénéfice net"}


def _contains(words: str, qualifier: str) -> bool:
    return qualifier.lower() in words.lower()


_BEFORE = re.compile(r"\b(?:before|vor|and|pre)\b", re.IGNORECASE)
_INTEREST = re.compile(r"\binterest\b|\bfinanc(?:e|ing|ial)\b|\bzinsen\b", re.IGNORECASE)
_TAX = re.compile(r"\b(?:tax(?:es|ation)?|steuern)\b", re.IGNORECASE)
_WRITTEN_OFF = re.compile(r"\b(?:depreciation|amorti[sz]ation|abschreibungen)\b", re.IGNORECASE)


def _before(name: str, qualifier: str) -> str | None:
    """As in "profits before tax", "earnings before interest and tax": the listed result that is struck before these."""
    if name not in ("net income", "adjusted net income") or not _BEFORE.match(qualifier):
        return None
    if not _TAX.search(qualifier):
        return None
    if not _INTEREST.search(qualifier):
        return "income before taxes" if not _WRITTEN_OFF.search(qualifier) else None
    return "ebitda" if _WRITTEN_OFF.search(qualifier) else "operating income"


def _qualified(name: str, words: str, qualifier: str) -> str:
    struck = _before(name, qualifier)
    if struck:
        struck = f"adjusted {struck}" if name.startswith("adjusted ") else struck
        name = words = struck
        if not _ADJUSTED.search(qualifier):
            return struck
    direct = look_up(f"{qualifier} {words}") or look_up(f"{qualifier} {name}") or look_up(f"{words} {qualifier}")
    if direct and not (direct.name == "revenue growth" and name == "revenue growth"):
        return direct.name
    if _ADJUSTED.search(qualifier):
        adjusted = {"diluted earnings per share": "earnings per share"}.get(name, name)
        listed = look_up(f"adjusted {adjusted}")
        return (
            listed.name
            if listed and listed.name != name
            else name
            if name.startswith("adjusted ")
            else f"adjusted {name.removeprefix('total ')}"
        )
    if re.match(r"(?:basic|diluted|gaap|reported|total|consolidated|record|ifrs)\b", qualifier, re.IGNORECASE):
        return name
    after = re.match(r"(?:at|in|on|from|for|before|after|attributable|per|excluding)\b", qualifier, re.IGNORECASE)
    return f"{name} {qualifier.lower()}" if after else f"{qualifier.lower()} {name}"


def _per_share(name: str, words: str, context: str) -> str:
    per_share = _PER_SHARE.get(name, name)
    if per_share == "earnings per share" and re.search(r"\bdiluted\b", words, re.IGNORECASE):
        return "diluted earnings per share"
    if (
        per_share == "earnings per share"
        and name == "net income"
        and re.search(r"\bdiluted share", context, re.IGNORECASE)
        and not re.search(r"\bbasic\b", context, re.IGNORECASE)
    ):
        return "diluted earnings per share"
    return per_share


def only_cue(qualifier: str) -> bool:
    """Whether a qualifier only says that a percentage is a change or a share: "rose", "up", "of net sales"."""
    return not re.search(r"[^\W\d_]", _SHARE.sub("", _CHANGE.sub("", qualifier)))


def _ratio(name: str, words: str, qualifier: str | None, context: str) -> Named:
    """A percentage beside a money metric: its margin, or its growth, never the metric itself."""
    kept = qualifier if qualifier and not only_cue(qualifier) and not _contains(words, qualifier) else None
    cues = f"{context} {qualifier or ''}"
    of_sales = _SHARE.search(qualifier) if qualifier else _SHARE.search(context)
    if name in _MARGINS and (of_sales or not _CHANGE.search(cues)):
        margin = _MARGINS[name]
        return _named(f"adjusted {margin}" if kept and _ADJUSTED.search(kept) and margin != "ebitda margin" else margin)
    if of_sales or not _CHANGE.search(cues):
        return Named(name, None, "unit_mismatch")
    growth = f"{name} growth"
    if look_up(growth) is None:
        return Named(growth, None, "change_not_a_fact")
    if not kept:
        return _named(growth)
    own = f"{re.sub('ly$', '', kept.lower())} {growth}"
    listed = look_up(own)
    return Named(listed.name if listed else own, listed)


def _named(name: str) -> Named:
    return Named(name, look_up(name))
