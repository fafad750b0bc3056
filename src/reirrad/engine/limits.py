"""Limits that depend on the case: a tolerance raised by recovery, and the BED that the cord model allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np

from reirrad.engine.batch import Batch, Bools, Floats, Ints
from reirrad.engine.codes import Cause, Status
from reirrad.engine.convert import Span, exact
from reirrad.engine.decide import compare
from reirrad.engine.intervals import interval_between, why_open
from reirrad.engine.orders import Rows
from reirrad.engine.scopes import Turns, schedule_range
from reirrad.model.rule import Constraint, CordModel, RecoverySchedule

_DAYS_OF_A_YEAR = 365


def raised_tolerance(limit: Span, interval: Span, schedule: RecoverySchedule) -> Span:
    """Return tolerances multiplied by 1 + the recovered fraction; a range where the fraction is one."""
    fraction = schedule_range(interval, schedule)
    return Span(_raised(limit.low, fraction.low), _raised(limit.high, fraction.high))


def _raised(limit: Floats, fraction: Floats) -> Floats:
    """Multiply exactly: the decimal text of the product is what is compared."""
    tolerances, which = np.unique(limit, return_inverse=True)
    parts, part = np.unique(fraction, return_inverse=True)
    product = [[_times(tolerance, part) for part in parts] for tolerance in tolerances]
    return np.asarray(np.array(product)[which.ravel(), part.ravel()].reshape(limit.shape))


def _times(tolerance: float, part: float) -> float:
    # a turn that the limit is not stated for has NaN
    return float(_fraction(tolerance) * (1 + _fraction(part))) if np.isfinite(tolerance) else tolerance


def _fraction(number: float) -> Fraction:
    return Fraction(exact(float(number)))


def why_recovery_is_open(interval: Span, schedule: RecoverySchedule) -> Ints:
    """Return why a recovered fraction is a range: the dates allow steps of a schedule, or its source has none there."""
    meets_a_step = np.zeros(interval.low.shape, dtype=np.bool_)
    for step in schedule.step:
        end = np.inf if step.to_months is None else step.to_months
        meets_a_step |= (interval.low < end) & (interval.high >= step.from_months)
    is_vague = (interval.low < interval.high) & meets_a_step
    return np.where(is_vague, Cause.INTERVAL_UNKNOWN, Cause.RECOVERY_NOT_STATED)


def why_tolerance_is_open(listed: Span, unseen: Bools, schedule: RecoverySchedule) -> Ints:
    """Return why a tolerance that an interval raises is a range; ``listed`` are the intervals of the listed courses."""
    fraction = schedule_range(listed, schedule)
    return why_open(fraction.low < fraction.high, unseen, why_recovery_is_open(listed, schedule))


def with_limit_causes(causes: Ints, value: Span, limit: Span, raised: Ints | None) -> Ints:
    """Add to the causes of ranges of values those of ranges of limits: printed, or raised (and why it is a range)."""
    if raised is not None:
        causes = np.where(limit.low < limit.high, causes | raised, causes)
        limit = Span(limit.low, limit.low)
    within_source = (value.low > limit.low) & (value.high <= limit.high)
    causes = np.where(within_source, Cause.SOURCE_RANGE, causes)
    causes = np.where(limit.low < limit.high, causes | Cause.SOURCE_RANGE, causes)
    # what has no limit is open for want of it: the conditions say why, or the model
    return np.where((causes == 0) & ~np.isnan(limit.low), Cause.DOSE_RANGE, causes)


def interval_causes(constraint: Constraint, listed: Span, limit: Span, unseen: Bools) -> Ints:
    """Return why the smallest interval leaves an interval limit open, or the points for an interval.

    ``listed`` are the smallest intervals of the listed courses: dates are asked for only where those do not decide.
    """
    if constraint.score is not None:
        below = constraint.score.interval_below_months
        is_open = (listed.low < below) & (below <= listed.high)
    elif constraint.scope == "interval":
        is_decided = compare(listed, limit, constraint.comparison) != Status.NOT_EVALUATED
        is_open = (listed.low < listed.high) & ~is_decided
    else:
        return np.zeros(listed.low.shape, dtype=np.int64)
    return why_open(is_open, unseen, np.where(is_open, Cause.INTERVAL_UNKNOWN, 0))


def recovery_causes(batch: Batch, course: Ints, recovered: Sequence[Span], schedule: RecoverySchedule) -> Ints:
    """Return for each course as the newest why what those before it have recovered is a range, if it is one.

    Parameters
    ----------
    course
        Shape (n_rows, n_courses).
    recovered
        For each course as the newest the fractions of those before it, shape (n_rows, newest).
    schedule
        That they are by.
    """
    causes = np.zeros(course.shape, dtype=np.int64)
    for newest, fraction in enumerate(recovered):
        is_open = fraction.low < fraction.high
        if is_open.any():
            earlier = course[:, :newest]
            interval = interval_between(batch, earlier, np.broadcast_to(course[:, newest : newest + 1], earlier.shape))
            why = np.where(is_open, why_recovery_is_open(interval, schedule), 0)
            causes[:, newest] = np.bitwise_or.reduce(why, axis=1)
    return causes


def allowed_bed(
    constraint: Constraint, model: CordModel, batch: Batch, rows: Rows, turns: Turns, course_causes: Ints
) -> tuple[Span, Ints]:
    """Return the BED that the cord model allows each course, and why it cannot say (:class:`Cause`, 0 where it can).

    It speaks of the second of two courses after one BED and one interval; shape (n_rows, n_courses).
    ``course_causes`` says per course of the rows why its BED is a range.
    """
    shape = rows.course.shape
    limit, causes = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
    causes[turns.unseen] = Cause.HISTORY_UNKNOWN
    if rows.n_courses != 2:
        causes |= Cause.OUTSIDE_MODEL
        return Span(limit, limit.copy()), causes
    years, is_point = _years(batch, rows, turns, model)
    prior = turns.quantity.low[:, 0].astype(np.float64)
    is_known = prior == turns.quantity.high[:, 0].astype(np.float64)
    # with an unseen course it is the history that leaves the interval open
    causes[~is_point & ~turns.unseen] = Cause.INTERVAL_UNKNOWN
    causes[~is_known] |= course_causes[~is_known, :1]
    usable = is_point & is_known & ~turns.unseen
    from reirrad.radiobiology.cord_model import allowed_second_bed  # scipy is loaded only where a model is asked for

    allowed = np.full(len(years), np.nan)
    if usable.any():
        allowed[usable] = allowed_second_bed(
            first_bed_gy=prior[usable],
            interval_years=years[usable],
            alpha_beta_gy=constraint.alpha_beta_gy,
            **_parameters(model),
        )
    causes[usable & np.isnan(allowed)] = Cause.OUTSIDE_MODEL
    limit[:, 1] = allowed
    return Span(limit, limit.copy()), causes


def years_of_second(batch: Batch, rows: Rows, turns: Turns, model: CordModel) -> Floats:
    """Return the interval that the cord model is asked for, of rows of two courses [years]; 0: too short for it."""
    return _years(batch, rows, turns, model)[0]


def _years(batch: Batch, rows: Rows, turns: Turns, model: CordModel) -> tuple[Floats, Bools]:
    """Return the interval of the second course in years, and whether it is one number.

    Years are calendar months / 12. Where dates are known, days decide whether recovery has begun, because the model
    states that in days; 0 years stand for an interval in which it has not.
    """
    low, high = turns.interval.low[:, 1], turns.interval.high[:, 1]
    years = low / 12
    first, second = rows.course[:, 0], rows.course[:, 1]
    begin = model.recovery_begins_days / _DAYS_OF_A_YEAR
    has_begun = batch.start_low[second] - batch.end_high[first] >= model.recovery_begins_days
    by_days = np.where(has_begun, np.maximum(years, begin), 0.0)
    # an interval with an open date is no single number: what its days say is not used
    return np.where(batch.stated_order[second] < 0, by_days, years), low == high


def _parameters(model: CordModel) -> dict[str, Any]:
    return {field.name: getattr(model, field.name) for field in fields(model)}
