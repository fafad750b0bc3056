"""What an audit writes to ``summary.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reirrad.model.finding import EditionUsed

AUDIT_SCHEMA: Literal["reirrad-audit/1"] = "reirrad-audit/1"

#: What is noted of a patient, by kind: the notes of ``check`` that say that a number or a word may be wrong.
NOTES = {
    "dose_far_from_schedule": "a dose is far from the scheduled one; check the unit and the schedule",
    "large_fraction": "a large dose per fraction in a course that is not called stereotactic: limits for stereotactic "
    "courses do not apply to it; check the word",
    "prescription_doses": "prescriptions stand for organ doses: hot spots and dose fall-off are not in the values",
    "interval_near_limit": "an interval is within days of a limit, or of a step of recovery; definitions of a month "
    "differ by that much",
}
#: So many structures without a rule are named in a sentence; the report has them all.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientsByVerdict:
    """Numbers of patients."""

    violated: int
    not_evaluated: int
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureWithoutRule:
    """Numbers of patients in whom no rule decides about a structure, by their verdict."""

    structure: str
    violated: int
    not_evaluated: int
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedCount:
    """Numbers of patients of whom a kind of note is told, by their verdict."""

    kind: str
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
    ``verdicts_without_rule`` are of the patients with a structure about which no rule decides; where it is null, they
    were not counted.
    """

    schema: Literal["reirrad-audit/1"] = AUDIT_SCHEMA
    rows_in: int
    rows_audited: int
    rows_quarantined: int
    rows_duplicate: int
    rows_of_nobody: int = 0
    patients: int
    verdicts: PatientsByVerdict
    verdicts_without_rule: PatientsByVerdict | None = None
    without_rule: tuple[StructureWithoutRule, ...] = ()
    noted: tuple[NotedCount, ...] = ()
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


def met_words(summary: Mapping[str, Any]) -> str:
    """Return how many patients met every limit, and of how many of them a structure has no rule that decides.

    >>> met_words({"verdicts": {"met": 3}, "verdicts_without_rule": {"met": 2}})
    '3 met every limit that applies (2 of them with a structure without a rule that decides)'
    >>> met_words({"verdicts": {"met": 3}, "verdicts_without_rule": {"met": 0}})
    '3 met every limit that applies'
    """
    n = (summary.get("verdicts_without_rule") or {}).get("met", 0)
    text = f"{summary['verdicts']['met']} met every limit that applies"
    return f"{text} ({n} of them with a structure without a rule that decides)" if n else text


def told_of_patients(summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is noted of patients, a sentence for each kind.

    >>> row = {"kind": "prescription_doses", "violated": 1, "not_evaluated": 0, "met": 0}
    >>> [text[:52] for text in told_of_patients({"noted": [row]})]
    ['of 1 patient: prescriptions stand for organ doses: h']
    """
    n = _patients(summary.get("verdicts_without_rule") or {})
    if n:
        rows = sorted(summary["without_rule"], key=lambda row: (-_patients(row), row["structure"]))
        named = [f"{row['structure']} {_patients(row)}" for row in rows[:_MOST_NAMED]]
        named += [f"{len(rows) - _MOST_NAMED} more"] if len(rows) > _MOST_NAMED else []
        yield f"of {_of(n)}: a structure is without a rule that decides ({', '.join(named)})"
    counts = {row["kind"]: _patients(row) for row in summary.get("noted", ())}
    for kind, text in NOTES.items():
        if counts.get(kind):
            yield f"of {_of(counts[kind])}: {text}"


def _patients(row: Mapping[str, Any]) -> int:
    return sum(row.get(word, 0) for word in ("violated", "not_evaluated", "met"))


def _of(patients: int) -> str:
    return f"{patients} patient{'' if patients == 1 else 's'}"
