"""The doses that rows of a cohort table state, as columns of a batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.audit.schedules import may_be_prescribed
from reirrad.engine.batch import Ints
from reirrad.engine.codes import UNSTATED


def dose_columns(rows: Rows, index: Ints, phase_number: Ints) -> dict[str, Any]:
    """Return the columns of the doses that rows state; an empty dose is none."""
    has_dose = (rows["structure"][index] >= 0) & (rows["metric"][index] >= 0) & ~np.isnan(rows["dose_gy"][index])
    chosen = index[has_dose]
    return {
        "dose_phase": phase_number[has_dose].astype(np.int64),
        "dose_structure": rows["structure"][chosen],
        "dose_metric": rows["metric"][chosen],
        "dose_low": rows["dose_gy"][chosen],
        "dose_high": rows["dose_gy"][chosen],
        "dose_basis": rows["basis"][chosen],
        "dose_may_be_prescribed": (rows["basis"][chosen] == UNSTATED) & may_be_prescribed(rows, chosen),
    }
