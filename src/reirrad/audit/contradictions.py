"""Doses of a table that cannot all be true: one above what bounds it, or a prescription that is not one dose.

One of them is wrong. If it were lost, another would take its place or bound it, and the patient could look better.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.engine.batch import Bools, Ints
from reirrad.engine.codes import BASES
from reirrad.engine.doses import bounds_metric

REASON = "contradictory_doses"
_PRESCRIPTION = BASES.index("prescription")
_BOUNDING = (BASES.index("plan"), BASES.index("estimate"))


def check_doses(rows: Rows, phase: Ints, is_duplicate: Bools) -> None:
    """Quarantine the rows of structures whose doses in a phase contradict each other.

    Parameters
    ----------
    rows
        In order; those that differ from others in their dose only are quarantined already.
    phase
        For each row the first row of its phase.
    is_duplicate
        Which rows repeat another one.
    """
    is_dose = (rows.bad == 0) & ~is_duplicate & (rows["structure"] >= 0) & (rows["metric"] >= 0)
    of_doses = np.flatnonzero(is_dose & ~np.isnan(rows["dose_gy"]))
    # a structure in a phase
    own = phase * len(rows.library.structures.names) + rows["structure"]
    _check_prescriptions(rows, own, of_doses)
    wrong = [
        own[pair] for larger, smaller in _bounding(rows, of_doses) for pair in _above(rows, phase, larger, smaller)
    ]
    if wrong:
        rows.quarantine(np.isin(own, np.concatenate(wrong)), _dose_column(rows), REASON)


def _check_prescriptions(rows: Rows, own: Ints, of_doses: Ints) -> None:
    """Quarantine what stands beside a prescription, which is one uniform dose: another dose, or another basis."""
    is_prescribed = rows["basis"][of_doses] == _PRESCRIPTION
    if not is_prescribed.any():
        return
    group, inverse = np.unique(own[of_doses], return_inverse=True)
    n_prescribed = np.bincount(inverse[is_prescribed], minlength=len(group))
    is_mixed = (n_prescribed > 0) & (n_prescribed < np.bincount(inverse, minlength=len(group)))
    rows.quarantine(np.isin(own, group[is_mixed]), "basis", "differs_between_rows")
    low, high = np.full(len(group), np.inf), np.full(len(group), -np.inf)
    doses = rows["dose_gy"][of_doses]
    np.minimum.at(low, inverse, doses)
    np.maximum.at(high, inverse, doses)
    rows.quarantine(np.isin(own, group[(n_prescribed > 0) & (low < high)]), _dose_column(rows), REASON)


def _bounding(rows: Rows, of_doses: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield the rows of a structure and metric with those of one that it bounds from above."""
    table, n_metrics = rows.library.structures, len(rows.metrics)
    kind = rows["structure"][of_doses] * n_metrics + rows["metric"][of_doses]
    rows_of = {int(code): of_doses[kind == code] for code in np.unique(kind)}
    for larger, first in rows_of.items():
        is_proof = np.isin(rows["basis"][first], _BOUNDING)
        outer = table.names[larger // n_metrics]
        for smaller, second in rows_of.items():
            inner = table.names[smaller // n_metrics]
            metrics = rows.metrics[larger % n_metrics], rows.metrics[smaller % n_metrics]
            if inner == outer and bounds_metric(*metrics, is_same_structure=True):
                yield first, second
            elif outer in table.containers_of(inner) and bounds_metric(*metrics, is_same_structure=False):
                yield first[is_proof], second


def _above(rows: Rows, phase: Ints, larger: Ints, smaller: Ints) -> tuple[Ints, Ints]:
    """Return the rows of a phase in which what is bounded is above what bounds it."""
    _, first, second = np.intersect1d(phase[larger], phase[smaller], return_indices=True)
    larger, smaller = larger[first], smaller[second]
    is_above = rows["dose_gy"][smaller] > rows["dose_gy"][larger]
    return larger[is_above], smaller[is_above]


def _dose_column(rows: Rows) -> str:
    return "dose_gy" if "dose_gy" in rows.columns else "dose_cgy"
