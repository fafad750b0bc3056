"""What ``reirrad budget --when`` reports: from which day on a proposed course would satisfy each constraint."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from reirrad.model.finding import EditionUsed, InputDigest, StatusWord

WHEN_SCHEMA: Literal["reirrad-when/1"] = "reirrad-when/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From this first day of the proposed course on, up to the next period, there is this status."""

    start: str
    status: StatusWord
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenRow:
    """One constraint and structure: the earliest day on which it is met, and every period.

    ``earliest`` is null where the constraint is met on no day that was asked for: never, by its dates alone.
    """

    structure: str
    constraint_id: str
    edition: str
    advisory: bool
    earliest: str | None
    periods: tuple[Period, ...]
    source: str
    locator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The answer for a case; its JSON is stable under its schema name."""

    schema: Literal["reirrad-when/1"] = WHEN_SCHEMA
    case_id: str
    #: the verdict of :func:`reirrad.check` in every period; none where a constraint is left out
    verdict: tuple[Period, ...]
    rows: tuple[WhenRow, ...]
    unmapped_structures: tuple[str, ...]
    #: judged constraints that change every day
    left_out: tuple[str, ...]
    #: structures about whose dose from the proposed course no constraint decides, on one day or more
    structures_without_rule: tuple[str, ...]
    notes: tuple[str, ...]
    editions: tuple[EditionUsed, ...]
    input: InputDigest
    reirrad_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, in the order and with the names of its JSON."""
        return asdict(self)
