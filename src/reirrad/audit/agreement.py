"""Whether rows of a patient agree: dates and months, where both are given, and half-times of repair."""

from __future__ import annotations

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.engine.batch import NO_HIGH, NO_LOW, Floats, Ints
from reirrad.engine.intervals import months_between

REASON = "differs_from_dates"


def check_months(rows: Rows, course: Ints) -> None:
    """Quarantine the rows of courses whose stated order or months are not those of their dates.

    Months may be rounded: they agree if they lie within the whole months around the interval that the dates allow.
    Where one end of it is open, the other one still bounds it.

    Parameters
    ----------
    rows
        In order.
    course
        For each row the first row of its course.
    """
    number, months = rows["course_number"], rows["months_since_previous"]
    if np.isnan(number).all():
        return
    first = np.flatnonzero((course == np.arange(rows.n_rows)) & ~np.isnan(number) & (rows["patient_id"] >= 0))
    first = first[np.lexsort((number[first], rows["patient_id"][first]))]
    before, after = first[:-1], first[1:]
    # which of two courses of one number is the first, nobody says
    chosen = (rows["patient_id"][before] == rows["patient_id"][after]) & (number[before] < number[after])
    before, after = before[chosen], after[chosen]
    if len(after) == 0:
        return
    is_backward = latest_start(rows, after) < rows["start_low"][before]
    low = np.floor(_dated(rows["end_high"][before], rows["start_low"][after], unbounded=0.0))
    high = np.ceil(_dated(earliest_end(rows, before), latest_start(rows, after), unbounded=np.inf))
    # after a gap the months are those since a course that is not listed: the interval to a listed one is longer
    low[number[after] - number[before] > 1] = 0.0
    stated = months[after]
    differs = (stated < low) | (stated > high)
    _refuse(rows, course, after[is_backward], "course_number")
    _refuse(rows, course, after[differs & ~is_backward], "months_since_previous")


def latest_start(rows: Rows, at: Ints) -> Ints:
    """Return the last day on which courses may start: none starts after its end."""
    return np.asarray(np.minimum(rows["start_high"][at], rows["end_high"][at]))


def earliest_end(rows: Rows, at: Ints) -> Ints:
    """Return the first day on which courses may end: none ends before its start."""
    return np.asarray(np.maximum(rows["end_low"][at], rows["start_low"][at]))


def _dated(end: Ints, start: Ints, *, unbounded: float) -> Floats:
    is_open = (end <= NO_LOW) | (end >= NO_HIGH) | (start <= NO_LOW) | (start >= NO_HIGH)
    months = months_between(np.where(is_open, 0, end), np.where(is_open, 0, start))
    return np.where(is_open, unbounded, months)


def _refuse(rows: Rows, course: Ints, firsts: Ints, column: str) -> None:
    chosen = np.zeros(rows.n_rows, dtype=np.bool_)
    chosen[firsts] = True
    rows.quarantine(chosen[course], column, REASON)


def check_half_times(rows: Rows) -> None:
    """Quarantine the rows of a patient and structure that state several half-times; an empty cell states none."""
    hours = rows["repair_half_time_h"]
    stated = np.flatnonzero(~np.isnan(hours))
    if not len(stated):
        return
    _, group = np.unique(np.stack([rows["patient_id"], rows["structure"]]), axis=1, return_inverse=True)
    group = group.ravel()
    low, high = np.full(rows.n_rows, np.inf), np.full(rows.n_rows, -np.inf)
    np.minimum.at(low, group[stated], hours[stated])
    np.maximum.at(high, group[stated], hours[stated])
    rows.quarantine((low < high)[group], "repair_half_time_h", "differs_within_patient")
