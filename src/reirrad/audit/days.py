"""Whether the fractions of a structure fit into the days of a table: one phase a day, one course a day.

What is given on one day counts together in one dose per fraction. Where dates prove that several phases or courses give
dose to a structure on the same days, their doses cannot be converted one by one.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.engine.batch import Floats, Ints
from reirrad.model.days_needed import Window, too_few_days

REASON = "too_few_days"


def check_days(rows: Rows, course: Ints, phase: Ints) -> None:
    """Quarantine courses whose fractions to a structure, alone or together, do not fit between start and end.

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
    dosed, treated = _with_containers(np.flatnonzero(is_dose), rows)
    _, at = np.unique(phase[dosed] * n_structures + treated, return_index=True)
    of_phases, treated = dosed[at], treated[at]
    delivered, planned = rows["fractions_delivered"][of_phases], rows["n_fractions"][of_phases]
    given = np.where(np.isnan(delivered), planned, np.minimum(delivered, planned))
    groups, group = np.unique(course[of_phases] * n_structures + treated, return_inverse=True)
    of_courses = groups // n_structures
    fractions = np.bincount(group.reshape(-1), weights=given, minlength=len(groups))
    needed = np.ceil(fractions / rows["fractions_per_day"][of_courses])
    # open ends are so far away that any number of fractions fits
    days = rows["end_high"][of_courses] - rows["start_low"][of_courses] + 1
    short = np.zeros(rows.n_rows, dtype=np.bool_)
    short[of_courses[(days > 0) & (needed > days)]] = True
    # a number that is none was told of its own cell
    is_alone = (needed > 0) & (needed <= days)
    short[_together(rows, of_courses[is_alone], (groups % n_structures)[is_alone], needed[is_alone])] = True
    rows.quarantine(short[course], "end", REASON)


def _with_containers(dosed: Ints, rows: Rows) -> tuple[Ints, Ints]:
    """Return rows and the structures that get dose by them: with a structure all that contain it."""
    structures, of_rows = rows.library.structures, rows["structure"][dosed]
    found, treated = [dosed], [of_rows]
    for index in np.unique(of_rows):
        for container in structures.containers_of(structures.names[index]):
            inside = dosed[of_rows == index]
            found.append(inside)
            treated.append(np.full(len(inside), structures.names.index(container)))
    return np.concatenate(found), np.concatenate(treated)


def _together(rows: Rows, at: Ints, structure: Ints, needed: Floats) -> Ints:
    """Return the courses that need more days, with others of their patient, than there are from start to end."""
    order = np.lexsort((rows["start_low"][at], structure, rows["patient_id"][at]))
    at, structure, needed = at[order], structure[order], needed[order].astype(np.int64)
    patient, first, last = rows["patient_id"][at], rows["start_low"][at], rows["end_high"][at]
    # a stretch of courses of one patient and structure, each of which begins before all earlier ones have ended
    starts = np.ones(len(at), dtype=np.bool_)
    is_same = (patient[1:] == patient[:-1]) & (structure[1:] == structure[:-1])
    starts[1:] = ~is_same
    number = np.cumsum(starts) - 1
    # ends of one group never reach into the next: they are shifted apart before the running maximum is taken
    span = int(last.max() - last.min() + 1) if len(at) else 1
    ended = np.maximum.accumulate(last + number * span) - number * span
    starts[1:] |= first[1:] > ended[:-1]
    edges = np.append(np.flatnonzero(starts), len(at))
    found = [np.zeros(0, dtype=np.int64)]
    for begin, end in pairwise(edges):
        if end - begin > 1:
            some = [
                Window(*map(int, item))
                for item in zip(first[begin:end], last[begin:end], needed[begin:end], strict=True)
            ]
            found += [at[begin:end][places] for places in too_few_days(some)]
    return np.concatenate(found)
