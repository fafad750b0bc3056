"""The kernel of an audit: the rows of some patients in, their findings out, whoever calls it and wherever."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from reirrad.audit.assemble import assemble, check_rows
from reirrad.audit.assumptions import counted_cells
from reirrad.audit.declared_cells import declared_cells
from reirrad.audit.finding_columns import finding_columns
from reirrad.audit.findings import QuarantinedRow
from reirrad.audit.id_hash import hash_of
from reirrad.audit.noted import noted
from reirrad.audit.result_tables import FINDINGS, findings_table, patients_table, unevaluated_patients
from reirrad.audit.rows import Rows, read_rows
from reirrad.audit.rules_chosen import Choice, rules_digest
from reirrad.audit.sources.blocks import KEPT, Declared
from reirrad.audit.spill import read_bucket
from reirrad.audit.table import Cells
from reirrad.audit.tally import tally, verdicts_of
from reirrad.engine.batch import Batch, Ints
from reirrad.engine.evaluate import evaluate
from reirrad.errors import LibraryError, Problem
from reirrad.library import Library

#: On rows that only carry the patient id of a line that is not one row, or one that it may be about: which of the two.
BAD = "bad:"
OWN, PERHAPS = "own", "perhaps"
#: Counts of quarantined rows of which it is not certain whose they are.
OF_NOBODY = "of_nobody"
#: Counts of patients whose rows differ in a column that is carried along.
KEPT_DIFFERS = "kept_differs"
#: Counts of rows in which something was taken for granted, by column.
COUNTED = "counted"
#: The reason of rows whose bucket no worker could finish.
PART_FAILED = "part_failed"


@lru_cache(maxsize=2)
def _library(choice: Choice, rules: str) -> Library:
    """Return the library of an audit, read once by a process however many buckets it judges.

    Raises
    ------
    LibraryError
        If it is not the one that the audit began with.
    """
    library = choice.library()
    if rules_digest(library) != rules:
        raise LibraryError("rules", [Problem("", "they changed since the audit began", hint="begin anew: --overwrite")])
    return library


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketTask:
    """Some parts of spilled rows, and how they are read and judged; small, so that it can be sent anywhere."""

    folder: str
    files: tuple[str, ...]
    parts: tuple[int, int]
    declared: Declared
    #: of the rules as they were when the audit began
    rules: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class BucketResult:
    """Findings and patients in the order of (hash of the id, id), the rows that could not be read, and counts."""

    findings: pa.Table
    patients: pa.Table
    quarantine: list[QuarantinedRow]
    rows: int
    rows_duplicate: int
    counts: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    #: smallest margins: (constraint, structure, margin, patient, value, limit, unit, beyond the limit for certain)
    worst: list[tuple[Any, ...]] = field(default_factory=list)


def audit_bucket(task: BucketTask) -> BucketResult:
    """Return the findings of the patients of a bucket; a pure function of the task and the files that it names.

    Parameters
    ----------
    task
        Where the rows are, and how they are read and judged.
    """
    library = _library(task.choice, task.rules)
    cells, source, line = read_bucket(Path(task.folder), task.files, task.parts)
    is_row, unread, own_codes = _without_bad_lines(cells, source, line)
    cells = {name: Cells(column.codes[is_row], column.values) for name, column in cells.items() if name != BAD}
    # the cells of bad lines that may be ids, words and numbers among them, are no patients
    cells["patient_id"] = _used(cells["patient_id"], own_codes)
    source, line = source[is_row], line[is_row]
    kept = {name: column for name, column in cells.items() if name.startswith(KEPT)}
    kept = {name.removeprefix(KEPT): column for name, column in declared_cells(kept, task.declared).items()}
    own = {name: column for name, column in cells.items() if not name.startswith(KEPT)}
    read = declared_cells(own, task.declared)
    rows = read_rows(read, library, assume_once_daily=task.choice.assume_once_daily)
    is_duplicate = check_rows(rows)
    batch, unmapped = assemble(rows, is_duplicate)
    batch, n_bad_lines = _with_unread(batch, rows, unread)
    blocks = evaluate(batch, library, strict=task.choice.strict)
    columns = [finding_columns(batch, block) for block in blocks]
    told = noted(batch, rows, is_duplicate, blocks, columns)
    order = _order_of(batch)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    is_unmapped = np.array([bool(names) for names in unmapped], dtype=np.bool_)
    patient = rows["patient_id"]
    known = patient >= 0
    carried = {name: _kept(column, rows) for name, column in kept.items()}
    verdict = verdicts_of(batch, blocks, is_unmapped)
    patients = patients_table(
        batch,
        order,
        verdict,
        n_rows=np.bincount(patient[known], minlength=batch.n_cases) + n_bad_lines,
        n_quarantined=np.bincount(patient[known & (rows.bad > 0)], minlength=batch.n_cases) + n_bad_lines,
        unmapped=unmapped,
        told=told,
        kept=carried,
    )
    counts, worst = tally(batch, blocks, rows, is_unmapped)
    counts.update(told.counts(verdict))
    counts.update({(KEPT_DIFFERS, name): n for name, (_, n) in carried.items() if n})
    counts.update({(COUNTED, name): n for name, n in counted_cells(read, rows, is_duplicate).items()})
    counts[(OF_NOBODY,)] = int(np.count_nonzero(~known))
    return BucketResult(
        findings_table(batch, blocks, columns, rank),
        patients,
        _quarantine(rows, own, source, line),
        rows=rows.n_rows,
        rows_duplicate=int(np.count_nonzero(is_duplicate)),
        counts=counts,
        worst=worst,
    )


def abandoned(task: BucketTask) -> BucketResult:
    """Return the result of a bucket that no worker could finish: every row quarantined, no patient evaluated."""
    cells, source, line = read_bucket(Path(task.folder), task.files, task.parts)
    is_row, unread, own_codes = _without_bad_lines(cells, source, line)
    own = {
        name: Cells(column.codes[is_row], column.values)
        for name, column in cells.items()
        if name != BAD and not name.startswith(KEPT)
    }
    ids = own["patient_id"]
    names = sorted((text for text in ids.values if text.strip()), key=lambda text: (hash_of(text), text))
    count = Counter(ids.values[code] for code in ids.codes if code >= 0)
    listed = {*count, *(ids.values[code] for code in own_codes)}
    count.update({text: n for text, n in unread.items() if text in listed})
    n_rows = int(np.count_nonzero(is_row))
    rows = [
        QuarantinedRow(int(source[at]), int(line[at]), "", PART_FAILED, _raw(own, position))
        for position, at in enumerate(np.flatnonzero(is_row))
    ]
    patients = unevaluated_patients([name for name in names if name in listed], count, _kept_names(cells))
    counts: Counter[tuple[Any, ...]] = Counter({("quarantine", "", PART_FAILED): n_rows})
    counts["verdicts", "not_evaluated"] = patients.num_rows
    counts[(OF_NOBODY,)] = int(np.count_nonzero(ids.codes < 0))
    return BucketResult(FINDINGS.empty_table(), patients, rows, rows=n_rows, rows_duplicate=0, counts=counts)


def _kept_names(cells: dict[str, Cells]) -> list[str]:
    return [name.removeprefix(KEPT) for name in cells if name.startswith(KEPT)]


def _raw(cells: dict[str, Cells], number: int) -> dict[str, str]:
    return {name: column.values[code] for name, column in cells.items() if (code := int(column.codes[number])) >= 0}


def _without_bad_lines(cells: dict[str, Cells], source: Ints, line: Ints) -> tuple[Any, Counter[str], Ints]:
    """Return which rows are rows, how many bad lines may be about each patient id, and the ids that such lines have."""
    ids, bad = cells["patient_id"], cells.get(BAD)
    if bad is None:
        return np.ones(len(ids), dtype=np.bool_), Counter(), np.zeros(0, dtype=np.int64)
    is_bad = bad.codes >= 0
    of_line = [ids.codes[is_bad], source[is_bad], line[is_bad]]
    # each once: a line counts once for a patient, however many of its cells and neighbours name him
    order = np.lexsort(of_line[::-1])
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = np.any([np.diff(key[order]) != 0 for key in of_line], axis=0)
    codes, n = np.unique(of_line[0][order][is_first], return_counts=True)
    unread = Counter({ids.values[code]: int(count) for code, count in zip(codes, n, strict=True) if code >= 0})
    is_own = np.array([*(kind == OWN for kind in bad.values), False], dtype=np.bool_)[bad.codes]
    own = np.unique(ids.codes[is_own])
    return ~is_bad, unread, own[own >= 0]


def _used(column: Cells, also: Ints) -> Cells:
    """Return a column with those values only that a cell has, and those of some codes."""
    is_used = np.zeros(len(column.values) + 1, dtype=np.bool_)
    is_used[column.codes] = True  # the last place is that of what is empty
    is_used[also] = True
    used = np.flatnonzero(is_used[:-1])
    new = np.full(len(column.values) + 1, -1, dtype=np.int64)
    new[used] = np.arange(len(used))
    return Cells(new[column.codes], [column.values[code] for code in used])


def _with_unread(batch: Batch, rows: Rows, unread: Counter[str]) -> tuple[Batch, Ints]:
    """Return the batch with the patients whose lines could not all be taken apart marked, and how many lines those are.

    What may be an id, and is that of no patient, is passed over: those beside the line are marked.
    """
    count = np.zeros(batch.n_cases, dtype=np.int64)
    codes = {text: code for code, text in enumerate(rows.texts["patient_id"])}
    for text, n in unread.items():
        if text in codes:
            count[codes[text]] = n
    is_unread = count > 0
    return replace(batch, has_unread=batch.has_unread | is_unread, has_unseen=batch.has_unseen | is_unread), count


def _order_of(batch: Batch) -> Ints:
    hashes = np.array([hash_of(str(name)) for name in batch.case_id], dtype=np.int64)
    # cases are in the order of their ids already
    return np.argsort(hashes, kind="stable")


def _kept(column: Cells, rows: Rows) -> tuple[list[str | None], int]:
    """Return the value of a covariate for each patient; none, and counted, where the rows of a patient differ."""
    codes, patient = column.codes[rows.number], rows["patient_id"]
    n = len(rows.texts["patient_id"])
    use = (patient >= 0) & (codes >= 0)
    low, high = np.full(n, np.iinfo(np.int64).max), np.full(n, -1, dtype=np.int64)
    np.minimum.at(low, patient[use], codes[use])
    np.maximum.at(high, patient[use], codes[use])
    differs = (high >= 0) & (low != high)
    values = [*column.values, None]
    return [None if differs[i] else values[high[i]] for i in range(n)], int(np.count_nonzero(differs))


def _quarantine(rows: Rows, cells: dict[str, Cells], source: Ints, line: Ints) -> list[QuarantinedRow]:
    found = []
    for position in np.flatnonzero(rows.bad):
        number = int(rows.number[position])
        column, reason = rows.reasons[rows.bad[position]]
        found.append(QuarantinedRow(int(source[number]), int(line[number]), column, reason, _raw(cells, number)))
    return found
