"""What is reported: findings, groups of findings, and the report of a case."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

StatusWord = Literal["met", "violated", "not_evaluated", "not_applicable"]
VerdictWord = Literal["met", "violated", "not_evaluated"]

REPORT_SCHEMA = "reirrad-report/1"


class Reported(BaseModel):
    """A part of a report: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RecoveredCourse(Reported):
    """How much of an earlier course no longer counts, and by which interval; ranges are pairs."""

    course_id: str
    interval_months: float | tuple[float, float | None]
    fraction: float | tuple[float, float]


class Finding(Reported):
    """The outcome of one constraint for one structure, with the arithmetic and the source.

    ``value`` is null unless low equals high; unbounded ends are null. ``margin`` is the room left at the worst end:
    positive means room, null unbounded. ``unit`` is that of value, limit and margin.
    """

    constraint_id: str
    group: str | None
    structure: str
    metric: str
    metric_used: str | None
    quantity: str
    alpha_beta_gy: float | None
    scope: str
    course_id: str | None
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
    accumulation: Literal["max_sum", "metric_sum"] | None
    undiscounted_value: float | None
    recovery: tuple[RecoveredCourse, ...] | None
    basis: str | None
    source: str
    locator: str
    derivation: tuple[str, ...]


class GroupFinding(Reported):
    """Constraints that a paper states only together, for one structure."""

    group: str
    structure: str
    status: StatusWord
    members: tuple[str, ...]


class Counts(Reported):
    """How many findings have which status; advisory ones are not counted."""

    met: int
    violated: int
    not_evaluated: int
    not_applicable: int


class EditionUsed(Reported):
    """An edition and the digest of the file it was read from."""

    id: str
    digest: str


class InputDigest(Reported):
    """Digest of the canonical case JSON."""

    sha256: str


class Report(Reported):
    """The report of one case; its JSON is stable under its schema name."""

    schema_: Literal["reirrad-report/1"] = Field(default="reirrad-report/1", alias="schema")
    case_id: str
    headline: str
    verdict: VerdictWord
    verdict_without_proposed: VerdictWord | None
    findings: tuple[Finding, ...]
    groups: tuple[GroupFinding, ...]
    counts: Counts
    outside_profile: int
    unmapped_structures: tuple[str, ...]
    notes: tuple[str, ...]
    editions: tuple[EditionUsed, ...]
    input: InputDigest
    reirrad_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, in the order and with the names of its JSON."""
        return self.model_dump(mode="json", by_alias=True)
