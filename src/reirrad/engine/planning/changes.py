"""Where a status changes when one thing is changed step by step, for many findings at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reirrad.engine.batch import Ints

#: No step with another status.
NONE = -1


@dataclass(frozen=True, slots=True)
class Change:
    """The first step with another status than that of step 0, and the status there; ``NONE`` where there is none."""

    step: Ints
    status: Ints


def first_change(status_at: Callable[[Ints], Ints], status: Ints, stations: Sequence[Ints]) -> Change:
    """Return the first step at which each status changes: looked for at stations, then drawn together by halving.

    Parameters
    ----------
    status_at
        The status of every finding at a step of its own.
    status
        At step 0.
    stations
        Steps in ascending order, each of shape (n,): a change that goes and comes back between two is not seen.
    """
    last_same = np.zeros(len(status), dtype=np.int64)
    changed = np.full(len(status), NONE)
    for station in stations:
        is_other = status_at(station) != status
        fresh = is_other & (changed == NONE)
        changed = np.where(fresh, station, changed)
        last_same = np.where(changed == NONE, station, last_same)
    # what does not change is below every step, and never open
    while np.any(is_open := changed - last_same > 1):
        middle = (changed + last_same) // 2
        is_other = status_at(middle) != status
        changed = np.where(is_open & is_other, middle, changed)
        last_same = np.where(is_open & ~is_other, middle, last_same)
    found = status_at(np.where(changed == NONE, 0, changed))
    return Change(changed, np.where(changed == NONE, NONE, found))
