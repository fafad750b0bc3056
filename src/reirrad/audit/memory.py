"""An audit in memory: a table to a batch, the batch to findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from reirrad.audit.assemble import assemble, check_rows
from reirrad.audit.findings import Findings, PatientSummary, Quarantined
from reirrad.audit.rows import Rows, read_rows
from reirrad.audit.table import columns_of
from reirrad.engine.batch import Batch, Bools
from reirrad.engine.check import editions_used
from reirrad.engine.codes import Status, reason_word
from reirrad.engine.evaluate import Block, evaluate, verdicts
from reirrad.engine.notes import notes_of_library
from reirrad.library import Library, load_library


def audit(
    table: Any,
    *,
    library: Library | None = None,
    strict: bool = False,
    assume_once_daily: bool = False,
    rename: Mapping[str, str] | None = None,
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

    Returns
    -------
    Findings
        One row per patient, structure and constraint; patients with their verdicts; the rows that could not be read.
        A row that could not be read makes what it could affect not evaluated.

    Raises
    ------
    TableError
        If columns are missing, not known or of different lengths.

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
    rules = library if library is not None else load_library()
    columns = columns_of(table, rename or {})
    rows = read_rows(columns, rules, assume_once_daily=assume_once_daily)
    is_duplicate = check_rows(rows)
    batch, unmapped = assemble(rows, is_duplicate)
    blocks = evaluate(batch, rules, strict=strict)
    quarantined = np.flatnonzero(rows.bad)
    return Findings(
        columns=_columns(batch, blocks),
        patients=_patients(batch, blocks, rows, unmapped),
        quarantine=tuple(Quarantined(int(row), *rows.reasons[rows.bad[row]]) for row in quarantined),
        rows_in=rows.n_rows,
        rows_audited=int(np.count_nonzero((rows.bad == 0) & ~is_duplicate)),
        rows_quarantined=len(quarantined),
        rows_duplicate=int(np.count_nonzero(is_duplicate)),
        editions=editions_used(rules),
        assumptions=assumptions_of(columns, rules, strict=strict, assume_once_daily=assume_once_daily),
    )


def assumptions_of(
    columns: Mapping[str, Any], library: Library, *, strict: bool, assume_once_daily: bool
) -> tuple[str, ...]:
    """Return what was assumed of a table, or chosen, and is to be repeated with every result."""
    texts = []
    if assume_once_daily and "fractions_per_day" not in columns:
        texts.append("fractions_per_day is not in the table and was taken as 1")
    elif assume_once_daily:
        texts.append("empty cells of fractions_per_day were taken as 1")
    if "role" not in columns:
        texts.append("role is not in the table: every course was taken as delivered")
    if "prior_radiotherapy" not in columns:
        texts.append("prior_radiotherapy is not in the table: every history is unknown")
    texts += notes_of_library(library)
    if strict:
        texts.append("strict: sums of near-maxima other than Max prove nothing by themselves")
    return tuple(texts)


def _columns(batch: Batch, blocks: list[Block]) -> dict[str, np.ndarray[Any, Any]]:
    """Return one row per finding, ordered by patient and then as the library is."""
    words: dict[str, list[Any]] = {}
    if not blocks:
        return {name: np.empty(0, dtype=object) for name in ("patient_id", "constraint_id", "structure", "status")}
    for block in blocks:
        for name, values in _block_columns(batch, block).items():
            words.setdefault(name, []).append(values)
    columns = {name: np.concatenate(parts) for name, parts in words.items()}
    order = np.argsort(np.concatenate([block.judged.case for block in blocks]), kind="stable")
    return {name: values[order] for name, values in columns.items()}


def _block_columns(batch: Batch, block: Block) -> dict[str, np.ndarray[Any, Any]]:
    judged, constraint, decided = block.judged, block.constraint, block.judged.decided
    n = len(judged.case)
    status = block.status
    low, high = decided.value.low[:, 0], decided.value.high[:, 0]
    is_empty = low > high
    # status and exclusion take less than eight bits together
    keys, inverse = np.unique(
        status | (decided.exclusion[:, 0] << 4) | (decided.causes[:, 0] << 8), return_inverse=True
    )
    reasons = [reason_word(status=key & 0xF, exclusion=(key >> 4) & 0xF, causes=key >> 8) for key in map(int, keys)]
    course_ids = np.empty(batch.n_courses + 1, dtype=object)  # the last place is that of "none listed"
    course_ids[:-1] = batch.course_id
    course_id = course_ids[np.where(status == Status.NOT_APPLICABLE, -1, judged.course)]
    without, is_violated = block.status_without, status == Status.VIOLATED
    is_unknown = (without < 0) | (is_violated & (without == Status.NOT_EVALUATED))
    caused = np.where(is_unknown, -1, is_violated & (without != Status.VIOLATED))
    return {
        "patient_id": batch.case_id[judged.case],
        "constraint_id": np.full(n, constraint.id, dtype=object),
        "group": np.full(n, constraint.group, dtype=object),
        "structure": np.full(n, block.structure, dtype=object),
        "scope": np.full(n, constraint.scope, dtype=object),
        "course_id": course_id,
        "status": np.array([item.word for item in Status], dtype=object)[status],
        "reason": np.array([*reasons, None], dtype=object)[inverse],
        "advisory": np.full(n, constraint.advisory),
        #: 1 yes, 0 no, -1 nothing is proposed or not known
        "caused_by_proposed": caused.astype(np.int8),
        "value_low": np.where(is_empty | ~np.isfinite(low), np.nan, low),
        "value_high": np.where(is_empty | ~np.isfinite(high), np.nan, high),
        "limit": decided.limit.low[:, 0],
        "limit_high": np.where(decided.limit.high > decided.limit.low, decided.limit.high, np.nan)[:, 0],
        "comparison": np.full(n, constraint.comparison, dtype=object),
        "margin": np.where(np.isfinite(decided.margin[:, 0]), decided.margin[:, 0], np.nan),
        "unit": np.full(n, constraint.unit, dtype=object),
        "near_limit": block.near_limit,
    }


def _patients(batch: Batch, blocks: list[Block], rows: Rows, unmapped: list[list[str]]) -> PatientSummary:
    is_unmapped: Bools = np.array([bool(names) for names in unmapped], dtype=np.bool_)
    verdict = verdicts(batch, blocks, is_unmapped)
    verdict[batch.has_unread & (verdict == Status.MET)] = Status.NOT_EVALUATED
    patient = rows["patient_id"]
    known = patient >= 0
    names = np.empty(batch.n_cases, dtype=object)
    names[:] = [tuple(item) for item in unmapped]
    return PatientSummary(
        {
            "patient_id": batch.case_id,
            "verdict": np.array([item.word for item in Status], dtype=object)[verdict],
            "n_rows": np.bincount(patient[known], minlength=batch.n_cases),
            "n_quarantined": np.bincount(patient[known & (rows.bad > 0)], minlength=batch.n_cases),
            "unmapped_structures": names,
        }
    )
