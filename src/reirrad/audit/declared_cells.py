"""Cells as they were declared: markers of what is missing, the decimal comma, the format of dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import numpy as np

from reirrad.audit.sources.blocks import NUMBERS, Declared
from reirrad.audit.table import Cells

_DATES = ("start", "end")
#: Before a text that is not what was declared: nothing reads it.
_UNREADABLE = "? "


def declared_cells(columns: Mapping[str, Cells], declared: Declared) -> dict[str, Cells]:
    """Return the columns with their texts in the form of this program; what does not fit becomes unreadable.

    Texts are looked at once each, and a cell is read in one way only: a column of European dates has no American one.
    """
    return {name: _declared(name, column, declared) for name, column in columns.items()}


def _declared(name: str, column: Cells, declared: Declared) -> Cells:
    change: Callable[[str], str] | None = None
    if declared.decimal_comma and name in NUMBERS:
        change = _with_point
    elif declared.date_format is not None and name in _DATES:
        change = _date_reader(declared.date_format)
    missing = {text.strip() for text in declared.missing}
    if change is None and not missing:
        return column
    is_missing = np.array([text.strip() in missing for text in column.values] + [True], dtype=np.bool_)
    values = [text if change is None else change(text.strip()) for text in column.values]
    # what stands for an empty cell is no value: of a column of ids it would be a patient of its own
    place = np.where(is_missing, -1, np.cumsum(~is_missing) - 1)
    kept = [text for text, leave_out in zip(values, is_missing[:-1], strict=True) if not leave_out]
    return Cells(place[column.codes], kept)


def _with_point(text: str) -> str:
    return f"{_UNREADABLE}{text}" if "." in text else text.replace(",", ".")


def _date_reader(form: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            return dt.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            return f"{_UNREADABLE}{text}"

    return read
