"""One case in columns, as many times as is wanted, with other doses and fraction numbers in each."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from reirrad.engine.batch import Batch
from reirrad.selftest.exact_hits import CENTIGRAY, Ints

#: what a row of a column belongs to, and what is counted there
_BELONGS_TO = {
    "judged_case": "case_id",
    "course_case": "case_id",
    "half_time_case": "case_id",
    "phase_course": "course_case",
    "distance_course": "course_case",
    "dose_phase": "phase_course",
}


def tiled(batch: Batch, times: int) -> Batch:
    """Return a batch of one case as one of many."""
    assert batch.n_cases == 1
    changed: dict[str, Any] = {}
    for name in (field.name for field in fields(batch) if field.name != "metrics"):
        column = getattr(batch, name)
        changed[name] = np.tile(column, times)
        if name in _BELONGS_TO:
            step = len(getattr(batch, _BELONGS_TO[name]))
            changed[name] = changed[name] + np.repeat(np.arange(times) * step, len(column))
    return replace(batch, **changed)


def with_plans(batch: Batch, centigray: Ints, n_fractions: Ints) -> Batch:
    """Return a tiled batch of courses of one phase and one dose with other plans, shape (n_cases, n_courses)."""
    dose = centigray.ravel() / CENTIGRAY
    assert len(dose) == len(batch.dose_low) == len(batch.n_fractions)
    return replace(batch, dose_low=dose, dose_high=dose.copy(), n_fractions=n_fractions.ravel().astype(np.int64))
