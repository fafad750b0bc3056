"""The further course that planning questions are about, as columns beside the courses before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from reirrad.engine.batch import (
    COURSE_COLUMNS,
    DOSE_COLUMNS,
    MONTH_PARTS,
    NO_HIGH,
    NO_LOW,
    PHASE_COLUMNS,
    Batch,
    Bools,
    Ints,
)
from reirrad.engine.codes import MODALITIES, TECHNIQUES, UNSTATED
from reirrad.engine.intervals import days_after_months
from reirrad.model.case import Technique

NAME = "further course"


def lacks_proposed(batch: Batch) -> Bools:
    """Return which cases propose no course."""
    lacks = np.ones(batch.n_cases, dtype=np.bool_)
    lacks[batch.course_case[batch.is_proposed]] = False
    return lacks


def last_end(batch: Batch) -> Ints:
    """Return the last day of the delivered courses of each case; ``NO_HIGH`` where it is not one day.

    A course that ended earlier for certain may have ended on any day.
    """
    first, last = np.full(batch.n_cases, NO_LOW), np.full(batch.n_cases, NO_LOW)
    delivered = ~batch.is_proposed
    np.maximum.at(first, batch.course_case[delivered], batch.end_low[delivered])
    np.maximum.at(last, batch.course_case[delivered], batch.end_high[delivered])
    return np.where(first == last, last, NO_HIGH)


def without_exact_end(batch: Batch) -> Bools:
    """Return in which cases an interval after several courses leads to no date: an end of theirs is not one day."""
    is_chained = np.zeros(batch.n_cases, dtype=np.bool_)
    is_chained[batch.course_case[batch.stated_order >= 0]] = True
    count = np.bincount(batch.course_case, minlength=batch.n_cases)
    return np.asarray(lacks_proposed(batch) & ~is_chained & (count > 1) & (last_end(batch) == NO_HIGH))


def with_further_course(batch: Batch, *, technique: Technique | None = None, interval_months: Ints | None) -> Batch:
    """Return the batch with a proposed course, that gives nothing yet, in every case that has none.

    Parameters
    ----------
    batch
        Any cases.
    technique
        Of the course that is added; not stated by default.
    interval_months
        From the last delivered course to the one that is added, for each case. Of a single earlier course, or where
        courses are counted in months, the interval itself is stated; of several courses it follows from the dates, and
        it is not known where an end is not one day. ``None``: not stated.
    """
    lacks = lacks_proposed(batch)
    if not lacks.any():
        return batch
    cases = np.flatnonzero(lacks)
    count = np.bincount(batch.course_case, minlength=batch.n_cases)
    position = np.full(batch.n_cases, UNSTATED)
    np.maximum.at(position, batch.course_case, batch.stated_order)
    in_months, dated = np.zeros_like(lacks), np.zeros_like(lacks)
    start = np.full(batch.n_cases, NO_LOW)
    months = np.zeros_like(start)
    if interval_months is not None:
        months = interval_months
        in_months = lacks & ((position >= 0) | (count == 1))
        end = last_end(batch)
        dated = lacks & ~in_months & (end > NO_LOW) & (end < NO_HIGH)
        start[dated] = days_after_months(end[dated], months[dated])
        batch = _counted_in_months(batch, in_months & (position < 0))
        position = np.where(in_months, np.maximum(position, 0), position)
    known, in_months = dated[cases], in_months[cases]
    added: dict[str, Any] = {
        "course_case": cases,
        "course_id": NAME,
        "is_proposed": True,
        "technique": UNSTATED if technique is None else TECHNIQUES.index(technique),
        "modality": MODALITIES.index("photon"),
        "fractions_per_day": 1,
        "hours_between_fractions": np.nan,
        "start_low": start[cases],
        "start_high": np.where(known, start[cases], NO_HIGH),
        "end_low": start[cases],
        "end_high": NO_HIGH,
        "stated_order": np.where(in_months, position[cases] + 1, UNSTATED),
        "months_low": np.where(in_months, months[cases] * MONTH_PARTS, 0),
        "months_high": np.where(in_months, months[cases] * MONTH_PARTS, 0),
        "fraction_size_low": np.nan,
        "fraction_size_high": np.nan,
        "scheduled_dose_gy": np.nan,
    }
    place = np.searchsorted(batch.course_case, cases, side="right")
    columns: dict[str, Any] = {name: np.insert(getattr(batch, name), place, added[name]) for name in COURSE_COLUMNS}
    courses = np.arange(batch.n_courses)
    moved = courses + np.searchsorted(cases, batch.course_case)
    return replace(
        batch,
        **columns,
        phase_course=moved[batch.phase_course],
        distance_course=moved[batch.distance_course],
    )


def _counted_in_months(batch: Batch, cases: Bools) -> Batch:
    """Put single courses into a stated order, without their dates: the interval is all that these are for."""
    chosen = cases[batch.course_case]
    return replace(
        batch,
        stated_order=np.where(chosen, 0, batch.stated_order),
        start_low=np.where(chosen, NO_LOW, batch.start_low),
        start_high=np.where(chosen, NO_HIGH, batch.start_high),
        end_low=np.where(chosen, NO_LOW, batch.end_low),
        end_high=np.where(chosen, NO_HIGH, batch.end_high),
    )


def with_fractions(batch: Batch, n_fractions: Ints) -> Batch:
    """Return the batch with the proposed course of every case as one phase of so many fractions, without doses.

    Parameters
    ----------
    batch
        Cases that all propose a course.
    n_fractions
        Of each case, shape (n_cases,). What is prescribed stays known only where it is that of the case.
    """
    course = np.flatnonzero(batch.is_proposed)
    n = n_fractions[batch.course_case[course]]
    phases = np.bincount(batch.phase_course, minlength=batch.n_courses)[course]
    is_same = (batch.n_fractions_of_courses()[course] == n) & (phases == 1)
    changed = {name: getattr(batch, name).copy() for name in ("fraction_size_low", "fraction_size_high")}
    changed |= {name: getattr(batch, name).copy() for name in ("scheduled_dose_gy", "hours_between_fractions")}
    for name in ("fraction_size_low", "fraction_size_high", "scheduled_dose_gy"):
        changed[name][course[~is_same]] = np.nan
    # fewer fractions than on one of its days: none shares a day with another
    alone = n < batch.fractions_per_day[course]
    per_day = batch.fractions_per_day.copy()
    per_day[course[alone]] = 1
    changed["hours_between_fractions"][course[alone]] = np.nan
    keep_phase = ~batch.is_proposed[batch.phase_course]
    keep_dose = keep_phase[batch.dose_phase]
    left = batch.phase_course[keep_phase]
    place = np.searchsorted(left, course)
    new_of_old = np.cumsum(keep_phase) - 1
    moved = new_of_old + np.searchsorted(course, batch.phase_course)
    phase_columns = {name: getattr(batch, name)[keep_phase] for name in PHASE_COLUMNS}
    phase_columns = {
        name: np.insert(column, place, n if name == "n_fractions" else 1) for name, column in phase_columns.items()
    }
    doses: dict[str, Any] = {name: getattr(batch, name)[keep_dose] for name in DOSE_COLUMNS}
    return replace(
        batch,
        **changed,
        **phase_columns,
        **doses,
        fractions_per_day=per_day,
        phase_course=np.insert(left, place, course),
        dose_phase=moved[batch.dose_phase[keep_dose]],
    )
