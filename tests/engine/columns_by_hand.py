"""Batches that are built by hand: a course is what is said of it, and its phases with their doses."""

from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np

from reirrad.engine.batch import COURSE_COLUMNS, NO_HIGH, NO_LOW, PHASE_COLUMNS, Batch
from reirrad.engine.codes import BASES, UNSTATED
from reirrad.library import load_library
from reirrad.model.metric import parse_metric

NAMES = load_library().structures.names

_COURSE = {
    "is_proposed": False,
    "technique": UNSTATED,
    "modality": 0,
    "fractions_per_day": 1,
    "hours_between_fractions": nan,
    "start_low": NO_LOW,
    "start_high": NO_HIGH,
    "end_low": NO_LOW,
    "end_high": NO_HIGH,
    "stated_order": UNSTATED,
    "months_low": 0,
    "months_high": 0,
    "fraction_size_low": nan,
    "fraction_size_high": nan,
    "scheduled_dose_gy": nan,
}
_TYPES: dict[str, Any] = {
    "course_id": object,
    "is_proposed": np.bool_,
    "hours_between_fractions": np.float64,
    "fraction_size_low": np.float64,
    "fraction_size_high": np.float64,
    "scheduled_dose_gy": np.float64,
}


@dataclass(frozen=True)
class Dose:
    """What a phase states of a structure."""

    structure: str
    metric: str
    low: float
    high: float
    basis: str | None
    may_be_prescribed: bool


@dataclass(frozen=True)
class Phase:
    """Fractions delivered (0: no schedule), which part of the planned ones they are, and doses."""

    doses: tuple[Dose, ...]
    n_fractions: int
    scale_given: int
    scale_planned: int


@dataclass(frozen=True)
class Course:
    """The case it belongs to, its phases, and columns that are not as usual."""

    case: int
    phases: tuple[Phase, ...]
    columns: dict[str, Any]


def dose(
    metric: str,
    low: float,
    high: float | None = None,
    *,
    of: str = "SpinalCord",
    basis: str | None = "plan",
    may_be_prescribed: bool = False,
) -> Dose:
    return Dose(of, metric, low, low if high is None else high, basis, may_be_prescribed)


def phase(*doses: Dose, n: int = 0, given: int = 1, planned: int = 1) -> Phase:
    return Phase(doses, n, given, planned)


def course(*phases: Phase, case: int = 0, **columns: Any) -> Course:
    return Course(case, phases or (phase(),), columns)


def of_doses(*doses: Dose) -> Course:
    """Return a course of one phase with these doses."""
    return course(phase(*doses))


def batch_of(*courses: Course, n_cases: int = 1, **columns: Any) -> Batch:
    """Return the batch of some courses in ascending order of their cases; other columns as they are given.

    Metrics have codes in the order in which they are first stated.
    """
    phases = [(at, item) for at, owner in enumerate(courses) for item in owner.phases]
    doses = [(at, item) for at, (_, owner) in enumerate(phases) for item in owner.doses]
    metrics = list(dict.fromkeys(parse_metric(item.metric).metric for _, item in doses))
    rows = [
        {"course_id": f"{at}"} | _COURSE | owner.columns | {"course_case": owner.case}
        for at, owner in enumerate(courses)
    ]
    values: dict[str, Any] = {
        name: np.array([row[name] for row in rows], dtype=_TYPES.get(name, np.int64)) for name in COURSE_COLUMNS
    }
    values |= {name: _whole(getattr(item, name) for _, item in phases) for name in PHASE_COLUMNS}
    values |= {
        "case_id": np.array([f"case {at}" for at in range(n_cases)], dtype=object),
        "has_unseen": np.zeros(n_cases, dtype=np.bool_),
        "has_unread": np.zeros(n_cases, dtype=np.bool_),
        "point_maximum": np.full(n_cases, UNSTATED),
        "judged_case": np.arange(n_cases),
        "judged_structure": np.full(n_cases, NAMES.index("SpinalCord")),
        "phase_course": _whole(at for at, _ in phases),
        "dose_phase": _whole(at for at, _ in doses),
        "dose_structure": _whole(NAMES.index(item.structure) for _, item in doses),
        "dose_metric": _whole(metrics.index(parse_metric(item.metric).metric) for _, item in doses),
        "dose_low": np.array([item.low for _, item in doses], dtype=np.float64),
        "dose_high": np.array([item.high for _, item in doses], dtype=np.float64),
        "dose_basis": _whole(UNSTATED if item.basis is None else BASES.index(item.basis) for _, item in doses),
        "dose_may_be_prescribed": np.array([item.may_be_prescribed for _, item in doses], dtype=np.bool_),
        "metrics": tuple(metrics),
    }
    for name in ("distance_course", "distance_structure"):
        values[name] = np.array([], dtype=int)
    for name in ("distance_low_mm", "distance_high_mm"):
        values[name] = np.array([], dtype=float)
    for name, kind in (("half_time_case", int), ("half_time_structure", int), ("half_time_h", float)):
        values[name] = np.array([], dtype=kind)
    return Batch(**values | {name: np.array(column) for name, column in columns.items()})


def _whole(values: Any) -> Any:
    return np.array(list(values), dtype=np.int64)
