"""What a budget is asked for, refused before anything is computed with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

import numpy as np

from reirrad.engine.batch import Ints
from reirrad.errors import Problem, QuantityError, shown
from reirrad.model.case import Technique
from reirrad.quantities import QUANTITIES


def whole_numbers(n_fractions: Sequence[int]) -> Ints:
    """Return fraction numbers as an array.

    Raises
    ------
    QuantityError
        If there is none, or one is not a whole number from 1.
    """
    try:
        counts = np.array(n_fractions)
    except ValueError:  # lists of several lengths
        counts = np.array(None)
    if counts.ndim != 1 or counts.size == 0 or counts.dtype.kind not in {"i", "u"} or counts.min() < 1:
        is_one = counts.ndim == 0 and counts.dtype.kind in {"i", "u"}
        hint = f"; put it in a list: n_fractions=[{counts}]" if is_one else ""
        given = n_fractions if counts.ndim == 0 else list(n_fractions)
        raise QuantityError(f"n_fractions must be whole numbers from 1, given: {shown(given)}{hint}")
    return counts.astype(np.int64)


def whole_months(intervals_months: Any) -> list[int]:
    """Return intervals as a list.

    Raises
    ------
    QuantityError
        If they are no whole months from 0 to 1200.
    """
    quantity = QUANTITIES["months_since_previous"]
    given: list[Any] = list(intervals_months) if isinstance(intervals_months, Iterable) else [None]
    if not all(map(_are_months, given)):
        allowed = f"a list of whole numbers from {quantity.low:g} to {quantity.high:g} months"
        raise QuantityError(
            str(Problem("intervals_months", "these are no intervals", shown(intervals_months), allowed))
        )
    return [int(item) for item in given]


def one_interval(interval_months: Any) -> int | None:
    """Return an interval; ``None`` is not stated.

    Raises
    ------
    QuantityError
        If it is no whole number of months from 0 to 1200.
    """
    quantity = QUANTITIES["months_since_previous"]
    if interval_months is not None and not _are_months(interval_months):
        allowed = f"a whole number from {quantity.low:g} to {quantity.high:g} months"
        raise QuantityError(str(Problem("interval_months", "this is no interval", shown(interval_months), allowed)))
    return None if interval_months is None else int(interval_months)


def _are_months(item: Any) -> bool:
    # a bool is a number to Python, and no interval
    is_number = isinstance(item, int | np.integer) and not isinstance(item, bool)
    return is_number and QUANTITIES["months_since_previous"].contains(float(item))


def problems_of_technique(technique: Any) -> Iterator[Problem]:
    """Yield that the technique of a further course is none."""
    if technique is not None and technique not in get_args(Technique):
        yield Problem("technique", "it is not known", shown(technique), ", ".join(get_args(Technique)))
