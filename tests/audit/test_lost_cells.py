"""Cells of a table that are lost: what is missing is never zero, and what is wrong never takes its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from audit.fault_cohorts import audited, verdicts
from reirrad import audit, load_library
from reirrad.audit import Findings
from reirrad.audit.assemble import assemble, check_rows
from reirrad.audit.nobody import RowsOfNobody
from reirrad.audit.rows import read_rows
from reirrad.audit.sources.blocks import TEXT_CODES, Block, places
from reirrad.audit.table import columns_of

INTERVAL = "nieder-2006.interval"


def courses(*doses: float, **more: Any) -> dict[str, Any]:
    """Return a table of one patient with a course for each dose, in five fractions each, without dates."""
    n = len(doses)
    return {
        "patient_id": ["A"] * n,
        "course_id": [f"course {number}" for number in range(1, n + 1)],
        "structure": ["SpinalCord"] * n,
        "metric": ["Max[Gy]"] * n,
        "dose_gy": list(doses),
        "n_fractions": [5] * n,
        "fractions_per_day": [1] * n,
        "modality": ["photon"] * n,
        "technique": ["conventional"] * n,
        "prior_radiotherapy": ["complete"] * n,
        "prior_courses": [n] * n,
        "course_number": list(range(1, n + 1)),
        "months_since_previous": [np.nan, *[12.0] * (n - 1)],
    } | more


def found(findings: Findings, constraint: str) -> dict[str, Any]:
    columns = findings.columns
    (at,) = np.flatnonzero((columns["constraint_id"] == constraint) & (columns["structure"] == "SpinalCord"))
    return {name: columns[name][at] for name in ("status", "reason", "value_low", "value_high")}


def verdict(findings: Findings) -> str:
    (word,) = findings.patients.columns["verdict"].tolist()
    return str(word)


def reasons(findings: Findings) -> set[tuple[str, str]]:
    return {(item.column, item.reason) for item in findings.quarantine}


@pytest.mark.parametrize("ids", [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"], ["10", "9", "2"], ["b", "c", "a"]])
def test_the_stated_order_is_that_of_the_numbers_and_not_of_the_ids(ids: list[str]) -> None:
    """5 months to the second course, 24 more to the third: 5 is the smallest, whatever the courses are called."""
    table = courses(10, 10, 10, course_id=ids, months_since_previous=[np.nan, 5.0, 24.0])
    interval = found(audit(table), INTERVAL)
    assert (interval["status"], interval["value_low"], interval["value_high"]) == ("violated", 5.0, 5.0)


def test_months_that_are_not_stated_are_unknown_and_not_zero() -> None:
    table = courses(10, 10)
    assert found(audit(table), INTERVAL)["status"] == "met"
    lost = found(audit(table | {"months_since_previous": [np.nan, np.nan]}), INTERVAL)
    assert (lost["status"], lost["reason"], lost["value_low"]) == ("not_evaluated", "interval_unknown", 0.0)


@pytest.mark.parametrize("numbers", [[1.0, np.nan], [np.nan, 2.0], [np.nan, np.nan]])
def test_a_course_without_a_place_of_its_own_has_no_stated_order(numbers: list[float]) -> None:
    """It was taken as the first one, twelve months before the other."""
    lost = found(audit(courses(10, 10, course_number=numbers)), INTERVAL)
    assert (lost["status"], lost["reason"]) == ("not_evaluated", "interval_unknown")


def test_two_courses_with_one_place_have_no_stated_order() -> None:
    table = courses(10, 10, 10, course_number=[1.0, 1.0, 2.0], prior_radiotherapy=["unknown"] * 3)
    rows = read_rows(columns_of(table, {}), load_library(), assume_once_daily=False)
    assert not check_rows(rows).any()
    batch, _ = assemble(rows, np.zeros(3, dtype=np.bool_))
    assert (rows.bad.tolist(), batch.stated_order.tolist()) == ([0, 0, 0], [-1, -1, -1])


@pytest.mark.parametrize(
    ("start", "end"), [("2020-01-06", ""), ("", "2020-01-06"), ("", "../2020-01"), ("2020/..", "")]
)
def test_where_any_date_is_stated_the_order_is_that_of_dates(start: str, end: str) -> None:
    """The months of the second course are those since the first one, whose dates say nothing of them."""
    table = courses(10, 10, start=[start, ""], end=[end, ""])
    assert found(audit(courses(10, 10, start=["", ""], end=["", ""])), INTERVAL)["status"] == "met"
    dated = found(audit(table), INTERVAL)
    assert (dated["status"], dated["reason"]) == ("not_evaluated", "interval_unknown")


@pytest.mark.parametrize("dose_of", ["delivered", "planned"])
def test_doses_of_a_part_need_the_number_of_fractions(dose_of: str) -> None:
    """20 Gy delivered in 2 of 20 fractions: 20 (1 + 10/2) = 120 Gy2. In 20 fractions they would be 30 Gy2."""
    table = courses(20, 20, n_fractions=[20, 5], fractions_delivered=[2, np.nan], dose_of=[dose_of, ""])
    if dose_of == "delivered":
        assert found(audit(table), "nieder-2006.cumulative")["status"] == "violated"
    lost = audit(table | {"fractions_delivered": [np.nan, np.nan]})
    assert ("fractions_delivered", "missing") in reasons(lost)
    assert found(lost, "nieder-2006.cumulative")["status"] == "not_evaluated"


def test_what_is_masked_is_missing() -> None:
    """The number under a mask is not a dose: here it is 0, which would be a course out of the field."""
    table = courses(10, 60)
    masked = np.ma.MaskedArray([10.0, 0.0], mask=[False, True])
    lost = audit(table | {"dose_gy": masked})
    assert found(lost, "nieder-2006.cumulative")["status"] == "not_evaluated"
    ids: Any = np.ma.MaskedArray(["A", "A"], mask=[False, True])
    assert ("patient_id", "missing") in reasons(audit(table | {"patient_id": ids}))


def rows_of_second(*rows: tuple[str, str, float, str]) -> dict[str, Any]:
    """Return two courses, of which the second has rows of structure, metric, dose and basis."""
    table = courses(10, *[0.0] * len(rows))
    n = len(rows)
    return table | {
        "course_id": ["1", *["2"] * n],
        "structure": ["SpinalCord", *(row[0] for row in rows)],
        "metric": ["Max[Gy]", *(row[1] for row in rows)],
        "dose_gy": [10.0, *(row[2] for row in rows)],
        "basis": ["plan", *(row[3] for row in rows)],
        "prior_courses": [2] * (n + 1),
        "course_number": [1, *[2] * n],
    }


CONTRADICTORY = "contradictory_doses"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        # without the 60 Gy the other dose would bound the cord, or stand for its Max: 20 + 87.5 Gy2
        ([("SpinalCord", "Max[Gy]", 60, "plan"), ("SpinalCanal", "Max[Gy]", 25, "plan")], CONTRADICTORY),
        (
            [("SpinalCord", "Max[Gy]", 26, "plan"), ("SpinalCanal", "Max[Gy]", 25, "prescription")],
            CONTRADICTORY,
        ),
        ([("SpinalCord", "Max[Gy]", 26, ""), ("SpinalCanal", "D1cc[Gy]", 25, "prescription")], CONTRADICTORY),
        ([("SpinalCord", "Max[Gy]", 26, "plan"), ("SpinalCanal", "Max[Gy]", 25, "")], CONTRADICTORY),
        ([("SpinalCord", "D0.1cc[Gy]", 60, "plan"), ("SpinalCord", "Max[Gy]", 25, "plan")], CONTRADICTORY),
        (
            [("SpinalCord", "Max[Gy]", 60, "prescription"), ("SpinalCord", "D0.1cc[Gy]", 25, "prescription")],
            CONTRADICTORY,
        ),
        (
            [("SpinalCord", "Max[Gy]", 60, "plan"), ("SpinalCord", "D0.1cc[Gy]", 25, "prescription")],
            "differs_between_rows",
        ),
    ],
)
def test_doses_that_contradict_each_other_are_quarantined(rows: list[tuple[str, str, float, str]], reason: str) -> None:
    findings = audit(rows_of_second(*rows))
    assert {item.reason for item in findings.quarantine} == {reason}
    assert len(findings.quarantine) == 2
    assert verdict(findings) == "not_evaluated"


@pytest.mark.parametrize(
    "rows",
    [
        [("SpinalCord", "Max[Gy]", 25, "plan"), ("SpinalCanal", "Max[Gy]", 25, "plan")],
        [("SpinalCord", "Max[Gy]", 25, "plan"), ("SpinalCanal", "Max[Gy]", 25, "prescription")],
        [("SpinalCord", "Max[Gy]", 26, "plan"), ("SpinalCanal", "Mean[Gy]", 25, "prescription")],
        [("SpinalCord", "Max[Gy]", 26, "plan"), ("SpinalCanal", "D1cc[Gy]", 25, "")],
        [("SpinalCord", "D1cc[Gy]", 26, "plan"), ("SpinalCanal", "D5cc[Gy]", 25, "plan")],
        [("SpinalCord", "D0.1cc[Gy]", 25, "plan"), ("SpinalCord", "Max[Gy]", 25, "plan")],
        [("SpinalCord", "Max[Gy]", 25, "prescription"), ("SpinalCord", "D0.1cc[Gy]", 25, "prescription")],
    ],
)
def test_doses_that_can_be_true_together_are_not(rows: list[tuple[str, str, float, str]]) -> None:
    assert audit(rows_of_second(*rows)).quarantine == ()


@pytest.mark.parametrize(
    ("rows", "is_quarantined"),
    [
        ([("V20Gy[%]", 12), ("V30Gy[%]", 12.5)], True),
        ([("V30Gy[%]", 12.5), ("V5Gy[%]", 40), ("V20Gy[%]", 12)], True),
        ([("V2000cGy[cc]", 12), ("V30Gy[cc]", 12.5)], True),
        ([("CV20Gy[cc]", 701), ("CV17.5Gy[cc]", 702)], True),
        ([("V20Gy[%]", 12), ("V30Gy[%]", 12)], False),
        # volumes in two units, above and below a dose, are of two curves
        ([("V20Gy[%]", 12), ("V30Gy[cc]", 60)], False),
        ([("V20Gy[%]", 12), ("CV30Gy[%]", 88)], False),
        ([("CV20Gy[cc]", 702), ("CV17.5Gy[cc]", 701)], False),
    ],
)
def test_d18_volumes_of_one_curve_do_not_rise(rows: list[tuple[str, float]], is_quarantined: bool) -> None:
    volumes = [("SpinalCord", metric, volume, "plan") for metric, volume in rows]
    findings = audit(rows_of_second(("SpinalCord", "Max[Gy]", 31, "plan"), *volumes))
    expected = {("dose_gy", CONTRADICTORY)} if is_quarantined else set()
    assert {(item.column, item.reason) for item in findings.quarantine} == expected
    if is_quarantined:
        assert verdict(findings) == "not_evaluated"


def test_a_row_without_its_phase_is_no_phase_more() -> None:
    """Two phases of 5 x 2 Gy: a third one would be 15 fractions, and the cord's dose in it 10 Gy more."""
    rows = rows_of_second(
        ("SpinalCord", "Max[Gy]", 10, "plan"),
        ("SpinalCanal", "Max[Gy]", 11, "plan"),
        ("SpinalCord", "Max[Gy]", 10, "plan"),
        ("SpinalCanal", "Max[Gy]", 11, "plan"),
    )
    assert verdict(audit(rows | {"phase_id": ["", "1", "1", "2", "2"]})) == "met"
    lost = audit(rows | {"phase_id": ["", "1", "1", "2", ""]})
    assert [(item.row, item.column, item.reason) for item in lost.quarantine] == [(4, "phase_id", "missing")]
    assert verdict(lost) == "not_evaluated"


def test_f10_a_phase_that_is_not_listed_is_noticed() -> None:
    """20 Gy2 and 14 + 34 Gy in two phases of 7 fractions are violated; without the second phase they would be met."""
    rows = rows_of_second(("SpinalCord", "Max[Gy]", 14, "plan"), ("SpinalCord", "Max[Gy]", 34, "plan"))
    rows |= {"phase_id": ["", "1", "2"], "n_phases": [1, 2, 2], "n_fractions": [10, 7, 7]}
    whole = audit(rows)
    assert (verdict(whole), whole.quarantine) == ("violated", ())
    lost = {name: values[:2] for name, values in rows.items()}
    short = audit(lost)
    assert [(item.row, item.column, item.reason) for item in short.quarantine] == [
        (1, "n_phases", "differs_from_phases")
    ]
    assert verdict(short) == "not_evaluated"
    assert reasons(audit(rows | {"n_phases": [1, 2, np.nan]})) == {
        ("n_phases", "missing"),
        ("n_phases", "differs_within_course"),
    }
    # of a course without phases it may be left open; without the column nobody would notice, which is said
    assert verdict(audit(rows | {"n_phases": [np.nan, 2, 2]})) == "violated"
    assert reasons(audit(rows | {"n_phases": [2, 2, 2]})) == {("n_phases", "differs_from_phases")}
    del lost["n_phases"]
    silent = audit(lost)
    assert verdict(silent) == "met"
    assert (
        "n_phases is not in the table: whether every phase of a course is listed was not checked" in silent.assumptions
    )


@pytest.mark.parametrize("lost", [1, 2])
def test_a_row_without_an_id_may_be_that_of_its_neighbours(lost: int, tmp_path: Path) -> None:
    """A has 20 + 87.5 Gy2 in 5 fractions and a second phase of 87.5 more: without it, 107.5 would be met."""
    table = rows_of_second(("SpinalCord", "Max[Gy]", 25, "plan"), ("SpinalCord", "Max[Gy]", 25, "plan"))
    table |= {"phase_id": ["1", "1", "2"], "technique": ["conventional"] * 3}
    assert found(audit(table), "nieder-2006.cumulative")["status"] == "violated"
    others = {name: [*values, *values] for name, values in table.items()} | {"patient_id": ["A"] * 3 + ["B"] * 3}
    others["patient_id"][lost] = ""
    findings = audit(others)
    # the last row of A stands beside the first one of B, too; B is violated all the same
    expected = {"A": "not_evaluated", "B": "violated"}
    columns = findings.patients.columns
    said = dict(zip(columns["patient_id"], columns["verdict"], strict=True))
    assert {name: said[name] for name in expected} == expected
    # the same from a file
    lines = [",".join(others), *(",".join(map(str, row)) for row in zip(*others.values(), strict=True))]
    text = "\n".join(lines)
    out = audited(tmp_path, text.replace("nan", "") + "\n", code=3)
    assert verdicts(out) == expected


@pytest.mark.parametrize("cut", [1, 2, 3, 5])
def test_neighbours_are_found_in_other_blocks(cut: int) -> None:
    ids = ["A", "", "B", None, "NA", "C"]
    nobody = RowsOfNobody(["NA"])
    parts = [(ids[:cut], 1), (ids[cut:], 1 + cut)] if cut < len(ids) else [(ids, 1)]
    found_ids: list[tuple[str, int]] = []
    for part, first in parts:
        column = pa.array(part, pa.string()).dictionary_encode().cast(TEXT_CODES)
        found_in = nobody.add(Block(pa.table({"patient_id": column}), places(first, len(part)), [], len(part)))
        found_ids += zip(*found_in, strict=True)
    assert sorted(found_ids) == [("A", 2), ("B", 2), ("B", 4), ("B", 5), ("C", 4), ("C", 5)]
