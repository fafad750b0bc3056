"""Rows that repeat another while no phase is named in them: they are folded, which is said (H08)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from audit.fault_cohorts import HEADER, audited, rows, summary, text_of, verdicts
from reirrad import audit, budgets, load_library, sensitivities

NIEDER = load_library().select(["nieder-2006"])
SAID = "phase_id is empty in {} folded: phases that are alike would be"
ONE = SAID.format("1 row that repeats another, which was")
TWO = SAID.format("2 rows that repeat another, which were")


def lines_of(*phases: str) -> list[str]:
    """Return the first course of A once for each phase, and the second one."""
    # long enough for the fractions of two phases
    first, second = (line.replace("2018-09-26", "2018-12-26") for line in rows("A"))
    return [*(f"{first},{phase}" for phase in phases), f"{second},"]


def told(tmp_path: Path, *phases: str, header: str = f"{HEADER},phase_id", code: int = 0) -> list[str]:
    out = audited(tmp_path, text_of(lines_of(*phases), header=header), code=code)
    return [text for text in summary(out)["assumptions"] if "phase_id is empty" in text]


def columns_of(*phases: str) -> dict[str, Any]:
    cells = [line.split(",") for line in lines_of(*phases)]
    names = [*HEADER.split(","), "phase_id"]
    columns: dict[str, Any] = {name: [row[at] for row in cells] for at, name in enumerate(names)}
    return columns | {
        name: [float(cell) for cell in columns[name]]
        for name in ("dose_gy", "n_fractions", "fractions_per_day", "prior_courses")
    }


def test_h08_folded_rows_without_a_phase_are_said_in_files(tmp_path: Path) -> None:
    assert told(tmp_path, "", "") == [ONE]
    assert told(tmp_path, "", "", "") == [TWO]
    assert told(tmp_path, "") == []
    # phases that are named are two, and a line that repeats one of them is that line once more
    assert told(tmp_path, "1", "2") == []
    assert told(tmp_path, "1", "2", "2") == []


def test_of_several_patients_they_add_up(tmp_path: Path) -> None:
    lines = [*lines_of("", ""), *(line.replace("A,", "B,", 1) for line in lines_of("", ""))]
    out = audited(tmp_path, text_of(lines, header=f"{HEADER},phase_id"))
    assert TWO in summary(out)["assumptions"]
    assert verdicts(out) == {"A": "met", "B": "met"}


@pytest.mark.parametrize("phases", [("", ""), ("", "", ""), ("1", "2"), ("",)])
def test_in_memory_as_in_files(phases: tuple[str, ...], tmp_path: Path) -> None:
    expected = told(tmp_path, *phases)
    table = columns_of(*phases)
    for found in (
        audit(table, library=NIEDER),
        budgets(table, n_fractions=[5], interval_months=12, library=NIEDER),
        sensitivities(table, library=NIEDER),
    ):
        assert [text for text in found.assumptions if "phase_id is empty" in text] == expected
    del table["phase_id"]
    assert not any("phase_id is empty" in text for text in audit(table, library=NIEDER).assumptions)


def test_what_planning_assumes_of_empty_cells_is_what_an_audit_does() -> None:
    table = columns_of("", "") | {"role": ["delivered", "", "delivered"]}
    expected = audit(table, library=NIEDER).assumptions
    assert "role is empty in 1 row: such a course was taken as delivered" in expected
    found = budgets(table, n_fractions=[5], interval_months=12, library=NIEDER)
    assert found.assumptions[: len(expected)] == expected


def test_a_row_that_is_quarantined_is_not_folded(tmp_path: Path) -> None:
    """Beside rows with a phase, one without is in the quarantine, and said there."""
    assert told(tmp_path, "1", "", "", code=3) == []
