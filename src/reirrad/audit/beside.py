"""The nearest ids before and after rows that have none."""

from __future__ import annotations

import numpy as np

from reirrad.engine.batch import Ints


def ids_beside(codes: Ints) -> tuple[Ints, Ints]:
    """Return rows without an id, and the ids of the nearest rows before and after them that have one.

    Parameters
    ----------
    codes
        The id of each row as a code, in the order of the table; -1 where there is none.

    Examples
    --------
    >>> at, code = ids_beside(np.array([-1, 7, -1, -1, 8]))
    >>> list(zip(at.tolist(), code.tolist()))
    [(2, 7), (3, 7), (0, 7), (2, 8), (3, 8)]
    """
    rows = np.arange(len(codes))
    without = np.flatnonzero(codes < 0)
    before = np.maximum.accumulate(np.where(codes >= 0, rows, -1))[without]
    after = np.minimum.accumulate(np.where(codes >= 0, rows, len(codes))[::-1])[::-1][without]
    has_before, has_after = before >= 0, after < len(codes)
    at = np.concatenate([without[has_before], without[has_after]])
    return at, codes[np.concatenate([before[has_before], after[has_after]])]
