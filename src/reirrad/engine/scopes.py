"""The value that each scope compares, at the turn of each course.

Every function takes ranges of shape (n_rows, n_courses), the courses of a row in order, and returns a range of that
shape: column j is the value with course j as the newest. The arrays are float64 or objects (fractions); both take the
same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from reirrad.engine.batch import Batch, Bools, Floats, Ints
from reirrad.engine.convert import Numbers, Span, exact
from reirrad.engine.intervals import interval_between
from reirrad.model.rule import RecoverySchedule, Score
from reirrad.radiobiology.recovery import recovered_fraction_range, residual


@dataclass(frozen=True, slots=True)
class Turns:
    """What the scopes need: the courses' quantities, the smallest intervals and whether there is an unseen course."""

    quantity: Span
    interval: Span
    unseen: Bools
    #: for each course as the newest, the recovered fractions of those before it, shape (n_rows, newest); where needed
    recovered: tuple[Span, ...] = ()

    def of(self, quantity: Span, rows: Bools | None = None) -> Turns:
        """Return the turns with other quantities, of some rows only."""
        if rows is None:
            return replace(self, quantity=quantity)
        return Turns(
            quantity,
            _some(self.interval, rows),
            self.unseen[rows],
            tuple(_some(span, rows) for span in self.recovered),
        )

    def is_exact(self) -> bool:
        """Whether the quantities are fractions."""
        return self.quantity.low.dtype == object


def cumulative(turns: Turns) -> Span:
    """Sum of the quantities up to each course; an unseen course has no upper bound."""
    low = np.cumsum(turns.quantity.low, axis=1)
    high = np.cumsum(turns.quantity.high, axis=1)
    high[turns.unseen] = np.inf
    return Span(low, high)


def recovered_fractions(batch: Batch, course: Ints, newest: int, schedule: RecoverySchedule) -> Span:
    """Fraction recovered of each course before the newest, by its own interval to it; shape (n_rows, newest)."""
    earlier = course[:, :newest]
    interval = interval_between(batch, earlier, np.broadcast_to(course[:, newest : newest + 1], earlier.shape))
    return schedule_range(interval, schedule)


def schedule_range(interval: Span, schedule: RecoverySchedule) -> Span:
    """Return the smallest and largest fraction that a schedule gives over ranges of intervals."""
    low, high = recovered_fraction_range(
        interval_low_months=interval.low,
        interval_high_months=interval.high,
        from_months=[step.from_months for step in schedule.step],
        to_months=[np.inf if step.to_months is None else step.to_months for step in schedule.step],
        recovered_fraction=[step.recovered_fraction for step in schedule.step],
    )
    return Span(np.asarray(low), np.asarray(high))


def discounted(turns: Turns) -> Span:
    """Sum up to each course, each earlier one discounted by what it recovered until then; never the newest."""
    low, high = _like(turns.quantity.low), _like(turns.quantity.high)
    for newest in range(low.shape[1]):
        low[:, newest], high[:, newest] = turns.quantity.low[:, newest], turns.quantity.high[:, newest]
        terms = discounted_terms(turns, newest)
        for earlier in range(newest):
            low[:, newest] = low[:, newest] + terms.low[:, earlier]
            high[:, newest] = high[:, newest] + terms.high[:, earlier]
    high[turns.unseen] = np.inf
    return Span(low, high)


def discounted_terms(turns: Turns, newest: int) -> Span:
    """Return what is left of each course before the newest; shape (n_rows, newest)."""
    fraction = turns.recovered[newest]
    if turns.is_exact():
        fraction = Span(_exactly(fraction.low), _exactly(fraction.high))
    return Span(
        residual(quantity=turns.quantity.low[:, :newest], recovered_fraction=fraction.high),
        residual(quantity=turns.quantity.high[:, :newest], recovered_fraction=fraction.low),
    )


def largest_term(turns: Turns) -> Numbers:
    """Largest lower end among what is left of the earlier courses and the newest one."""
    largest = turns.quantity.low.copy()
    for newest in range(largest.shape[1]):
        terms = discounted_terms(turns, newest)
        for earlier in range(newest):
            largest[:, newest] = np.maximum(largest[:, newest], terms.low[:, earlier])
    return largest


def _some(span: Span, rows: Bools) -> Span:
    return Span(span.low[rows], span.high[rows])


def share(turns: Turns, total: Span) -> Span:
    """Return the newest course's part of the cumulative quantity; it falls as the earlier ones rise."""
    quantity = turns.quantity
    prior = Span(_shifted(total.low), _shifted(total.high))
    prior.high[turns.unseen] = np.inf
    return Span(
        _part(quantity.low, prior.high, undefined=0),
        _part(quantity.high, prior.low, undefined=1),
    )


def share_of_bounds(turns: Turns, total: Span) -> Span:
    """Return the same where the sum lies between bounds: the largest course so far, and what it is at most."""
    quantity = turns.quantity
    largest = np.maximum(quantity.high, _shifted(total.low))
    return Span(_ratio(quantity.low, total.high, undefined=0), _ratio(quantity.high, largest, undefined=1))


def _ratio(part: Numbers, whole: Numbers, *, undefined: int) -> Numbers:
    """Part / whole with 0/0 and inf/inf replaced, and 0 for a bounded part of an unbounded whole."""
    ratio = _like(part)
    ratio[...] = np.nan
    is_bounded, whole_is_bounded = part < np.inf, whole < np.inf
    ratio[is_bounded & (whole == np.inf)] = 0
    ratio[((part == np.inf) & (whole == np.inf)) | ((part == 0) & (whole == 0))] = undefined
    is_plain = is_bounded & whole_is_bounded & (whole > 0)
    ratio[is_plain] = part[is_plain] / whole[is_plain]
    return ratio


def _shifted(total: Numbers) -> Numbers:
    return np.concatenate([np.zeros_like(total[:, :1]), total[:, :-1]], axis=1)


def _part(newest: Numbers, prior: Numbers, *, undefined: int) -> Numbers:
    """Newest / (newest + prior) with 0/0 and inf/inf replaced, and 1 for an unbounded newest over a bounded prior."""
    part = _like(newest)
    part[...] = np.nan  # what is neither bounded nor unbounded is no number
    is_bounded, prior_is_bounded = newest < np.inf, prior < np.inf
    is_open, prior_is_open = newest == np.inf, prior == np.inf
    part[is_open & prior_is_bounded] = 1
    part[is_bounded & prior_is_open] = 0
    part[(is_open & prior_is_open) | ((newest == 0) & (prior == 0))] = undefined
    is_plain = is_bounded & prior_is_bounded & (newest + prior > 0)
    part[is_plain] = newest[is_plain] / (newest[is_plain] + prior[is_plain])
    return part


def score(turns: Turns, total: Span, rule: Score) -> Span:
    """Points for the cumulative quantity, a short interval and a large single course."""
    largest_low = np.maximum.accumulate(turns.quantity.low, axis=1)
    largest_high = np.maximum.accumulate(turns.quantity.high, axis=1)
    largest_high[turns.unseen] = np.inf
    months, limit = rule.interval_below_months, comparable(rule.course_at_least_gy, total.low)
    low = _band_points(total.low, rule) + (1 - _reaches(turns.interval.high, months)) * rule.interval_points
    high = _band_points(total.high, rule) + (1 - _reaches(turns.interval.low, months)) * rule.interval_points
    low = low + _reaches(largest_low, limit) * rule.course_points
    high = high + _reaches(largest_high, limit) * rule.course_points
    return Span(low, high)


def _band_points(total: Numbers, rule: Score) -> Numbers:
    points = np.zeros(total.shape)
    for edge in rule.cumulative_above_gy:
        # above, not at
        points = points + (1 - _reaches(-total, -comparable(edge, total))) * rule.points_per_band
    return points


def _reaches(numbers: Numbers, edge: float | Fraction) -> Floats:
    """Return 1 where a number is at least an edge and 0 where it is below; NaN, which is neither, stays NaN."""
    return np.where(numbers >= edge, 1.0, np.where(numbers < edge, 0.0, np.nan))


def comparable(number: float, numbers: Numbers) -> float | Fraction:
    """Return a number as it is compared with the elements of an array: exactly, or as float64."""
    return exact(number) if numbers.dtype == object else number


def _like(numbers: Numbers) -> Numbers:
    return np.empty(numbers.shape, dtype=numbers.dtype)


def _exactly(numbers: Numbers) -> Numbers:
    flat = [exact(number) for number in numbers.ravel()]
    array = np.empty(len(flat), dtype=object)
    array[:] = flat
    return array.reshape(numbers.shape)
