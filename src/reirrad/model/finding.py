"""What is reported: findings, groups of findings, and the report of a case.

Plain frozen dataclasses: the program makes them itself, so there is nothing to validate but that what is met is proved.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from reirrad.errors import UnprovedError
from reirrad.model.case import Role
from reirrad.model.finding_fields import described

StatusWord = Literal["met", "violated", "not_evaluated", "not_applicable"]
Accumulation = Literal["max_sum", "metric_sum"]

REPORT_SCHEMA: Literal["reirrad-report/1"] = "reirrad-report/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveredCourse:
    """How much of an earlier course no longer counts, and by which interval; ranges are pairs."""

    __pydantic_config__ = described("RecoveredCourse")

    course_id: str
    interval_months: float | tuple[float, float | None]
    fraction: float | tuple[float, float]
    #: what the fraction becomes at the next step of the schedule, and in how many days; null: none, or dates not known
    next_fraction: float | None = None
    days_to_next_step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome of one constraint for one structure, with the arithmetic and the source.

    ``value`` is null unless low equals high; unbounded ends are null. ``margin`` is the room left at the worst end:
    positive means room, null unbounded. ``unit`` is that of value, limit and margin. ``undiscounted_low`` is null where
    nothing is discounted; ``undiscounted_high`` is null there, too, and where the sum is unbounded.
    """

    __pydantic_config__ = described("Finding")

    constraint_id: str
    edition: str
    group: str | None
    structure: str
    metric: str
    metric_used: str | None
    quantity: str
    alpha_beta_gy: float | None
    scope: str
    course_id: str | None
    course_role: Role | None
    status: StatusWord
    reason: str | None
    advisory: bool
    caused_by_proposed: bool | None
    value: float | None
    value_low: float | None
    value_high: float | None
    limit: float | None
    limit_high: float | None
    comparison: str
    margin: float | None
    unit: str
    near_limit: bool
    accumulation: Accumulation | None
    undiscounted_value: float | None
    undiscounted_low: float | None
    undiscounted_high: float | None
    recovery: tuple[RecoveredCourse, ...] | None
    basis: str | None
    source: str
    locator: str
    derivation: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a finding that is met without numbers that say so: NaN or nothing proves nothing."""
        if self.status == "met" and not _is_proved(self):
            raise UnprovedError(f"{self.constraint_id} is met, but its numbers do not say so: nothing was decided")


def _is_proved(item: Finding) -> bool:
    is_upper = item.comparison in ("at_most", "below")
    value = item.value_high if is_upper else item.value_low
    limit = item.limit if is_upper or item.limit_high is None else item.limit_high
    if value is None or limit is None or item.limit is None or item.margin is None:
        return False
    if not (item.limit <= limit and item.margin >= 0):
        return False
    if value == limit:
        return item.comparison in ("at_most", "at_least")
    return value < limit if is_upper else value > limit


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFinding:
    """Constraints that a paper states only together, for one structure."""

    __pydantic_config__ = described("GroupFinding")

    group: str
    structure: str
    status: StatusWord
    members: tuple[str, ...]

    @property
    def told_of_a_part(self) -> str:
        """How the note begins which says that not all of the group is judged."""
        return told_of_a_part(self.structure, self.group)


def told_of_a_part(structure: str, group: str) -> str:
    """Return how a note begins which says that not all limits of a group are judged on a structure."""
    return f"{structure}, {group}: its source states these limits only together; not judged: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one edition says of a structure: its worst finding about the newest course."""

    __pydantic_config__ = described("Opinion")

    edition: str
    constraint_id: str
    course_id: str | None
    status: StatusWord
    value: float | None
    value_low: float | None
    value_high: float | None
    undiscounted_value: float | None
    undiscounted_low: float | None
    undiscounted_high: float | None
    limit: float | None
    limit_high: float | None
    comparison: str
    margin: float | None
    margin_percent: float | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """The editions side by side for one structure: those that apply to the newest course that gives dose to it.

    Each is there with its worst finding, which may be of a course before: then ``course_id`` of its opinion names that.

    ``margin_percent`` is the margin in percent of the limit, which compares what is stated in different quantities;
    ``spread_percent`` are its ends over the editions that were evaluated. ``binds`` is the constraint with the least
    room among them, ``agree`` whether those came to the same; null if none was evaluated.
    """

    __pydantic_config__ = described("Disagreement")

    structure: str
    agree: bool | None
    binds: str | None
    spread_percent: tuple[float, float] | None
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A published result that is shown beside the findings of a structure and never compared."""

    __pydantic_config__ = described("Reference")

    id: str
    structure: str
    endpoint: str
    printed: str
    risk: str
    source: str
    locator: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many findings have which status; advisory ones are not counted."""

    __pydantic_config__ = described("Counts")

    met: int
    violated: int
    not_evaluated: int
    not_applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionUsed:
    """An edition: the digest of its file, whether that is as shipped, modified or a user's, and whom it is about.

    ``population`` is what the edition file says of the patients of its source. No rule depends on it: whether a patient
    is like them is for the reader to judge. Documents of earlier versions have none.
    """

    __pydantic_config__ = described("EditionUsed")

    id: str
    digest: str
    origin: Literal["shipped", "modified", "user"] = "shipped"
    population: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDigest:
    """Digest of the canonical case JSON."""

    __pydantic_config__ = described("InputDigest")

    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of one case; its JSON is stable under its schema name."""

    __pydantic_config__ = described("Report")

    schema: Literal["reirrad-report/1"] = REPORT_SCHEMA
    case_id: str
    headline: str
    #: never not_applicable: where nothing was evaluated it is not_evaluated
    verdict: StatusWord
    verdict_without_proposed: StatusWord | None
    findings: tuple[Finding, ...]
    groups: tuple[GroupFinding, ...]
    counts: Counts
    disagreement: tuple[Disagreement, ...]
    references: tuple[Reference, ...]
    profile: str
    outside_profile: int
    unmapped_structures: tuple[str, ...]
    #: judged structures about whose newest course no constraint decides; with ``require_organs`` they are not met
    structures_without_rule: tuple[str, ...]
    notes: tuple[str, ...]
    editions: tuple[EditionUsed, ...]
    input: InputDigest
    reirrad_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, in the order and with the names of its JSON."""
        return asdict(self)

    def not_judged_of(self, group: GroupFinding) -> str:
        """Return the limits of a group that were not judged, as the notes tell them; empty where all were."""
        told = group.told_of_a_part
        return next((note.removeprefix(told) for note in self.notes if note.startswith(told)), "")
