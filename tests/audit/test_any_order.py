"""The order of rows, and the rows of others, decide nothing: which of several rows stands first is not asked (F13)."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.fault_cohorts import audit as audit_command
from audit.fault_cohorts import reasons, verdicts, write
from audit.two_course_table import NIEDER, TABLE
from reirrad import audit, budgets

HEADER = (
    "patient_id,course_id,structure,metric,dose_gy,n_fractions,fractions_per_day,modality,start,end,"
    "prior_radiotherapy,prior_courses,role"
)
#: 120 Gy2 twice; the role of the last row cannot be read, and the course has another row that says it.
THREE = [
    "A,1,SpinalCord,Max[Gy],60,10,1,photon,2012-01-09,2012-01-26,complete,3,delivered",
    "A,2,SpinalCord,Max[Gy],60,10,1,photon,2015-01-08,2015-01-26,complete,3,delivered",
    "A,3,SpinalCord,Max[Gy],5,10,1,photon,2018-01-08,2018-01-25,complete,3,delivered",
    "A,3,SpinalCord,D0.1cc[Gy],4,10,1,photon,2018-01-08,2018-01-25,complete,3,given",
]
OTHER = "B,1,Esophagus,D0.1cc[Gy],4,10,1,photon,2018-01-08,2018-01-25,complete,1,delivered"


@pytest.mark.parametrize("lines", [THREE, THREE[::-1], [OTHER, *THREE], [*THREE, OTHER]])
def test_f13_a_row_that_cannot_be_read_quarantines_no_other_course(lines: list[str], tmp_path: Path) -> None:
    """360 Gy2 and more of the first two courses: violated, whatever the fourth row is."""
    path, out = write(tmp_path / "c.csv", "\n".join([HEADER, *lines, ""])), tmp_path / "out"
    assert audit_command(path, "--out", out, "--edition", "nieder-2006", "--fail-on", "violated").code == 1
    assert verdicts(out)["A"] == "violated"
    # the other row of its course says another role than it
    assert sorted(item[1:] for item in reasons(out)) == [("role", "differs_within_course"), ("role", "not_allowed")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_f13_a_row_is_not_folded_into_one_that_cannot_be_read(order: tuple[int, ...]) -> None:
    """60 Gy in 10 fractions are 240 Gy2; the row beside, of a technique that is none, says nothing."""
    rows = {name: [column[at] for at in (0, 0, 1)] for name, column in TABLE.items()}
    rows |= {"dose_gy": [60.0, 60.0, 10.0], "technique": ["IMRT", "", ""]}
    found = audit({name: [column[at] for at in order] for name, column in rows.items()}, library=NIEDER)
    assert found.patients.columns["verdict"].tolist() == ["violated"]
    assert (found.rows_audited, found.rows_quarantined, found.rows_duplicate) == (2, 1, 0)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_f13_rows_of_a_metric_that_is_not_known_fold_alike(order: tuple[int, ...]) -> None:
    rows = {name: [column[0]] * 3 + [column[1]] for name, column in TABLE.items()}
    rows |= {"metric": ["Strange", "Strange", "Strange", "Max[Gy]"], "dose_gy": [6.2, 4.1, 6.2, 30.0]}
    found = audit({name: [column[at] for at in order] for name, column in rows.items()}, library=NIEDER)
    assert (found.rows_audited, found.rows_quarantined, found.rows_duplicate) == (3, 0, 1)


_CELLS: dict[str, st.SearchStrategy[Any]] = {
    "structure": st.sampled_from(["SpinalCord", "spinalcord", "Foo", "Rectum"]),
    "metric": st.sampled_from(["Max[Gy]", "D0.1cc[Gy]", "Strange", "Max[cGy"]),
    "dose_gy": st.sampled_from(["60", "10", "-1", "", "6.2"]),
    "technique": st.sampled_from(["", "conventional", "IMRT"]),
    "basis": st.sampled_from(["", "plan", "Plan"]),
    "role": st.sampled_from(["", "delivered", "given"]),
    "prior_courses": st.sampled_from(["2", "2", "3", "x"]),
}


@given(st.data())
def test_f13_any_order_of_any_rows(data: st.DataObject) -> None:
    rows = []
    for _ in range(data.draw(st.integers(2, 6))):
        row = {name: str(column[0]) for name, column in TABLE.items() if name != "dose_gy"}
        if data.draw(st.booleans()):
            row |= {name: str(TABLE[name][1]) for name in ("course_id", "n_fractions", "start", "end")}
        rows.append(row | {name: data.draw(cell) for name, cell in _CELLS.items()})
    rows += data.draw(st.lists(st.sampled_from(rows), max_size=2))
    names = list(rows[0])

    def found_of(those: list[dict[str, str]]) -> tuple[Any, ...]:
        found = audit({name: [row[name] for row in those] for name in names}, library=NIEDER)
        columns = {name: [repr(value) for value in column] for name, column in found.columns.items()}
        bad = sorted((sorted(those[item.row].items()), item.column, item.reason) for item in found.quarantine)
        counts = found.rows_audited, found.rows_quarantined, found.rows_duplicate
        return columns, found.patients.columns["verdict"].tolist(), counts, bad

    assert found_of(rows) == found_of(data.draw(st.permutations(rows)))


@pytest.mark.parametrize("nobody", ["", " ", None])
def test_h01_an_empty_id_is_the_name_of_nobody(nobody: str | None) -> None:
    table = {name: [*column, column[0]] for name, column in TABLE.items()} | {"patient_id": ["A", "A", nobody]}
    found = audit(table, library=NIEDER)
    assert found.patients.columns["patient_id"].tolist() == ["A"]
    # the row beside may be his, as it is counted in files
    assert [found.patients.columns[name].tolist() for name in ("n_rows", "n_quarantined")] == [[3], [1]]
    assert budgets(table, n_fractions=[5], interval_months=12, library=NIEDER).unanswered == ()


def test_h01_a_number_is_the_name_of_nobody() -> None:
    twice = {name: [*column, *column, column[0]] for name, column in TABLE.items()}
    found = audit(twice | {"patient_id": ["A", "A", "12", "12", 12]}, library=NIEDER)
    assert found.patients.columns["patient_id"].tolist() == ["12", "A"]
    assert found.look_alike == ()
