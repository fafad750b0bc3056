"""Whether the columns of a table have one cell for each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

import numpy as np

from reirrad.errors import Problem


def length_problems(columns: Mapping[str, np.ndarray[Any, Any]]) -> Iterator[Problem]:
    """Yield what is wrong with each column that is no list of cells, or has another number of them than most have."""
    lengths = Counter(len(array) for array in columns.values() if array.ndim == 1)
    allowed = "one cell for each row"
    if lengths:
        ((usual, n_columns),) = lengths.most_common(1)
        allowed += f": {usual}, as {'most columns have' if n_columns > 1 else 'the first column has'}"
    for name, array in columns.items():
        if array.ndim != 1:
            given, hint = _in_words(array)
            yield Problem(name, "the column is no list of cells", given, allowed, hint)
        elif len(array) != usual:
            n_cells = f"{len(array)} cell{'' if len(array) == 1 else 's'}"
            yield Problem(name, "the column has another length", n_cells, allowed)


def _in_words(array: np.ndarray[Any, Any]) -> tuple[str, str]:
    """Return what was given for a column, and what to do; what numpy takes for one thing may hold many."""
    if array.ndim:
        return f"an array of {' x '.join(map(str, array.shape))}", ""
    value = array[()]
    if isinstance(value, str | bytes | np.generic) or not isinstance(value, Iterable):
        return "a single value", ""
    if isinstance(value, Mapping):
        return type(value).__name__, "cells are a list: list(....values())"
    if isinstance(value, Set):
        return type(value).__name__, "a set has no order, and drops what is equal: give a list"
    return type(value).__name__, "cells are a list: list(...)"
