"""The model of spinal cord recovery by Woolley and others (2018): the BED that a second course may have.

Every number of the model is an argument: the published ones are in the edition file ``woolley-2018.toml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from reirrad.errors import Problem, QuantityError, shown
from reirrad.radiobiology._arguments import Argument, FloatArray
from reirrad.radiobiology._cord_arguments import AFTER, CURVE, HUMAN_RISK, MODEL, RISK, check_retreatment, checked

_DAYS_OF_A_YEAR = 365
#: The recovery rate is looked for up to here; a larger one restores the tolerance to within rounding.
_MOST_RATE = 1e9


def dose_at_risk(*, risk_percent: float, d50_gy: float, slope: float) -> float:
    r"""Dose at which a probit dose-response curve gives a risk.

    Parameters
    ----------
    risk_percent : float
        Risk, above 0 and below 100. [%]
    d50_gy : float
        Dose of a risk of one half. [Gy]
    slope : float
        Normalised slope g of the curve. [1]

    Returns
    -------
    dose_gy : float
        [Gy]

    Raises
    ------
    QuantityError
        An argument is out of range, or the curve has no dose above 0 of this risk.

    Notes
    -----
    The inverse of :math:`p(D) = \tfrac12 [1 + \mathrm{erf}(\tfrac{g}{\sqrt 2} (D/D_{50} - 1))]`.

    Examples
    --------
    >>> dose_at_risk(risk_percent=50, d50_gy=76.5571, slope=11.3764)
    76.5571
    """
    risk, d50, steep = checked(CURVE, (risk_percent, d50_gy, slope))
    return _dose(RISK, risk, d50, steep)


def _dose(known: Argument, risk_percent: float, d50_gy: float, slope: float) -> float:
    """Return the dose of a risk, which ``known`` names in the error if there is none above 0."""
    from scipy.special import ndtri  # scipy is loaded only where the model is used

    dose = d50_gy * (1 + float(ndtri(risk_percent / 100)) / slope)
    if not 0 < dose < inf:
        raise QuantityError(str(Problem(known.name, "the curve has no dose of this risk", repr(risk_percent))))
    return dose


def allowed_second_bed(
    *,
    first_bed_gy: npt.ArrayLike,
    interval_years: npt.ArrayLike,
    alpha_beta_gy: Any,
    risk_percent: float,
    single_course_d50_gy: float,
    single_course_slope: float,
    retreatment_after_years: Sequence[float],
    retreatment_d50_gy: Sequence[float],
    retreatment_slope: Sequence[float],
    first_course_of_animals_gy: float,
    onset_steepness: float,
    onset_shift: float,
    onset_percent: float,
    recovery_begins_days: float,
    human_risk_percent: float,
    human_dose_gy: float,
    human_dose_per_fraction_gy: float,
) -> FloatArray:
    r"""BED of a second course to the human cord that the model gives the chosen risk.

    Parameters
    ----------
    first_bed_gy : array_like
        BED of the first course B1. [Gy BED]
    interval_years : array_like
        Time from the first to the second course. [years]
    alpha_beta_gy : float
        For the human tolerance; that of both BED. [Gy]
    risk_percent : float
        Risk that is accepted. [%]
    single_course_d50_gy, single_course_slope
        Dose-response of one course in animals. [Gy], [1]
    retreatment_after_years, retreatment_d50_gy, retreatment_slope
        Dose-response of a second course in animals after three intervals. [years], [Gy], [1]
    first_course_of_animals_gy
        First course that the retreated animals had. [Gy]
    onset_steepness, onset_shift, onset_percent
        s0, s1 and B* of the onset h. [1/%], [1], [%]
    recovery_begins_days
        Interval up to which nothing recovers. [days]
    human_risk_percent, human_dose_gy, human_dose_per_fraction_gy
        The point that the single-course curve is moved through. [%], [Gy], [Gy]

    Returns
    -------
    second_bed_gy : float64 array of the broadcast shape
        NaN where the model does not speak: outside the intervals it was made for, or where the first course alone
        exceeds the tolerance. [Gy BED]

    Raises
    ------
    QuantityError
        An argument is missing, not numeric, NaN, negative or out of range, shapes do not broadcast, the intervals of
        the animals do not rise from the beginning of recovery on, or the curves contradict the model.

    Notes
    -----
    In percent of the tolerance BED,

    .. math:: B_2 = 100\,(1 - b)\,[1 + h\,((1 - b)^{-r/(1+r)} - 1)], \quad b = B_1/100, \quad
              h = \tfrac12 [1 + \tanh(s_0 (B_1 - \tfrac{B^*}{1 + s_1 r}))]

    r(t) is the cubic through (begin, 0) and the three intervals, where r makes B2 after the animals' first course equal
    to their second at the chosen risk; below 0 it is taken as 0. The human curve is the single-course curve moved by a
    constant dose: for a risk other than ``human_risk_percent`` the source says no more than that.

    References
    ----------
    .. [1] T. E. Woolley and others (2018), equations as in the first author's published code.

    Examples
    --------
    80 Gy2, and a second course two years later, with the published parameters:

    >>> float(allowed_second_bed(
    ...     first_bed_gy=80, interval_years=2, alpha_beta_gy=2, risk_percent=1,
    ...     single_course_d50_gy=76.5571, single_course_slope=11.3764, retreatment_after_years=(1, 2, 3),
    ...     retreatment_d50_gy=(64.3842, 72.2328, 74.9850), retreatment_slope=(9.5675, 10.7338, 11.1428),
    ...     first_course_of_animals_gy=44, onset_steepness=0.15, onset_shift=0.1, onset_percent=35,
    ...     recovery_begins_days=70, human_risk_percent=1, human_dose_gy=54.8, human_dose_per_fraction_gy=2,
    ... ).round(1))
    101.7
    """
    given = (
        first_bed_gy,
        interval_years,
        alpha_beta_gy,
        risk_percent,
        single_course_d50_gy,
        single_course_slope,
        retreatment_after_years,
        retreatment_d50_gy,
        retreatment_slope,
        first_course_of_animals_gy,
        onset_steepness,
        onset_shift,
        onset_percent,
        recovery_begins_days,
        human_risk_percent,
        human_dose_gy,
        human_dose_per_fraction_gy,
    )
    first, years, alpha_beta, risk, d50, slope, after, d50s, slopes, animals, *more = checked(MODEL, given)
    steepness, shift, at_percent, begin_days, human_risk, human_dose, human_size = more
    begin = begin_days / _DAYS_OF_A_YEAR
    check_retreatment(after, d50s, slopes, begin)
    try:
        first, years = np.broadcast_arrays(first, years)
    except ValueError:
        shapes = f"first_bed_gy {first.shape}, interval_years {years.shape}"
        raise QuantityError(str(Problem("", "the shapes of the arguments do not agree", shapes))) from None
    tolerance = _dose(RISK, risk, d50, slope)
    human_bed = _human_bed(alpha_beta, (risk, d50, slope), (human_risk, human_dose, human_size))
    if human_bed <= 0:
        raise QuantityError(str(Problem("risk_percent", "the human curve has no dose of this risk", repr(risk))))
    if human_bed == inf:
        what = "the human tolerance is too large for a 64-bit number"
        raise QuantityError(str(Problem("", what, hint="check the units of the arguments")))
    second = tuple(100 * _dose(RISK, risk, *curve) / tolerance for curve in zip(d50s, slopes, strict=True))
    onset = (steepness, shift, at_percent)
    rates = _rates(100 * animals / tolerance, second, onset)
    with np.errstate(over="ignore", invalid="ignore"):  # a BED beyond all numbers exceeds the tolerance
        percent = 100 * first / human_bed
        is_inside = (years >= begin) & (years <= after[-1]) & (percent < 100)
        rate = np.maximum(_through((begin, *after), (0.0, *rates), years[is_inside]), 0.0)
        found = second_percent(percent[is_inside], rate, onset) * human_bed / 100
    if not np.isfinite(found).all():
        what = "the curve through the intervals is too large for a 64-bit number"
        raise QuantityError(str(Problem(AFTER.name, what, shown(after))))
    allowed = np.full(percent.shape, np.nan)
    allowed[is_inside] = found
    return allowed


def human_tolerance_bed(
    *,
    risk_percent: float,
    alpha_beta_gy: float,
    single_course_d50_gy: float,
    single_course_slope: float,
    human_risk_percent: float,
    human_dose_gy: float,
    human_dose_per_fraction_gy: float,
) -> float:
    """BED of one course that the model gives the chosen risk in man: the tolerance of :func:`allowed_second_bed`.

    A first course must stay below it. The arguments are those of that function, which refuses what is out of range.

    Examples
    --------
    54.8 Gy in fractions of 2 Gy at the risk that they stand for are 54.8 (1 + 2/2):

    >>> human_tolerance_bed(
    ...     risk_percent=1, alpha_beta_gy=2, single_course_d50_gy=76.5571, single_course_slope=11.3764,
    ...     human_risk_percent=1, human_dose_gy=54.8, human_dose_per_fraction_gy=2,
    ... )
    109.6
    """
    curve = (risk_percent, single_course_d50_gy, single_course_slope)
    return _human_bed(alpha_beta_gy, curve, (human_risk_percent, human_dose_gy, human_dose_per_fraction_gy))


def _human_bed(alpha_beta: float, curve: tuple[float, ...], human: tuple[float, ...]) -> float:
    """Return the tolerance from risk, D50 and slope of the curve, and the point of man that it is moved through."""
    (risk, d50, slope), (human_risk, human_dose, human_size) = curve, human
    moved = human_dose - _dose(HUMAN_RISK, human_risk, d50, slope)
    return (_dose(RISK, risk, d50, slope) + moved) * (1 + human_size / alpha_beta)


def second_percent(first_percent: Any, rate: Any, onset: tuple[float, float, float]) -> Any:
    """Return B2 for B1 and r, both in percent of the tolerance; the equation of :func:`allowed_second_bed`."""
    steepness, shift, at_percent = onset
    left = 1 - first_percent / 100
    begun = (1 + np.tanh(steepness * (first_percent - at_percent / (1 + shift * rate)))) / 2
    return 100 * left * (1 + begun * (left ** (-rate / (1 + rate)) - 1))


@cache
def _rates(first_percent: float, second: tuple[float, ...], onset: tuple[float, float, float]) -> tuple[float, ...]:
    """Return the recovery rate r behind each second course of the animals."""
    from scipy.optimize import brentq

    found = []
    for target in second:
        # above 100 % the equation has no real number
        is_below = first_percent < 100
        ends = [float(second_percent(first_percent, rate, onset)) - target for rate in (0.0, _MOST_RATE) if is_below]
        if not (is_below and ends[0] < 0 < ends[1]):
            what = "no recovery rate explains the retreatment curves at this risk"
            raise QuantityError(str(Problem("risk_percent", what, hint="choose a risk nearer to the default")))
        found.append(
            float(
                brentq(
                    lambda rate, target=target: second_percent(first_percent, rate, onset) - target,
                    0.0,
                    _MOST_RATE,
                    xtol=1e-12,
                )
            )
        )
    return tuple(found)


def _through(points: Sequence[float], values: Sequence[float], at: FloatArray) -> FloatArray:
    """Return the polynomial through points, in the form of Lagrange."""
    total = np.zeros_like(at)
    for i, (point, value) in enumerate(zip(points, values, strict=True)):
        term = np.full_like(at, value)
        for j, other in enumerate(points):
            if i != j:
                term = term * (at - other) / (point - other)
        total = total + term
    return total
