"""A case: the radiotherapy courses a patient had, and usually one more that is proposed."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from reirrad.model.fields import (
    AgeYears,
    DateText,
    DoseRange,
    FractionsPerDay,
    FreeText,
    Frozen,
    HoursBetweenFractions,
    MonthsSincePrevious,
    Name,
    NFractions,
    NPhases,
    PriorCourses,
    RepairHalfTime,
    ScheduleText,
    TargetDistance,
)

Role = Literal["delivered", "proposed"]
Technique = Literal["conventional", "stereotactic", "other"]
Basis = Literal["plan", "prescription", "estimate"]
DoseOf = Literal["planned", "delivered"]
History = Literal["complete", "partial", "none", "unknown"]
Modality = Literal[
    "photon",
    "electron",
    "proton",
    "carbon_ion",
    "neutron",
    "brachytherapy_hdr",
    "brachytherapy_ldr",
    "brachytherapy_pdr",
    "radionuclide",
    "intraoperative",
    "mixed",
    "unknown",
]

#: Beams that stereotactic courses are given with.
STEREOTACTIC_MODALITIES = frozenset({"photon", "proton", "carbon_ion"})

MOST_COURSES = 1000


class StructureDose(Frozen):
    """Total physical dose of a course or phase to one structure: metrics with their unit, e.g. ``"Max[Gy]" = 50``."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, DoseRange] = Field(init=False)

    basis: Basis | None = Field(default=None, description="where the doses come from; absent: not stated")
    target_distance_mm: TargetDistance | None = Field(
        default=None, description="distance of the structure from the target, for constraints that depend on it"
    )

    @property
    def metrics(self) -> dict[str, tuple[float, float]]:
        """The stated metrics, each a range [low, high] in the unit of its name."""
        return self.__pydantic_extra__ or {}


class Phase(Frozen):
    """A part of a course with its own fraction size."""

    schedule: ScheduleText | None = Field(default=None, description="absent: the number of fractions is unknown")
    fractions_delivered: NFractions | None = Field(
        default=None, description="number of fractions given, if fewer; absent: as scheduled"
    )
    dose_of: DoseOf | None = Field(
        default=None,
        description="whether the doses are those planned or those delivered, if fewer fractions were given",
    )
    dose: dict[Name, StructureDose] = Field(
        default_factory=dict, description="by structure; a judged structure that is not named has an unknown dose"
    )


class Course(Phase):
    """A course of radiotherapy; it is one phase itself unless it lists phases."""

    id: Name = Field(description="what the course is called in every answer; no other course has it")
    role: Role = Field(description="whether it was given; at most one course is proposed")
    modality: Modality = Field(description="constraints say which they are made for")
    technique: Technique | None = Field(
        default=None,
        description="conventional: fractions of usual size, conformal or modulated; stereotactic: guided by images, "
        "few large fractions to a small target with steep gradients (SBRT, SABR, SRS); other: neither, e.g. "
        "brachytherapy or intraoperative. A palliative 20 Gy in 5, or 8 Gy in 1, is conventional. Absent, or in doubt: "
        "unknown",
    )
    start: DateText | None = Field(default=None, description="day of the first fraction")
    end: DateText | None = Field(default=None, description="day of the last fraction")
    months_since_previous: MonthsSincePrevious | None = Field(
        default=None, description="instead of dates: from the last fraction of the course listed before"
    )
    fractions_per_day: FractionsPerDay
    hours_between_fractions: HoursBetweenFractions | None = Field(
        default=None, description="if several a day are given; absent: the repair between them is unknown"
    )
    n_phases: NPhases | None = Field(default=None, description="required with [[course.phase]]: how many there are")
    phase: tuple[Phase, ...] = Field(
        default=(), strict=False, description="the parts with a fraction size of their own, in place of one schedule"
    )
    systemic_therapy: FreeText | None = Field(default=None, description="printed, never computed with")
    note: FreeText | None = Field(default=None, description="printed, never computed with")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases; a course that lists none is one phase itself."""
        return self.phase or (self,)


class Case(Frozen):
    """One patient's courses and what is to be judged.

    Read one with :func:`reirrad.load_case`, or build it from a mapping with :func:`reirrad.parse_case`, which report
    every problem at once. Built directly, it checks single fields (:class:`pydantic.ValidationError`);
    :func:`reirrad.check` refuses a case whose fields do not agree.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    schema_: Literal["reirrad-case/1"] = Field(alias="schema", description="which form the file has")
    case_id: Name = Field(description="what the case is called in every answer")
    prior_radiotherapy: History = Field(default="unknown", description="what is known of earlier radiotherapy")
    prior_courses: PriorCourses | None = Field(
        default=None, description="required with complete: the number of courses delivered"
    )
    structures: tuple[Name, ...] = Field(strict=False, min_length=1, description="what is to be judged")
    point_maximum: Name | None = Field(
        default=None, description="the metric that the site reports as point maximum, e.g. D0.03cc[Gy]"
    )
    repair_half_time_h: dict[Name, RepairHalfTime] = Field(
        default_factory=dict, description="half-time of repair, for several fractions a day; absent: unknown"
    )
    course: tuple[Course, ...] = Field(
        default=(), strict=False, max_length=MOST_COURSES, description="every course, in any order"
    )
    age_years: AgeYears | None = None
    systemic_therapy: FreeText | None = Field(default=None, description="printed, never computed with")
    note: FreeText | None = Field(default=None, description="printed, never computed with")

    @property
    def proposed(self) -> Course | None:
        """The proposed course, if there is one."""
        return next((course for course in self.course if course.role == "proposed"), None)
