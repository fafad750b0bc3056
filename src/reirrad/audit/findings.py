"""What an audit returns: findings as columns, patients with their verdicts, and the rows that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from reirrad.model.finding import EditionUsed


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that was not judged."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row of a source that was not judged, with its cells."""

    source: int
    line: int
    column: str
    reason: str
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """Columns of patients.

    ``patient_id``, ``verdict``, ``n_rows``, ``n_quarantined``, and tuples of words: ``unmapped_structures``,
    ``structures_without_rule``, and in ``noted`` the kinds of :data:`reirrad.model.audit_summary.NOTES`.
    """

    columns: dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of a cohort as columns, one row per patient, structure and constraint.

    ``rows_in = rows_audited + rows_quarantined + rows_duplicate`` always holds.
    """

    columns: dict[str, np.ndarray[Any, Any]]
    patients: PatientSummary
    quarantine: tuple[Quarantined, ...]
    rows_in: int
    rows_audited: int
    rows_quarantined: int
    rows_duplicate: int
    editions: tuple[EditionUsed, ...]
    #: options that were assumed and are to be repeated with every result
    assumptions: tuple[str, ...]
    #: metrics that are not known, and of how many rows: nothing was judged with them
    unknown_metrics: tuple[tuple[str, int], ...] = ()
    #: patients whose ids differ in letter case, blanks, leading zeros or the form of characters only: is each set one?
    look_alike: tuple[tuple[str, ...], ...] = ()

    def __len__(self) -> int:
        """Return the number of findings."""
        return len(self.columns["status"])
