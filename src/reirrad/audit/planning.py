"""What planning questions of cohort tables share: the table to a batch, portions of it, and columns out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reirrad.audit.assemble import assemble, check_rows
from reirrad.audit.assumptions import assumptions_of, counted_cells
from reirrad.audit.choices import check_choices
from reirrad.audit.findings import Quarantined
from reirrad.audit.memory import quarantine_of, with_rows_of_nobody
from reirrad.audit.rows import read_rows
from reirrad.audit.table import columns_of
from reirrad.engine.batch import Batch, Ints
from reirrad.engine.check import editions_used
from reirrad.engine.codes import reason_word
from reirrad.engine.groups import told_of_parts
from reirrad.engine.selection import taken
from reirrad.library import Library
from reirrad.model.finding import EditionUsed

#: So many cases are answered at once: the columns of a question stay in the processor's cache, and memory bounded.
CASES_AT_ONCE = 16_384

Columns = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, slots=True)
class PlanningColumns:
    """Answers as columns, one row per patient, structure and constraint that applies (and what else was asked).

    Patients are in the order of their ids; quarantined rows are those of :func:`reirrad.audit`, and what they could
    affect is not evaluated.
    """

    columns: Columns
    quarantine: tuple[Quarantined, ...]
    #: by patient, structures that are not known: nothing is answered for them, and a patient may have no other
    unmapped_structures: dict[str, tuple[str, ...]]
    #: patients of whom there is no row, in the order of their ids
    unanswered: tuple[str, ...]
    #: judged constraints that the question has no answer for
    left_out: tuple[str, ...]
    editions: tuple[EditionUsed, ...]
    #: what was assumed or chosen, and is to be repeated with every result
    assumptions: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self.columns["patient_id"])


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A cohort table as a batch, with what could not be read of it."""

    batch: Batch
    quarantine: tuple[Quarantined, ...]
    unmapped_structures: dict[str, tuple[str, ...]]
    assumptions: tuple[str, ...]


def read_table(
    table: Any, library: Library, rename: Mapping[str, str] | None, *, strict: bool, assume_once_daily: bool
) -> ReadTable:
    """Return a cohort table as a batch."""
    names = check_choices(rename, strict=strict, assume_once_daily=assume_once_daily)
    columns = columns_of(table, names, assume_once_daily=assume_once_daily)
    rows = read_rows(columns, library, assume_once_daily=assume_once_daily)
    is_duplicate = check_rows(rows)
    batch, unmapped = assemble(rows, is_duplicate)
    named = {str(patient): tuple(names) for patient, names in zip(batch.case_id, unmapped, strict=True) if names}
    assumptions = assumptions_of(
        columns,
        library,
        strict=strict,
        assume_once_daily=assume_once_daily,
        counted=counted_cells(columns, rows, is_duplicate),
    )
    if named:
        n = f"{len(named)} patient{'s have' if len(named) > 1 else ' has'}"
        assumptions += (f"{n} structures that are not known: nothing is answered for those",)
    return ReadTable(with_rows_of_nobody(batch, rows), quarantine_of(rows), named, assumptions)


def portions(batch: Batch, n_cases: int) -> Iterator[tuple[int, Batch]]:
    """Yield the batch in portions of cases, each with the index of its first."""
    for first in range(0, batch.n_cases, n_cases):
        yield first, taken(batch, np.arange(first, min(first + n_cases, batch.n_cases)))


def reasons(status: Ints, causes: Ints) -> np.ndarray[Any, Any]:
    """Return the reason word of each status."""
    keys, inverse = np.unique(np.stack([status, causes]), axis=1, return_inverse=True)
    words = [reason_word(status=int(one), causes=int(why), exclusion=0) for one, why in keys.T]
    return np.array([*words, None], dtype=object)[inverse.ravel()]


def same(value: str | None, n: int) -> np.ndarray[Any, Any]:
    """Return a column with one value."""
    return np.full(n, value, dtype=object)


def joined(parts: list[Columns], names: Sequence[str]) -> Columns:
    """Return the columns of all parts, by patient and then as the library is."""
    if not parts:
        return {name: np.empty(0, dtype=np.int64 if name in {"patient", "n_fractions"} else object) for name in names}
    columns = {name: np.concatenate([part[name] for part in parts]) for name in names}
    order = np.argsort(columns["patient"], kind="stable")
    return {name: column[order] for name, column in columns.items()}


def result(read: ReadTable, library: Library, columns: Columns, left_out: tuple[str, ...]) -> PlanningColumns:
    """Return columns with what belongs to them; patients by their ids."""
    patient = columns.pop("patient")
    is_answered = np.zeros(read.batch.n_cases, dtype=np.bool_)
    is_answered[patient] = True
    unanswered = tuple(map(str, read.batch.case_id[~is_answered]))
    assumptions = read.assumptions
    if unanswered:
        n = f"{len(unanswered)} patient{'s have' if len(unanswered) > 1 else ' has'} no answer"
        assumptions += (f"{n}: no constraint that is judged applies to a structure that is known",)
    decides = ~columns["advisory"].astype(np.bool_)
    assumptions += tuple(
        told_of_parts(zip(columns["constraint_id"][decides], columns["structure"][decides], strict=True), library)
    )
    return PlanningColumns(
        columns={"patient_id": read.batch.case_id[patient], **columns},
        quarantine=read.quarantine,
        unmapped_structures=read.unmapped_structures,
        unanswered=unanswered,
        left_out=left_out,
        editions=editions_used(library),
        assumptions=assumptions,
    )
