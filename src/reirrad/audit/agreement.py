"""Whether dates and months of a table agree, where both are given."""

from __future__ import annotations

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.engine.batch import NO_HIGH, NO_LOW, Bools, Ints
from reirrad.engine.intervals import months_between

REASON = "differs_from_dates"


def check_months(rows: Rows, course: Ints) -> None:
    """Quarantine the rows of courses whose stated order or months are not those of their dates.

    Months may be rounded: they agree if they lie within the whole months around the interval that the dates allow.

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
    same = rows["patient_id"][before] == rows["patient_id"][after]
    before, after = before[same], after[same]
    is_dated = _has_days(rows, "end", before) & _has_days(rows, "start", after)
    before, after = before[is_dated], after[is_dated]
    if len(after) == 0:
        return
    end, start = rows["end_high"][before], rows["start_low"][after]
    is_backward = rows["start_high"][after] < rows["start_low"][before]
    low = np.floor(months_between(end, start))
    high = np.ceil(months_between(rows["end_low"][before], rows["start_high"][after]))
    stated = months[after]
    differs = ~np.isnan(stated) & ((stated < low) | (stated > high))
    _refuse(rows, course, after[is_backward], "course_number")
    _refuse(rows, course, after[differs & ~is_backward], "months_since_previous")


def _has_days(rows: Rows, name: str, at: Ints) -> Bools:
    found: Bools = (rows[f"{name}_low"][at] > NO_LOW) & (rows[f"{name}_high"][at] < NO_HIGH)
    return found


def _refuse(rows: Rows, course: Ints, firsts: Ints, column: str) -> None:
    chosen = np.zeros(rows.n_rows, dtype=np.bool_)
    chosen[firsts] = True
    rows.quarantine(chosen[course], column, REASON)
