"""Rows of a cohort table to a batch: what must agree between rows, and the grouping into courses and phases."""

from __future__ import annotations

from typing import Any

import numpy as np

from reirrad.audit.rows import DOSE_OF, HISTORIES, ROLES, UNKNOWN, Rows, same_within
from reirrad.engine.batch import MONTH_PARTS, Batch, Bools, Ints
from reirrad.engine.codes import UNSTATED

_OF_COURSE = (
    "modality",
    "technique",
    "role",
    "fractions_per_day",
    "hours_between_fractions",
    "start_low",
    "start_high",
    "end_low",
    "end_high",
    "course_number",
    "months_since_previous",
)
_OF_PHASE = ("n_fractions", "fractions_delivered", "dose_of")
_OF_PATIENT = ("prior_radiotherapy", "prior_courses")


def check_rows(rows: Rows) -> Bools:
    """Quarantine rows that contradict themselves or others; return which rows repeat another one exactly."""
    _check_cells(rows)
    patient, course, phase = _keys(rows)
    for names, groups, reason in (
        (_OF_COURSE, course, "differs_within_course"),
        (_OF_PHASE, phase, "differs_within_phase"),
        (_OF_PATIENT, patient, "differs_within_patient"),
    ):
        for name in names:
            _refuse_difference(rows, groups, name, reason)
    half_time = _pairs(patient, rows["structure"])
    _refuse_difference(rows, half_time, "repair_half_time_h", "differs_within_patient")
    _check_history(rows, patient, course)
    return _duplicates(rows, phase)


def _check_cells(rows: Rows) -> None:
    delivered, planned = rows["fractions_delivered"], rows["n_fractions"]
    is_partial = ~np.isnan(delivered) & (delivered != planned)
    rows.quarantine(is_partial & (delivered > planned), "fractions_delivered", "more_than_planned")
    rows.quarantine(is_partial & (rows["dose_of"] == UNSTATED), "dose_of", "missing")
    is_proposed = rows["role"] == ROLES.index("proposed")
    rows.quarantine(~np.isnan(delivered) & is_proposed, "fractions_delivered", "not_begun")
    rows.quarantine(rows["fractions_per_day"] > planned, "fractions_per_day", "more_than_fractions")
    has_hours = ~np.isnan(rows["hours_between_fractions"])
    rows.quarantine(has_hours & (rows["fractions_per_day"] == 1), "hours_between_fractions", "once_daily")
    rows.quarantine(rows["end_high"] < rows["start_low"], "end", "before_start")


def _keys(rows: Rows) -> tuple[Ints, Ints, Ints]:
    patient = rows["patient_id"].copy()
    course = _pairs(patient, rows["course_id"])
    phase = _pairs(course, rows["phase_id"])
    return patient, course, phase


def _pairs(first: Ints, second: np.ndarray[Any, Any]) -> Ints:
    """Return one code for each pair of codes, in the order of the pairs."""
    codes = second.astype(np.int64)
    shift = int(codes.min(initial=0))
    span = int(codes.max(initial=0)) - shift + 1
    _, inverse = np.unique(first * span + (codes - shift), return_inverse=True)
    return inverse.astype(np.int64).ravel()


def _refuse_difference(rows: Rows, groups: Ints, name: str, reason: str) -> None:
    """Quarantine every row of a group whose rows do not say the same: none of them is better than the others."""
    if rows.n_rows == 0:
        return
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    inverse = inverse.ravel()
    differs = np.zeros(len(first), dtype=np.bool_)
    differs[inverse[~same_within(inverse, rows[name], first)]] = True
    rows.quarantine(differs[inverse], name, reason)


def _check_history(rows: Rows, patient: Ints, course: Ints) -> None:
    """Quarantine the rows of patients whose stated history does not agree with the courses listed."""
    is_delivered = rows["role"] == ROLES.index("delivered")
    _, first = np.unique(course, return_index=True)
    n_patients = int(patient.max(initial=-1)) + 1
    known = patient[first] >= 0
    delivered = np.bincount(patient[first][known & is_delivered[first]], minlength=n_patients)[patient]
    proposed = np.bincount(patient[first][known & ~is_delivered[first]], minlength=n_patients)[patient]
    history, stated = rows["prior_radiotherapy"], rows["prior_courses"]
    is_complete = history == HISTORIES.index("complete")
    rows.quarantine(is_complete & np.isnan(stated), "prior_courses", "missing")
    rows.quarantine(is_complete & (stated != delivered), "prior_courses", "differs_from_courses")
    rows.quarantine(
        (history == HISTORIES.index("none")) & (delivered > 0), "prior_radiotherapy", "differs_from_courses"
    )
    rows.quarantine(proposed > 1, "role", "several_proposed")


def _duplicates(rows: Rows, phase: Ints) -> Bools:
    """Return which rows repeat another one; rows that differ in the dose only contradict each other."""
    cell = _pairs(_pairs(phase, rows["structure"]), rows["metric"])
    _, first, inverse = np.unique(cell, return_index=True, return_inverse=True)
    inverse = inverse.ravel()
    is_same = same_within(inverse, rows["dose_gy"], first) & same_within(inverse, rows["basis"], first)
    differs = np.zeros(len(first), dtype=np.bool_)
    differs[inverse[~is_same]] = True
    rows.quarantine(differs[inverse] & (rows["metric"] >= 0), "dose_gy", "differs_between_rows")
    is_first = np.zeros(rows.n_rows, dtype=np.bool_)
    is_first[first] = True
    repeats: Bools = ~is_first & is_same & (rows.bad == 0)
    return repeats


def assemble(rows: Rows, is_duplicate: Bools) -> tuple[Batch, list[list[str]]]:
    """Return the batch of the rows that can be judged, and the structures of each patient that are not known."""
    patient, course, phase = _keys(rows)
    n_patients = len(rows.texts["patient_id"])
    use = (rows.bad == 0) & ~is_duplicate
    index = np.flatnonzero(use)
    index = index[np.lexsort((rows["metric"][index], rows["structure"][index], phase[index]))]
    first_of_phase = index[np.flatnonzero(np.diff(phase[index], prepend=-1))]
    first_of_course = index[np.flatnonzero(np.diff(course[index], prepend=-1))]
    phase_number = np.cumsum(np.diff(phase[index], prepend=-1) != 0) - 1
    course_of_phase = np.searchsorted(course[first_of_course], course[first_of_phase])
    batch = Batch(
        **_patient_columns(rows, index, n_patients),
        **_course_columns(rows, first_of_course),
        **_phase_columns(rows, first_of_phase),
        phase_course=course_of_phase.astype(np.int64),
        **_dose_columns(rows, index, phase_number),
        metrics=tuple(rows.metrics),
    )
    unmapped: list[list[str]] = [[] for _ in range(n_patients)]
    strange = np.flatnonzero((rows["structure"] <= UNKNOWN) & (rows["patient_id"] >= 0))
    for row in strange:
        name = rows.unmapped[UNKNOWN - int(rows["structure"][row])]
        if name not in unmapped[int(patient[row])]:
            unmapped[int(patient[row])].append(name)
    return batch, [sorted(names) for names in unmapped]


def _patient_columns(rows: Rows, index: Ints, n_patients: int) -> dict[str, Any]:
    patient = rows["patient_id"]
    case_id = np.empty(n_patients, dtype=object)
    case_id[:] = rows.texts["patient_id"]
    unread = np.zeros(n_patients, dtype=np.bool_)
    unread[patient[(rows.bad > 0) & (patient >= 0)]] = True
    unseen = unread.copy()
    history = rows["prior_radiotherapy"][index]
    open_ = (history == HISTORIES.index("partial")) | (history == HISTORIES.index("unknown"))
    unseen[patient[index[open_]]] = True
    # what a quarantined row was about is judged too, so that it does not vanish
    about = np.flatnonzero((rows["structure"] >= 0) & (patient >= 0))
    judged = np.unique(np.stack([patient[about], rows["structure"][about]], axis=1), axis=0)
    halves = index[~np.isnan(rows["repair_half_time_h"][index]) & (rows["structure"][index] >= 0)]
    return {
        "case_id": case_id,
        "has_unseen": unseen,
        "has_unread": unread,
        "point_maximum": np.full(n_patients, UNSTATED, dtype=np.int64),
        "judged_case": judged[:, 0],
        "judged_structure": judged[:, 1],
        "distance_course": np.zeros(0, dtype=np.int64),
        "distance_structure": np.zeros(0, dtype=np.int64),
        "distance_mm": np.zeros(0),
        "half_time_case": patient[halves],
        "half_time_structure": rows["structure"][halves],
        "half_time_h": rows["repair_half_time_h"][halves],
    }


def _course_columns(rows: Rows, first: Ints) -> dict[str, Any]:
    course_id = np.empty(len(first), dtype=object)
    course_id[:] = [rows.texts["course_id"][code] for code in rows["course_id"][first]]
    number = rows["course_number"][first]
    has_dates = (rows["start_low"][first] > -(10**8)) | (rows["start_high"][first] < 10**8)
    case = rows["patient_id"][first]
    dated = np.zeros(len(rows.texts["patient_id"]), dtype=np.bool_)
    dated[case[has_dates]] = True
    # dates say more than a stated order
    is_stated = ~np.isnan(number) & ~dated[case]
    months = np.where(is_stated, np.nan_to_num(rows["months_since_previous"][first]), 0.0) * MONTH_PARTS
    return {
        "course_case": case,
        "course_id": course_id,
        "is_proposed": rows["role"][first] == ROLES.index("proposed"),
        "technique": rows["technique"][first],
        "modality": rows["modality"][first],
        "fractions_per_day": rows["fractions_per_day"][first].astype(np.int64),
        "hours_between_fractions": rows["hours_between_fractions"][first],
        "start_low": rows["start_low"][first],
        "start_high": np.minimum(rows["start_high"][first], rows["end_high"][first]),
        "end_low": np.maximum(rows["end_low"][first], rows["start_low"][first]),
        "end_high": rows["end_high"][first],
        "stated_order": np.where(is_stated, np.nan_to_num(number), UNSTATED).astype(np.int64),
        "months_low": np.floor(months).astype(np.int64),
        "months_high": np.ceil(months).astype(np.int64),
        # a cohort table states the doses to organs, and not what was prescribed
        "fraction_size_low": np.full(len(first), np.nan),
        "fraction_size_high": np.full(len(first), np.nan),
        "scheduled_dose_gy": np.full(len(first), np.nan),
    }


def _phase_columns(rows: Rows, first: Ints) -> dict[str, Any]:
    planned = rows["n_fractions"][first].astype(np.int64)
    delivered = rows["fractions_delivered"][first]
    given = np.where(np.isnan(delivered), planned, np.nan_to_num(delivered)).astype(np.int64)
    is_scaled = (rows["dose_of"][first] == DOSE_OF.index("planned")) & (given != planned)
    return {
        "n_fractions": given,
        "scale_given": np.where(is_scaled, given, 1),
        "scale_planned": np.where(is_scaled, planned, 1),
    }


def _dose_columns(rows: Rows, index: Ints, phase_number: Ints) -> dict[str, Any]:
    has_dose = (rows["structure"][index] >= 0) & (rows["metric"][index] >= 0) & ~np.isnan(rows["dose_gy"][index])
    chosen = index[has_dose]
    return {
        "dose_phase": phase_number[has_dose].astype(np.int64),
        "dose_structure": rows["structure"][chosen],
        "dose_metric": rows["metric"][chosen],
        "dose_low": rows["dose_gy"][chosen],
        "dose_high": rows["dose_gy"][chosen],
        "dose_basis": rows["basis"][chosen],
    }
