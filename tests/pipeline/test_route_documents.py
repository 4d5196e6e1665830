"""Files go the whole route: from a multipart upload over eager tasks to facts that say where in the file they stand."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from finproc import pipeline, steps
from finproc.extract.readers import docx, xlsx
from finproc.model.fact import FactFilter
from finproc.model.places import Place
from finproc.settings import Settings
from finproc.web import create_app
from tests.eager import eagerly
from tests.extract.readers.office import raw_docx, release_document, saved, statement_workbook


@pytest.fixture
def eager(place, monkeypatch):
    """The app runs its tasks at once, in this workspace."""
    monkeypatch.setattr(steps, "workspace", lambda: place)
    with eagerly():
        yield place


@pytest.fixture
def client(eager, tmp_path):
    return create_app(Settings(finproc_var=tmp_path / "var"), lambda: eager, pipeline.start).test_client()


def upload(client, body, name):
    return client.post("/submit", data={"file": (io.BytesIO(body), name)})


def stored(place, client, body, name):
    """The submission that a file became, and its facts by metric and value with the place of the value."""
    answer = upload(client, body, name)
    assert answer.status_code == 202, answer.get_json()
    submission = place.records.submissions.get(answer.get_json()["id"])
    assert submission.state == "stored", submission.detail
    where = FactFilter(submission=submission.id, proof="any")
    facts = place.records.facts.page("local", where, cursor=None, limit=50).items
    return submission, {
        (fact.content.metric, fact.content.value, fact.content.period): next(
            item.place for item in fact.content.evidence if item.field == "value"
        )
        for fact in facts
    }


def test_a_word_document_becomes_facts_with_paragraph_and_cell(eager, client):
    submission, facts = stored(eager, client, saved(release_document()), "release.docx")
    assert submission.media_type == docx.MEDIA_TYPE
    assert facts["revenue", Decimal(74_100_000), "Q1 2024"] == Place(paragraph=2)
    assert facts["net income", Decimal(5_300_000), "Q1 2024"] == Place(paragraph=4)
    assert facts["operating income", Decimal(12_500_000), "Q1 2024"] == Place(table=1, cell="B3")
    assert facts["operating income", Decimal(-3_400_000), "Q1 2023"] == Place(table=1, cell="C3")


def test_a_workbook_becomes_facts_with_sheet_and_cell(eager, client):
    submission, facts = stored(eager, client, saved(statement_workbook()), "book.xlsx")
    assert submission.media_type == xlsx.MEDIA_TYPE
    assert facts["revenue", Decimal(74_093_000), "Q1 2024"] == Place(part="Income", cell="D7")
    assert facts["operating income", Decimal(-1_200_000), "Q1 2023"] == Place(part="Income", cell="F8")
    assert facts["operating margin", Decimal("7.2"), "Q1 2024"] == Place(part="Income", cell="D10")


def test_the_evidence_says_the_place_and_what_was_left_out(eager, client):
    book = statement_workbook()
    book.create_sheet("Raw").sheet_state = "hidden"
    submission, _ = stored(eager, client, saved(book), "book.xlsx")
    told = client.get(f"/submissions/{submission.id}/evidence", headers={"Accept": "application/json"}).get_json()
    places = [item["place"] for fact in told["facts"] for item in fact["evidence"] if item["field"] == "value"]
    assert {"part": "Income", "cell": "D7"} in places
    assert "hidden_sheet" in [problem["code"] for problem in told["problems"]]


def test_a_file_that_cannot_be_read_is_refused_at_the_door_or_fails_with_its_reason(eager, client):
    refused = upload(client, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le"), "x.xlsx")
    assert (refused.status_code, "password" in refused.get_json()["detail"]) == (422, True)
    accepted = upload(client, raw_docx("<w:p/>"), "empty.docx")
    failed = eager.records.submissions.get(accepted.get_json()["id"])
    assert (failed.state, failed.reason) == ("failed", "no_text")
    assert "OCR" in failed.detail
