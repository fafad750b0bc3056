"""What ``check`` notes of a patient beside the findings, as columns: structures without a rule, and notes by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.audit.table import Cells
from reirrad.engine.batch import Batch, Bools, Ints, Texts
from reirrad.engine.codes import Status
from reirrad.engine.evaluate import Block, without_rule
from reirrad.engine.noted import courses_of_large_fractions, is_far_above, is_far_below, near_in_time
from reirrad.model.audit_summary import NOTES
from reirrad.model.headline import is_prescribed
from reirrad.model.metric import MetricKind

Counts = Counter[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Words:
    """Words about patients, those of a patient in a fixed order: which patient, and which of the words."""

    case: Ints
    code: Ints
    words: Sequence[str]

    def offsets(self, n_cases: int) -> Ints:
        """Return where the words of each patient begin, and where the last ones end."""
        return np.concatenate([[0], np.cumsum(np.bincount(self.case, minlength=n_cases))])

    def lists(self, n_cases: int) -> Texts:
        """Return the words of each patient as a tuple."""
        found = np.empty(n_cases, dtype=object)
        found[:] = [()] * n_cases
        ends = self.offsets(n_cases)
        for case in np.unique(self.case):
            found[case] = tuple(self.words[code] for code in self.code[ends[case] : ends[case + 1]])
        return found


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted of the patients of a batch."""

    without_rule: Words
    notes: Words

    def counts(self, verdict: Ints) -> Counts:
        """Return numbers of patients by verdict: of each structure, of any structure, and of each kind of note."""
        counts: Counts = Counter()
        for what, told in (("without_rule", self.without_rule), ("noted", self.notes)):
            pairs, n = np.unique(np.stack([told.code, verdict[told.case]]), axis=1, return_counts=True)
            for (code, status), count in zip(pairs.T, n, strict=True):
                counts[what, told.words[code], Status(int(status)).word] += int(count)
        for status, count in zip(
            *np.unique(verdict[np.unique(self.without_rule.case)], return_counts=True), strict=True
        ):
            counts["verdicts_without_rule", Status(int(status)).word] += int(count)
        return counts


def noted(
    batch: Batch, rows: Rows, is_duplicate: Bools, blocks: Sequence[Block], columns: Sequence[Mapping[str, Any]]
) -> Noted:
    """Return what is noted of each patient.

    Parameters
    ----------
    batch, rows, is_duplicate
        The patients, the rows that they were made of, and which of those repeat another.
    blocks, columns
        The findings, and the columns that were made of each block.
    """
    is_bare = without_rule(batch, list(blocks), rows.library)
    flags = {
        "dose_far_from_schedule": _far_from_schedule(batch, rows, is_duplicate),
        "large_fraction": _cases(batch, batch.course_case[courses_of_large_fractions(batch, rows.library)]),
        "prescription_doses": _cases(batch, *map(_on_prescriptions, columns)),
        "interval_near_limit": _cases(batch, *(block.judged.case[near_in_time(block)] for block in blocks)),
    }
    case, code = np.nonzero(np.stack([flags[kind] for kind in NOTES], axis=1))
    return Noted(
        # judged structures are in the order of patient and library
        without_rule=Words(batch.judged_case[is_bare], batch.judged_structure[is_bare], rows.library.structures.names),
        notes=Words(case, code, tuple(NOTES)),
    )


def _cases(batch: Batch, *found: Ints) -> Bools:
    flags = np.zeros(batch.n_cases, dtype=np.bool_)
    for cases in found:
        flags[cases] = True
    return flags


def _far_from_schedule(batch: Batch, rows: Rows, is_duplicate: Bools) -> Bools:
    """Return of which patients a dose is far from the scheduled one, as it is where a unit is mistaken."""
    # the last place is that of a metric that is not known
    is_dose = np.array([*(metric.kind is not MetricKind.VOLUME_AT for metric in rows.metrics), False])
    use = (rows.bad == 0) & ~is_duplicate & (rows["metric"] >= 0)
    use &= is_dose[np.maximum(rows["metric"], -1)] & ~np.isnan(rows["scheduled_dose_gy"])
    times = rows["dose_gy"][use] / rows["scheduled_dose_gy"][use]
    is_far = is_far_above(times, rows.library)
    if "dose_gy" not in rows.columns:
        is_far |= is_far_below(times, rows.library)
    return _cases(batch, rows["patient_id"][use][is_far])


def _on_prescriptions(columns: Mapping[str, Any]) -> Ints:
    """Return of which patients a finding has doses that were prescribed."""
    basis: Cells = columns["basis"]
    # the last place is that of no word
    is_named = np.array([*map(is_prescribed, basis.values), False])
    return np.asarray(columns["case"][is_named[basis.codes]])
