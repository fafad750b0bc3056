"""An audit in memory: a table to a batch, the batch to findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from reirrad.audit.assemble import assemble, check_rows
from reirrad.audit.assumptions import assumptions_of, counted_cells
from reirrad.audit.beside import ids_beside
from reirrad.audit.choices import check_choices
from reirrad.audit.finding_columns import Columns, empty_columns, finding_columns, joined_words
from reirrad.audit.findings import Findings, PatientSummary, Quarantined
from reirrad.audit.look_alike import said_of, sets_of
from reirrad.audit.noted import Noted, noted
from reirrad.audit.rows import Rows, read_rows
from reirrad.audit.table import Cells, columns_of
from reirrad.audit.tally import verdicts_of
from reirrad.engine.arguments import rules_of
from reirrad.engine.batch import Batch, Bools, Ints
from reirrad.engine.check import editions_used
from reirrad.engine.codes import Status
from reirrad.engine.evaluate import Block, evaluate
from reirrad.library import Library
from reirrad.library.validity import library_as_of


def audit(
    table: Any,
    *,
    library: Library | None = None,
    strict: bool = False,
    assume_once_daily: bool = False,
    rename: Mapping[str, str] | None = None,
    as_of: str | dt.date | None = None,
) -> Findings:
    """Judge every patient of a cohort table held in memory.

    Parameters
    ----------
    table
        A mapping of arrays of one length, or any Arrow-compatible table (needs the extra ``arrow``). One row is one
        course, phase, structure and metric. Required columns: ``patient_id``, ``course_id``, ``structure``,
        ``metric``, ``dose_gy`` or ``dose_cgy``, ``n_fractions``, ``fractions_per_day``, ``modality``, and ``start``
        and ``end`` or ``course_number`` and ``months_since_previous``.
    library
        The rules; the editions of the package by default.
    strict
        Whether sums of near-maxima other than Max prove nothing by themselves.
    assume_once_daily
        Take an absent ``fractions_per_day`` as 1; the assumption is repeated in the result.
    rename
        Our name for each of the table's columns that is called otherwise.
    as_of
        A day, e.g. ``"2026-03-01"``: editions that ended before it are refused. Without it no end is looked at.

    Returns
    -------
    Findings
        One row per patient, structure and constraint; patients with their verdicts; the rows that could not be read.
        A row that could not be read makes what it could affect not evaluated.

    Raises
    ------
    TableError
        If columns are missing, not known or of different lengths, or a choice is none.
    LibraryError
        If it is no library, or an edition that is used ended before ``as_of``.

    Examples
    --------
    >>> table = {
    ...     "patient_id": ["A", "A"], "course_id": ["1", "2"],
    ...     "structure": ["SpinalCord"] * 2, "metric": ["Max[Gy]"] * 2,
    ...     "dose_gy": [30.0, 40.0], "n_fractions": [10, 20], "fractions_per_day": [1, 1], "modality": ["photon"] * 2,
    ...     "start": ["2020-01-06", "2022-03-07"], "end": ["2020-01-17", "2022-04-01"],
    ...     "prior_radiotherapy": ["complete"] * 2, "prior_courses": [2, 2],
    ... }
    >>> from reirrad import load_library
    >>> findings = audit(table, library=load_library().select(["nieder-2005", "nieder-2006"]))
    >>> findings.columns["constraint_id"][findings.columns["status"] == "violated"].tolist()
    ['nieder-2005.score', 'nieder-2006.cumulative']
    """
    names = check_choices(rename, strict=strict, assume_once_daily=assume_once_daily)
    rules = rules_of(library, call="audit")
    if as_of is not None:
        rules = library_as_of(rules, as_of)
    columns = columns_of(table, names, assume_once_daily=assume_once_daily)
    rows = read_rows(columns, rules, assume_once_daily=assume_once_daily)
    is_duplicate = check_rows(rows)
    batch, unmapped = assemble(rows, is_duplicate)
    batch = with_rows_of_nobody(batch, rows)
    blocks = evaluate(batch, rules, strict=strict)
    parts = [finding_columns(batch, block) for block in blocks]
    alike = tuple(sets_of(rows.texts["patient_id"]))
    return Findings(
        columns=_columns(batch, parts),
        patients=_patients(batch, blocks, rows, unmapped, noted(batch, rows, is_duplicate, blocks, parts)),
        quarantine=quarantine_of(rows),
        rows_in=rows.n_rows,
        rows_audited=int(np.count_nonzero((rows.bad == 0) & ~is_duplicate)),
        rows_quarantined=int(np.count_nonzero(rows.bad)),
        rows_duplicate=int(np.count_nonzero(is_duplicate)),
        editions=editions_used(rules),
        assumptions=(
            *assumptions_of(
                columns,
                rules,
                strict=strict,
                assume_once_daily=assume_once_daily,
                counted=counted_cells(columns, rows, is_duplicate),
            ),
            *said_of(alike, "look_alike"),
        ),
        unknown_metrics=tuple(rows.unknown_metrics()),
        look_alike=alike,
    )


def with_rows_of_nobody(batch: Batch, rows: Rows) -> Batch:
    """Return the batch with the patients marked beside whose rows there is one without an id: it may be theirs."""
    is_unread = _rows_beside(batch, rows) > 0
    return replace(batch, has_unread=batch.has_unread | is_unread, has_unseen=batch.has_unseen | is_unread)


def _rows_beside(batch: Batch, rows: Rows) -> Ints:
    """Return for each patient how many rows without an id stand beside those of his."""
    in_table = np.empty(rows.n_rows, dtype=np.int64)
    in_table[rows.number] = rows["patient_id"]
    # each once: a row may stand between two of one patient
    _, patient = np.unique(np.stack(ids_beside(in_table)), axis=1)
    return np.bincount(patient, minlength=batch.n_cases)


def quarantine_of(rows: Rows) -> tuple[Quarantined, ...]:
    """Return the rows that cannot be judged, in the order of the table."""
    bad = np.flatnonzero(rows.bad)
    return tuple(
        Quarantined(int(rows.number[row]), *rows.reasons[rows.bad[row]]) for row in bad[np.argsort(rows.number[bad])]
    )


def _columns(batch: Batch, parts: list[Columns]) -> dict[str, np.ndarray[Any, Any]]:
    """Return one row per finding, ordered by patient and then as the library is."""
    if not parts:
        return {"patient_id": np.empty(0, dtype=object), **empty_columns()}
    columns = {name: _joined([part[name] for part in parts]) for name in parts[0]}
    case = columns.pop("case")
    columns["caused_by_proposed"] = _answers(columns["caused_by_proposed"])
    order = np.argsort(case, kind="stable")
    return {"patient_id": batch.case_id[case][order]} | {name: values[order] for name, values in columns.items()}


def _answers(codes: Ints) -> np.ndarray[Any, Any]:
    """Return yes, no and not known as what they are, as files have them: -1 would count as yes."""
    return np.array([False, True, None], dtype=object)[codes]


def _joined(pieces: list[Any]) -> np.ndarray[Any, Any]:
    if not isinstance(pieces[0], Cells):
        return np.concatenate(pieces)
    cells = joined_words(pieces)
    words = np.empty(len(cells.values) + 1, dtype=object)  # the last place is that of no word
    words[:-1] = cells.values
    return np.asarray(words[cells.codes])


def _patients(batch: Batch, blocks: list[Block], rows: Rows, unmapped: list[list[str]], told: Noted) -> PatientSummary:
    is_unmapped: Bools = np.array([bool(names) for names in unmapped], dtype=np.bool_)
    verdict = verdicts_of(batch, blocks, is_unmapped)
    patient = rows["patient_id"]
    known = patient >= 0
    beside = _rows_beside(batch, rows)
    names = np.empty(batch.n_cases, dtype=object)
    names[:] = [tuple(item) for item in unmapped]
    return PatientSummary(
        {
            "patient_id": batch.case_id,
            "verdict": np.array([item.word for item in Status], dtype=object)[verdict],
            "n_rows": np.bincount(patient[known], minlength=batch.n_cases) + beside,
            "n_quarantined": np.bincount(patient[known & (rows.bad > 0)], minlength=batch.n_cases) + beside,
            "unmapped_structures": names,
            "structures_without_rule": told.without_rule.lists(batch.n_cases),
            "noted": told.notes.lists(batch.n_cases),
        }
    )
