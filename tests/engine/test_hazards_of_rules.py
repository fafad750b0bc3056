"""Hazards of where rules come from: which editions judged, of which year, and whose they are."""

from __future__ import annotations

import hashlib
from pathlib import Path

from library.good_edition import GOOD
from property.example_cases import MET
from reirrad.engine.check import check
from reirrad.ingest import parse_case
from reirrad.library import load_library


def test_o07_every_edition_that_judged_is_named_with_its_year() -> None:
    """O07: an edition has the year of its publication, and the report its id and digest."""
    library = load_library()
    report = check(parse_case(MET), library=library)
    by_id = {loaded.edition.id: loaded for loaded in library.editions}
    assert {item.constraint_id.partition(".")[0] for item in report.findings} & {used.id for used in report.editions}
    for used in report.editions:
        assert used.digest == by_id[used.id].digest
    assert all(1990 <= int(loaded.edition.published[:4]) <= 2100 for loaded in library.editions)
    assert len(report.editions) > 4


def test_x15_rules_of_others_are_named_with_their_digest(tmp_path: Path) -> None:
    """X15: the file and its digest are in the report, beside those of the package."""
    path = tmp_path / "own.toml"
    path.write_text(GOOD, encoding="utf-8")
    report = check(parse_case(MET), library=load_library([tmp_path]))
    used = {item.id: item for item in report.editions}["own-2020"]
    assert (used.origin, used.digest) == ("user", f"sha256:{hashlib.sha256(GOOD.encode()).hexdigest()}")
    assert f"edition own-2020 is not of the package: {path}" in report.notes
