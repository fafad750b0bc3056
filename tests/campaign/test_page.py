"""The page about the campaigns says what the committed records say, and the records say that nothing differed."""

import json
from pathlib import Path

from campaign import losses_page
from campaign.differential import MOST_ULPS
from campaign.page import DIFFERENTIAL, FORMATS, GRID, PAGE, WIDER, page

TRUST = Path(__file__).parents[2] / "docs" / "trust"


def test_page_is_written_from_the_records() -> None:
    """After a campaign: python -m campaign.page docs/trust."""
    assert (TRUST / PAGE).read_text(encoding="utf-8") == page(TRUST)
    assert (TRUST / losses_page.PAGE).read_text(encoding="utf-8") == losses_page.losses_page(TRUST)


def test_records_have_no_difference() -> None:
    patients, grid, formats = (
        json.loads((TRUST / name).read_text(encoding="utf-8")) for name in (DIFFERENTIAL, GRID, FORMATS)
    )
    assert (patients["differences"], grid["wrong"], formats["differences"]) == (0, 0, 0)
    cord = patients["suites"]["cord"]
    assert cord["cases"] + cord["refused"] == patients["patients"] > 0
    for suite in patients["suites"].values():
        assert suite["differences"] == 0
        # what is allowed is what was found, and all four statuses were among it
        assert max(suite["largest_value_ulps"].values()) <= MOST_ULPS
        assert max(suite["largest_margin_ulps"].values()) <= MOST_ULPS
        assert len(suite["findings"]) == 4
        assert sum(sum(ulps.values()) for ulps in suite["value_ulps"].values()) > suite["cases"]
    assert grid["limits"] == grid["limits_hit"] == len(grid["hits_of_limits"])
    assert grid["cases"] == 3 * grid["hits"] == 3 * sum(grid["hits_of_limits"].values())


def test_wider_patients_have_no_difference() -> None:
    record = json.loads((TRUST / WIDER).read_text(encoding="utf-8"))
    assert record["differences"] == 0
    assert all(suite["differences"] == 0 for suite in record["suites"].values())
    assert record["suites"]["cord"]["cases"] > record["patients"] > 0
    assert all(set(suite["findings"]) >= {"met", "violated", "not_evaluated"} for suite in record["suites"].values())


def test_no_loss_ever_helped() -> None:
    for name in (losses_page.CASES, losses_page.TABLES):
        record = json.loads((TRUST / name).read_text(encoding="utf-8"))
        assert (record["failures"], record["clean_refused"]) == ([], [])
        assert record["cases"] == len(record["shards"]) * record["shard_size"] > 0
    examples = json.loads((TRUST / losses_page.EXAMPLES).read_text(encoding="utf-8"))
    assert examples["pairs"]
    assert examples["failures"] == []
