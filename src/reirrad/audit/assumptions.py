"""What an audit took for granted, or was told to: it is repeated with every result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
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
_DATES = ("start", "end")
#: A zone behind a time of day in a text: a day alone may end in -07, too.
_ZONE = re.compile(r":\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}(?::?\d{2})?)\Z", re.ASCII)


def assumptions_of(
    columns: Mapping[str, Any],
    library: Library,
    *,
    strict: bool,
    assume_once_daily: bool,
    counted: Mapping[str, int] | None = None,
) -> tuple[str, ...]:
    """Return what was assumed of a table, or chosen, and is to be repeated with every result.

    Parameters
    ----------
    counted
        In how many rows something was taken for granted, by column: see :func:`counted_cells`.
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
    texts += _of_counted(counted or {})
    texts += notes_of_library(library)
    if strict:
        texts.append("strict: sums of near-maxima other than Max prove nothing by themselves")
    return tuple(texts)


def counted_cells(columns: Mapping[str, Column], rows: Rows, is_duplicate: Bools) -> dict[str, int]:
    """Return in how many rows something was taken for granted, by column, where there are any.

    Counted are empty cells where that means something, folded rows whose cell of the phase is empty, and times with a
    zone, of which the day is taken as it is written.

    Parameters
    ----------
    columns
        The columns of the table as they stand.
    rows, is_duplicate
        The same as read, and which of them repeat another.
    """
    n_of = {name: _n_empty(columns[name]) for name in _OF_EMPTY if name in columns}
    n_of |= {name: _n_with_zone(columns[name]) for name in _DATES if name in columns}
    if "phase_id" in rows.columns:
        n_of["phase_id"] = int(np.count_nonzero(is_duplicate & (rows["phase_id"] == UNSTATED)))
    return {name: n for name, n in n_of.items() if n}


def _n_empty(column: Column) -> int:
    if isinstance(column, np.ndarray) and column.dtype.kind in "iufb":
        return int(np.count_nonzero(column != column))
    return _n_where(column, lambda value: value is None or not str(value).strip(), of_no_value=True)


def _n_with_zone(column: Column) -> int:
    if isinstance(column, np.ndarray) and column.dtype.kind not in "OUT":
        return 0
    return _n_where(column, lambda value: isinstance(value, str) and _ZONE.search(value.strip()), of_no_value=False)


def _n_where(column: Column, question: Callable[[Any], object], *, of_no_value: bool) -> int:
    read = cells(column)
    answer = np.array([bool(question(value)) for value in read.values] + [of_no_value], dtype=np.bool_)
    return int(np.count_nonzero(answer[read.codes]))


def _of_counted(counted: Mapping[str, int]) -> Iterator[str]:
    for name, what in _OF_EMPTY.items():
        if n := counted.get(name, 0):
            yield f"{name} is empty in {_rows(n)}: {what}"
    for name in _DATES:
        if n := counted.get(name, 0):
            yield f"{name} has a time zone in {_rows(n)}: the day was taken as it is written"
    if n := counted.get("phase_id", 0):
        repeat = "rows that repeat another, which were" if n > 1 else "row that repeats another, which was"
        yield f"phase_id is empty in {n} {repeat} folded: phases that are alike would be"


def _rows(n: int) -> str:
    return f"{n} row{'s' if n > 1 else ''}"
