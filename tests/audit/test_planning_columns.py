"""Planning questions of a cohort table against the same questions of each of its patients, written as a case."""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from audit.test_memory import rows_of, table_of
from reirrad import audit, budget, budgets, load_library, parse_case, sensitivities, sensitivity
from reirrad.audit.planning import PlanningColumns
from reirrad.errors import TableError
from reirrad.library.load import load_profile
from reirrad.model.sensitivity import SensitivityRow

Raw = dict[str, Any]
Row = dict[str, Any]
#: Patient, structure, constraint and, of a budget, fraction number.
Key = tuple[str | int, ...]
Table = dict[str, np.ndarray[Any, Any]]

LIBRARY = load_library()
# a table does not say what was prescribed: none of these asks for it
CORD = LIBRARY.select(["doi-2021", "hytec-cord-2021", "nieder-2006", "umich-2019"])
COUNTS = (1, 5, 20)
PATIENTS = 30
OPEN = "row_quarantined"
UNDATED = {
    "id": "further", "role": "proposed", "modality": "photon", "technique": "stereotactic",
    "schedule": "30 Gy / 10", "fractions_per_day": 1,
}  # fmt: skip


def drawn_case(chance: np.random.Generator) -> Raw:
    """Return a case of one to three courses to one or two structures, as a table can say it."""
    structures = [["SpinalCord"], ["SpinalCord", "ThecalSac"], ["ThecalSac"]][int(chance.integers(3))]
    n_courses, day = int(chance.integers(1, 4)), dt.date(2012, 1, 31) + dt.timedelta(int(chance.integers(400)))
    is_proposed = bool(chance.random() < 0.4)
    courses = []
    for number in range(n_courses):
        total, n = [(30, 10), (20, 5), (24, 3), (45, 25), (16, 8), (50, 20)][int(chance.integers(6))]
        last = day + dt.timedelta(n + int(chance.integers(5)))
        delivered = not (is_proposed and number == n_courses - 1)
        # ranges of days that cannot contradict the others, some of them wide enough to matter
        wide = last + dt.timedelta(int(chance.integers(10, 120)))
        is_range = delivered and chance.random() < 0.35
        dose: Raw = {}
        for name in structures:
            part = 1.0 if name == "ThecalSac" else float(chance.choice([0.5, 0.8, 1.0]))
            dose[name] = {"Max[Gy]": round(total * part, 2), "basis": "plan"}
            if chance.random() < 0.5:
                dose[name]["D0.1cc[Gy]"] = round(total * part * 0.9, 2)
        courses.append(
            {
                "id": f"course {number}",
                "role": "delivered" if delivered else "proposed",
                "modality": "proton" if chance.random() < 0.05 else "photon",
                "technique": str(chance.choice(["stereotactic", "conventional", "other"])),
                "start": day.isoformat(),
                "end": f"{last}/{wide}" if is_range else last.isoformat(),
                "schedule": f"{total} Gy / {n}",
                "fractions_per_day": 1,
                "dose": dose,
            }
        )
        day = (wide if is_range else last) + dt.timedelta(int(chance.choice([40, 100, 140, 184, 240, 1100])))
    raw: Raw = {"schema": "reirrad-case/1", "structures": structures, "course": courses}
    if chance.random() < 0.8:
        prior = sum(one["role"] == "delivered" for one in courses)
        return raw | {"prior_radiotherapy": "complete", "prior_courses": prior}
    return raw | {"prior_radiotherapy": "unknown"}


def without_row(raw: Raw, row: Row) -> Raw:
    """Return the case with what a row that cannot be read leaves of it: its history is not known any more."""
    left = copy.deepcopy(raw) | {"prior_radiotherapy": "unknown"}
    left.pop("prior_courses", None)
    (one,) = [one for one in left["course"] if one["id"] == row["course_id"]]
    del one["dose"][row["structure"]][row["metric"]]
    one["dose"] = {name: dose for name, dose in one["dose"].items() if len(dose) > 1}
    left["course"] = [one for one in left["course"] if one["dose"]]
    return left


@cache
def cohort() -> tuple[dict[str, Raw], list[Row], list[int]]:
    """Return the patients as cases, the rows of the table, and which of these cannot be read."""
    chance = np.random.default_rng(7)
    cases: dict[str, Raw] = {}
    rows: list[Row] = []
    spoilt: list[Row] = []
    for number in range(PATIENTS):
        # ids in another order than the patients are drawn in
        patient = f"P{(number * 37) % PATIENTS:03d}"
        raw = drawn_case(chance) | {"case_id": patient}
        own = rows_of(raw, patient)
        if number % 8 == 0 and own[0]["role"] == "delivered":
            raw = without_row(raw, own[0])
            own[0]["dose_gy"] = "-1"
            spoilt.append(own[0])
        cases[patient] = raw
        rows += own
    chance.shuffle(rows)  # type: ignore[arg-type]
    bad = [place for place, row in enumerate(rows) if any(row is one for one in spoilt)]
    return cases, rows, bad


TABLE = table_of(cohort()[1])
QUARANTINED = {cohort()[1][place]["patient_id"] for place in cohort()[2]}


def told(columns: Mapping[str, Any], keys: list[str]) -> dict[Key, Raw]:
    """Return columns as rows by their key; what is not a number is ``None``."""
    found: dict[Key, Raw] = {}
    for place in range(len(columns["patient_id"])):
        row = {name: column[place] for name, column in columns.items()}
        row = {name: None if value is None or value != value else value for name, value in row.items()}
        key = tuple(row.pop(name) for name in keys)
        assert key not in found
        found[key] = row
    return found


def compare(found: dict[Key, Raw], expected: dict[Key, Raw], *, of_word: str, kept: str, open_word: str) -> None:
    """Compare rows; a row of the table that could not be read leaves only what is violated all the same."""
    assert {key for key in found if key[0] not in QUARANTINED} == {key for key in expected if key[0] not in QUARANTINED}
    assert expected.keys() <= found.keys()
    for key, row in found.items():
        if key[0] not in QUARANTINED or expected.get(key, {}).get(of_word) == kept:
            assert row == expected[key], key
        else:
            assert (row[of_word], row["reason"]) == (open_word, OPEN), key


def test_the_cohort_has_something_of_everything() -> None:
    cases, _, bad = cohort()
    assert len(bad) == len(QUARANTINED) > 3
    courses = [one for raw in cases.values() for one in raw["course"]]
    assert {one["role"] for one in courses} == {"delivered", "proposed"}
    assert sum("/" in one["end"] for one in courses) > 10
    assert sum(raw["prior_radiotherapy"] == "unknown" for raw in cases.values()) > len(bad) + 3
    assert {len(raw["structures"]) for raw in cases.values()} == {1, 2}


def budget_rows(raw: Raw) -> dict[Key, Raw]:
    options: Raw = {}
    if all(one["role"] == "delivered" for one in raw["course"]):
        if len(raw["course"]) == 1 or all("/" not in one["end"] for one in raw["course"]):
            options = {"technique": "stereotactic", "intervals_months": [12]}
        else:  # of several courses the interval leads to no date unless every end is a day: none is stated
            raw = raw | {"course": [*raw["course"], UNDATED]}
    names = ("advisory", "state", "max_total_dose_gy", "max_dose_per_fraction_gy", "binding", "reason")
    return {
        (raw["case_id"], row.structure, row.constraint_id, row.n_fractions): {
            name: getattr(row, name) for name in names
        }
        for row in budget(parse_case(raw), n_fractions=COUNTS, library=CORD, **options).rows
    }


def asked_budgets(table: Table) -> PlanningColumns:
    return budgets(table, n_fractions=COUNTS, interval_months=12, technique="stereotactic", library=CORD)


@cache
def whole() -> tuple[PlanningColumns, PlanningColumns]:
    return asked_budgets(TABLE), sensitivities(TABLE, library=CORD)


def test_budgets_are_those_of_each_patient() -> None:
    found = told(whole()[0].columns, ["patient_id", "structure", "constraint_id", "n_fractions"])
    expected = {key: row for raw in cohort()[0].values() for key, row in budget_rows(raw).items()}
    assert {row["state"] for row in expected.values()} == {"bounded", "unbounded", "none", "not_evaluated"}
    compare(found, expected, of_word="state", kept="none", open_word="not_evaluated")


def nearest(row: SensitivityRow) -> float | None:
    """Return the alpha/beta, nearest to that of the constraint, at which any of the intervals flips."""
    flips = [item.flips_at_gy for item in row.alpha_beta if item.flips_at_gy is not None]
    return min(flips, key=lambda flip: abs(flip - (row.alpha_beta_gy or 0.0)), default=None)


def sensitivity_rows(raw: Raw) -> dict[Key, Raw]:
    return {
        (raw["case_id"], row.structure, row.constraint_id): {
            "advisory": row.advisory,
            "status": row.status,
            "reason": row.reason,
            "label": row.label,
            "alpha_beta_survives": all(item.survives for item in row.alpha_beta) if row.alpha_beta else None,
            "alpha_beta_flips_at_gy": nearest(row),
            "dose_flips_at_lower_percent": row.dose.flips_at_lower_percent if row.dose else None,
            "dose_flips_at_higher_percent": row.dose.flips_at_higher_percent if row.dose else None,
            "status_shortest": row.dates.status_shortest if row.dates else None,
            "status_longest": row.dates.status_longest if row.dates else None,
            "dates_flip_at_months": row.dates.flips_at_months if row.dates else None,
            "other_recovery": sum(item.would_be != row.status for item in row.recovery)
            if row.recovery and row.recovery[0].would_be
            else -1,
        }
        for row in sensitivity(parse_case(raw), library=CORD).rows
    }


def test_sensitivities_are_those_of_each_patient() -> None:
    found = told(whole()[1].columns, ["patient_id", "structure", "constraint_id"])
    expected = {key: row for raw in cohort()[0].values() for key, row in sensitivity_rows(raw).items()}
    assert {row["label"] for row in expected.values()} == {"robust", "fragile", None}
    assert any(row["dates_flip_at_months"] for row in expected.values())
    compare(found, expected, of_word="status", kept="violated", open_word="not_evaluated")
    assert all(row["label"] is None for row in found.values() if row["reason"] == OPEN)


def assert_same(found: PlanningColumns, expected: PlanningColumns) -> None:
    assert found.columns.keys() == expected.columns.keys()
    for name, column in expected.columns.items():
        # a NaN is not equal to itself, but its text is
        assert list(map(repr, found.columns[name].tolist())) == list(map(repr, column.tolist())), name
        assert found.columns[name].dtype == column.dtype, name
    for name in ("left_out", "editions", "assumptions"):
        assert getattr(found, name) == getattr(expected, name), name


def test_portions_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = whole()
    # for three fraction numbers two patients at once, and seven, of thirty
    monkeypatch.setattr("reirrad.audit.budgets.CASES_AT_ONCE", 7)
    monkeypatch.setattr("reirrad.audit.sensitivities.CASES_AT_ONCE", 7)
    assert_same(asked_budgets(TABLE), expected[0])
    assert_same(sensitivities(TABLE, library=CORD), expected[1])
    # fewer at once than fraction numbers are asked for
    monkeypatch.setattr("reirrad.audit.budgets.CASES_AT_ONCE", 2)
    some = {name: column[:60] for name, column in TABLE.items()}
    few = asked_budgets(some)
    monkeypatch.undo()
    assert_same(few, asked_budgets(some))


def test_the_order_of_rows_does_not_matter() -> None:
    backward = {name: column[::-1] for name, column in TABLE.items()}
    for found, expected in zip((asked_budgets(backward), sensitivities(backward, library=CORD)), whole(), strict=True):
        assert_same(found, expected)
        patients = found.columns["patient_id"].tolist()
        assert patients == sorted(patients)


def with_phases(ids: list[str]) -> Raw:
    """Return rows of a course of two phases and of a proposed one: 20 + 20 Gy before 24 Gy in 5 fractions."""
    return {
        "patient_id": ids, "course_id": ["1", "1", "2"], "phase_id": ["1", "2", "1"], "n_phases": [2, 2, 1],
        "structure": ["SpinalCord"] * 3, "metric": ["Max[Gy]"] * 3, "dose_gy": [20.0, 20.0, 24.0],
        "n_fractions": [10, 10, 5], "fractions_per_day": [1] * 3, "modality": ["photon"] * 3,
        "start": ["2020-01-06"] * 2 + ["2022-01-03"], "end": ["2020-02-17"] * 2 + ["2022-02-11"],
        "prior_radiotherapy": ["complete"] * 3, "prior_courses": [1] * 3,
        "role": ["delivered", "delivered", "proposed"],
    }  # fmt: skip


def test_f10_a_row_without_an_id_may_be_that_of_its_neighbours() -> None:
    library = LIBRARY.select(["nieder-2006"])
    whole, lost = with_phases(["A"] * 3), with_phases(["A", "", "A"])
    del lost["n_phases"]  # it would notice the phase that is not listed
    at = sensitivities(whole, library=library).columns["constraint_id"].tolist().index("nieder-2006.cumulative")
    assert sensitivities(whole, library=library).columns["status"][at] == "violated"
    # without the second phase 20 + 24 Gy would be met, and 26.3 Gy be left
    assert set(sensitivities(lost, library=library).columns["status"]) == {"not_evaluated"}
    left = budgets(lost, n_fractions=[5], library=library).columns
    assert set(left["state"]) == {"not_evaluated"}
    assert set(left["reason"]) == {OPEN}


def test_o01_patients_of_an_unknown_structure_are_named() -> None:
    table = with_phases(["A", "B", "C"]) | {"structure": ["SpinalCrod", "SpinalCrod", "SpinalCord"]}
    table |= {"course_id": ["1"] * 3, "phase_id": [""] * 3, "n_phases": [1] * 3, "prior_courses": [1, 1, 0]}
    expected = {"A": ("SpinalCrod",), "B": ("SpinalCrod",)}
    said = "2 patients have structures that are not known: nothing is answered for those"
    for found in (
        budgets(table, n_fractions=[5], interval_months=12, library=CORD),
        sensitivities(table, library=CORD),
    ):
        assert set(found.columns["patient_id"]) == {"C"}
        assert found.unmapped_structures == expected
        assert said in found.assumptions
    one = budgets({name: values[1:] for name, values in table.items()}, n_fractions=[5], library=CORD)
    assert said.replace("2 patients have", "1 patient has") in one.assumptions


def test_quarantined_rows_are_those_of_the_audit() -> None:
    for found in whole():
        assert [item.row for item in found.quarantine] == cohort()[2]
        assert found.quarantine == audit(TABLE, library=CORD).quarantine


@pytest.mark.parametrize("counts", [[], [0], [5, 0], [-1], [2.5], [5.0], ["5"], [True]])
def test_fraction_numbers_are_whole_numbers_from_1(counts: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"^n_fractions.*: th.* is no number of fractions; given: .*; allowed: a"):
        budgets(TABLE, n_fractions=counts, library=CORD)


def test_a_table_without_rows_has_no_answers() -> None:
    empty = {name: column[:0] for name, column in TABLE.items()}
    for found, full in zip((asked_budgets(empty), sensitivities(empty, library=CORD)), whole(), strict=True):
        assert (len(found), found.quarantine, found.left_out) == (0, (), ())
        assert list(found.columns) == list(full.columns)
        assert {len(column) for column in found.columns.values()} == {0}


@pytest.mark.parametrize("question", [asked_budgets, sensitivities])
def test_unusable_tables_are_refused(question: Callable[[Table], PlanningColumns]) -> None:
    with pytest.raises(TableError, match="modality: the column is required"):
        question({name: column for name, column in TABLE.items() if name != "modality"})


def test_no_interval_is_known_by_default() -> None:
    patients = [raw for raw in cohort()[0].values() if raw.get("prior_courses") == 1 and len(raw["course"]) == 1]
    raw = patients[0]
    found = budgets(table_of(rows_of(raw, raw["case_id"])), n_fractions=[5], library=CORD)
    expected = budget(parse_case(raw), n_fractions=[5], library=CORD).rows
    assert found.columns["constraint_id"].tolist() == [row.constraint_id for row in expected]
    assert found.columns["state"].tolist() == [row.state for row in expected]


def test_volumes_are_left_out_by_name_and_assumptions_repeated() -> None:
    everything = LIBRARY.select(profile=load_profile("all"))
    rows = [{**cohort()[1][0], "structure": name, "metric": "Mean[Gy]", "dose_gy": "12"} for name in ("Lungs", "Heart")]
    # limits for a first course are not asked about a further one
    found = budgets(table_of(rows), n_fractions=[5], library=everything, strict=True)
    assert {"ars-2020.heart.v40", "ars-2020.lungs.v20"} <= set(found.left_out)
    assert not {"quantec-2010.lungs.v20", "quantec-2010.heart.v25"} & set(found.left_out)
    assert not set(found.left_out) & set(found.columns["constraint_id"].tolist())
    assert any("profile all" in text for text in found.assumptions)
    assert any(text.startswith("strict") for text in found.assumptions)
    assert math.isnan(sensitivities(table_of(rows), library=everything).columns["dose_flips_at_lower_percent"][0])
