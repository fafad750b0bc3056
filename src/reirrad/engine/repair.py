"""The factor of incomplete repair of every phase, by the days on which its fractions were given."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np

from reirrad.engine.batch import Batch, Bools, Floats
from reirrad.radiobiology import incomplete_repair_range_exact


def repair_factors(batch: Batch, structure_index: int) -> tuple[Floats, Floats]:
    """Return the smallest and largest incomplete-repair factor of every phase for a structure, each rounded once.

    It stands in front of the square of a dose. One fraction a day has 0. A phase without a schedule has 0, too: the
    most that it may be is a single fraction.
    """
    low, high = np.zeros(len(batch.n_fractions)), np.zeros(len(batch.n_fractions))
    per_day = batch.fractions_per_day[batch.phase_course]
    columns = (batch.n_fractions, per_day, is_only_phase(batch))
    hours = batch.hours_between_fractions[batch.phase_course]
    half_time = half_times_of_cases(batch, structure_index)[batch.phase_case]
    is_asked = (per_day > 1) & (batch.n_fractions > 0)
    is_known = ~np.isnan(hours) & ~np.isnan(half_time)
    for rows, stated in ((is_asked & is_known, (hours, half_time)), (is_asked & ~is_known, ())):
        if rows.any():
            # few are different
            given, which = np.unique(np.stack([*columns, *stated])[:, rows], axis=1, return_inverse=True)
            ends = np.array([[float(end) for end in _factors(*map(float, each))] for each in given.T])
            low[rows], high[rows] = ends[which.ravel()].T
    return low, high


def exact_repair_factors(
    batch: Batch, half_times: Floats, course: int, phases: slice
) -> list[tuple[Fraction, Fraction]]:
    """Return the same of each phase of one course as fractions; the half-times are those of the cases [h]."""
    per_day = int(batch.fractions_per_day[course])
    hours, half_time = batch.hours_between_fractions[course], half_times[batch.course_case[course]]
    stated = () if np.isnan([hours, half_time]).any() else (float(hours), float(half_time))
    is_only = float(phases.stop - phases.start == 1)
    return [
        _factors(float(n), float(per_day), is_only, *stated) if n > 0 and per_day > 1 else (Fraction(0), Fraction(0))
        for n in batch.n_fractions[phases]
    ]


def half_times_of_cases(batch: Batch, structure_index: int) -> Floats:
    """Return the repair half-time of a structure in every case [h]; NaN where it is not stated."""
    half_times = np.full(batch.n_cases, np.nan)
    rows = batch.half_time_structure == structure_index
    half_times[batch.half_time_case[rows]] = batch.half_time_h[rows]
    return half_times


def is_only_phase(batch: Batch) -> Bools:
    """Return per phase whether its course has no other."""
    return np.asarray(np.bincount(batch.phase_course, minlength=batch.n_courses)[batch.phase_course] == 1)


@lru_cache(maxsize=65_536)
def _factors(
    n_fractions: float,
    per_day: float,
    is_only: float,
    hours: float | None = None,
    half_time_h: float | None = None,
) -> tuple[Fraction, Fraction]:
    """Return the smallest and the largest factor of a phase.

    Phases are taken to be given on different days. But the rest of one that fills no whole days may have shared a day
    with the next one: at most it counts as if all of its days had been full.
    """
    stated = {"hours_between_fractions": hours, "repair_half_time_h": half_time_h}
    low, high = incomplete_repair_range_exact(n_fractions=int(n_fractions), fractions_per_day=int(per_day), **stated)
    if is_only:
        return low, high
    return low, incomplete_repair_range_exact(n_fractions=int(per_day), fractions_per_day=int(per_day), **stated)[1]
