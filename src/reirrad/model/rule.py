"""Rules as data: an edition is one publication with its constraints, each with its conventions and its locator.

A limit is one unit with its conventions: nothing clinical has a default, so a constraint that leaves one out is
refused.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema

from reirrad.model.case import Modality, Technique
from reirrad.model.fields import AlphaBeta, FreeText, Frozen, Name, RecoveredFraction, refusal

EDITION_SCHEMA = "reirrad-edition/1"

Kind = Literal["limit", "reference"]
QuantityKind = Literal["physical", "BED", "EQD2", "months"]
Scope = Literal["first_course", "each_course", "newest_course", "cumulative", "share", "interval", "score"]
Comparison = Literal["at_most", "below", "at_least", "above"]
Read = Literal["source", "transcription"]
Profile = Literal["point-dose", "distribution"]

COMPARISON_SIGNS: dict[str, str] = {"at_most": "<=", "below": "<", "at_least": ">=", "above": ">"}
UPPER_COMPARISONS = frozenset({"at_most", "below"})


def _positive(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise refusal("this is not a number above 0", allowed="a number above 0")
    return float(value)


def _limit(value: object) -> tuple[float, float]:
    if not isinstance(value, list | tuple):
        number = _positive(value)
        return number, number
    if len(value) != 2:
        raise refusal("a printed range has two ends", allowed="a number, or [low, high]")
    low, high = (_positive(end) for end in value)
    if not low < high:
        raise refusal("the printed range does not rise", allowed="[low, high] with low below high")
    return low, high


def _limits_by_n(value: object) -> tuple[tuple[int, tuple[float, float]], ...]:
    if not isinstance(value, dict) or not value:
        raise refusal("this is not a table of limits", allowed="{ 1 = 10.0, 2 = [12.0, 13.0] }")
    rows: list[tuple[int, tuple[float, float]]] = []
    for key, limit in value.items():
        if not str(key).isascii() or not str(key).isdigit() or int(key) < 1:
            raise refusal(f"{key} is no number of fractions", allowed="a whole number from 1")
        if any(int(key) == n for n, _ in rows):
            raise refusal(f"{int(key)} fractions stand twice", allowed="one row for each number of fractions")
        rows.append((int(key), _limit(limit)))
    return tuple(sorted(rows))


def _months(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise refusal("this is not a number of months", allowed="a number from 0")
    return float(value)


def _interval_bin(value: object) -> tuple[float, float]:
    allowed = "[from, to) in months, to may be inf"
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise refusal("this is not a range of months", allowed=allowed)
    if any(isinstance(end, bool) or not isinstance(end, int | float) for end in value):
        raise refusal("this is not a range of months", allowed=allowed)
    low, high = float(value[0]), float(value[1])
    if not 0 <= low < high:
        raise refusal("the range of months does not rise from 0 up", allowed=allowed)
    return low, high


def _n_fractions_bin(value: object) -> tuple[int, int]:
    allowed = "[fewest, most], whole numbers from 1"
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise refusal("this is not a range of fraction numbers", allowed=allowed)
    if any(isinstance(end, bool) or not isinstance(end, int) for end in value) or not 1 <= value[0] <= value[1]:
        raise refusal("the range of fraction numbers does not rise from 1 up", allowed=allowed)
    return value[0], value[1]


_LIMIT_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}}]}
Positive = Annotated[float, PlainValidator(_positive), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
Months = Annotated[float, PlainValidator(_months), WithJsonSchema({"type": "number", "minimum": 0})]
Limit = Annotated[tuple[float, float], PlainValidator(_limit), WithJsonSchema(_LIMIT_SCHEMA)]
IntervalBin = Annotated[
    tuple[float, float], PlainValidator(_interval_bin), WithJsonSchema({"type": "array", "items": {"type": "number"}})
]
FractionsBin = Annotated[
    tuple[int, int], PlainValidator(_n_fractions_bin), WithJsonSchema({"type": "array", "items": {"type": "integer"}})
]
LimitsByN = Annotated[
    tuple[tuple[int, tuple[float, float]], ...],
    PlainValidator(_limits_by_n),
    WithJsonSchema({"type": "object", "additionalProperties": _LIMIT_SCHEMA}),
]


class RecoveryStep(Frozen):
    """A half-open bin [from_months, to_months) of the interval and the fraction recovered in it."""

    from_months: Months
    to_months: Positive | None = Field(default=None, description="absent: no upper end")
    recovered_fraction: RecoveredFraction


class RecoverySchedule(Frozen):
    """How much of an earlier course's equieffective dose no longer counts, by interval."""

    id: Name
    name: Name
    locator: FreeText
    step: tuple[RecoveryStep, ...] = Field(strict=False, min_length=1)


class ScoreGroup(Frozen):
    """A risk group of a score: up to this many points."""

    name: Name
    up_to_points: Positive | None = Field(default=None, description="absent: no upper end")
    rate: FreeText
    locator: FreeText


class Score(Frozen):
    """Points for the cumulative quantity, a short interval and a large single course."""

    cumulative_above_gy: tuple[Positive, ...] = Field(strict=False, min_length=1)
    points_per_band: Positive
    interval_below_months: Positive
    interval_points: Positive
    course_at_least_gy: Positive
    course_points: Positive
    group: tuple[ScoreGroup, ...] = Field(strict=False, min_length=1)

    def group_of(self, points: float) -> ScoreGroup:
        """Return the risk group that a number of points falls into."""
        return next(group for group in self.group if group.up_to_points is None or points <= group.up_to_points)


class Conditions(Frozen):
    """When a constraint applies; a condition that is left out does not restrict it."""

    technique: tuple[Technique, ...] | None = Field(default=None, strict=False, min_length=1)
    n_fractions: FractionsBin | None = Field(default=None, description="[fewest, most]")
    interval_months: IntervalBin | None = Field(default=None, description="[from, to), to may be inf")


class Constraint(Frozen):
    """One published constraint with all its conventions."""

    model_config = ConfigDict(extra="forbid")

    id: Name
    kind: Kind
    group: Name | None = None
    advisory: bool
    profile: Profile
    structures: tuple[Name, ...] = Field(strict=False, min_length=1)
    applies_to_related: bool
    endpoint: FreeText
    metric: Name
    quantity: QuantityKind
    alpha_beta_gy: AlphaBeta | None = None
    scope: Scope
    comparison: Comparison
    limit: Limit | None = None
    limit_by_n_fractions: LimitsByN | None = None
    score: Score | None = None
    modalities: tuple[Modality, ...] = Field(strict=False, min_length=1)
    conditions: Conditions
    recovery: Name
    lq_at_large_fractions: bool = Field(
        description="whether the source derived its limit with the LQ model at large fractions"
    )
    risk_at_limit: FreeText
    read: Read
    locator: FreeText
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
        return {"physical": "Gy", "BED": "Gy BED", "EQD2": "Gy EQD2", "months": "months"}[self.quantity]


class Edition(Frozen):
    """One publication: its header, its recovery schedules and its constraints."""

    schema_: Literal["reirrad-edition/1"] = Field(alias="schema")
    id: Name
    title: Name
    citation: FreeText
    doi: Name
    read: Read
    published: Name
    population: FreeText
    recovery: tuple[RecoverySchedule, ...] = Field(default=(), strict=False)
    constraint: tuple[Constraint, ...] = Field(strict=False, min_length=1)

    def recovery_of(self, constraint: Constraint) -> RecoverySchedule | None:
        """Return the recovery schedule of a constraint; ``None`` where the sum is undiscounted."""
        return next((schedule for schedule in self.recovery if schedule.id == constraint.recovery), None)
