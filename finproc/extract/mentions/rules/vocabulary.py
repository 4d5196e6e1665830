"""The words that hold a financial sentence together, by the part they play; English, German, French.

Names of metrics, periods, currencies and companies are the lexicon's; these are the words around them.
"""

from __future__ import annotations

from typing import Literal


def words(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


Part = Literal[
    "determiner", "of", "by", "to", "from", "preposition", "equals", "verb", "risen", "fallen", "rise",
    "fall", "change", "compared", "guidance", "conditional", "effect", "and", "clause", "adverb",
    "relative", "word", "name", "open", "close", "comma", "colon", "semicolon", "dash", "number",
    "amount", "metric", "period", "company", "adjusted", "not",
]  # fmt: skip
"""What a token is to the grammar; the last ones are filled from the lexicon."""

_WORDS: dict[Part, str] = {
    "determiner": """
        a an the our its their his her my your this that these those each all both such another any der die das den
        dem des ein eine einen einem einer eines unser unsere ihr ihre sein seine le la les l un une notre nos son
        sa ses leur leurs
    """,
    "of": "of von de du d totaling totalling aggregating",
    "by": "by um",
    "to": "to auf à",
    "from": "from",
    "preposition": """
        in for on at with within during through between among under over via per after since until till into
        including excluding before across throughout about towards toward as following respectively für aus bei mit
        im am zum zur seit bis je pro vor nach zwischen an en pour par sur dans au aux chez
    """,
    "equals": """
        was were is are be been being totaled totalled amounted amounting reached reaching stood stand stands
        came comes hit
        equaled equalled represented represents representing approximated remained remains finished ended
        closed betrug betrugen
        beträgt betragen belief beliefen lag liegt lagen erreichte erreichten war waren ist sind wurde wurden était
        étaient est sont atteint atteignait atteignent s'élève s'élevait s'établit s'est établi représenté
        représente ressort ressortait
    """,
    "verb": """
        had has have having report reports reported reporting post posts posted posting record recorded recording
        earned earn earns earning made make makes generate generated generates generating achieved achieve achieving
        delivered deliver deliver delivering registered incurred incur incurs incurring booked booking saw see seen
        sees show showed shown shows paid pay pays spent spend spending used use uses using raised raise raises
        raising invested invest returned received receive bought purchased sold issued declared authorized approved
        repurchased exceeds exceed exceeded exceeding allows requires required provides equates includes include
        included contains contain excludes continues continued provided provides swung turned did do does gave give
        gives brought took take takes got went said says announced completed acquired borrowed repaid contributed
        contributing comprised comprising consisted consisting reflecting driven offset resulting resulted related
        according attributable due brings bringing leaving leaves left setting erzielte erzielten erwirtschaftete
        erwirtschaftet verbuchte verzeichnete machte machen meldete meldet hatte hat haben schrieb verdiente setzte
        a ont réalisé réalise enregistré affiche affiché dégagé généré publié levé lève lever
    """,
    "risen": """
        rose rises rising risen increased increases increasing grew grows grown growing climbed climbs climbing
        jumped jumps jumping surged surges surging soared gained gains gaining advanced improved improves improving
        up higher added expanded accelerated edged doubled tripled leapt ticked strengthened
        widened swelled deepened ballooned mounted
        rebounded lifted stieg stiegen steigt gestiegen wuchs wuchsen wächst gewachsen zugelegt legte kletterte erhöhte
        erhöht plus augmenté augmente progressé progresse hausse
    """,
    "fallen": """
        fell falls falling fallen decreased decreases decreasing declined declines declining dropped drops dropping
        slipped slipping slid slides sliding plunged plunging tumbled shrank shrunk shrinking dipped contracted down
        lower weakened narrowed slumped sank sinks eased halved reduced cut trimmed plummeted softened sank sanken sinkt
        gesunken fiel fielen fällt gefallen schrumpfte schrumpften verringerte ging zurückgegangen minus reculé
        recule baissé baisse chuté diminué
    """,
    "rise": """
        increase rise growth gain jump improvement surge upturn uplift hike climb boost upswing anstieg wachstum
        zuwachs steigerung plus croissance augmentation
    """,
    "fall": """
        decrease decline drop fall reduction slump dip slide downturn shortfall contraction plunge deterioration
        rückgang minus einbruch recul repli
    """,
    "change": """change changes difference swing variation movement movements savings saving increases decreases
        declines""",
    "compared": """
        compared versus vs against than gegenüber verglichen nach vj vorjahreswert contre comparatively comparison
        compares opposed
    """,
    "guidance": """
        expect expects expected expecting expectation expectations guidance outlook forecast forecasts forecasted
        forecasting target targets targeted targeting project projects projected projecting anticipate anticipates
        anticipated anticipating plan plans planned planning estimate estimates estimated estimating predict
        guides guided guiding predicts predicted aims aim intends intend seeking hopes hope sees likely will shall
        potential future upcoming consensus budgeted reaffirming reiterated reiterates reaffirmed reaffirms
        erwartet erwarten erwarte
        prognose prognostiziert ausblick plant geplant ziel sollen soll wird werden rechnet dürfte attend prévoit
        prévision prévisions objectif vise table devrait estime
    """,
    "conditional": """would could should might may if can assuming hypothetical illustrative könnte würde wenn falls
        pourrait si""",
    "effect": """
        impact impacts benefit benefits effect effects contribution headwind headwinds tailwind tailwinds impacted
        affected hurt helped boosted boosting reducing favorably unfavorably negatively positively adversely
        belastet belastung einfluss effet impacté
    """,
    "and": "and & or und sowie oder et ou plus",
    "clause": """
        while whereas but although though because which who whose when where whereby despite however and/or offset
        während aber wobei obwohl weil tandis alors mais
    """,
    "adverb": """
        approximately about around nearly almost some roughly only just over more less slightly sharply strongly
        significantly modestly marginally substantially steeply approx ca circa rund etwa knapp fast mehr weniger
        gut environ près quelque plus further also already still again even well only mainly primarily respectively
        now strong record solid healthy robust recently currently total cumulative estimated least most previously
        newly slightly nur noch auch bereits another whopping massive huge mere combined aggregate overall
        firm downward downwards upward upwards meanwhile
        furthermore moreover
    """,
    "not": "not no never without nicht kein keine keinen ohne pas aucun",
    "relative": """year-on-year year-over-year yoy quarter-on-quarter qoq sequentially annualized annualised annual
        annually""",
}
ADJUSTED = words("""
    adjusted underlying core comparable recurring normalized normalised pro-forma non-gaap normalisé normalisée
    récurrent récurrente bereinigt bereinigte
    bereinigter bereinigtes bereinigten operative-bereinigt ajusté ajustée ordinary organic
""")
"""Words before a metric that make it another one (the standard's rulings): kept as qualifiers."""

PART_OF: dict[str, Part] = {word: part for part, words in reversed(_WORDS.items()) for word in words.split()}
PART_OF.update(dict.fromkeys(ADJUSTED, "adjusted"))

CAUSES = words("""
    due reflecting driven offset including excluding because resulting consisting comprised primarily mainly
    aufgrund wegen dank inklusive grâce
""")
"""Words that lead to a cause or a part: an amount behind them is not the level of a metric before them."""
APPROXIMATE = words("""
    approximately about around nearly almost some roughly over more approx ca circa rund etwa knapp fast mehr
    environ près quelque exceeding exceeded least gut
""")
HIGHER_LOWER = words("higher lower more less above below better worse greater fewer höher niedriger mehr weniger")
LOSSES = words(
    "loss losses deficit deficits outflow outflows negative verlust verluste fehlbetrag perte pertes minus used"
)
"""Words that make a number negative where the metric can be negative."""
