"""The linear-quadratic model: biologically effective dose, equieffective dose, and the inverse.

The checked functions and the exact decisions of the engine share the two expressions at the top of this module. They
are written with ufuncs, which work on float64 arrays and on object arrays of fractions alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from reirrad.radiobiology._arguments import Argument, FloatArray, FloatOrArray, argument, evaluate

#: The dose per fraction that EQD2 refers to, by its definition.
EQD2_REFERENCE_DOSE_GY = 2.0

TOTAL_DOSE = argument("total_dose_gy")
N_FRACTIONS = argument("n_fractions")
ALPHA_BETA = argument("alpha_beta_gy")
BED = argument("bed_gy")
INCOMPLETE_REPAIR_FACTOR = Argument("incomplete_repair_factor")
REFERENCE_DOSE = Argument("reference_dose_per_fraction_gy", "Gy")

_SCHEDULE = [TOTAL_DOSE, N_FRACTIONS, ALPHA_BETA, INCOMPLETE_REPAIR_FACTOR]
_NAMES = [*(known.name for known in _SCHEDULE), "reference_dose_gy"]


def bed_expression(
    *,
    total_dose_gy: Any,
    n_fractions: Any,
    alpha_beta_gy: Any,
    incomplete_repair_factor: Any = 0,
    out: FloatArray | None = None,
) -> Any:
    """Compute BED without checks, for float64 or for object arrays of ``fractions.Fraction``.

    A total dose of 0 gives 0, and an infinite one infinity. A finite dose in infinitely many fractions (float inf) has
    fractions of 0 Gy. With fractions, at least alpha/beta has to be a Fraction. ``out`` takes intermediate results too:
    it must not share memory with an argument.

    >>> from fractions import Fraction
    >>> bed_expression(total_dose_gy=Fraction("25.6"), n_fractions=16, alpha_beta_gy=Fraction(2))
    Fraction(1152, 25)
    """
    # one division instead of two; the product of a fraction number and a usual alpha/beta is exact
    result = np.multiply(n_fractions, alpha_beta_gy, out=out)
    result = _keep_fractions(np.divide(total_dose_gy, result, out=out))
    if isinstance(incomplete_repair_factor, np.ndarray) or incomplete_repair_factor != 0:
        result = np.multiply(result, 1 + incomplete_repair_factor, out=out)
    result = np.add(result, 1, out=out)
    return np.multiply(result, total_dose_gy, out=out)


def eqd_expression(
    *,
    total_dose_gy: Any,
    n_fractions: Any,
    alpha_beta_gy: Any,
    incomplete_repair_factor: Any = 0,
    reference_dose_gy: Any,
    out: FloatArray | None = None,
) -> Any:
    """Compute the equieffective dose in fractions of the reference size, without checks.

    It takes what :func:`bed_expression` takes. It does not go through BED, which would cost two more roundings.
    """
    result = _keep_fractions(np.divide(total_dose_gy, n_fractions, out=out))
    if isinstance(incomplete_repair_factor, np.ndarray) or incomplete_repair_factor != 0:
        result = np.multiply(result, 1 + incomplete_repair_factor, out=out)
    result = np.add(result, alpha_beta_gy, out=out)
    result = np.multiply(result, total_dose_gy, out=out)
    return np.divide(result, np.add(reference_dose_gy, alpha_beta_gy), out=out)


def _keep_fractions(quotient: Any) -> Any:
    """Make the 0.0 of a fraction divided by infinity an integer, so that what follows stays exact."""
    if isinstance(quotient, np.ndarray) and quotient.dtype == object:
        return np.where(quotient == 0, 0, quotient)
    return 0 if type(quotient) is float and quotient == 0 else quotient


def bed(
    *,
    total_dose_gy: npt.ArrayLike,
    n_fractions: npt.ArrayLike,
    alpha_beta_gy: npt.ArrayLike,
    incomplete_repair_factor: npt.ArrayLike = 0.0,
    out: FloatArray | None = None,
) -> FloatOrArray:
    r"""Biologically effective dose of equal fractions.

    Parameters
    ----------
    total_dose_gy : array_like
        Total physical dose of all fractions. [Gy]
    n_fractions : array_like
        Number of fractions, whole and positive; integers or integral floats. [1]
    alpha_beta_gy : array_like
        alpha/beta ratio of the tissue and endpoint. [Gy]
    incomplete_repair_factor : array_like, default 0
        h_m of several fractions a day, see :func:`incomplete_repair_factor`. [1]
    out : float64 array, optional
        Takes the result; has the broadcast shape. It may be one of the arguments.

    Returns
    -------
    bed_gy : float64, or float64 array of the broadcast shape
        Biologically effective dose. [Gy BED]

    Raises
    ------
    QuantityError
        An argument is missing, not numeric or out of range, shapes do not broadcast, or the result overflows. ``out``
        may be partly written then.

    Notes
    -----
    With total dose D, n fractions and the incomplete repair factor h,

    .. math:: BED = D \left(1 + (1 + h) \frac{D / n}{\alpha/\beta}\right)

    Float32 arguments mean their binary value. No overall-time factor is applied.

    References
    ----------
    .. [1] J. F. Fowler, "The linear-quadratic formula and progress in fractionated radiotherapy", Br J Radiol 62,
       679-694 (1989). :doi:`10.1259/0007-1285-62-740-679`
    .. [2] J. F. Fowler, "21 years of biologically effective dose", Br J Radiol 83, 554-568 (2010).
       :doi:`10.1259/bjr/31372149`

    Examples
    --------
    >>> float(bed(total_dose_gy=50.0, n_fractions=25, alpha_beta_gy=2.0))
    100.0
    >>> bed(total_dose_gy=[30.0, 20.0], n_fractions=[10, 5], alpha_beta_gy=2.0).tolist()
    [75.0, 60.0]
    """
    given = [*zip(_SCHEDULE, [total_dose_gy, n_fractions, alpha_beta_gy, incomplete_repair_factor], strict=True)]
    return evaluate(_bed_kernel, given, out)


def eqdx(
    *,
    total_dose_gy: npt.ArrayLike,
    n_fractions: npt.ArrayLike,
    alpha_beta_gy: npt.ArrayLike,
    reference_dose_per_fraction_gy: npt.ArrayLike,
    incomplete_repair_factor: npt.ArrayLike = 0.0,
    out: FloatArray | None = None,
) -> FloatOrArray:
    r"""Equieffective dose in once-daily fractions of a reference size.

    Parameters
    ----------
    total_dose_gy, n_fractions, alpha_beta_gy, incomplete_repair_factor, out
        As for :func:`bed`.
    reference_dose_per_fraction_gy : array_like
        Dose per fraction x that the result refers to; with 0 the result is BED. [Gy]

    Returns
    -------
    eqdx_gy : float64, or float64 array of the broadcast shape
        Equieffective dose. [Gy EQDx]

    Raises
    ------
    QuantityError
        As for :func:`bed`.

    Notes
    -----
    .. math:: EQDx = \frac{BED}{1 + x / (\alpha/\beta)} = D \, \frac{(1 + h) D / n + \alpha/\beta}{x + \alpha/\beta}

    References
    ----------
    .. [1] J. F. Fowler, "21 years of biologically effective dose", Br J Radiol 83, 554-568 (2010).
       :doi:`10.1259/bjr/31372149`

    Examples
    --------
    >>> float(eqdx(total_dose_gy=54.0, n_fractions=3, alpha_beta_gy=3.0, reference_dose_per_fraction_gy=3.0))
    189.0
    """
    given = [*zip(_SCHEDULE, [total_dose_gy, n_fractions, alpha_beta_gy, incomplete_repair_factor], strict=True)]
    return evaluate(_eqdx_kernel, [*given, (REFERENCE_DOSE, reference_dose_per_fraction_gy)], out)


def eqd2(
    *,
    total_dose_gy: npt.ArrayLike,
    n_fractions: npt.ArrayLike,
    alpha_beta_gy: npt.ArrayLike,
    incomplete_repair_factor: npt.ArrayLike = 0.0,
    out: FloatArray | None = None,
) -> FloatOrArray:
    r"""Equieffective dose in once-daily fractions of 2 Gy.

    Parameters
    ----------
    total_dose_gy, n_fractions, alpha_beta_gy, incomplete_repair_factor, out
        As for :func:`bed`.

    Returns
    -------
    eqd2_gy : float64, or float64 array of the broadcast shape
        Equieffective dose. [Gy EQD2]

    Raises
    ------
    QuantityError
        As for :func:`bed`.

    Notes
    -----
    .. math:: EQD2 = D \, \frac{(1 + h) D / n + \alpha/\beta}{2\,\mathrm{Gy} + \alpha/\beta}

    Without incomplete repair the result is within 4 units in the last place of the exact one.

    References
    ----------
    .. [1] J. F. Fowler, "21 years of biologically effective dose", Br J Radiol 83, 554-568 (2010).
       :doi:`10.1259/bjr/31372149`

    Examples
    --------
    >>> float(eqd2(total_dose_gy=30.0, n_fractions=10, alpha_beta_gy=2.0))
    37.5
    """
    given = [*zip(_SCHEDULE, [total_dose_gy, n_fractions, alpha_beta_gy, incomplete_repair_factor], strict=True)]
    return evaluate(_eqdx_kernel, [*given, (REFERENCE_DOSE, EQD2_REFERENCE_DOSE_GY)], out)


def dose_per_fraction(
    *,
    bed_gy: npt.ArrayLike,
    n_fractions: npt.ArrayLike,
    alpha_beta_gy: npt.ArrayLike,
    incomplete_repair_factor: npt.ArrayLike = 0.0,
) -> FloatOrArray:
    r"""Physical dose per fraction that gives a biologically effective dose in n equal fractions.

    Parameters
    ----------
    bed_gy : array_like
        Biologically effective dose of all fractions. [Gy BED]
    n_fractions, alpha_beta_gy, incomplete_repair_factor
        As for :func:`bed`.

    Returns
    -------
    dose_per_fraction_gy : float64, or float64 array of the broadcast shape
        Dose per fraction. [Gy]

    Raises
    ------
    QuantityError
        As for :func:`bed`.

    Notes
    -----
    With q = BED/n,

    .. math:: d = \frac{2 q}{1 + \sqrt{1 + 4 q (1 + h) / (\alpha/\beta)}}

    The textbook solution of the quadratic equation subtracts two nearly equal numbers where q is small; this form does
    not.

    References
    ----------
    .. [1] J. F. Fowler, "The linear-quadratic formula and progress in fractionated radiotherapy", Br J Radiol 62,
       679-694 (1989). :doi:`10.1259/0007-1285-62-740-679`

    Examples
    --------
    >>> float(dose_per_fraction(bed_gy=75.0, n_fractions=10, alpha_beta_gy=2.0))
    3.0
    """
    given = [(BED, bed_gy), (N_FRACTIONS, n_fractions), (ALPHA_BETA, alpha_beta_gy)]
    return evaluate(_dose_per_fraction_kernel, [*given, (INCOMPLETE_REPAIR_FACTOR, incomplete_repair_factor)])


def _bed_kernel(values: Sequence[Any], out: FloatArray | None) -> Any:
    return bed_expression(**dict(zip(_NAMES[:-1], values, strict=True)), out=out)


def _eqdx_kernel(values: Sequence[Any], out: FloatArray | None) -> Any:
    return eqd_expression(**dict(zip(_NAMES, values, strict=True)), out=out)


def _dose_per_fraction_kernel(values: Sequence[Any], out: FloatArray | None) -> Any:
    bed_gy, n, alpha_beta, factor = values
    per_fraction = np.divide(bed_gy, n)
    root = np.multiply(np.divide(per_fraction, alpha_beta, out=out), 4 * (1 + factor), out=out)
    root = np.add(np.sqrt(np.add(root, 1, out=out), out=out), 1, out=out)
    return np.divide(2 * per_fraction, root, out=out)
