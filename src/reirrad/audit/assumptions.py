"""What an audit took for granted, or was told to: it is repeated with every result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.audit.table import Column, cells
from reirrad.engine.batch import Bools
from reirrad.engine.codes import UNSTATED
from reirrad.engine.notes import notes_of_library
from reirrad.library import Library

#: What an empty cell of a column means, where the column is there.
_OF_EMPTY = {
    "role": "such a course was taken as delivered",
    "prior_radiotherapy": "such a history is unknown",
    "scheduled_dose_gy": "whether such doses are totals, not of one fraction, was not checked",
}


def assumptions_of(
    columns: Mapping[str, Any],
    library: Library,
    *,
    strict: bool,
    assume_once_daily: bool,
    empty: Mapping[str, int] | None = None,
) -> tuple[str, ...]:
    """Return what was assumed of a table, or chosen, and is to be repeated with every result.

    Parameters
    ----------
    empty
        The number of empty cells by column, see :func:`empty_cells` and :func:`folded_without_phase`.
    """
    texts = []
    if assume_once_daily and "fractions_per_day" not in columns:
        texts.append("fractions_per_day is not in the table and was taken as 1")
    elif assume_once_daily:
        texts.append("empty cells of fractions_per_day were taken as 1")
    if "role" not in columns:
        texts.append("role is not in the table: every course was taken as delivered")
    if "prior_radiotherapy" not in columns:
        texts.append("prior_radiotherapy is not in the table: every history is unknown")
    if "phase_id" in columns and "n_phases" not in columns:
        texts.append("n_phases is not in the table: whether every phase of a course is listed was not checked")
    if "phase_id" not in columns:
        texts.append(
            "phase_id is not in the table: rows that repeat another are folded; phases that are alike would be"
        )
    if "phase_id" in columns or not {"start", "end"} <= set(columns):
        texts.append("phases, and courses that no dates keep apart, are taken as given on different days")
    if "scheduled_dose_gy" not in columns:
        texts.append(
            "scheduled_dose_gy is not in the table: whether doses are totals, not of one fraction, was not checked"
        )
    texts += _of_empty(empty or {})
    texts += notes_of_library(library)
    if strict:
        texts.append("strict: sums of near-maxima other than Max prove nothing by themselves")
    return tuple(texts)


def empty_cells(columns: Mapping[str, Column]) -> dict[str, int]:
    """Return the number of empty cells of each column of which that means something."""
    counted = {name: _n_empty(columns[name]) for name in _OF_EMPTY if name in columns}
    return {name: n for name, n in counted.items() if n}


def folded_without_phase(rows: Rows, is_duplicate: Bools) -> dict[str, int]:
    """Return the number of folded rows whose cell of the phase is empty, where that column is there."""
    if "phase_id" not in rows.columns:
        return {}
    n = int(np.count_nonzero(is_duplicate & (rows["phase_id"] == UNSTATED)))
    return {"phase_id": n} if n else {}


def _n_empty(column: Column) -> int:
    if isinstance(column, np.ndarray) and column.dtype.kind in "iufb":
        return int(np.count_nonzero(column != column))
    read = cells(column)
    is_empty = np.array([value is None or not str(value).strip() for value in read.values] + [True], dtype=np.bool_)
    return int(np.count_nonzero(is_empty[read.codes]))


def _of_empty(empty: Mapping[str, int]) -> Iterator[str]:
    for name, what in _OF_EMPTY.items():
        if n := empty.get(name, 0):
            yield f"{name} is empty in {n} row{'s' if n > 1 else ''}: {what}"
    if n := empty.get("phase_id", 0):
        repeat = "rows that repeat another, which were" if n > 1 else "row that repeats another, which was"
        yield f"phase_id is empty in {n} {repeat} folded: phases that are alike would be"
