"""Cases to the columns of a batch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from reirrad.engine.batch import MONTH_PARTS, NO_HIGH, NO_LOW, Batch
from reirrad.engine.codes import BASES, MODALITIES, TECHNIQUES, UNSTATED
from reirrad.engine.contradictions import contradictions, on_the_same_days, point_maximum_problems
from reirrad.errors import CaseError, Problem, shown
from reirrad.library import Library
from reirrad.model.case import Case, Course, Phase
from reirrad.model.consistency import problems_of_case
from reirrad.model.dates import DateRange, parse_date_range
from reirrad.model.metric import GY_DIVISORS, Metric, MetricError, UnknownMetricError, parse_metric
from reirrad.model.names import folded
from reirrad.model.schedule import parse_schedule
from reirrad.model.schedule_checks import is_prescribed_dose
from reirrad.quantities import EXACT, in_gy

_EPOCH_ORDINAL = 719163  # 1970-01-01


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch with what could not be put into its columns."""

    batch: Batch
    #: per case: judged structures that the alias table does not know
    unmapped: list[list[str]]
    #: per case: metrics that are not known, as ``structure: metric``
    unknown_metrics: list[list[str]]


@dataclass(slots=True)
class _Columns:
    library: Library
    columns: dict[str, list[Any]] = field(default_factory=dict)
    metrics: dict[Metric, int] = field(default_factory=dict)

    def add(self, **values: Any) -> None:
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)

    def array(self, name: str, dtype: Any) -> Any:
        values = self.columns.get(name, [])
        if dtype is object:
            array = np.empty(len(values), dtype=object)
            array[:] = values
            return array
        return np.array(values, dtype=dtype)


def prepare(cases: Sequence[Case], library: Library) -> Prepared:
    """Return the columns of cases.

    Raises
    ------
    CaseError
        If the fields of a case do not agree, or two of its structures are one by the alias table.
    """
    columns = _Columns(library)
    unmapped: list[list[str]] = []
    unknown_metrics: list[list[str]] = []
    for index, case in enumerate(cases):
        structures = _structures(case, library)
        unmapped.append([name for name, canonical in structures.items() if canonical is None])
        unknown_metrics.append(_add_case(columns, index, case, structures))
    return Prepared(_batch(columns), unmapped, unknown_metrics)


def _structures(case: Case, library: Library) -> dict[str, str | None]:
    """Map the names that a case judges; a case that does not agree with itself is refused."""
    problems = problems_of_case(case)
    by_name = {name: library.structures.canonical(name) for course in case.course for name in _dose_names(course)}
    problems += point_maximum_problems(case, library)
    problems += contradictions(case, by_name, library.structures)
    if not problems:  # else they are told already, each by its own structure
        problems += on_the_same_days(case, by_name, library.structures)
    mapped = {name: library.structures.canonical(name) for name in case.structures}
    first: dict[str, str] = {}
    for name, canonical in mapped.items():
        if canonical is not None and first.setdefault(canonical, name) != name:
            what = f"it is the same structure as {shown(first[canonical])}: {canonical}"
            problems.append(Problem("structures", what, shown(name), hint="list it once"))
    if problems:
        raise CaseError(case.case_id, problems)
    return mapped


def _dose_names(course: Course) -> list[str]:
    return [name for phase in (course, *course.phase) for name in phase.dose]


def _add_case(columns: _Columns, index: int, case: Case, structures: dict[str, str | None]) -> list[str]:
    names = columns.library.structures.names
    codes = {folded(name): names.index(known) for name, known in structures.items() if known is not None}
    point_maximum = UNSTATED
    if case.point_maximum is not None:
        point_maximum = _code_of(columns, parse_metric(case.point_maximum).metric)
    columns.add(
        case_id=case.case_id,
        has_unseen=case.prior_radiotherapy in {"partial", "unknown"},
        has_unread=False,
        point_maximum=point_maximum,
    )
    for code in codes.values():
        columns.add(judged_case=index, judged_structure=code)
    for name, half_time in case.repair_half_time_h.items():
        if folded(name) in codes:
            columns.add(half_time_case=index, half_time_structure=codes[folded(name)], half_time_h=half_time)
    is_chained = any(course.months_since_previous is not None for course in case.course)
    unknown: list[str] = []
    for position, course in enumerate(case.course):
        _add_course(columns, index, course, position if is_chained else UNSTATED)
        for phase in course.phases:
            unknown += _add_phase(columns, phase, codes)
        _add_distances(columns, course, codes)
    return unknown


def _add_course(columns: _Columns, case: int, course: Course, stated_order: int) -> None:
    start = parse_date_range(course.start) if course.start is not None else DateRange(None, None)
    end = parse_date_range(course.end) if course.end is not None else DateRange(None, None)
    start_low, start_high = date_ends(start)
    end_low, end_high = date_ends(end)
    months = EXACT.multiply(Decimal(repr(course.months_since_previous or 0.0)), MONTH_PARTS)
    columns.add(
        course_case=case,
        course_id=course.id,
        is_proposed=course.role == "proposed",
        technique=UNSTATED if course.technique is None else TECHNIQUES.index(course.technique),
        modality=MODALITIES.index(course.modality),
        fractions_per_day=course.fractions_per_day,
        hours_between_fractions=np.nan if course.hours_between_fractions is None else course.hours_between_fractions,
        # a course cannot end before it starts
        start_low=start_low,
        start_high=min(start_high, end_high),
        end_low=max(end_low, start_low),
        end_high=end_high,
        stated_order=stated_order,
        months_low=math.floor(months),
        months_high=math.ceil(months),
        **_prescription(course),
    )


def _prescription(course: Course) -> dict[str, float]:
    """Return the fraction sizes of the phases that have a schedule, and the scheduled dose of all; NaN: not known."""
    schedules = [parse_schedule(phase.schedule) for phase in course.phases if phase.schedule is not None]
    # fractions of decimals, so that 50.4 Gy in 28 is 1.8 Gy
    sizes = [float(Fraction(schedule.total_dose_gy) / schedule.n_fractions) for schedule in schedules]
    total = sum(Fraction(schedule.total_dose_gy) for schedule in schedules)
    return {
        "fraction_size_low": min(sizes, default=np.nan),
        "fraction_size_high": max(sizes, default=np.nan),
        "scheduled_dose_gy": float(total) if len(schedules) == len(course.phases) else np.nan,
    }


def date_ends(dates: DateRange) -> tuple[int, int]:
    """Return the first and last day that a date may mean, as days since 1970-01-01."""
    low = NO_LOW if dates.low is None else dates.low.toordinal() - _EPOCH_ORDINAL
    high = NO_HIGH if dates.high is None else dates.high.toordinal() - _EPOCH_ORDINAL
    return low, high


def _add_phase(columns: _Columns, phase: Phase, codes: dict[str, int]) -> list[str]:
    planned = parse_schedule(phase.schedule).n_fractions if phase.schedule is not None else 0
    delivered = phase.fractions_delivered or planned
    is_scaled = phase.dose_of == "planned"
    index = len(columns.columns.get("phase_course", []))
    columns.add(
        phase_course=len(columns.columns["course_case"]) - 1,
        n_fractions=delivered,
        scale_given=delivered if is_scaled else 1,
        scale_planned=planned if is_scaled else 1,
    )
    unknown: list[str] = []
    for name, dose in phase.dose.items():
        structure = codes.get(folded(name))
        basis = UNSTATED if dose.basis is None else BASES.index(dose.basis)
        for key, (low, high) in dose.metrics.items():
            try:
                parsed = parse_metric(key)
            except (MetricError, UnknownMetricError):
                unknown.append(f"{name}: {key}")
                continue
            if structure is not None:
                columns.add(
                    dose_phase=index,
                    dose_structure=structure,
                    dose_metric=_code_of(columns, parsed.metric),
                    dose_low=_gy(low, parsed.unit),
                    dose_high=_gy(high, parsed.unit),
                    dose_basis=basis,
                    dose_may_be_prescribed=dose.basis is None and _may_be_prescribed(phase, low, high, parsed.unit),
                )
    return unknown


def _add_distances(columns: _Columns, course: Course, codes: dict[str, int]) -> None:
    """Add the distance of each structure of which a phase states one: a phase that states none may be nearer."""
    stated: dict[int, list[float]] = {}
    for phase in course.phases:
        for name, dose in phase.dose.items():
            structure = codes.get(folded(name))
            if structure is not None and dose.target_distance_mm is not None:
                stated.setdefault(structure, []).append(dose.target_distance_mm)
    for structure, distances in stated.items():
        columns.add(
            distance_course=len(columns.columns["course_case"]) - 1,
            distance_structure=structure,
            distance_low_mm=min(distances) if len(distances) == len(course.phases) else 0.0,
            distance_high_mm=min(distances),
        )


def _may_be_prescribed(phase: Phase, low: float, high: float, unit: str) -> bool:
    """Whether a dose may be that of the schedule; a prescription that is not called one would be no other."""
    if phase.schedule is None or low < high:
        return True
    return is_prescribed_dose(in_gy(low, GY_DIVISORS.get(unit, 1)), parse_schedule(phase.schedule), phase)


def _gy(value: float, unit: str) -> float:
    """Return the number in Gy whose decimal text is exactly that of the number given."""
    return float(in_gy(value, GY_DIVISORS.get(unit, 1)))


def _code_of(columns: _Columns, metric: Metric) -> int:
    return columns.metrics.setdefault(metric, len(columns.metrics))


def _batch(columns: _Columns) -> Batch:
    whole, real, text, flag = np.int64, np.float64, object, np.bool_
    types = {
        "case_id": text,
        "has_unseen": flag,
        "has_unread": flag,
        "point_maximum": whole,
        "judged_case": whole,
        "judged_structure": whole,
        "course_case": whole,
        "course_id": text,
        "is_proposed": flag,
        "technique": whole,
        "modality": whole,
        "fractions_per_day": whole,
        "hours_between_fractions": real,
        "start_low": whole,
        "start_high": whole,
        "end_low": whole,
        "end_high": whole,
        "stated_order": whole,
        "months_low": whole,
        "fraction_size_low": real,
        "fraction_size_high": real,
        "scheduled_dose_gy": real,
        "distance_course": whole,
        "distance_structure": whole,
        "distance_low_mm": real,
        "distance_high_mm": real,
        "months_high": whole,
        "phase_course": whole,
        "n_fractions": whole,
        "scale_given": whole,
        "scale_planned": whole,
        "dose_phase": whole,
        "dose_structure": whole,
        "dose_metric": whole,
        "dose_low": real,
        "dose_high": real,
        "dose_basis": whole,
        "dose_may_be_prescribed": flag,
        "half_time_case": whole,
        "half_time_structure": whole,
        "half_time_h": real,
    }
    arrays = {name: columns.array(name, dtype) for name, dtype in types.items()}
    return Batch(**arrays, metrics=tuple(columns.metrics))
