"""The doses that rows of a cohort table state, as columns of a batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from reirrad.audit.rows import DOSE_OF, Rows
from reirrad.engine.batch import Floats, Ints
from reirrad.engine.codes import UNSTATED
from reirrad.model.course_checks import PRESCRIPTION_ROUNDING_GY


def dose_columns(rows: Rows, index: Ints, phase_number: Ints) -> dict[str, Any]:
    """Return the columns of the doses that rows state; an empty dose is none."""
    has_dose = (rows["structure"][index] >= 0) & (rows["metric"][index] >= 0) & ~np.isnan(rows["dose_gy"][index])
    chosen = index[has_dose]
    with np.errstate(invalid="ignore"):  # a schedule that is not stated may be any
        is_other = np.abs(rows["dose_gy"][chosen] - _prescribed_doses(rows, chosen)) > float(PRESCRIPTION_ROUNDING_GY)
    return {
        "dose_phase": phase_number[has_dose].astype(np.int64),
        "dose_structure": rows["structure"][chosen],
        "dose_metric": rows["metric"][chosen],
        "dose_low": rows["dose_gy"][chosen],
        "dose_high": rows["dose_gy"][chosen],
        "dose_basis": rows["basis"][chosen],
        "dose_may_be_prescribed": (rows["basis"][chosen] == UNSTATED) & ~is_other,
    }


def _prescribed_doses(rows: Rows, chosen: Ints) -> Floats:
    """Return the scheduled doses of rows, in the fractions that their doses are of [Gy]; NaN where not stated."""
    scheduled, delivered = rows["scheduled_dose_gy"][chosen], rows["fractions_delivered"][chosen]
    is_part = ~np.isnan(delivered) & (rows["dose_of"][chosen] == DOSE_OF.index("delivered"))
    return np.where(is_part, scheduled * delivered / rows["n_fractions"][chosen], scheduled)
