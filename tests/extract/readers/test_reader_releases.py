"""Real earnings releases, where the checkout lies beside the shared data: their statements come out row by row."""

from pathlib import Path

import pytest

from finproc.extract.readers import read
from tests.extract.readers.made import assert_places, grid_of, tables

DOCUMENTS = Path(__file__).parents[4] / "shared" / "data" / "documents"

ROWS = {
    "ulta_beauty_2023q1_earnings_release.pdf": [
        {0: "Net sales", 1: "$2,634,263", 2: "100.0%", 3: "$2,345,901", 4: "100.0%"},
        {0: "Interest (income) expense, net", 1: "(7,348)", 2: "(0.3%)", 3: "401", 4: "0.0%"},
        {0: "Total assets", 1: "$5,375,719", 2: "$5,370,411", 3: "$5,012,036"},
        {0: "Net sales", 1: "$10.95 billion to $11.05 billion", 2: "$11.0 billion to $11.1 billion"},
        {1: "2023", 2: "2023", 3: "2022"},
    ],
    "best_buy_fy2024q2_earnings_release.pdf": [
        {0: "Net earnings", 1: "$274", 2: "$306", 3: "$518", 4: "$647"},
        {1: "Domestic", 2: "International", 3: "Consolidated", 4: "Domestic", 5: "International", 6: "Consolidated"},
        {0: "Total cash provided by (used in) operating activities", 1: "181", 2: "(709)"},
    ],
    "pepsico_2023q1_earnings_release.pdf": [
        {0: "Net Revenue", 1: "$17,846", 2: "$16,200"},
        {0: "Gain associated with the Juice Transaction (b)", 1: "—", 2: "(3,322)"},
        {1: "3/25/2023", 2: "12/31/2022"},
    ],
}


@pytest.mark.parametrize("name", ROWS)
def test_statements_of_real_releases_come_out_row_by_row(name):
    place = DOCUMENTS / name
    if not place.exists():
        pytest.skip(f"no {name} beside this checkout")
    document = read(place.read_bytes(), "application/pdf")
    assert_places(document)
    rows = [row for table in tables(document) for row in grid_of(table)]
    for row in ROWS[name]:
        assert row in rows
    assert {block.page for block in document.blocks} <= set(range(1, (document.page_count or 0) + 1))
