"""Cells as they were declared: markers of what is missing, the decimal comma, the format of dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

from reirrad.audit.sources.blocks import NUMBERS, Declared
from reirrad.audit.table import Cells

_DATES = ("start", "end")
#: Before a text that is not what was declared: nothing reads it.
_UNREADABLE = "? "
#: What stands for a number in a format of dates.
_NUMERIC = frozenset(f"%{letter}" for letter in "dmYyjHIMSfGVUWuw")


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
    # of 1112018 nobody knows whether it is 1 November or 11 January; the library takes the longest day
    is_fixed = _has_neighbours(form)

    def read(text: str) -> str:
        try:
            parsed = dt.datetime.strptime(text, form)
        except ValueError:
            return f"{_UNREADABLE}{text}"
        if is_fixed and parsed.strftime(form).casefold() != text.casefold():
            return f"{_UNREADABLE}{text}"
        return parsed.date().isoformat()

    return read


def _has_neighbours(form: str) -> bool:
    """Whether two numbers stand next to each other in a format, with nothing that says where the first one ends."""
    is_number = [piece in _NUMERIC for piece in re.findall(r"%.|.", form, re.DOTALL)]
    return any(first and second for first, second in pairwise(is_number))
