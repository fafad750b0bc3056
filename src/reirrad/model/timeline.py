"""The accumulated dose of a case over time, by structure and constraint: what a picture of it draws."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from reirrad.model.finding import EditionUsed, InputDigest, StatusWord

TIMELINE_SCHEMA: Literal["reirrad-timeline/1"] = "reirrad-timeline/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePoint:
    """What counts from a moment on, until the next point.

    With ``course_id`` it is the sum at the turn of that course, which is judged as the newest; without, what counts of
    the courses so far for a further one that would begin then. ``date`` is null where dates are not exact. The limit is
    null where none applies.
    """

    #: since the end of the first course that counts, with every interval at its shortest
    months: float
    date: str | None
    course_id: str | None
    low: float
    high: float
    limit_low: float | None
    limit_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One cumulative limit of EQD2 or BED: its finding as it is reported, and the points of its line.

    ``recovery`` is the name of the schedule, null where doses are not discounted and the limit does not rise.
    """

    constraint_id: str
    edition: str
    advisory: bool
    metric: str
    alpha_beta_gy: float | None
    unit: str
    comparison: str
    acts_on: Literal["prior_dose", "tolerance", "nothing"]
    recovery: str | None
    status: StatusWord
    reason: str | None
    #: the course that was judged as the newest in the finding, and what was compared
    course_id: str | None
    #: the newest course, if the limit does not apply to it: the finding is of an earlier one then
    not_applicable_to: str | None
    value_low: float | None
    value_high: float | None
    limit: float | None
    limit_high: float | None
    points: tuple[TimelinePoint, ...]
    source: str
    locator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureTimeline:
    """The lines of one structure."""

    structure: str
    lines: tuple[TimelineLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutLine:
    """A cumulative limit that has no line, and why."""

    structure: str
    constraint_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The answer for a case; its JSON is stable under its schema name."""

    schema: Literal["reirrad-timeline/1"] = TIMELINE_SCHEMA
    case_id: str
    #: how far the lines go after the last course
    months_after_last_course: int
    structures: tuple[StructureTimeline, ...]
    left_out: tuple[LeftOutLine, ...]
    unmapped_structures: tuple[str, ...]
    notes: tuple[str, ...]
    editions: tuple[EditionUsed, ...]
    input: InputDigest
    reirrad_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, in the order and with the names of its JSON."""
        return asdict(self)
