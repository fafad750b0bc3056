"""Whether the columns of a table have one cell for each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
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
            size = " x ".join(map(str, array.shape))
            given = f"an array of {size}" if size else "a single value"
            yield Problem(name, "the column is no list of cells", given, allowed)
        elif len(array) != usual:
            n_cells = f"{len(array)} cell{'' if len(array) == 1 else 's'}"
            yield Problem(name, "the column has another length", n_cells, allowed)
