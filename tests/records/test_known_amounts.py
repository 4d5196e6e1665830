"""What every store promises about the history that a new figure is compared with."""

from datetime import date
from decimal import Decimal

from finproc.model.check import KnownAmount
from finproc.model.fact import Decision
from finproc.model.ids import utc_now
from tests.records.making import add, content

ASKED = {("xyz", "net income"), ("xyz", "revenue"), ("other", "net income")}


def store(records, *contents, owner="local", **hints):
    saved = add(records, owner=owner, **hints)
    records.facts.store_set(saved, list(contents), utc_now())
    return saved


def values(records, wanted=ASKED, *, owner="local", besides="none"):
    return sorted(amount.value for amount in records.facts.known_amounts(owner, wanted, besides=besides))


def test_a_company_is_known_by_its_metrics(records):
    contents = [
        content("5.25", qualifier="organic", segment="Cloud"),
        content("7", start=100, metric="revenue", company="XYZ plc"),
        content("9", start=200, metric="total assets"),
        content("11", start=300, company="Another"),
    ]
    store(records, *contents)
    assert values(records) == [Decimal("5.25"), 7]
    assert values(records, owner="another") == values(records, set()) == []
    (known,) = records.facts.known_amounts("local", {("xyz", "net income")}, besides="none")
    wanted = KnownAmount(known.row, "xyz", "net income", "organic", "Cloud", "currency", "USD", Decimal("5.25"))
    assert known == wanted
    assert records.facts.get(known.row, "local").content.value == Decimal("5.25")


def test_a_table_that_names_nobody_is_its_entitys(records):
    store(records, content("5", company=None, entity="XYZ Inc."))
    assert values(records) == [5]


def test_only_what_is_known_now_counts(records):
    old = store(records, content("1"), published=date(2024, 1, 1))
    new = store(records, content("2"), published=date(2024, 2, 1))
    store(records, content("3", period="Q2 2024", proof="review"))
    store(records, content("4", period="Q3 2024", status="guidance"))
    store(records, content(None, value_low=Decimal(1), value_high=Decimal(2), period="Q4 2024"))
    gone = store(records, content("5", period="FY2024"))
    assert values(records) == [2, 5]
    assert values(records, besides=gone.id) == [2]
    records.facts.close(gone.id, at=utc_now(), reason="discarded")
    (known,) = records.facts.known_amounts("local", ASKED, besides=old.id)
    records.facts.decide("local", known.row, Decision(known.row, "correct", utc_now(), "me", Decimal(22), "typo"))
    assert values(records) == [22]
    records.facts.decide("local", known.row, Decision(known.row, "reject", utc_now(), "me"))
    assert values(records) == [1]
    assert new.id != old.id


def test_a_long_history_is_sampled(records):
    many = [
        content(str(number), start=100 * number, period=f"Q1 {1900 + number}", metric=metric)
        for number in range(1, 60)
        for metric in ("net income", "revenue")
    ]
    store(records, *many)
    found = records.facts.known_amounts("local", ASKED, besides="none")
    assert {amount.metric for amount in found} == {"net income", "revenue"}
    assert 2 <= len(found) < len(many)
    assert Decimal(59) in {amount.value for amount in found}


def test_many_metrics_are_asked_for_at_once(records):
    names = [f"metric {number}" for number in range(120)]
    store(records, *(content("1", start=100 * place, metric=name) for place, name in enumerate(names)))
    assert len(values(records, {("xyz", name) for name in names})) == 120
