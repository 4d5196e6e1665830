"""A backfill's source: in one order, resumed by number, refusals told with their place."""

from __future__ import annotations

import json

from finproc.settings import Settings
from finproc.submit.backfill import Position, Source

TEXTS = ["Revenue was $1 million.", "Revenue was $2 million.", "Revenue was $3 million."]


def lines(folder):
    file = folder / "texts.ndjson"
    file.write_text("\n".join([*(json.dumps({"raw_text": text}) for text in TEXTS), '{"raw": 1}', ""]))
    return Source(file)


def test_lines_come_in_order_and_a_bad_one_says_why(tmp_path):
    source = lines(tmp_path)
    found = list(source.documents(Settings()))
    assert [d.item.body.decode() for d in found if d.item] == TEXTS
    assert found[3].place == "line 4"
    assert found[3].refusal
    assert source.count() == 4


def test_files_come_by_name_without_hidden_ones(tmp_path):
    (tmp_path / "b").mkdir()
    for name, text in zip(("b/2.txt", "a.txt", ".hidden.txt"), TEXTS, strict=True):
        (tmp_path / name).write_text(text)
    found = list(Source(tmp_path).documents(Settings()))
    assert [document.place for document in found] == ["a.txt", "b/2.txt"]
    assert found[0].item is not None
    assert found[0].item.filename == "a.txt"


def test_a_resumed_backfill_goes_on_with_the_next_document(tmp_path):
    source = lines(tmp_path)
    position = Position.of(source, tmp_path)
    assert position.get() == 0
    position.put(2)
    again = Position.of(lines(tmp_path), tmp_path)
    assert again.get() == 2
    assert [document.place for document in source.documents(Settings(), again.get())] == ["line 3", "line 4"]


def test_another_list_of_documents_starts_at_its_beginning(tmp_path):
    source = lines(tmp_path)
    Position.of(source, tmp_path).put(2)
    with source.path.open("a") as file:
        file.write('\n{"raw_text": "more"}')
    assert Position.of(source, tmp_path).get() == 0
