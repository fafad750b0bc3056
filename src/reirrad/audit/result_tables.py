"""Results as Arrow tables: words as dictionaries, everything with a fixed type, so that files are the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from reirrad.audit.finding_columns import Columns, joined_words
from reirrad.audit.noted import Noted, Words
from reirrad.audit.recovery_column import RECOVERY, recovery_column
from reirrad.audit.table import Cells
from reirrad.audit.tally import years
from reirrad.engine.batch import NO_LOW, Batch, Ints
from reirrad.engine.codes import Status
from reirrad.engine.evaluate import Block

_WORD = pa.dictionary(pa.int32(), pa.string())
_TEXT, _NUMBER = pa.string(), pa.float64()

FINDINGS = pa.schema(
    [
        ("patient_id", _TEXT),
        ("constraint_id", _WORD),
        ("edition", _WORD),
        ("group", _WORD),
        ("structure", _WORD),
        ("metric", _WORD),
        ("metric_used", _WORD),
        ("quantity", _WORD),
        ("alpha_beta_gy", _NUMBER),
        ("scope", _WORD),
        ("course_id", _WORD),
        ("course_role", _WORD),
        ("status", _WORD),
        ("reason", _WORD),
        ("advisory", pa.bool_()),
        ("caused_by_proposed", pa.bool_()),
        ("value", _NUMBER),
        ("value_low", _NUMBER),
        ("value_high", _NUMBER),
        ("limit", _NUMBER),
        ("limit_high", _NUMBER),
        ("comparison", _WORD),
        ("margin", _NUMBER),
        ("unit", _WORD),
        ("near_limit", pa.bool_()),
        ("accumulation", _WORD),
        ("undiscounted_value", _NUMBER),
        ("undiscounted_low", _NUMBER),
        ("undiscounted_high", _NUMBER),
        ("recovery", RECOVERY),
        ("basis", _WORD),
        ("source", _WORD),
        ("locator", _WORD),
    ]
)
_PATIENTS = [
    ("patient_id", _TEXT),
    ("verdict", _WORD),
    ("n_rows", pa.int64()),
    ("n_quarantined", pa.int64()),
    ("newest_course_year", pa.int32()),
    ("unmapped_structures", pa.list_(_TEXT)),
    ("structures_without_rule", pa.list_(_TEXT)),
    ("noted", pa.list_(_TEXT)),
]


def findings_table(batch: Batch, blocks: Sequence[Block], parts: Sequence[Columns], rank: Ints) -> pa.Table:
    """Return the findings, whose columns are given, by patient (in the order of ``rank``), then as the library is."""
    if not blocks:
        return FINDINGS.empty_table()
    case = np.concatenate([part["case"] for part in parts])
    order = np.argsort(rank[case], kind="stable")
    ids = pa.array(batch.case_id, _TEXT)
    columns: list[Any] = [ids.take(pa.array(case[order]))]
    for field in list(FINDINGS)[1:]:
        if field.name == "recovery":
            lists = [recovery_column(block, block.status != Status.NOT_APPLICABLE) for block in blocks]
            columns.append(pa.concat_arrays(lists).take(pa.array(order)))
            continue
        pieces: list[Any] = [part[field.name] for part in parts]
        if field.type == _WORD:
            columns.append(_words(pieces, order))
            continue
        values = np.concatenate(pieces)[order]
        if field.name == "caused_by_proposed":
            columns.append(pa.array(values == 1, pa.bool_(), mask=values < 0))
        elif field.type == _NUMBER:
            columns.append(pa.array(values, _NUMBER, mask=np.isnan(values)))
        else:
            columns.append(pa.array(values, field.type))
    return pa.table(columns, schema=FINDINGS)


def _words(pieces: Sequence[Cells], order: Ints) -> pa.DictionaryArray:
    cells = joined_words(pieces)
    codes = cells.codes[order].astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(cells.values, _TEXT))


def patients_table(
    batch: Batch,
    order: Ints,
    verdict: Ints,
    *,
    n_rows: Ints,
    n_quarantined: Ints,
    unmapped: Sequence[Sequence[str]],
    told: Noted,
    kept: Mapping[str, tuple[Sequence[str | None], int]],
) -> pa.Table:
    """Return the patients with their verdicts and covariates, in an order."""
    year = years(batch)
    words = np.array([status.word for status in Status], dtype=object)
    columns: list[Any] = [
        pa.array(batch.case_id, _TEXT),
        pa.array(words[verdict], _TEXT).dictionary_encode(),
        pa.array(n_rows, pa.int64()),
        pa.array(n_quarantined, pa.int64()),
        pa.array(year, pa.int32(), mask=year <= NO_LOW),
        pa.array([list(names) for names in unmapped], pa.list_(_TEXT)),
        _lists(told.without_rule, batch.n_cases),
        _lists(told.notes, batch.n_cases),
    ]
    schema = patients_schema(kept)
    columns += [pa.array(values, _TEXT) for values, _ in kept.values()]
    return pa.table(columns, schema=schema).take(pa.array(order))


def _lists(told: Words, n_cases: int) -> pa.ListArray:
    texts = pa.array(told.words, _TEXT).take(pa.array(told.code))
    return pa.ListArray.from_arrays(pa.array(told.offsets(n_cases), pa.int32()), texts)


def unevaluated_patients(names: Sequence[str], n_rows: Mapping[str, int], kept: Sequence[str]) -> pa.Table:
    """Return patients of whom nothing was evaluated, with as many rows each, all quarantined."""
    n = len(names)
    counts = pa.array([n_rows[name] for name in names], pa.int64())
    verdict = pa.array([Status.NOT_EVALUATED.word] * n, _TEXT).dictionary_encode()
    columns: list[Any] = [pa.array(names, _TEXT), verdict, counts, counts, pa.nulls(n, pa.int32())]
    # structures and notes: nothing is said of any
    columns += [pa.array([[]] * n, pa.list_(_TEXT))] * sum(
        field.type == pa.list_(_TEXT) for field in patients_schema(())
    )
    return pa.table([*columns, *(pa.nulls(n, _TEXT) for _ in kept)], schema=patients_schema(kept))


def patients_schema(kept: Sequence[str] | Mapping[str, Any]) -> pa.Schema:
    """Return the columns of patients with those that are carried along."""
    return pa.schema([*_PATIENTS, *((name, _TEXT) for name in kept)])
