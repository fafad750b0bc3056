"""What an audit writes to ``summary.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from reirrad.model.finding import EditionUsed

AUDIT_SCHEMA: Literal["reirrad-audit/1"] = "reirrad-audit/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientsByVerdict:
    """Numbers of patients."""

    violated: int
    not_evaluated: int
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCounts:
    """Numbers of patients by what a constraint says of them."""

    constraint_id: str
    structure: str
    edition: str
    advisory: bool
    violated: int
    met: int
    not_evaluated: int
    not_applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCounts:
    """The same by the year of the newest course; null where it is not known."""

    constraint_id: str
    structure: str
    year: int | None
    violated: int
    met: int
    not_evaluated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """Why a constraint could not be evaluated, and how often."""

    constraint_id: str
    structure: str
    reason: str
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstMargin:
    """One of the smallest margins of a constraint."""

    constraint_id: str
    structure: str
    patient_id: str
    value: float | None
    limit: float | None
    margin: float | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionAlone:
    """Numbers of patients if this edition alone were asked."""

    edition: str
    violated: int
    met: int
    not_evaluated: int
    not_applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineCount:
    """Rows that could not be read, by column and reason."""

    column: str | None
    reason: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownName:
    """A name that is not known, and its rows."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownNames:
    """Names that are not known."""

    structures: tuple[UnknownName, ...]
    metrics: tuple[UnknownName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditInput:
    """What was read."""

    name: str
    kind: str
    bytes: int | None
    sha256: str | None
    rows: int
    delimiter: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSummary:
    """The summary of an audit: ``rows_in`` is the sum of the rows audited, quarantined and duplicate.

    ``rows_of_nobody`` are those of the quarantined rows of which it is not certain whose they are.
    """

    schema: Literal["reirrad-audit/1"] = AUDIT_SCHEMA
    rows_in: int
    rows_audited: int
    rows_quarantined: int
    rows_duplicate: int
    rows_of_nobody: int = 0
    patients: int
    verdicts: PatientsByVerdict
    findings: tuple[FindingCounts, ...]
    by_year: tuple[YearCounts, ...]
    reasons: tuple[ReasonCount, ...]
    worst: tuple[WorstMargin, ...]
    editions_alone: tuple[EditionAlone, ...]
    quarantine: tuple[QuarantineCount, ...]
    unknown: UnknownNames
    assumptions: tuple[str, ...]
    editions: tuple[EditionUsed, ...]
    inputs: tuple[AuditInput, ...]
    options: dict[str, Any]
    reirrad_version: str


def of_nobody(rows: int) -> str:
    """Return the sentence about quarantined rows of which it is not certain whose they are.

    >>> of_nobody(1)[:60]
    'of 1 quarantined row it is not certain whose it is: patients'
    """
    one, are, them = ("row", "it is", "it") if rows == 1 else ("rows", "they are", "them")
    return (
        f"of {rows} quarantined {one} it is not certain whose {are}: "
        f"patients beside {them} are not evaluated, one with no other row is not listed"
    )
