"""What is left of an earlier dose after an interval, and which part a step table calls recovered."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from reirrad.errors import Problem, QuantityError
from reirrad.radiobiology._arguments import (
    Argument,
    FloatArray,
    argument,
    as_numbers,
    exact,
    refusal,
    refusal_where,
    refuse_unusable,
)

QUANTITY = Argument("quantity", unbounded=True)
RECOVERED_FRACTION = argument("recovered_fraction", bounded=True)
INTERVAL_LOW = Argument("interval_low_months", "months")
INTERVAL_HIGH = Argument("interval_high_months", "months", unbounded=True)
FROM = Argument("from_months", "months")
TO = Argument("to_months", "months", low_is_open=True, unbounded=True)


def residual(*, quantity: Any, recovered_fraction: Any) -> Any:
    r"""Part of an earlier dose that still counts.

    Parameters
    ----------
    quantity : array_like
        Dose, BED or EQD2 of the earlier course; infinity where it is unbounded. [any]
    recovered_fraction : array_like
        Part of it that no longer counts. [1]

    Returns
    -------
    residual : float64, float64 array or object array of the broadcast shape
        In the unit of ``quantity``; an object array or a Fraction if an argument is, or holds, a Fraction. Other
        numbers, those with a floating point by their shortest decimal text, are taken exactly then; infinity stays.

    Raises
    ------
    QuantityError
        A quantity is negative or NaN, a recovered fraction is NaN or outside 0 to 1, or shapes do not broadcast.

    Notes
    -----
    .. math:: residual = quantity\,(1 - recovered\_fraction)

    What has recovered entirely is 0, also where the quantity is unbounded.

    Examples
    --------
    >>> residual(quantity=[40.0, float("inf"), float("inf")], recovered_fraction=[0.25, 0.5, 1.0]).tolist()
    [30.0, inf, 0.0]
    """
    earlier, recovered = _numbers(QUANTITY, quantity), _numbers(RECOVERED_FRACTION, recovered_fraction)
    refuse_unusable([QUANTITY, RECOVERED_FRACTION], [earlier, recovered])
    is_exact = object in (earlier.dtype, recovered.dtype)
    if is_exact:
        earlier, recovered = _fractions(QUANTITY, quantity), _fractions(RECOVERED_FRACTION, recovered_fraction)
    try:
        if is_exact:
            return np.frompyfunc(_exact_residual, 2, 1)(earlier, recovered)
        remaining = 1 - recovered
        with np.errstate(invalid="ignore"):
            return np.where(remaining == 0, 0.0, earlier * remaining)[()]
    except ValueError:
        raise _no_broadcast(quantity=earlier, recovered_fraction=recovered) from None


def _exact_residual(quantity: Any, recovered: Fraction) -> Any:
    if recovered == 1:
        return Fraction(0)
    # a fraction near 0 would be 0 as a float, and infinity times it NaN
    return inf if quantity == inf else quantity * (1 - recovered)


def _fractions(known: Argument, value: Any) -> Any:
    """Return an object array of fractions, in which only infinity stays a float."""
    # a list must not become an array of one width: each number has its own
    numbers = np.asarray(value, dtype=object if isinstance(value, (list, tuple)) else None)
    fractions = [inf if number == inf else exact(known, number) for number in numbers.flat]
    return np.array(fractions, dtype=object).reshape(numbers.shape)


def recovered_fraction_range(
    *,
    interval_low_months: npt.ArrayLike,
    interval_high_months: npt.ArrayLike,
    from_months: npt.ArrayLike,
    to_months: npt.ArrayLike,
    recovered_fraction: Any,
) -> tuple[Any, Any]:
    r"""Smallest and largest fraction that a step table gives for an interval known to lie within a range.

    Parameters
    ----------
    interval_low_months, interval_high_months : array_like
        Ends of the range, both included; the upper end is infinity where it is unknown. [months]
    from_months, to_months : array_like, one-dimensional
        Bins [from, to) of the table, in any order, without overlap; ``to`` is infinity for an open bin. [months]
    recovered_fraction : array_like, one-dimensional
        Recovered fraction of each bin; an object array of fractions for exact results. [1]

    Returns
    -------
    smallest, largest : float64 scalars or arrays (object arrays for a table of fractions)
        Of the broadcast shape of the interval ends. [1]

    Raises
    ------
    QuantityError
        An interval or a bin is negative, NaN or reversed, the lower end is infinite, bins overlap, a fraction is
        outside 0 to 1, or shapes do not agree.

    Notes
    -----
    A range [low, high] meets a bin if low < to and high >= from. Where any part of the range lies outside every bin,
    nothing is known and the result is 0 to 1.

    Examples
    --------
    >>> table = {"from_months": [0, 6], "to_months": [6, float("inf")], "recovered_fraction": [0.0, 0.25]}
    >>> smallest, largest = recovered_fraction_range(
    ...     interval_low_months=[3.0, 6.0, 3.0], interval_high_months=[5.9, 6.0, 6.0], **table)
    >>> smallest.tolist(), largest.tolist()
    ([0.0, 0.25, 0.0], [0.0, 0.25, 0.25])
    """
    low, high = _checked_intervals(interval_low_months, interval_high_months)
    bins = _checked_bins(from_months, to_months, recovered_fraction)
    none, full = _ends_of_scale(bins)
    smallest, largest = np.full(low.shape, full), np.full(low.shape, none)
    covered_to = low
    for start, end, fraction in bins:
        meets = (low < end) & (high >= start)
        smallest = np.where(meets, np.minimum(smallest, fraction), smallest)
        largest = np.where(meets, np.maximum(largest, fraction), largest)
        # the bins come in order: a gap before this one keeps covered_to where it is
        covered_to = np.where((start <= covered_to) & (covered_to < end), end, covered_to)
    covered = (covered_to > high) | (covered_to == inf)
    return np.where(covered, smallest, none)[()], np.where(covered, largest, full)[()]


def _checked_intervals(low_months: Any, high_months: Any) -> tuple[FloatArray, FloatArray]:
    low, high = _numbers(INTERVAL_LOW, low_months), _numbers(INTERVAL_HIGH, high_months)
    refuse_unusable([INTERVAL_LOW, INTERVAL_HIGH], [low, high])
    try:
        low, high = np.broadcast_arrays(low, high)
    except ValueError:
        raise _no_broadcast(interval_low_months=low, interval_high_months=high) from None
    if np.any(high < low):
        raise refusal_where(INTERVAL_HIGH, high < low, high, "below interval_low_months")
    return low, high


def _checked_bins(from_months: Any, to_months: Any, recovered_fraction: Any) -> list[tuple[float, float, Any]]:
    start, end = _numbers(FROM, from_months), _numbers(TO, to_months)
    fraction = _numbers(RECOVERED_FRACTION, recovered_fraction)
    if not (start.shape == end.shape == fraction.shape and start.ndim == 1):
        raise _no_broadcast(from_months=start, to_months=end, recovered_fraction=fraction)
    refuse_unusable([FROM, TO, RECOVERED_FRACTION], [start, end, fraction])
    if np.any(end <= start):
        raise refusal_where(TO, end <= start, end, "not above from_months")
    order = np.argsort(start, kind="stable")
    start, end, fraction = start[order], end[order], fraction[order]
    overlaps = start[1:] < end[:-1]
    if overlaps.any():
        raise refusal(FROM, "lies inside an earlier bin", start[1:][overlaps][0])
    return list(zip(start.tolist(), end.tolist(), fraction, strict=True))


def _ends_of_scale(bins: list[tuple[float, float, Any]]) -> tuple[Any, Any]:
    is_exact = any(isinstance(fraction, Fraction) for _, _, fraction in bins)
    return (Fraction(0), Fraction(1)) if is_exact else (0.0, 1.0)


def _numbers(known: Argument, value: Any) -> Any:
    """Return a float64 array, or an object array if the value is or holds fractions."""
    numbers = np.asarray(value, dtype=object) if isinstance(value, (Fraction, list, tuple)) else value
    if not (isinstance(numbers, np.ndarray) and numbers.dtype == object):
        return np.asarray(as_numbers(known, value), dtype=np.float64)
    if numbers is not value and not any(isinstance(number, Fraction) for number in numbers.flat):
        return np.asarray(as_numbers(known, value), dtype=np.float64)  # an ordinary list of numbers
    plain = (Fraction, int, float, np.integer, np.floating)
    if not all(isinstance(number, plain) and not isinstance(number, bool) for number in numbers.flat):
        raise refusal(known, "holds something that is neither a fraction nor a number")
    return numbers


def _no_broadcast(**values: Any) -> QuantityError:
    shapes = ", ".join(f"{name} {value.shape}" for name, value in values.items())
    return QuantityError(str(Problem("", "the shapes of the arguments do not agree", shapes)))
