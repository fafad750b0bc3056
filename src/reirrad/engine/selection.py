"""Choosing cases of a batch, each as often as it is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from reirrad.engine.batch import COURSE_COLUMNS, DOSE_COLUMNS, PHASE_COLUMNS, Batch, Ints


def taken(batch: Batch, cases: Ints) -> Batch:
    """Return the batch of some cases, in the order and as often as they are named.

    Parameters
    ----------
    batch
        Any batch.
    cases
        Indices of cases, shape (n,); one may be named several times.
    """
    judged, judged_case = _rows_of(batch.judged_case, cases)
    course, course_case = _rows_of(batch.course_case, cases)
    phase, phase_course = _rows_of(batch.phase_course, course)
    dose, dose_phase = _rows_of(batch.dose_phase, phase)
    distance, distance_course = _rows_of(batch.distance_course, course)
    half_time, half_time_case = _rows_of(batch.half_time_case, cases)
    columns: dict[str, Any] = {name: getattr(batch, name)[course] for name in COURSE_COLUMNS}
    columns |= {name: getattr(batch, name)[phase] for name in PHASE_COLUMNS}
    columns |= {name: getattr(batch, name)[dose] for name in DOSE_COLUMNS}
    columns |= {name: getattr(batch, name)[cases] for name in ("case_id", "has_unseen", "has_unread", "point_maximum")}
    return replace(
        batch,
        **columns | {"course_case": course_case, "phase_course": phase_course, "dose_phase": dose_phase},
        judged_case=judged_case,
        judged_structure=batch.judged_structure[judged],
        distance_course=distance_course,
        distance_structure=batch.distance_structure[distance],
        distance_low_mm=batch.distance_low_mm[distance],
        distance_high_mm=batch.distance_high_mm[distance],
        half_time_case=half_time_case,
        half_time_structure=batch.half_time_structure[half_time],
        half_time_h=batch.half_time_h[half_time],
    )


def _rows_of(owner: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """Return the rows that belong to each chosen owner, and the position of the owner that each belongs to now."""
    if np.any(owner[1:] < owner[:-1]):
        raise ValueError("the rows are not in the order of what they belong to")
    first = np.searchsorted(owner, chosen)
    count = np.searchsorted(owner, chosen, side="right") - first
    position = np.repeat(np.arange(len(chosen)), count)
    # the place of each row among those of its owner
    place = np.arange(len(position)) - np.repeat(np.cumsum(count) - count, count)
    return first[position] + place, position
