"""What ``reirrad explain`` reports: one constraint of a case with its formulas, so that it can be repeated by hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from reirrad.model.finding import EditionUsed, Finding, InputDigest

EXPLANATION_SCHEMA: Literal["reirrad-explain/1"] = "reirrad-explain/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula that was used, and where it comes from."""

    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseInOrder:
    """A course that counts, in order of time; dates are first and last possible day, null where open."""

    course_id: str
    start: tuple[str | None, str | None]
    end: tuple[str | None, str | None]
    #: interval to the course before, both ends; null for the first course, and where it is open above
    months_since_previous: tuple[float, float | None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedFinding:
    """A finding with what stands behind it."""

    finding: Finding
    courses: tuple[CourseInOrder, ...]
    formulas: tuple[Formula, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One constraint of a case, for every structure that it is judged for."""

    schema: Literal["reirrad-explain/1"] = EXPLANATION_SCHEMA
    case_id: str
    constraint_id: str
    findings: tuple[ExplainedFinding, ...]
    notes: tuple[str, ...]
    edition: EditionUsed
    input: InputDigest
    reirrad_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data, in the order and with the names of its JSON."""
        return asdict(self)
