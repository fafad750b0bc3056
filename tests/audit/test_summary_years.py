"""Years of newest courses and worst margins of the summary: what is not known is not told as a number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from audit.fault_cohorts import HEADER, audit, rows, summary, text_of, verdicts, write

NAMES = f"{HEADER},course_number,months_since_previous"
FIRST = "{},1,SpinalCord,Max[Gy],45,25,1,photon,conventional,2010-01-04,2010-02-19,complete,2,{},"
SECOND = "{},2,SpinalCord,Max[Gy],45,25,1,photon,conventional,{},{},complete,2,{},{}"


def test_the_year_of_the_newest_course_is_known_or_null(tmp_path: Path) -> None:
    """All have a course of 2010; only of E and F it is certain in which year the other one began."""
    second = {
        "A": ("", "2020-02-17", "", ""),
        "B": ("", "", 2, 120),
        "C": ("2020-01-04", "2020-02-19", 2, "abc"),
        "D": ("2019-12/2020-01", "2020-02-19", 2, ""),
        "E": ("2020-01-04", "2020-02-19", 2, ""),
        "F": ("2020", "2020-12", 2, ""),
    }
    lines = []
    for name, cells in second.items():
        lines += [FIRST.format(name, 1 if cells[2] else ""), SECOND.format(name, *cells)]
    out = tmp_path / "out"
    audit(write(tmp_path / "c.csv", text_of(lines, header=NAMES)), "--out", out, "--edition", "nieder-2006")
    patients = parquet.read_table(out / "patients.parquet").to_pydict()
    years = dict(zip(patients["patient_id"], patients["newest_course_year"], strict=True))
    assert years == dict.fromkeys("ABCD") | {"E": 2020, "F": 2020}
    assert {row["year"] for row in summary(out)["by_year"]} == {None, 2020}


def worst_of(tmp_path: Path, lines: list[str], header: str, name: str) -> list[dict[str, Any]]:
    out = tmp_path / "out"
    audit(write(tmp_path / "c.csv", text_of(lines, header=header)), "--out", out, "--edition", "nieder-2006")
    assert "violated" in verdicts(out).values()
    return [row for row in summary(out)["worst"] if row["constraint_id"] == name]


def test_a_sum_without_a_bound_is_the_worst_and_has_no_margin(tmp_path: Path) -> None:
    """Without a history there may be another course: at least 264 (A) and 171 (B) Gy2, and no bound above."""
    header = HEADER.removesuffix(",prior_radiotherapy,prior_courses")
    lines = []
    for name, gray in (("B", 45), ("A", 60), ("C", 45.5), ("D", 46)):
        line = f"{name},{{}},SpinalCord,Max[Gy],{gray},25,1,photon,conventional,"
        lines += [line.format(1) + "2010-01-04,2010-02-19", line.format(2) + "2015-01-05,2015-02-17"]
    found = worst_of(tmp_path, lines, header, "nieder-2006.cumulative")
    # the three that are furthest beyond the limit for certain
    assert [(row["patient_id"], row["value"], row["margin"]) for row in found] == [
        ("A", None, None),
        ("D", None, None),
        ("C", None, None),
    ]


def test_of_bounded_sums_those_with_the_least_room_are_shown(tmp_path: Path) -> None:
    """50 Gy in 28 and 70 Gy in 13 fractions: 50 (1 + 50/56) + 70 (1 + 70/26) = 353.104 Gy2, 217.604 beyond 135.5."""
    found = worst_of(tmp_path, rows("A", "violated") + rows("B", "met"), HEADER, "nieder-2006.cumulative")
    ((value, margin),) = [(row["value"], row["margin"]) for row in found]
    assert (round(value, 3), round(margin, 3)) == (353.104, -217.604)
