"""Departures from one small fraction a day: incomplete repair between fractions, and large fractions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from math import exp2
from typing import Any

import numpy as np
import numpy.typing as npt

from reirrad.radiobiology._arguments import Argument, FloatArray, FloatOrArray, argument, evaluate, exact
from reirrad.radiobiology.lq import ALPHA_BETA, N_FRACTIONS, TOTAL_DOSE, bed_expression

# A slip here (minutes for hours) would understate the dose, so that the vocabulary's upper bounds hold too.
FRACTIONS_PER_DAY = argument("fractions_per_day", bounded=True)
HOURS_BETWEEN_FRACTIONS = argument("hours_between_fractions", bounded=True)
REPAIR_HALF_TIME = argument("repair_half_time_h", bounded=True)
TRANSITION_DOSE = Argument("transition_dose_gy", "Gy", low_is_open=True)
GAMMA_OVER_ALPHA = Argument("gamma_over_alpha", low_is_open=True)

_EXACT_DIGITS = 60
# theta below 2**-4096 is set to that: an upper bound, and far below anything that a comparison could resolve
_MOST_HALF_TIMES = 4096


def incomplete_repair_factor(
    *,
    fractions_per_day: npt.ArrayLike,
    hours_between_fractions: npt.ArrayLike,
    repair_half_time_h: npt.ArrayLike,
) -> FloatOrArray:
    r"""Incomplete repair factor h_m of several equally spaced fractions a day.

    Parameters
    ----------
    fractions_per_day : array_like
        Number m of fractions on a day. [1]
    hours_between_fractions : array_like
        Time from one fraction of a day to the next. [h]
    repair_half_time_h : array_like
        Half-time of the repair of sublethal damage. [h]

    Returns
    -------
    incomplete_repair_factor : float64, or float64 array of the broadcast shape
        h_m, from 0 for one fraction a day to m - 1 without any repair. [1]

    Raises
    ------
    QuantityError
        An argument is missing, not numeric or outside the bounds of the vocabulary, or shapes do not broadcast.

    Notes
    -----
    With theta = 2^(-hours / half-time),

    .. math:: h_m = \frac{2}{m} \frac{\theta}{1 - \theta} \left(m - \frac{1 - \theta^m}{1 - \theta}\right)
                  = \frac{2}{m} \sum_{k=1}^{m-1} (m - k)\,\theta^k

    The sum is what is computed: it has no subtraction and no division by 1 - theta. Repair is taken as complete
    overnight. Hours that leave no such night are not refused here, as they are in a case, a table and by the command.

    References
    ----------
    .. [1] H. D. Thames, "An 'incomplete-repair' model for survival after fractionated and continuous irradiations",
       Int J Radiat Biol 47, 319-339 (1985).

    Examples
    --------
    >>> float(incomplete_repair_factor(fractions_per_day=2, hours_between_fractions=6.0, repair_half_time_h=1.5))
    0.0625
    """
    given = [
        (FRACTIONS_PER_DAY, fractions_per_day),
        (HOURS_BETWEEN_FRACTIONS, hours_between_fractions),
        (REPAIR_HALF_TIME, repair_half_time_h),
    ]
    return evaluate(_incomplete_repair_kernel, given)


def incomplete_repair_factor_exact(
    *, fractions_per_day: Any, hours_between_fractions: Any, repair_half_time_h: Any
) -> Fraction:
    """Incomplete repair factor h_m as a fraction, for decisions that float64 cannot make.

    Parameters
    ----------
    fractions_per_day, hours_between_fractions, repair_half_time_h
        As for :func:`incomplete_repair_factor`, but Python or numpy scalars. A floating-point number means its shortest
        decimal text.

    Returns
    -------
    incomplete_repair_factor : Fraction
        h_m: exact where the hours are a whole multiple of the half-time, otherwise with theta to 60 digits. [1]

    Raises
    ------
    QuantityError
        As for :func:`incomplete_repair_factor`.

    Notes
    -----
    More than 4096 half-times are computed as 4096, which is an upper bound of h_m.

    References
    ----------
    .. [1] H. D. Thames, "An 'incomplete-repair' model for survival after fractionated and continuous irradiations",
       Int J Radiat Biol 47, 319-339 (1985).

    Examples
    --------
    >>> incomplete_repair_factor_exact(fractions_per_day=2, hours_between_fractions=6, repair_half_time_h=1.5)
    Fraction(1, 16)
    """
    per_day = int(exact(FRACTIONS_PER_DAY, fractions_per_day))
    half_times = exact(HOURS_BETWEEN_FRACTIONS, hours_between_fractions) / exact(REPAIR_HALF_TIME, repair_half_time_h)
    theta = _exact_theta(min(half_times, Fraction(_MOST_HALF_TIMES)))
    return Fraction(_thames_sum(per_day, theta, per_day) * Fraction(2, per_day))


def bed_lql(
    *,
    total_dose_gy: npt.ArrayLike,
    n_fractions: npt.ArrayLike,
    alpha_beta_gy: npt.ArrayLike,
    transition_dose_gy: npt.ArrayLike,
    gamma_over_alpha: npt.ArrayLike | None = None,
) -> FloatOrArray:
    r"""Biologically effective dose in the linear-quadratic-linear model.

    Parameters
    ----------
    total_dose_gy, n_fractions, alpha_beta_gy
        As for :func:`reirrad.radiobiology.bed`.
    transition_dose_gy : array_like
        Dose per fraction dT above which the dose response is linear; one above every dose per fraction for never. [Gy]
    gamma_over_alpha : array_like, optional
        Slope of the linear part relative to alpha; the slope of the linear-quadratic part at dT if not given. [1]

    Returns
    -------
    bed_gy : float64, or float64 array of the broadcast shape
        Biologically effective dose. Up to the transition dose it equals that of the linear-quadratic model. [Gy BED]

    Raises
    ------
    QuantityError
        An argument is missing, not numeric or out of range, shapes do not broadcast, or the result overflows.

    Notes
    -----
    With d = D/n above dT,

    .. math:: BED = n \left[d_T \left(1 + \frac{d_T}{\alpha/\beta}\right) + \frac{\gamma}{\alpha} (d - d_T)\right],
              \qquad \frac{\gamma}{\alpha} = 1 + \frac{2 d_T}{\alpha/\beta} \text{ by default}

    It is computed without a branch, as the linear-quadratic BED of min(D, n dT) plus gamma/alpha times the rest of D.

    References
    ----------
    .. [1] M. Astrahan, "Some implications of linear-quadratic-linear radiation dose-response with regard to
       hypofractionation", Med Phys 35, 4161-4172 (2008). :doi:`10.1118/1.2969065`

    Examples
    --------
    >>> float(bed_lql(total_dose_gy=54.0, n_fractions=3, alpha_beta_gy=3.0, transition_dose_gy=6.0))
    234.0
    """
    given = [
        (TOTAL_DOSE, total_dose_gy),
        (N_FRACTIONS, n_fractions),
        (ALPHA_BETA, alpha_beta_gy),
        (TRANSITION_DOSE, transition_dose_gy),
    ]
    if gamma_over_alpha is not None:
        given.append((GAMMA_OVER_ALPHA, gamma_over_alpha))
    return evaluate(_lql_kernel, given)


def _lql_kernel(values: Sequence[Any], out: FloatArray | None) -> Any:
    total, n, alpha_beta, transition, *slope = values
    gamma_over_alpha = slope[0] if slope else 1 + 2 * transition / alpha_beta
    curved = np.minimum(total, n * transition)
    linear = gamma_over_alpha * (total - curved)
    bed_gy = bed_expression(total_dose_gy=curved, n_fractions=n, alpha_beta_gy=alpha_beta, out=out)
    return np.add(bed_gy, linear, out=out)


def _incomplete_repair_kernel(values: Sequence[Any], out: FloatArray | None) -> Any:
    per_day, hours, half_time = values
    theta = _power_of_two(-hours / half_time)
    return np.multiply(_thames_sum(per_day, theta, int(np.max(per_day))), 2 / per_day, out=out)


def _thames_sum(per_day: Any, theta: Any, most_per_day: int) -> Any:
    """Sum (m - k) theta^k over k from 1 to m - 1, by Horner's rule, for floats, arrays and fractions."""
    result = 0 * theta
    for power in range(most_per_day - 1, 0, -1):
        result = (result + (per_day - power) * (per_day > power)) * theta
    return result


def _power_of_two(exponents: Any) -> Any:
    """Compute 2^x with the C library: numpy's vectorised version changes last bits with the processor."""
    if not isinstance(exponents, np.ndarray):
        return np.float64(exp2(exponents))
    return np.fromiter(map(exp2, exponents.ravel().tolist()), np.float64, exponents.size).reshape(exponents.shape)


def _exact_theta(half_times: Fraction) -> Fraction:
    if half_times.denominator == 1:
        return Fraction(1, 2**half_times.numerator)
    digits = Context(prec=_EXACT_DIGITS + 10)
    exponent = digits.divide(Decimal(-half_times.numerator), Decimal(half_times.denominator))
    theta = digits.exp(digits.multiply(exponent, digits.ln(Decimal(2))))
    return Fraction(Context(prec=_EXACT_DIGITS).plus(theta))
