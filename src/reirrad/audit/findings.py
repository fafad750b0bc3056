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

    ``rows_in = rows_audited + rows_quarantined + rows_duplicate`` always holds. ``columns`` has, in this order:

    - texts (object arrays, ``None`` where there is none): ``patient_id``, ``constraint_id``, ``edition``, ``group``,
      ``structure``, ``metric``, ``metric_used``, ``quantity``, ``scope``, ``course_id``, ``course_role``, ``status``,
      ``reason``, ``comparison``, ``unit``, ``accumulation``, ``basis``, ``source``, ``locator``;
    - numbers (float64, NaN where there is none): ``alpha_beta_gy``, ``value``, ``value_low``, ``value_high``,
      ``limit``, ``limit_high``, ``margin``, ``undiscounted_value``, ``undiscounted_low``, ``undiscounted_high``;
    - yes or no (bool): ``advisory``, ``near_limit``;
    - yes, no or not known (objects: ``True``, ``False``, ``None``): ``caused_by_proposed``.

    They are called as in the JSON of ``check`` and mean the same. ``findings.parquet`` of ``audit_files``
    has them, with nulls for what is missing, and ``recovery`` beside them: of each course before the judged one its
    interval and recovered fraction. Neither has the derivations.
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
