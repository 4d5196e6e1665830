"""Words before a metric: those that make it another one, those that say nothing of it, those that are no adjectives."""

from __future__ import annotations

from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import ADJUSTED, words

ALTERING = words("""
    average cash gross deferred unlevered non-cash noncash estimated cumulative minimum maximum contracted
    committed undrawn unused accrued prepaid unbilled unrecognized unamortized pro-rata pro combined remaining
    lease leasing capitalized implied financial potential contingent non-controlling noncontrolling attributable
    minority new levered daily exceptional extraordinary durchschnittliche durchschnittlicher
""")
"""Adjectives that make a listed metric another one: the metric keeps them as its own words."""
PRINTED_SO = frozenset({"stock-based compensation", "impairment charges", "depreciation and amortization"})
"""Metrics that never are cash: "non-cash" says nothing of them."""
NEUTRAL = words("""
    consolidated reported quarterly annual yearly monthly full-year half-year first-quarter second-quarter
    third-quarter fourth-quarter full-year full year quarter statutory ifrs gaap us-gaap total overall worldwide
    global group group's company's higher lower increased decreased record strong solid weak robust preliminary
    unaudited audited final fiscal corporate half-yearly first-half second-half nine-month six-month three-month
    twelve-month 12-month pre-exceptional healthy own basic respective corresponding regular special ongoing
    continuing year-end net operating current same similar weltweite weltweiten gesamte gesamten konsolidierte
    deutliche voller globale annuel trimestriel consolidé company firm firm's bank's bank first second third
    fourth previous prior last latest earlier negative positive outstanding operational external sequential
""")
"""Words before a metric that say neither part nor kind."""
_NOUNS_IN_ING = words("""
    operating staffing marketing advertising financing investing manufacturing engineering accounting pricing
    banking trading lending borrowing funding shipping building holding earning restructuring housing mining
    drilling refining gaming consulting licensing processing outsourcing training cleaning catering insuring
    non-recurring nonrecurring wiring printing publishing broadcasting packaging closing non-operating selling
    opening outstanding
""")
_NO_ADVERBS = ALTERING | NEUTRAL
_NO_VERBS = ADJUSTED | _NO_ADVERBS
"""Adjectives that look like an adverb or a verb."""


def verbal(token: Token) -> bool:
    """Whether a word looks like a verb or an adverb ("-ed", "-ing", "-ly"), not like part of a name."""
    lower = token.lower
    return token.part == "word" and (
        (lower.endswith("ly") and lower not in _NO_ADVERBS)
        or ("-" not in lower and lower.endswith("ing") and lower not in _NOUNS_IN_ING)
        or ("-" not in lower and lower.endswith("ed") and lower not in _NO_VERBS)
    )
