"""Whether a limit that is printed for a number or size of fractions holds for several schedules, or several a day.

In the linear-quadratic model a dose D in fractions of at most L/m does no more than a dose L >= D in m fractions,
whatever the alpha/beta: sum d (1 + d / (alpha/beta)) <= L (1 + (L/m) / (alpha/beta)). What is given on one day counts
as one fraction, as if nothing were repaired between. So a limit L in m fractions holds for D, if no day has more than
L/m. A limit for a size of fraction names no m, and is taken for one fraction a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from reirrad.engine.batch import Bools, Ints
from reirrad.engine.codes import Status
from reirrad.engine.convert import exact
from reirrad.engine.view import View
from reirrad.model.metric import MetricKind
from reirrad.model.rule import Constraint


def is_by_fractions(constraint: Constraint) -> bool:
    """Whether a limit is of a physical dose, and for a number of fractions: no conversion tells it for others."""
    asks = constraint.limit_by_n_fractions is not None or constraint.conditions.n_fractions is not None
    return asks and constraint.quantity == "physical"


def is_by_fraction_size(constraint: Constraint) -> bool:
    """Whether a limit is of a physical dose, and for fractions of a size."""
    return constraint.conditions.fraction_size_gy is not None and constraint.quantity == "physical"


def not_covered(constraint: Constraint, view: View, course: Ints, status: Ints, *, strict: bool) -> Bools:
    """Return where a limit by number or size of fractions is met and not proved for the fractions that a course has.

    Parameters
    ----------
    course, status
        Courses, and what the comparison with the limit says, of one shape.
    """
    found = np.zeros(course.shape, dtype=np.bool_)
    if is_by_fraction_size(constraint):
        found |= (status == Status.MET) & (view.batch.fractions_per_day[course] > 1)
    if not is_by_fractions(constraint):
        return found
    asked = (status == Status.MET) & view.is_not_one_schedule[course]
    # what is no answer is no proof
    proved = {int(one): _is_proved(constraint, view, int(one), strict=strict) for one in np.unique(course[asked])}
    found[asked] |= np.array([proved[int(one)] is not True for one in course[asked]], dtype=np.bool_)
    return found


def _is_proved(constraint: Constraint, view: View, course: int, *, strict: bool) -> bool:
    """Whether the dose of a course would be within the limit in fewer and larger fractions."""
    if view.metric.kind is MetricKind.VOLUME_AT:
        return False
    batch = view.batch
    # where the doses of phases do not add up, those of the Max do
    doses = view.by_maximum.doses if view.unsummed(strict=strict)[course] else view.doses
    total, of_a_day = Fraction(0), Fraction(0)
    per_day = int(batch.fractions_per_day[course])
    # the phases of a course stand together
    first, end = np.searchsorted(batch.phase_course, (course, course + 1))
    for phase in (at for at in range(first, end) if view.by_maximum.doses.high[at] != 0):
        high = float(doses.high[phase])
        if not np.isfinite(high):
            return False
        scale = Fraction(int(batch.scale_given[phase]), int(batch.scale_planned[phase]))
        dose = Fraction(exact(high)) * scale
        total += dose
        of_a_day = max(of_a_day, dose * per_day / int(batch.n_fractions[phase]))
    return any(
        (total <= limit if constraint.comparison == "at_most" else total < limit) and of_a_day * m <= limit
        for m, limit in _rows(constraint)
    )


def _rows(constraint: Constraint) -> Iterator[tuple[int, Fraction]]:
    """Yield the limits by fraction number; one that is the same for several is that of the fewest."""
    fewest, most = constraint.conditions.n_fractions or (1, np.inf)
    if constraint.limit_by_n_fractions is not None:
        for n, (low, _) in constraint.limit_by_n_fractions:
            if fewest <= n <= most:
                yield n, Fraction(exact(low))
    elif constraint.limit is not None:
        yield fewest, Fraction(exact(constraint.limit[0]))
