"""What a budget is asked for, refused before anything is computed with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

import numpy as np

from reirrad.engine.batch import Ints
from reirrad.errors import Problem, QuantityError, shown
from reirrad.model.case import Technique
from reirrad.quantities import QUANTITIES


def whole_numbers(n_fractions: Any) -> Ints:
    """Return fraction numbers as an array.

    Raises
    ------
    QuantityError
        If there is none, or one is no whole number from 1 to 200.
    """
    quantity = QUANTITIES["n_fractions"]
    allowed = f"a list of whole numbers from {quantity.low:g} to {quantity.high:g}"
    is_one = np.ndim(n_fractions) == 0 if isinstance(n_fractions, np.ndarray) else not isinstance(n_fractions, Iterable)
    if is_one or isinstance(n_fractions, str | bytes | Mapping):
        hint = f"put it in a list: n_fractions=[{n_fractions}]" if _is_whole(n_fractions) else ""
        problem = Problem("n_fractions", "this is no list of fraction numbers", shown(n_fractions), allowed, hint)
        raise QuantityError(str(problem))
    given = list(n_fractions)
    wrong = [
        place for place, item in enumerate(given) if not (_is_whole(item) and quantity.low <= item <= quantity.high)
    ]
    if wrong:
        where, item = f"n_fractions[{wrong[0]}]", given[wrong[0]]
        problem = Problem(
            where, "this is no number of fractions", shown(int(item) if _is_whole(item) else item), allowed
        )
        raise QuantityError(str(problem))
    if not given:
        raise QuantityError(str(Problem("n_fractions", "there is no number of fractions", "[]", allowed)))
    return np.array(given, dtype=np.int64)


def _is_whole(item: Any) -> bool:
    # a bool is a number to Python, and a masked one to numpy
    return isinstance(item, int | np.integer) and not isinstance(item, bool)


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
    return _is_whole(item) and QUANTITIES["months_since_previous"].contains(float(item))


def problems_of_technique(technique: Any) -> Iterator[Problem]:
    """Yield that the technique of a further course is none."""
    if technique is not None and technique not in get_args(Technique):
        yield Problem("technique", "it is not known", shown(technique), ", ".join(get_args(Technique)))
