"""Whether the history that a table states is that of the courses it lists, and the proposed course the newest."""

from __future__ import annotations

import numpy as np

from reirrad.audit.agreement import latest_start
from reirrad.audit.rows import HISTORIES, Rows
from reirrad.engine.batch import NO_HIGH, NO_LOW, Bools, Floats, Ints
from reirrad.engine.codes import ROLES, UNSTATED
from reirrad.engine.intervals import days_after_months
from reirrad.quantities import MONTHS_OF_A_LIFETIME

_DELIVERED, _PROPOSED = ROLES.index("delivered"), ROLES.index("proposed")
#: Histories that say that every course is listed.
_WHOLE = (HISTORIES.index("complete"), HISTORIES.index("none"))


def check_history(rows: Rows, patient: Ints, course: Ints) -> None:
    """Quarantine the rows of patients whose stated history does not agree with the courses listed.

    Parameters
    ----------
    rows
        In order.
    patient, course
        For each row the first row of its patient and of its course.
    """
    first = np.flatnonzero((course == np.arange(rows.n_rows)) & (rows["patient_id"] >= 0))
    _check_counts(rows, patient, course, first)
    _check_numbers(rows, patient, first)
    _check_months(rows, patient, first)
    _check_proposed(rows, patient, first)
    _check_lifetimes(rows, patient, first)


def _check_counts(rows: Rows, patient: Ints, course: Ints, first: Ints) -> None:
    # of a course that cannot be read in one row another one says what it is, whichever stands first
    role = np.full(rows.n_rows, UNSTATED)
    np.maximum.at(role, course, rows["role"])
    is_delivered = role[first] == _DELIVERED
    delivered = np.bincount(patient[first[is_delivered]], minlength=rows.n_rows)[patient]
    proposed = np.bincount(patient[first[~is_delivered]], minlength=rows.n_rows)[patient]
    history, stated = rows["prior_radiotherapy"], rows["prior_courses"]
    is_complete, is_none = (history == HISTORIES.index(word) for word in ("complete", "none"))
    rows.quarantine(is_complete & np.isnan(stated), "prior_courses", "missing")
    rows.quarantine(is_complete & (stated != delivered), "prior_courses", "differs_from_courses")
    rows.quarantine(is_none & (delivered > 0), "prior_radiotherapy", "differs_from_courses")
    rows.quarantine(is_none & (stated > 0), "prior_courses", "differs_from_courses")
    rows.quarantine(stated < delivered, "prior_courses", "differs_from_courses")
    rows.quarantine(proposed > 1, "role", "several_proposed")


def _check_numbers(rows: Rows, patient: Ints, first: Ints) -> None:
    """Quarantine numbers that are not consecutive from 1: one above the number of courses, or that two of them have.

    An empty number says nothing, and does not speak against the others.
    """
    number, of = rows["course_number"][first], patient[first]
    has_number = number >= 1
    if not has_number.any():
        return
    n_courses = np.bincount(of, minlength=rows.n_rows)
    highest = np.zeros(rows.n_rows)
    np.maximum.at(highest, of[has_number], number[has_number])
    wrong = highest > n_courses
    wrong[of[is_repeated(of, number)]] = True
    rows.quarantine(wrong[patient] & _is_whole(rows), "course_number", "differs_from_courses")


def _check_months(rows: Rows, patient: Ints, first: Ints) -> None:
    """Quarantine months of a first course: they are those since a course that is not listed."""
    has_months, of = rows["months_since_previous"][first] >= 0, patient[first]
    if not has_months.any():
        return
    wrong = np.bincount(of[~has_months], minlength=rows.n_rows) == 0
    wrong[of[has_months & (rows["course_number"][first] == 1)]] = True
    rows.quarantine(wrong[patient] & _is_whole(rows), "months_since_previous", "differs_from_courses")


def _is_whole(rows: Rows) -> Bools:
    return np.isin(rows["prior_radiotherapy"], _WHOLE) & (rows["patient_id"] >= 0)


def _check_proposed(rows: Rows, patient: Ints, first: Ints) -> None:
    """Quarantine proposed courses that come before a delivered one, in number or in dates, as a case file does."""
    proposed, delivered = (first[rows["role"][first] == role] for role in (_PROPOSED, _DELIVERED))
    if len(proposed) == 0:
        return
    number = rows["course_number"]
    highest, begins = np.zeros(rows.n_rows), np.full(rows.n_rows, NO_LOW)
    numbered = delivered[number[delivered] >= 1]
    np.maximum.at(highest, patient[numbered], number[numbered])
    np.maximum.at(begins, patient[delivered], rows["start_low"][delivered])
    of = patient[proposed]
    for column, is_before in (
        ("course_number", number[proposed] < highest[of]),
        ("start", latest_start(rows, proposed) < begins[of]),
    ):
        wrong = np.zeros(rows.n_rows, dtype=np.bool_)
        wrong[of[is_before]] = True
        rows.quarantine(wrong[patient] & (rows["patient_id"] >= 0), column, "proposed_before_delivered")


def _check_lifetimes(rows: Rows, patient: Ints, first: Ints) -> None:
    """Quarantine patients of whom two days lie further apart than any interval that is read."""
    of = patient[first]
    earliest, latest = np.full(rows.n_rows, NO_HIGH), np.full(rows.n_rows, NO_LOW)
    for name in ("start", "end"):
        np.minimum.at(earliest, of, rows[f"{name}_high"][first])
        np.maximum.at(latest, of, rows[f"{name}_low"][first])
    has_both = np.flatnonzero((earliest < NO_HIGH) & (latest > NO_LOW))
    wrong = np.zeros(rows.n_rows, dtype=np.bool_)
    wrong[has_both] = latest[has_both] > days_after_months(earliest[has_both], MONTHS_OF_A_LIFETIME)
    rows.quarantine(wrong[patient] & (rows["patient_id"] >= 0), "start", "beyond_a_lifetime")


def is_repeated(case: Ints, number: Floats) -> Bools:
    """Return which courses have the number of another one of their patient."""
    in_order = np.lexsort((number, case))
    same = (np.diff(case[in_order]) == 0) & (np.diff(number[in_order]) == 0)
    repeated = np.zeros(len(case), dtype=np.bool_)
    repeated[in_order[1:][same]] = True
    return repeated
