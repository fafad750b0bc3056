"""Incomplete repair of a number of fractions that need not fill whole days."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from reirrad.radiobiology._arguments import exact
from reirrad.radiobiology.fractionation import (
    FRACTIONS_PER_DAY,
    HOURS_BETWEEN_FRACTIONS,
    REPAIR_HALF_TIME,
    incomplete_repair_factor_exact,
)
from reirrad.radiobiology.lq import N_FRACTIONS


def incomplete_repair_range_exact(
    *,
    n_fractions: Any,
    fractions_per_day: Any,
    hours_between_fractions: Any | None = None,
    repair_half_time_h: Any | None = None,
) -> tuple[Fraction, Fraction]:
    r"""Incomplete repair factor of a number of fractions, given on as few days as so many a day allow.

    Parameters
    ----------
    n_fractions
        Number of fractions in all. [1]
    fractions_per_day
        The most fractions of one day. [1]
    hours_between_fractions, repair_half_time_h
        As for :func:`reirrad.radiobiology.incomplete_repair_factor_exact`. Where one of them is not known repair may be
        anything from full to none. [h]

    Returns
    -------
    low, high : Fraction
        The smallest and the largest factor: h_m, both, of whole days of m fractions. Of other numbers the factor
        depends on how they are spread: least if that is even, most if all days but one are full. They are the same
        for two a day. [1]

    Raises
    ------
    QuantityError
        A number is missing, not numeric or out of range.

    Notes
    -----
    With n_i fractions on day i, h_1 = 0 and n = sum of n_i,

    .. math:: h = \frac{1}{n} \sum_i n_i h_{n_i}

    which is Thames' sum [1]_ over pairs of fractions of one day. It is convex in n_i, as h_n n has rising differences.

    References
    ----------
    .. [1] H. D. Thames, "An 'incomplete-repair' model for survival after fractionated and continuous irradiations",
       Int J Radiat Biol 47, 319-339 (1985).

    Examples
    --------
    Of three fractions, two a day, two share a day:

    >>> incomplete_repair_range_exact(
    ...     n_fractions=3, fractions_per_day=2, hours_between_fractions=6, repair_half_time_h=6
    ... )
    (Fraction(1, 3), Fraction(1, 3))
    >>> incomplete_repair_range_exact(n_fractions=1, fractions_per_day=2)
    (Fraction(0, 1), Fraction(0, 1))
    """
    n, per_day = int(exact(N_FRACTIONS, n_fractions)), int(exact(FRACTIONS_PER_DAY, fractions_per_day))
    stated = ((HOURS_BETWEEN_FRACTIONS, hours_between_fractions), (REPAIR_HALF_TIME, repair_half_time_h))
    for known, value in stated:
        if value is not None:  # a slip beside one that is not known would be passed over
            exact(known, value)
    is_known = hours_between_fractions is not None and repair_half_time_h is not None

    def of_days(n_days: int, n_on_each: int) -> Fraction:
        """Return what so many days of so many fractions add to h n."""
        if n_days == 0 or n_on_each == 0:
            return Fraction(0)
        if not is_known:
            return Fraction(n_days * n_on_each * (n_on_each - 1))
        factor = incomplete_repair_factor_exact(
            fractions_per_day=n_on_each,
            hours_between_fractions=hours_between_fractions,
            repair_half_time_h=repair_half_time_h,
        )
        return n_days * n_on_each * factor

    full_days, rest = divmod(n, per_day)
    most = of_days(full_days, per_day) + of_days(1, rest)
    if not is_known:
        return Fraction(0), most / n
    n_days = full_days + (rest > 0)
    on_each, n_longer = divmod(n, n_days)
    least = of_days(n_days - n_longer, on_each) + of_days(n_longer, on_each + 1)
    return least / n, most / n
