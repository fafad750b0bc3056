"""Rows of a cohort table to a batch: what must agree between rows, and the grouping into courses and phases."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from reirrad.audit.agreement import check_half_times, check_months, earliest_end, latest_start
from reirrad.audit.contradictions import check_doses
from reirrad.audit.days import check_days
from reirrad.audit.dose_columns import dose_columns
from reirrad.audit.history import check_history, is_repeated
from reirrad.audit.row_order import UNKNOWN
from reirrad.audit.rows import DOSE_OF, HISTORIES, Rows, dose_column, same_as
from reirrad.audit.schedules import check_schedules
from reirrad.audit.twin_ids import check_ids
from reirrad.engine.batch import MONTH_PARTS, NO_HIGH, NO_LOW, OPEN_MONTHS, Batch, Bools, Ints
from reirrad.engine.codes import ROLES, UNSTATED
from reirrad.engine.convert import exact
from reirrad.model.case import MOST_COURSES
from reirrad.model.course_checks import HOURS_OF_A_DAY

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
    "n_phases",
)
_OF_PHASE = ("n_fractions", "fractions_delivered", "dose_of", "scheduled_dose_gy")
_OF_PATIENT = ("prior_radiotherapy", "prior_courses")


def check_rows(rows: Rows) -> Bools:
    """Quarantine rows that contradict themselves or others; return which rows repeat another one exactly."""
    _check_cells(rows)
    check_schedules(rows)
    patient, course, phase = _firsts(rows)
    check_ids(rows, patient, course)
    _check_number_of_courses(rows, patient, course)
    _check_phases(rows, course, phase)
    for names, first, reason in (
        (_OF_COURSE, course, "differs_within_course"),
        (_OF_PHASE, phase, "differs_within_phase"),
        (_OF_PATIENT, patient, "differs_within_patient"),
    ):
        for name in names:
            is_same = same_as(rows[name], rows[name][first])
            if not is_same.all():
                _refuse_all_of(rows, first, ~is_same, name, reason)
    check_half_times(rows)
    check_months(rows, course)
    check_history(rows, patient, course)
    check_days(rows, course, phase)
    is_duplicate = _duplicates(rows, phase)
    check_doses(rows, phase, is_duplicate)
    is_duplicate &= rows.bad == 0
    return is_duplicate


def _firsts(rows: Rows) -> tuple[Ints, Ints, Ints]:
    """Return for each row the first row of its patient, of its course and of its phase; the rows are in order."""
    patient = _first_of_runs([rows["patient_id"]])
    course = _first_of_runs([patient, rows["course_id"]])
    return patient, course, _first_of_runs([course, rows["phase_id"]])


def _first_of_runs(keys: list[Ints]) -> Ints:
    """Return for each row the first row of the run of equal keys that it belongs to."""
    begins = np.zeros(len(keys[0]), dtype=np.bool_)
    begins[:1] = True
    for key in keys:
        begins[1:] |= key[1:] != key[:-1]
    first = np.flatnonzero(begins)
    return np.asarray(np.repeat(first, np.diff(first, append=len(begins))))


def _refuse_all_of(rows: Rows, first: Ints, differs: Bools, name: str, reason: str) -> None:
    """Quarantine every row of a group whose rows do not say the same: none of them is better than the others."""
    group = np.zeros(rows.n_rows, dtype=np.bool_)
    group[first[differs]] = True
    # the ends of a date are one column of the table
    rows.quarantine(group[first], name.removesuffix("_low").removesuffix("_high"), reason)


def _check_cells(rows: Rows) -> None:
    delivered, planned = rows["fractions_delivered"], rows["n_fractions"]
    is_partial = ~np.isnan(delivered) & (delivered != planned)
    rows.quarantine(is_partial & (delivered > planned), "fractions_delivered", "more_than_planned")
    rows.quarantine(is_partial & (rows["dose_of"] == UNSTATED), "dose_of", "missing")
    # of how many fractions the doses are is lost; all of them would dilute a dose that was delivered
    rows.quarantine(np.isnan(delivered) & (rows["dose_of"] != UNSTATED), "fractions_delivered", "missing")
    is_proposed = rows["role"] == ROLES.index("proposed")
    rows.quarantine(~np.isnan(delivered) & is_proposed, "fractions_delivered", "not_begun")
    rows.quarantine(rows["fractions_per_day"] > planned, "fractions_per_day", "more_than_fractions")
    has_hours = ~np.isnan(rows["hours_between_fractions"])
    rows.quarantine(has_hours & (rows["fractions_per_day"] == 1), "hours_between_fractions", "once_daily")
    per_day = rows["fractions_per_day"]
    rows.quarantine(
        rows["hours_between_fractions"] * per_day >= HOURS_OF_A_DAY, "hours_between_fractions", "beyond_a_day"
    )
    rows.quarantine(rows["end_high"] < rows["start_low"], "end", "before_start")
    # open ends are so far away that any number of fractions fits
    given = np.where(np.isnan(delivered), planned, np.minimum(delivered, planned))
    days = rows["end_high"] - rows["start_low"] + 1
    rows.quarantine((days > 0) & (given > days * per_day), "end", "too_few_days")


def _check_number_of_courses(rows: Rows, patient: Ints, course: Ints) -> None:
    """Quarantine the rows of patients with more courses than a case file may have: their pairs would take all time."""
    is_first = (course == np.arange(rows.n_rows)) & (rows["patient_id"] >= 0)
    count = np.bincount(patient[is_first], minlength=rows.n_rows)
    rows.quarantine(count[patient] > MOST_COURSES, "course_id", "too_many_courses")


def _check_phases(rows: Rows, course: Ints, phase: Ints) -> None:
    """Quarantine rows without a phase in courses that have phases, and courses that have not as many as they state."""
    is_stated = rows["phase_id"] != UNSTATED
    has_phases = np.zeros(rows.n_rows, dtype=np.bool_)
    has_phases[course[is_stated]] = True
    rows.quarantine(has_phases[course] & ~is_stated, "phase_id", "missing")
    if "n_phases" not in rows.columns:
        return
    is_first = (phase == np.arange(rows.n_rows)) & (is_stated | ~has_phases[course])
    listed = np.bincount(course[is_first], minlength=rows.n_rows)[course]
    stated = rows["n_phases"]
    rows.quarantine(has_phases[course] & np.isnan(stated), "n_phases", "missing")
    rows.quarantine(~np.isnan(stated) & (stated != listed), "n_phases", "differs_from_phases")


def _duplicates(rows: Rows, phase: Ints) -> Bools:
    """Return which rows repeat another one; rows that differ in the dose only contradict each other."""
    first = _first_of_runs([phase, rows["structure"], rows["metric"]])
    repeats: Bools = first != np.arange(rows.n_rows)
    if not repeats.any():
        return repeats
    is_same = _says_the_same(rows, slice(None), first)
    differs = np.zeros(rows.n_rows, dtype=np.bool_)
    differs[first[~is_same]] = True
    rows.quarantine(differs[first] & (rows["metric"] >= 0), dose_column(rows), "differs_between_rows")
    # into a row that is judged: what repeats a quarantined one is not repeated by it. Those that are left are in order
    good = np.flatnonzero(rows.bad == 0)
    row, before = good[1:], good[:-1]
    folded = np.zeros(rows.n_rows, dtype=np.bool_)
    folded[row] = (first[row] == first[before]) & _says_the_same(rows, row, before)
    return folded


def _says_the_same(rows: Rows, row: Any, other: Any) -> Bools:
    """Return whether rows say the same dose of the same basis."""
    return np.asarray(
        same_as(rows["dose_gy"][row], rows["dose_gy"][other]) & same_as(rows["basis"][row], rows["basis"][other])
    )


def assemble(rows: Rows, is_duplicate: Bools) -> tuple[Batch, list[list[str]]]:
    """Return the batch of the rows that can be judged, and the structures of each patient that are not known."""
    n_patients = len(rows.texts["patient_id"])
    index = np.flatnonzero((rows.bad == 0) & ~is_duplicate)
    _, course, phase = _firsts(rows)
    first_of_phase = index[np.flatnonzero(np.diff(phase[index], prepend=-1))]
    first_of_course = index[np.flatnonzero(np.diff(course[index], prepend=-1))]
    phase_number = np.cumsum(np.diff(phase[index], prepend=-1) != 0) - 1
    course_of_phase = np.searchsorted(course[first_of_course], course[first_of_phase])
    batch = Batch(
        **_patient_columns(rows, index, n_patients),
        **_course_columns(rows, first_of_course),
        **_prescription(rows, first_of_phase, course_of_phase, len(first_of_course)),
        **_phase_columns(rows, first_of_phase),
        phase_course=course_of_phase.astype(np.int64),
        **dose_columns(rows, index, phase_number),
        metrics=tuple(rows.metrics),
    )
    unmapped: list[list[str]] = [[] for _ in range(n_patients)]
    strange = np.flatnonzero((rows["structure"] <= UNKNOWN) & (rows["patient_id"] >= 0))
    for row in strange:
        name = rows.unmapped[UNKNOWN - int(rows["structure"][row])]
        names = unmapped[int(rows["patient_id"][row])]
        if name not in names:
            names.append(name)
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
    n_structures = len(rows.library.structures.names)
    judged = np.unique(patient[about] * n_structures + rows["structure"][about])
    halves = index[~np.isnan(rows["repair_half_time_h"][index]) & (rows["structure"][index] >= 0)]
    return {
        "case_id": case_id,
        "has_unseen": unseen,
        "has_unread": unread,
        "point_maximum": np.full(n_patients, UNSTATED, dtype=np.int64),
        "judged_case": judged // n_structures,
        "judged_structure": judged % n_structures,
        "distance_course": np.zeros(0, dtype=np.int64),
        "distance_structure": np.zeros(0, dtype=np.int64),
        **{name: np.zeros(0) for name in ("distance_low_mm", "distance_high_mm")},
        "half_time_case": patient[halves],
        "half_time_structure": rows["structure"][halves],
        "half_time_h": rows["repair_half_time_h"][halves],
    }


def _course_columns(rows: Rows, first: Ints) -> dict[str, Any]:
    course_id = np.empty(len(first), dtype=object)
    course_id[:] = [rows.texts["course_id"][code] for code in rows["course_id"][first]]
    number = rows["course_number"][first]
    has_dates = np.zeros(len(first), dtype=np.bool_)
    for name in ("start", "end"):
        has_dates |= (rows[f"{name}_low"][first] > NO_LOW) | (rows[f"{name}_high"][first] < NO_HIGH)
    case = rows["patient_id"][first]
    unordered = np.zeros(len(rows.texts["patient_id"]), dtype=np.bool_)
    # dates say more than a stated order; an order in which a course has no place, or two have one, is none
    unordered[case[has_dates | np.isnan(number) | is_repeated(case, number)]] = True
    is_stated = ~unordered[case]
    months = np.where(is_stated, rows["months_since_previous"][first], 0.0) * MONTH_PARTS
    is_open = np.isnan(months)
    months[is_open] = 0.0
    return {
        "course_case": case,
        "course_id": course_id,
        "is_proposed": rows["role"][first] == ROLES.index("proposed"),
        "technique": rows["technique"][first],
        "modality": rows["modality"][first],
        "fractions_per_day": rows["fractions_per_day"][first].astype(np.int64),
        "hours_between_fractions": rows["hours_between_fractions"][first],
        "start_low": rows["start_low"][first],
        "start_high": latest_start(rows, first),
        "end_low": earliest_end(rows, first),
        "end_high": rows["end_high"][first],
        "stated_order": np.where(is_stated, np.nan_to_num(number), UNSTATED).astype(np.int64),
        "months_low": np.floor(months).astype(np.int64),
        "months_high": np.where(is_open, OPEN_MONTHS, np.ceil(months).astype(np.int64)),
    }


def _prescription(rows: Rows, phases: Ints, course: Ints, n_courses: int) -> dict[str, Any]:
    """Return the fraction sizes of the phases that state their dose, and the scheduled dose of all; NaN: not known."""
    dose, planned = rows["scheduled_dose_gy"][phases], rows["n_fractions"][phases]
    low, high, total = np.full(n_courses, np.inf), np.full(n_courses, -np.inf), np.zeros(n_courses)
    if np.isnan(dose).all():
        nothing = np.full(n_courses, np.nan)
        return {"fraction_size_low": nothing, "fraction_size_high": nothing, "scheduled_dose_gy": nothing}
    pairs, inverse = np.unique(np.stack([dose, planned]), axis=1, return_inverse=True)
    # fractions of decimals, so that 50.4 Gy in 28 is 1.8 Gy
    sizes = [np.nan if np.isnan(one) else float(Fraction(exact(one)) / int(n)) for one, n in pairs.T]
    size = np.array(sizes)[inverse.ravel()]
    np.fmin.at(low, course, size)
    np.fmax.at(high, course, size)
    count = np.bincount(course, minlength=n_courses)
    total[course] = dose
    for several in np.flatnonzero(count > 1):
        parts = dose[course == several]
        total[several] = np.nan if np.isnan(parts).any() else float(sum(Fraction(exact(part)) for part in parts))
    unknown = np.isinf(low)
    low[unknown], high[unknown] = np.nan, np.nan
    return {"fraction_size_low": low, "fraction_size_high": high, "scheduled_dose_gy": total}


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
