"""Whether the fractions of a structure fit into the days of a table: one phase a day, one course a day.

What is given on one day counts together in one dose per fraction. Where dates prove that several phases or courses give
dose to a structure on the same days, their doses cannot be converted one by one.
"""

from __future__ import annotations

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.engine.batch import Floats, Ints

REASON = "too_few_days"


def check_days(rows: Rows, course: Ints, phase: Ints) -> None:
    """Quarantine courses, and pairs of them, whose fractions to a structure do not fit between start and end.

    Parameters
    ----------
    rows
        In order.
    course, phase
        For each row the first row of its course, and of its phase.
    """
    is_dose = (rows["dose_gy"] > 0) & (rows["structure"] >= 0) & (rows["patient_id"] >= 0)
    is_dose &= (rows["n_fractions"] > 0) & (rows["fractions_per_day"] >= 1)
    n_structures = len(rows.library.structures.names)
    _, at = np.unique((phase * n_structures + rows["structure"])[is_dose], return_index=True)
    of_phases = np.flatnonzero(is_dose)[at]
    delivered, planned = rows["fractions_delivered"][of_phases], rows["n_fractions"][of_phases]
    given = np.where(np.isnan(delivered), planned, np.minimum(delivered, planned))
    groups, group = np.unique((course * n_structures + rows["structure"])[of_phases], return_inverse=True)
    of_courses = groups // n_structures
    fractions = np.bincount(group.reshape(-1), weights=given, minlength=len(groups))
    needed = np.ceil(fractions / rows["fractions_per_day"][of_courses])
    # open ends are so far away that any number of fractions fits
    days = rows["end_high"][of_courses] - rows["start_low"][of_courses] + 1
    short = np.zeros(rows.n_rows, dtype=np.bool_)
    short[of_courses[(days > 0) & (needed > days)]] = True
    is_alone = (days > 0) & (needed <= days)
    short[_together(rows, of_courses[is_alone], (groups % n_structures)[is_alone], needed[is_alone])] = True
    rows.quarantine(short[course], "end", REASON)


def _together(rows: Rows, at: Ints, structure: Ints, needed: Floats) -> Ints:
    """Return the courses that need more days, with another one of their patient, than there are from start to end."""
    order = np.lexsort((rows["start_low"][at], structure, rows["patient_id"][at]))
    at, structure, needed = at[order], structure[order], needed[order]
    patient, first, last = rows["patient_id"][at], rows["start_low"][at], rows["end_high"][at]
    found = [np.zeros(0, dtype=np.int64)]
    for lag in range(1, len(at)):
        is_same = (patient[:-lag] == patient[lag:]) & (structure[:-lag] == structure[lag:])
        if not is_same.any():
            break
        days = np.maximum(last[:-lag], last[lag:]) - first[:-lag] + 1
        wrong = is_same & (needed[:-lag] + needed[lag:] > days)
        found += [at[:-lag][wrong], at[lag:][wrong]]
    return np.concatenate(found)
