"""One key for one company, and the names and metrics that files add."""

import json

import pytest

from finproc.errors import SettingError
from finproc.lexicon import entities, metrics
from finproc.lexicon.companies import find_companies, key
from finproc.lexicon.introductions import find_introductions


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Best Buy Co., Inc. (NYSE: BBY)", "Best Buy"),
        ("Société Générale S.A.", "SOCIETE GENERALE"),
        ("A.P. Møller - Mærsk A/S", "AP Møller Mærsk"),
        ("JPMorgan Chase & Co.", "JP Morgan Chase"),
        ("Marks & Spencer Group plc", "Marks and Spencer"),
        ("Company XYZ", "XYZ Holdings Ltd."),
    ],
)
def test_spellings_share_a_key(one, other):
    assert key(one) == key(other) != ""


def test_names_that_differ_in_more_than_their_suffix_stay_apart():
    names = ["Philip Morris", "Philip Morris International", "Shell", "Shell Midstream Partners", "AG", "SE", "The"]
    assert len({key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "short", "name"),
    [
        ("General Electric Company (NYSE: GE) (“GE Aerospace”) said", "geaerospace", "General Electric Company"),
        ("Procter & Gamble Co. (P&G) said", "pandg", "Procter & Gamble Co."),
        ('Foo Bar Limited (hereinafter "FBL") said', "fbl", "Foo Bar Limited"),
        ("Deutsche Annington SE („Annington“) meldete", "annington", "Deutsche Annington SE"),
        ("earnings per share (EPS) of $2", None, None),
        ("the adjusted measure (“Adjusted”) rose", None, None),
    ],
)
def test_a_bracket_gives_a_company_a_short_name(text, short, name):
    names = find_introductions(text).names
    assert list(names) == ([] if short is None else [short])
    if name:
        assert names[short] == name


@pytest.mark.parametrize(
    ("text", "reporter"),
    [
        ("PepsiCo, Inc. (with its subsidiaries, “PepsiCo,” the “Company,” “we,” “us” or “our”)", "PepsiCo, Inc."),
        ("Foo Corp. (the “Buyer”) bought Bar Ltd (the “Company”)", "Bar Ltd"),
        ("Foo Corp. (the Company) and Foo Corporation (the “Company”)", "Foo Corp."),
        ("Foo Corp. (the “Company”) and Bar Ltd (the “Company”)", None),
        ("Foo Corp. (the “Notes”)", None),
    ],
)  # fmt: skip
def test_the_company_is_whom_the_text_calls_so(text, reporter):
    found = find_introductions(text)
    assert found.reporter == reporter
    if found.reporter_span:
        assert text[found.reporter_span.start : found.reporter_span.end] == reporter


def test_a_short_name_of_two_companies_is_nobodys():
    assert find_introductions("Foo Corp. (“X”) and Bar Ltd (“X”)").names == {}


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """Write a file and make it the process's list of companies."""

    def use(*companies):
        path = tmp_path / "companies.json"
        path.write_text(json.dumps({"companies": companies}), encoding="utf-8")
        table = entities.read_companies(path)
        monkeypatch.setattr(entities, "current", lambda: table)
        key.cache_clear()
        return table

    yield use
    key.cache_clear()


def test_a_file_ties_names_and_tickers_to_one_company(listed):
    listed({"name": "International Business Machines Corporation", "aliases": ["Big Blue"], "tickers": ["NYSE: IBM"]})
    names = ["Big Blue", "International Business Machines", "IBM Corp. (NYSE: IBM)", "NYSE: IBM"]
    assert {key(name) for name in names} == {"internationalbusinessmachines"}
    assert key("Blue") == "blue"
    assert [found.name for found in find_companies("In May Big Blue's plan was told")] == ["Big Blue"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "no JSON"),
        ("[]", '{"companies"'),
        ('{"companies": [1]}', '{"companies"'),
        ('{"companies": [{"aliases": ["x"]}]}', "company 1 .* needs a name"),
        ('{"companies": [{"name": "Inc", "aliases": "IBM"}]}', "aliases of company 1"),
        ('{"companies": [{"name": "A", "aliases": ["X"]}, {"name": "B", "tickers": ["X"]}]}', "names both 'A' and 'B'"),
    ],
)  # fmt: skip
def test_a_list_of_companies_that_cannot_be_used_says_why(tmp_path, text, complaint):
    path = tmp_path / "companies.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match=f"COMPANIES_FILE: .*{complaint}"):
        entities.read_companies(path)
    with pytest.raises(SettingError, match="cannot be read"):
        entities.read_companies(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"kind": "flow", "sign": "+"}, "metric 1 .* needs a name"),
        ({"name": "load factor", "sign": "+"}, "kind of 'load factor' must be one of flow, instant, per share, ratio"),
        ({"name": "load factor", "kind": "ratio", "sign": "-"}, "sign of 'load factor' must be one of"),
        ({"name": "load factor", "kind": "ratio", "sign": "+", "aliases": "lf"}, "aliases of 'load factor'"),
        ({"name": "load factor", "kind": "ratio", "sign": "+", "alias": ["lf"]}, "unknown field 'alias'"),
        ({"name": "revenue", "kind": "ratio", "aliases": ["takings"]}, "kind of 'revenue' is 'flow' already"),
    ],
)
def test_a_list_of_metrics_that_cannot_be_used_says_why(tmp_path, row, complaint):
    path = tmp_path / "metrics.json"
    path.write_text(json.dumps({"metrics": [row]}), encoding="utf-8")
    with pytest.raises(SettingError, match=f"METRICS_FILE: .*{complaint}"):
        metrics.read_table(path)


def test_a_list_of_metrics_may_only_add_words_to_a_known_one(tmp_path):
    path = tmp_path / "metrics.json"
    path.write_text(json.dumps({"metrics": [{"name": "Revenue", "aliases": ["takings"]}]}), encoding="utf-8")
    assert metrics.canonical("Takings", metrics.read_table(path)) == "revenue"
