"""An audit of a table says what checks of its patients say, and loses no row."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from engine.cord_editions import CORD
from reference.cases import cases, make_consistent
from reirrad import audit, check, parse_case
from reirrad.audit import Findings
from reirrad.errors import TableError
from reirrad.model.metric import parse_metric
from reirrad.model.schedule import parse_schedule

COLUMNS = (
    *("patient_id", "course_id", "phase_id", "structure", "metric", "dose_gy", "n_fractions", "fractions_per_day"),
    *("modality", "start", "end", "fractions_delivered", "dose_of", "hours_between_fractions", "repair_half_time_h"),
    *("role", "technique", "prior_radiotherapy", "prior_courses", "basis"),
)


def rows_of(case: dict[str, Any], patient_id: str) -> list[dict[str, Any]]:
    """Return a case as table rows; every course lists every judged structure, unknown doses as empty cells."""
    rows = []
    for course in case["course"]:
        for number, phase in enumerate(course.get("phase", [course])):
            for structure in case["structures"]:
                dose = phase.get("dose", {}).get(structure, {})
                metrics = {key: value for key, value in dose.items() if key.endswith("Gy]")} or {"Max[Gy]": ""}
                for metric, value in metrics.items():
                    parsed = parse_metric(metric)
                    per_unit = 100 if parsed.unit == "cGy" else 1
                    rows.append(
                        {
                            "patient_id": patient_id,
                            "course_id": course["id"],
                            "phase_id": str(number),
                            "structure": structure,
                            "metric": parsed.metric.label,
                            "dose_gy": "" if value == "" else repr(float(value) / per_unit),
                            "n_fractions": str(parse_schedule(phase["schedule"]).n_fractions),
                            "fractions_per_day": str(course["fractions_per_day"]),
                            "modality": course["modality"],
                            "start": _text(course.get("start")),
                            "end": _text(course.get("end")),
                            "fractions_delivered": _text(phase.get("fractions_delivered")),
                            "dose_of": _text(phase.get("dose_of")),
                            "hours_between_fractions": _text(course.get("hours_between_fractions")),
                            "repair_half_time_h": _text(case.get("repair_half_time_h", {}).get(structure)),
                            "role": course["role"],
                            "technique": _text(course.get("technique")),
                            "prior_radiotherapy": case.get("prior_radiotherapy", ""),
                            "prior_courses": _text(case.get("prior_courses")),
                            "basis": _text(dose.get("basis")),
                        }
                    )
    return rows


def as_a_table_can_say(case: dict[str, Any]) -> dict[str, Any]:
    """A case without ranges of dose, without a point maximum and without a stated order."""
    plain = {key: value for key, value in copy.deepcopy(case).items() if key != "point_maximum"}
    for course in plain["course"]:
        course.pop("months_since_previous", None)
        for phase in course.get("phase", [course]):
            for table in phase.get("dose", {}).values():
                table |= {key: value[0] for key, value in table.items() if isinstance(value, list)}
            make_consistent(phase.get("dose", {}), "none")
    return plain


def _text(value: object) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


def table_of(rows: list[dict[str, Any]]) -> dict[str, np.ndarray[Any, Any]]:
    return {name: np.array([row[name] for row in rows], dtype=object) for name in COLUMNS}


def found(findings: Findings, patient_id: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    columns = findings.columns
    rows = np.flatnonzero(columns["patient_id"] == patient_id)
    names = ("status", "reason", "course_id", "value_low", "value_high", "margin")
    return {
        (columns["constraint_id"][row], columns["structure"][row]): tuple(
            None if columns[name][row] != columns[name][row] else columns[name][row] for name in names
        )
        for row in rows
    }


def checked(case: dict[str, Any]) -> tuple[str, dict[tuple[str, str], tuple[Any, ...]]]:
    report = check(parse_case(case), library=CORD)
    return report.verdict, {
        (item.constraint_id, item.structure): (
            item.status,
            item.reason,
            item.course_id,
            item.value_low,
            item.value_high,
            item.margin,
        )
        for item in report.findings
    }


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(cases(), cases())
def test_audit_equals_check(first: dict[str, Any], second: dict[str, Any]) -> None:
    """H04, S08: two patients in one table, rows mixed, give what their case files give."""
    both = {"P2": as_a_table_can_say(first), "P1": as_a_table_can_say(second)}
    rows = [row for name, case in both.items() for row in rows_of(case, name)]
    assume(len(rows) > 1)
    # a structure that no course lists any dose for is still judged: every course has a row for it
    mixed = rows[1::2] + rows[0::2]
    findings = audit(table_of(mixed), library=CORD)
    assert findings.quarantine == ()
    for name, case in both.items():
        verdict, expected = checked(case)
        got = found(findings, name)
        assert got.keys() == expected.keys()
        for key in expected:
            assert got[key] == pytest.approx(expected[key]), key
        position = findings.patients.columns["patient_id"].tolist().index(name)
        assert findings.patients.columns["verdict"][position] == verdict


GOOD = {
    "patient_id": "A",
    "course_id": "1",
    "phase_id": "",
    "structure": "SpinalCord",
    "metric": "Max[Gy]",
    "dose_gy": "30",
    "n_fractions": "10",
    "fractions_per_day": "1",
    "modality": "photon",
    "start": "2020-01-06",
    "end": "2020-01-17",
    "prior_radiotherapy": "complete",
    "prior_courses": "2",
    "technique": "conventional",
}


def pair(**second: str) -> list[dict[str, str]]:
    """Two courses of one patient that meet every constraint; the second one patched."""
    blank = dict.fromkeys(COLUMNS, "")
    later = {"course_id": "2", "start": "2022-01-10", "end": "2022-01-21", "dose_gy": "20"}
    return [{**blank, **GOOD}, {**blank, **GOOD, **later, **second}]


def status_counts(findings: Findings) -> dict[str, int]:
    words, counts = np.unique(findings.columns["status"].astype(str), return_counts=True)
    return dict(zip(words.tolist(), counts.tolist(), strict=True))


def test_clean_pair_is_met() -> None:
    findings = audit(table_of(pair()))
    assert findings.patients.columns["verdict"].tolist() == ["met"]
    assert (findings.rows_in, findings.rows_audited, findings.rows_quarantined, findings.rows_duplicate) == (2, 2, 0, 0)


@pytest.mark.parametrize(
    ("patch", "column", "reason"),
    [
        pytest.param({"dose_gy": "-1"}, "dose_gy", "not_allowed", id="D24 negative dose"),
        pytest.param({"dose_gy": "inf"}, "dose_gy", "not_allowed", id="D24 infinite dose"),
        pytest.param({"dose_gy": "4_5"}, "dose_gy", "not_allowed", id="D24 digits with an underscore"),
        pytest.param({"dose_gy": "\u0664\u0665"}, "dose_gy", "not_allowed", id="O03 digits of another script"),
        pytest.param({"dose_gy": "1e1000000"}, "dose_gy", "not_allowed", id="X03 exponent of seven digits"),
        pytest.param({"dose_gy": "45,5"}, "dose_gy", "not_allowed", id="D25 decimal comma"),
        pytest.param({"dose_gy": "999"}, "dose_gy", "sentinel", id="D22 sentinel"),
        pytest.param({"n_fractions": "9.5"}, "n_fractions", "not_allowed", id="D05 half a fraction"),
        pytest.param({"n_fractions": ""}, "n_fractions", "missing", id="D06 no fractions"),
        pytest.param({"fractions_per_day": ""}, "fractions_per_day", "missing", id="D15 fractions per day"),
        pytest.param({"modality": ""}, "modality", "missing", id="D20 no modality"),
        pytest.param({"modality": "x-rays"}, "modality", "not_allowed", id="D20 unknown modality"),
        pytest.param({"start": "10/01/2022"}, "start", "not_allowed", id="T01 day-month-year"),
        pytest.param({"start": "2022-02-31"}, "start", "not_allowed", id="T07 31 February"),
        pytest.param({"end": "2021-01-01"}, "end", "before_start", id="T07 end before start"),
        pytest.param({"fractions_delivered": "11"}, "fractions_delivered", "more_than_planned", id="D07 too many"),
        pytest.param({"fractions_delivered": "8"}, "dose_of", "missing", id="D07 dose_of"),
        pytest.param({"prior_courses": "3"}, "prior_courses", "differs_within_patient", id="H03 count differs"),
        pytest.param({"structure": ""}, "structure", "missing", id="no structure"),
    ],
)
def test_bad_row_is_quarantined_and_its_patient_not_met(patch: dict[str, str], column: str, reason: str) -> None:
    """F10, law 1: losing a course must not make a patient pass."""
    findings = audit(table_of(pair(**patch)))
    assert (column, reason) in {(item.column, item.reason) for item in findings.quarantine}
    assert "met" not in status_counts(findings)
    assert findings.patients.columns["verdict"].tolist() == ["not_evaluated"]
    assert findings.rows_in == findings.rows_audited + findings.rows_quarantined + findings.rows_duplicate


def test_losing_a_course_never_makes_a_patient_pass() -> None:
    """F10, H09: two courses meet every limit, three do not; with a third that cannot be read nothing is met."""
    third = {"course_id": "3", "start": "2024-01-08", "end": "2024-02-16", "dose_gy": "60", "n_fractions": "30"}
    rows = [*pair(), {**pair()[1], **third}]
    assert audit(table_of(rows[:2])).patients.columns["verdict"].tolist() == ["met"]
    rows = [{**row, "prior_courses": "3"} for row in rows]
    assert audit(table_of(rows)).patients.columns["verdict"].tolist() == ["violated"]
    rows[2]["dose_gy"] = "6O"
    findings = audit(table_of(rows))
    assert [(item.column, item.reason) for item in findings.quarantine] == [("dose_gy", "not_allowed")]
    assert findings.patients.columns["verdict"].tolist() == ["not_evaluated"]
    assert set(status_counts(findings)) <= {"not_evaluated", "not_applicable"}


def test_duplicate_rows_are_folded_once() -> None:
    """F12, H08: the same row three times is one."""
    rows = pair()
    findings = audit(table_of([*rows, rows[0], rows[0]]))
    assert (findings.rows_audited, findings.rows_duplicate) == (2, 2)
    assert findings.patients.columns["verdict"].tolist() == ["met"]


def test_contradicting_rows_are_both_quarantined() -> None:
    """H08: near duplicates are not summed and none is preferred."""
    rows = pair()
    findings = audit(table_of([*rows, {**rows[1], "dose_gy": "21"}]))
    assert [item.reason for item in findings.quarantine] == ["differs_between_rows", "differs_between_rows"]
    assert "met" not in status_counts(findings)


def test_unknown_structure_is_listed_and_prevents_met() -> None:
    """O01, O02: never matched by part."""
    rows = pair()
    findings = audit(table_of([*rows, {**rows[1], "structure": "Vocal cord"}]))
    assert findings.patients.columns["unmapped_structures"].tolist() == [("Vocal cord",)]
    assert findings.patients.columns["verdict"].tolist() == ["not_evaluated"]


def test_row_order_does_not_matter() -> None:
    """F32: the columns are the same for every order of the rows."""
    rows = [*pair(), *({**row, "patient_id": "0012"} for row in pair(dose_gy="60"))]
    forward, backward = audit(table_of(rows)), audit(table_of(rows[::-1]))
    for name, values in forward.columns.items():
        assert np.array_equal(values.astype(str), backward.columns[name].astype(str)), name
    # H06: ids keep their leading zeros
    assert forward.patients.columns["patient_id"].tolist() == ["0012", "A"]


def test_stated_order() -> None:
    """Course number and months instead of dates: 5.9 months is below 6, 6 is not."""
    for months, expected in (("5.9", "violated"), ("6", "met")):
        rows = pair()
        table = {name: values for name, values in table_of(rows).items() if name not in {"start", "end"}}
        table["course_number"] = np.array([1, 2])
        table["months_since_previous"] = np.array(["", months], dtype=object)
        assert found(audit(table), "A")["nieder-2006.interval", "SpinalCord"][0] == expected


def test_float32_means_its_decimal_text() -> None:
    """16 x 1.6 + 14 x 2.4 Gy is exactly 120 Gy2 (score 0) in float32 too."""
    more = ({"n_fractions": "16", "end": "2020-01-31"}, {"n_fractions": "14", "end": "2022-01-31"})
    rows = [row | changed for row, changed in zip(pair(), more, strict=True)]
    table = table_of(rows)
    table["dose_gy"] = np.array([25.6, 33.6], dtype=np.float32)
    score = found(audit(table), "A")["nieder-2005.score", "SpinalCord"]
    assert (score[0], score[3]) == ("met", 0.0)
    assert found(audit(table), "A")["nieder-2006.cumulative", "SpinalCord"][3] == pytest.approx(120.0, rel=1e-15)


def test_arrow_table() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({name: [row[name] for row in pair()] for name in COLUMNS})
    assert audit(table).patients.columns["verdict"].tolist() == ["met"]


def test_unusable_tables_name_every_problem() -> None:
    table = table_of(pair())
    del table["modality"]
    table["dose_cgy"] = table["dose_gy"]
    table["doze"] = table["dose_gy"]
    with pytest.raises(TableError) as error:
        audit(table)
    text = str(error.value)
    assert "modality: the column is required" in text
    assert "exactly one of dose_gy and dose_cgy is required" in text
    assert "doze: the column is not known" in text


def test_numeric_ids_are_refused() -> None:
    """H06: 0012345 read as a number is another patient."""
    table = table_of(pair())
    table["patient_id"] = np.array([12, 12])
    with pytest.raises(TableError, match=r"patient_id: the column is not text.*leading zeros"):
        audit(table)


def test_assumptions_are_repeated() -> None:
    """S11: what weakens the check is said with the result."""
    table = table_of(pair())
    del table["fractions_per_day"]
    findings = audit(table, assume_once_daily=True)
    assert findings.patients.columns["verdict"].tolist() == ["met"]
    assert "fractions_per_day is not in the table and was taken as 1" in findings.assumptions


@pytest.mark.parametrize(
    ("numbers", "months", "bad"),
    [
        ([1, 2], [np.nan, 25.0], []),
        ([1, 2], [np.nan, 26.0], []),
        ([1, 2], [np.nan, 24.0], [(1, "months_since_previous", "differs_from_dates")]),
        ([1, 2], [np.nan, 27.0], [(1, "months_since_previous", "differs_from_dates")]),
        ([2, 1], [25.0, np.nan], [(0, "course_number", "differs_from_dates")]),
    ],
)
def test_dates_and_months_must_agree(numbers, months, bad):
    # from 17 January 2020 to 7 March 2022 it is 25 months and 18 days
    table = {
        "patient_id": ["A", "A"],
        "course_id": ["1", "2"],
        "structure": ["SpinalCord"] * 2,
        "metric": ["Max[Gy]"] * 2,
        "dose_gy": [30.0, 40.0],
        "n_fractions": [10, 20],
        "fractions_per_day": [1, 1],
        "modality": ["photon"] * 2,
        "start": ["2020-01-06", "2022-03-07"],
        "end": ["2020-01-17", "2022-04-01"],
        "course_number": numbers,
        "months_since_previous": months,
    }
    found = audit(table)
    assert [(item.row, item.column, item.reason) for item in found.quarantine] == bad
