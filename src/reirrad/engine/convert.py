"""Doses of phases to the quantity a constraint is about, per course: in float64 columns, or exactly.

Both ways go through the same expressions of :mod:`reirrad.radiobiology.lq`; the exact one hands them fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from reirrad.engine.batch import Batch, Bools, Floats, Ints
from reirrad.engine.doses import PhaseDoses
from reirrad.engine.repair import exact_repair_factors
from reirrad.radiobiology.lq import bed_expression, eqd_expression

#: float64, or object arrays of fractions (an unbounded end is the float inf in both)
Numbers = npt.NDArray[Any]

#: The fraction size in EQD2, by its definition.
_EQD2_REFERENCE_GY = 2

_HALF_OF_THE_BITS = float((1 << 27) + 1)


class Span(NamedTuple):
    """A range of values, element by element."""

    low: Numbers
    high: Numbers


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a dose is converted to: physical, BED or EQD2, at an alpha/beta where one is needed."""

    quantity: str
    alpha_beta_gy: float | None


def exact(number: float) -> Fraction | float:
    """Return the number that its shortest decimal text means; inf (unbounded) and NaN (none) stay floats."""
    return Fraction(Decimal(repr(float(number)))) if np.isfinite(number) else number


def phase_quantities(batch: Batch, doses: PhaseDoses, repair: Span, quantity: str, alpha_beta_gy: Numbers) -> Span:
    """Return the quantity of every phase as a range, in float64; alpha/beta is one number, or one for each phase."""
    dose = delivered_doses(batch, doses)
    return _convert(dose, batch.n_fractions.astype(np.float64), repair, quantity, alpha_beta_gy)


def delivered_doses(batch: Batch, doses: PhaseDoses) -> Span:
    """Return the dose of every phase as a range: of planned doses the part that was given."""
    is_part = batch.scale_given != batch.scale_planned
    delivered = Span(doses.low.copy(), doses.high.copy())
    for end in delivered if is_part.any() else ():
        end[is_part] = _part(end[is_part], batch.scale_given[is_part], batch.scale_planned[is_part])
    return delivered


def _part(planned_gy: Floats, n_given: Ints, n_planned: Ints) -> Floats:
    """Return planned doses times given / planned, rounded once: BED goes with the square of a dose.

    What multiplication and division leave over is computed exactly, by halves of the doses that have few enough bits
    (T. J. Dekker, Numerische Mathematik 18, 224-242, 1971).
    """
    with np.errstate(invalid="ignore"):  # what is unbounded has no rest
        product = planned_gy * n_given
        part = product / n_planned
        back = part * n_planned
        rest = (product - back) + _product_error(planned_gy, n_given, product) - _product_error(part, n_planned, back)
        return np.where(np.isfinite(product), part + rest / n_planned, product)


def _product_error(number: Floats, count: Ints, product: Floats) -> Floats:
    """Return number * count - product, exactly for counts of few bits."""
    shifted = number * _HALF_OF_THE_BITS
    upper = shifted - (shifted - number)
    return (upper * count - product) + (number - upper) * count


def course_quantities(batch: Batch, phases: Span, unsummed: Bools | None = None) -> Span:
    """Return the quantity of every course: the sum over its phases, the lower end of some that of the largest phase."""
    # phases are grouped by course and every course has one at least
    first = np.flatnonzero(np.diff(batch.phase_course, prepend=-1))
    low = np.add.reduceat(phases.low, first)
    if unsummed is not None and unsummed.any():
        low = np.where(unsummed, np.maximum.reduceat(phases.low, first), low)
    return Span(low, np.add.reduceat(phases.high, first))


def exact_course_quantities(
    batch: Batch,
    doses: PhaseDoses,
    quantity: str,
    alpha_beta_gy: Numbers,
    courses: Ints,
    half_times: Floats,
    unsummed: Bools | None = None,
) -> Span:
    """Return the quantity of some courses as a range of fractions, as ``course_quantities`` does.

    ``alpha_beta_gy`` is one number, or one for each of them; ``unsummed`` is for each of them, too.
    """
    alpha_beta = np.broadcast_to(alpha_beta_gy, len(courses))
    low = np.empty(len(courses), dtype=object)
    high = np.empty(len(courses), dtype=object)
    starts = np.searchsorted(batch.phase_course, courses)
    ends = np.searchsorted(batch.phase_course, courses, side="right")
    for position, (start, end) in enumerate(zip(starts, ends, strict=True)):
        phases = slice(start, end)
        scale = [
            Fraction(int(g), int(p))
            for g, p in zip(batch.scale_given[phases], batch.scale_planned[phases], strict=True)
        ]
        dose = Span(
            _objects([exact(value) * factor for value, factor in zip(doses.low[phases], scale, strict=True)]),
            _objects([exact(value) * factor for value, factor in zip(doses.high[phases], scale, strict=True)]),
        )
        factors = exact_repair_factors(batch, half_times, int(courses[position]), phases)
        n = _objects([Fraction(int(count)) for count in batch.n_fractions[phases]])
        converted = _convert(
            dose, n, Span(*map(_objects, zip(*factors, strict=True))), quantity, exact(alpha_beta[position])
        )
        low[position] = converted.low.max() if unsummed is not None and unsummed[position] else converted.low.sum()
        high[position] = converted.high.sum()
    return Span(low, high)


def _objects(values: Sequence[Any]) -> Numbers:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _convert(dose: Span, n_fractions: Numbers, repair: Span, quantity: str, alpha_beta_gy: Any) -> Span:
    if quantity == "physical":
        return dose
    # without a schedule there may be any number of fractions, from one up
    most, fewest = np.where(n_fractions > 0, n_fractions, np.inf), np.where(n_fractions > 0, n_fractions, 1)
    return Span(
        _at(dose.low, most, repair.low, quantity, alpha_beta_gy),
        _at(dose.high, fewest, repair.high, quantity, alpha_beta_gy),
    )


def _at(dose: Numbers, n_fractions: Numbers, factor: Numbers, quantity: str, alpha_beta_gy: Any) -> Numbers:
    given: dict[str, Any] = {
        "total_dose_gy": dose,
        "n_fractions": n_fractions,
        "alpha_beta_gy": alpha_beta_gy,
        "incomplete_repair_factor": factor,
    }
    if quantity == "BED":
        return np.asarray(bed_expression(**given))
    return np.asarray(eqd_expression(**given, reference_dose_gy=_EQD2_REFERENCE_GY))


def gives_dose(batch: Batch, doses: PhaseDoses) -> tuple[Bools, Bools]:
    """Return per course whether it may give dose, and whether it certainly does."""
    may = np.zeros(batch.n_courses, dtype=np.bool_)
    certain = np.zeros(batch.n_courses, dtype=np.bool_)
    # what is no number is not 0: its course counts
    may[batch.phase_course[~(doses.high <= 0)]] = True
    certain[batch.phase_course[doses.low > 0]] = True
    return may, certain
