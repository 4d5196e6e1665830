"""Metric names: the longest alias wins, hyphens and apostrophes vary, further files extend the table."""

import json

from hypothesis import given
from hypothesis import strategies as st

from finproc.lexicon.metrics import canonical, find_metrics, look_up, packaged, read_table


def test_the_longest_alias_wins():
    text = "Adjusted EBITDA margin, cost of revenue and net income attributable to common shareholders"
    assert [found.name for found in find_metrics(text)] == ["ebitda margin", "cost of revenue", "net income"]


def test_words_are_found_whole_and_in_any_case():
    assert [found.text for found in find_metrics("Salesman SALES profitable EPS steps R&D")] == ["SALES", "EPS", "R&D"]


def test_every_name_and_alias_finds_its_metric():
    for words, metric in packaged().by_words.items():
        assert look_up(words) is metric
        assert look_up(words.upper()) is metric
        (found,) = find_metrics(f"The {words.capitalize()} was")
        assert found.metric is metric


def test_spelling_may_vary_in_hyphens_apostrophes_and_spaces():
    for words in ("non-GAAP net income", "non GAAP  net income", "Non-GAAP Net\nIncome"):
        assert canonical(words) == "adjusted net income"
    assert canonical("shareholders’ equity") == "total equity"


def test_aliases_of_other_languages_are_listed_too():
    assert [canonical(words) for words in ("Nettogewinn", "bénéfice net", "earnings from operations")] == [
        "net income",
        "net income",
        "operating income",
    ]


def test_unlisted_words_keep_their_own_without_articles():
    assert canonical("The Number of Stores") == "number of stores"


def test_a_further_file_extends_the_table(tmp_path):
    path = tmp_path / "own.json"
    row = {
        "name": "load factor",
        "statement": "operating",
        "kind": "ratio",
        "sign": "+",
        "aliases": ["seat load factor"],
    }
    path.write_text(json.dumps({"metrics": [row]}), encoding="utf-8")
    table = read_table(path)
    assert [found.name for found in find_metrics("a seat load factor of 85%", table)] == ["load factor"]
    assert canonical("Revenue", table) == "revenue"


@given(st.text(max_size=80))
def test_spans_reproduce_their_text(text):
    for found in find_metrics(text):
        assert text[found.span.start : found.span.end] == found.text


def test_a_name_behind_a_hyphen_is_a_part_of_a_word_and_one_that_begins_the_text_never_is():
    assert [found.text for found in find_metrics("Revenue was up, non-revenue was -")] == ["Revenue"]
