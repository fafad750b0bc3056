"""Rules as data: an edition is one publication with its constraints, each with its conventions and its locator.

A limit is one unit with its conventions: nothing clinical has a default, so a constraint that leaves one out is
refused. Plain frozen dataclasses: :mod:`reirrad.library` validates the files, a program that runs pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from reirrad.model.case import Modality, Technique
from reirrad.model.fields import AlphaBeta, FreeText, Name, RecoveredFraction, StatedText
from reirrad.model.rule_fields import (
    Day,
    DistanceBin,
    Dose,
    DoseSpan,
    EditionId,
    Flag,
    FractionsSpan,
    IntervalBin,
    Limit,
    LimitsByN,
    Months,
    Percent,
    Positive,
    RuleId,
)

Kind = Literal["limit", "reference"]
QuantityKind = Literal["physical", "BED", "EQD2", "months"]
Scope = Literal[
    "first_course", "each_course", "newest_course", "cumulative", "share", "interval", "score", "allowed_bed"
]
Comparison = Literal["at_most", "below", "at_least", "above"]
Read = Literal["source", "transcription"]
ProfileKind = Literal["point-dose", "stated-fact", "distribution", "incomplete", "second-opinion"]
#: What a cumulative limit is printed for; it goes with one way of recovery only.
LimitFor = Literal["undiscounted_sum", "recovery_adjusted_sum", "tolerance"]
#: What a recovery schedule changes: the earlier dose, or the tolerance that the undiscounted sum is compared with.
ActsOn = Literal["prior_dose", "tolerance"]

COMPARISON_SIGNS: dict[str, str] = {"at_most": "<=", "below": "<", "at_least": ">=", "above": ">"}
UPPER_COMPARISONS = frozenset({"at_most", "below"})
_UNITS = {"physical": "Gy", "BED": "Gy BED", "EQD2": "Gy EQD2", "months": "months"}

_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryStep:
    """A half-open bin [from_months, to_months) of the interval and the fraction recovered in it."""

    __pydantic_config__ = _STRICT

    from_months: Months
    #: absent: no upper end
    to_months: Positive | None = None
    recovered_fraction: RecoveredFraction


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySchedule:
    """How much an organ has recovered after an interval, and what that changes."""

    __pydantic_config__ = _STRICT

    id: Name
    name: Name
    acts_on: ActsOn
    locator: StatedText
    step: Annotated[tuple[RecoveryStep, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Undiscounted:
    """The limit is for the plain sum: no recovery exists that could be applied."""


@dataclass(frozen=True, slots=True)
class Discounted:
    """The limit is for the sum of what earlier courses have left after recovery."""

    schedule: RecoverySchedule


@dataclass(frozen=True, slots=True)
class RaisedTolerance:
    """The plain sum is compared with a tolerance that has risen by the recovered fraction."""

    schedule: RecoverySchedule


#: How a sum and its limit belong together; a constraint has one of them, so that recovery never counts twice.
SumConvention = Undiscounted | Discounted | RaisedTolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreGroup:
    """A risk group of a score: up to this many points."""

    __pydantic_config__ = _STRICT

    name: Name
    #: absent: no upper end
    up_to_points: Positive | None = None
    rate: StatedText
    locator: StatedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points for the cumulative quantity, a short interval and a large single course."""

    __pydantic_config__ = _STRICT

    cumulative_above_gy: Annotated[tuple[Dose, ...], Field(min_length=1)]
    points_per_band: Positive
    interval_below_months: Positive
    interval_points: Positive
    course_at_least_gy: Dose
    course_points: Positive
    group: Annotated[tuple[ScoreGroup, ...], Field(min_length=1)]

    def group_of(self, points: float) -> ScoreGroup:
        """Return the risk group that a number of points falls into."""
        return next(group for group in self.group if group.up_to_points is None or points <= group.up_to_points)


@dataclass(frozen=True, slots=True, kw_only=True)
class CordModel:
    """Parameters of the model of cord recovery by Woolley 2018; see :mod:`reirrad.radiobiology.cord_model`."""

    __pydantic_config__ = _STRICT

    risk_percent: Percent
    single_course_d50_gy: Dose
    single_course_slope: Positive
    retreatment_after_years: Annotated[tuple[Positive, ...], Field(min_length=1)]
    retreatment_d50_gy: Annotated[tuple[Dose, ...], Field(min_length=1)]
    retreatment_slope: Annotated[tuple[Positive, ...], Field(min_length=1)]
    first_course_of_animals_gy: Dose
    onset_steepness: Positive
    onset_shift: Positive
    onset_percent: Positive
    recovery_begins_days: Positive
    human_risk_percent: Percent
    human_dose_gy: Dose
    human_dose_per_fraction_gy: Dose


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """When a constraint applies; a condition that is left out does not restrict it.

    ``n_fractions``, ``fraction_size_gy`` and ``scheduled_dose_gy`` include both ends; ``interval_months`` and
    ``target_distance_mm`` are half-open [from, to).
    """

    __pydantic_config__ = _STRICT

    technique: Annotated[tuple[Technique, ...], Field(min_length=1)] | None = None
    n_fractions: FractionsSpan | None = None
    fraction_size_gy: DoseSpan | None = None
    scheduled_dose_gy: DoseSpan | None = None
    interval_months: IntervalBin | None = None
    target_distance_mm: DistanceBin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One published constraint with all its conventions."""

    __pydantic_config__ = _STRICT

    id: RuleId
    kind: Kind
    group: Name | None = None
    advisory: Flag
    profile: ProfileKind
    structures: Annotated[tuple[Name, ...], Field(min_length=1)]
    applies_to_related: Flag
    endpoint: StatedText
    metric: Name
    quantity: QuantityKind
    alpha_beta_gy: AlphaBeta | None = None
    scope: Scope
    comparison: Comparison
    limit: Limit | None = None
    limit_by_n_fractions: LimitsByN | None = None
    limit_for: LimitFor | None = None
    score: Score | None = None
    cord_model: CordModel | None = None
    modalities: Annotated[tuple[Modality, ...], Field(min_length=1)]
    conditions: Conditions
    recovery: Name
    #: whether the source derived its limit with the LQ model at large fractions
    lq_at_large_fractions: Flag
    risk_at_limit: StatedText
    #: what the source prints, for a reference
    printed: StatedText | None = None
    read: Read
    locator: StatedText
    note: FreeText | None = None

    @property
    def is_upper(self) -> bool:
        """Whether the value must stay below the limit."""
        return self.comparison in UPPER_COMPARISONS

    @property
    def unit(self) -> str:
        """Unit of value, limit and margin."""
        if self.scope == "share":
            return "1"
        if self.scope == "score":
            return "points"
        if self.metric.endswith(("[%]", "[cc]")):
            return str(self.metric).partition("[")[2].rstrip("]")
        return _UNITS[self.quantity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One publication: its header, its recovery schedules and its constraints."""

    __pydantic_config__ = _STRICT

    schema: Literal["reirrad-edition/1"]
    id: EditionId
    title: Name
    citation: StatedText
    doi: Name
    read: Read
    published: Name
    population: StatedText
    #: the last day on which the edition is valid; absent: its publisher states none
    valid_until: Day | None = None
    #: the edition that takes its place
    superseded_by: EditionId | None = None
    recovery: tuple[RecoverySchedule, ...] = ()
    constraint: Annotated[tuple[Constraint, ...], Field(min_length=1)]

    @property
    def doi_text(self) -> str:
        """The DOI as sources name it, or that it is not stated."""
        return "doi not stated" if self.doi == "not stated" else f"doi:{self.doi}"

    @property
    def validity_text(self) -> str:
        """Until when the edition is valid and what takes its place; empty if it states no end."""
        if self.valid_until is None:
            return ""
        by = f", superseded by {self.superseded_by}" if self.superseded_by is not None else ""
        return f"valid until {self.valid_until}{by}"

    def convention_of(self, constraint: Constraint) -> SumConvention:
        """Return how the sum of a constraint and its limit belong together."""
        schedule = schedule_named(self.recovery, constraint.recovery)
        if schedule is None:
            return Undiscounted()
        return Discounted(schedule) if schedule.acts_on == "prior_dose" else RaisedTolerance(schedule)


def schedule_named(schedules: Sequence[RecoverySchedule], name: str) -> RecoverySchedule | None:
    """Return the schedule of a name; ``None`` if there is none of it."""
    return next((schedule for schedule in schedules if schedule.id == name), None)
