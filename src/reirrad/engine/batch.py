"""The input of the evaluation as columns: cases, courses, phases and doses."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from reirrad.model.metric import Metric

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

#: Day numbers of open ends; far outside the years that are read.
NO_LOW, NO_HIGH = -(10**8), 10**8
#: Months are kept as whole millionths, so that sums over courses stay exact.
MONTH_PARTS = 10**6
#: The upper end of months that are not stated.
OPEN_MONTHS = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Batch:
    """Columns of any number of cases.

    Courses are grouped by case and phases by course, in ascending order of the index they refer to. Days count from
    1970-01-01. Codes of words are those of :mod:`reirrad.engine.codes`; -1 is "not stated". Structures are indices
    into the names of the library, metrics indices into ``metrics``.
    """

    case_id: Texts
    has_unseen: Bools
    #: something was given for the case that could not be read: only what is violated all the same is decided
    has_unread: Bools
    point_maximum: Ints

    judged_case: Ints
    judged_structure: Ints

    course_case: Ints
    course_id: Texts
    is_proposed: Bools
    technique: Ints
    modality: Ints
    fractions_per_day: Ints
    hours_between_fractions: Floats
    start_low: Ints
    start_high: Ints
    end_low: Ints
    end_high: Ints
    #: position in a stated order (months_since_previous), -1 where dates decide
    stated_order: Ints
    #: months since the course before in the stated order, in millionths: both ends of a grid cell at most
    months_low: Ints
    months_high: Ints
    #: smallest and largest scheduled dose per fraction of the phases that state it, and the scheduled dose of all
    #: phases; NaN: not stated
    fraction_size_low: Floats
    fraction_size_high: Floats
    scheduled_dose_gy: Floats

    phase_course: Ints
    #: fractions delivered; 0 where the schedule is not stated
    n_fractions: Ints
    #: doses of the phase are multiplied by given / planned
    scale_given: Ints
    scale_planned: Ints

    dose_phase: Ints
    dose_structure: Ints
    dose_metric: Ints
    dose_low: Floats
    dose_high: Floats
    dose_basis: Ints
    #: the basis is not stated, and the dose is that of the schedule, or there is none: it may be a prescription
    dose_may_be_prescribed: Bools
    metrics: tuple[Metric, ...]

    #: smallest distance of a structure from the target of a course, where one is stated [mm]
    distance_course: Ints
    distance_structure: Ints
    distance_low_mm: Floats
    distance_high_mm: Floats

    half_time_case: Ints
    half_time_structure: Ints
    half_time_h: Floats

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return len(self.case_id)

    @property
    def n_courses(self) -> int:
        """Number of courses of all cases."""
        return len(self.course_case)

    @property
    def phase_case(self) -> Ints:
        """The case of each phase."""
        return self.course_case[self.phase_course]

    def n_fractions_of_courses(self) -> Ints:
        """Return the fractions of each course; 0 where one of its phases has no schedule."""
        total = np.zeros(self.n_courses, dtype=np.int64)
        np.add.at(total, self.phase_course, self.n_fractions)
        total[self.phase_course[self.n_fractions == 0]] = 0
        return total

    def without_proposed(self) -> Batch:
        """Return the batch as it was before anything was proposed."""
        keep_course = ~self.is_proposed
        keep_phase = keep_course[self.phase_course]
        keep_dose = keep_phase[self.dose_phase]
        new_course = np.cumsum(keep_course) - 1
        new_phase = np.cumsum(keep_phase) - 1
        courses = {name: getattr(self, name)[keep_course] for name in COURSE_COLUMNS}
        doses = {name: getattr(self, name)[keep_dose] for name in DOSE_COLUMNS}
        keep_distance = keep_course[self.distance_course]
        phases = {name: getattr(self, name)[keep_phase] for name in PHASE_COLUMNS}
        return replace(
            self,
            **courses,
            **phases,
            **doses,
            phase_course=new_course[self.phase_course[keep_phase]],
            dose_phase=new_phase[self.dose_phase[keep_dose]],
            distance_course=new_course[self.distance_course[keep_distance]],
            distance_structure=self.distance_structure[keep_distance],
            distance_low_mm=self.distance_low_mm[keep_distance],
            distance_high_mm=self.distance_high_mm[keep_distance],
        )


#: Columns with a row for each course, phase and dose; the last two without what the row belongs to.
COURSE_COLUMNS = (
    "course_case",
    "course_id",
    "is_proposed",
    "technique",
    "modality",
    "fractions_per_day",
    "hours_between_fractions",
    "start_low",
    "start_high",
    "end_low",
    "end_high",
    "stated_order",
    "months_low",
    "months_high",
    "fraction_size_low",
    "fraction_size_high",
    "scheduled_dose_gy",
)
PHASE_COLUMNS = ("n_fractions", "scale_given", "scale_planned")
DOSE_COLUMNS = ("dose_structure", "dose_metric", "dose_low", "dose_high", "dose_basis", "dose_may_be_prescribed")
