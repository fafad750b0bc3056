"""The order of rows, by which those that belong together are adjacent, whatever the order of the table was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reirrad.engine.batch import Ints
from reirrad.engine.codes import UNSTATED

#: Code of a structure or metric that is not known: the row is read, but no constraint uses its dose.
UNKNOWN = -2
_BITS = 63


def ranked(codes: Ints, known: Sequence[str], strange: Sequence[str]) -> Ints:
    """Return codes as ranks in the order of the names that they stand for: of what is not stated, known, not known."""
    # the codes from the smallest on: what is not known, from UNKNOWN down; what is not stated; what is known
    names = [*((2, name) for name in reversed(strange)), (0, ""), *((1, name) for name in known)]
    rank = np.empty(len(names), dtype=np.int64)
    rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return np.asarray(rank[codes + len(strange) - UNSTATED])


def order_of(keys: list[Ints]) -> Ints:
    """Return the order of rows by several codes, packed into one number where they fit."""
    packed = np.zeros(len(keys[0]), dtype=np.int64)
    bits = 0
    for key in keys:
        low = int(key.min(initial=0))
        width = (int(key.max(initial=0)) - low).bit_length()
        bits += width
        packed = (packed << width) | (key - low)
    if bits >= _BITS:
        return np.asarray(np.lexsort(keys[::-1]))
    return np.argsort(packed, kind="stable")
