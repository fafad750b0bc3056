"""Whether a constraint applies at each turn: proved from what is stated, or unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reirrad.engine.batch import Bools, Ints
from reirrad.engine.codes import TECHNIQUES, UNSTATED, Cause, Exclusion
from reirrad.engine.convert import Span
from reirrad.engine.intervals import why_open, with_unseen
from reirrad.engine.orders import Rows
from reirrad.engine.view import View
from reirrad.model.rule import Constraint


@dataclass(frozen=True, slots=True)
class Applicability:
    """Limit, exclusion and unknown conditions at each turn; shape (n_rows, n_courses)."""

    limit: Span
    #: why the constraint does not apply (:class:`Exclusion`), 0 where it does or may
    exclusion: Ints
    #: conditions that are not known (:class:`Cause`), 0 where all are
    unknown: Ints
    #: turns that exist: from the second course on, or from the first with an unseen one
    exists: Bools


def applicability(constraint: Constraint, view: View, rows: Rows, listed: Span) -> Applicability:
    """Return limit and applicability of a constraint at each turn of each row.

    Conditions are about the judged course: the newest, the first, or the item itself. ``listed`` are the smallest
    intervals of the listed courses.
    """
    conditions = constraint.conditions
    exclusion, unknown = _prescription(constraint, view, rows)
    if conditions.target_distance_mm is not None:
        distance = Span(*(end[rows.course] for end in view.target_distance_mm))
        outside, inside = _outside_and_inside(distance, *conditions.target_distance_mm)
        exclusion[outside] = Exclusion.OTHER_TARGET_DISTANCE
        unknown[~outside & ~inside] |= Cause.TARGET_DISTANCE_UNKNOWN
    if conditions.interval_months is not None:
        unseen = view.batch.has_unseen[rows.case]
        outside, inside = _outside_and_inside(with_unseen(listed, unseen), *conditions.interval_months)
        exclusion[outside] = Exclusion.OTHER_INTERVAL
        # dates are asked for only where those of the listed courses do not decide
        is_outside, is_inside = _outside_and_inside(listed, *conditions.interval_months)
        why = why_open(~is_outside & ~is_inside, unseen, Cause.INTERVAL_CONDITION_UNKNOWN)
        unknown |= np.where(outside | inside, 0, why)
    fewest, most = (end[rows.course] for end in view.n_fractions)
    # a limit that depends on their number holds for one number only
    limit = _limit(constraint, np.where(fewest == most, most, 0))
    if conditions.n_fractions is not None or constraint.limit_by_n_fractions is not None:
        outside, is_open = _number_of_fractions(constraint, fewest, most)
        exclusion[outside] = Exclusion.OTHER_N_FRACTIONS
        unknown[is_open] |= Cause.N_FRACTIONS_UNKNOWN
    if conditions.technique is not None:
        technique = view.batch.technique[rows.course]
        # the last place is that of UNSTATED
        is_allowed = np.array([*(name in conditions.technique for name in TECHNIQUES), True])
        exclusion[~is_allowed[technique]] = Exclusion.OTHER_TECHNIQUE
        unknown[technique == UNSTATED] |= Cause.TECHNIQUE_UNKNOWN
    return Applicability(limit, exclusion, unknown, _turns_that_exist(constraint, view, rows))


def _outside_and_inside(value: Span, lowest: float, end: float) -> tuple[Bools, Bools]:
    """Return where a range lies outside and inside [lowest, end); one that is open above lies within what is."""
    outside = (value.high < lowest) | (value.low >= end)
    inside = (value.low >= lowest) & ((value.high < end) | (end == np.inf))
    return np.asarray(outside), np.asarray(inside)


def _prescription(constraint: Constraint, view: View, rows: Rows) -> tuple[Ints, Ints]:
    """Return what conditions on the fraction size of every phase, and on the scheduled dose, exclude and leave open."""
    batch, conditions = view.batch, constraint.conditions
    exclusion, unknown = np.zeros(rows.course.shape, dtype=np.int64), np.zeros(rows.course.shape, dtype=np.int64)
    # what a phase prescribes that gives the structure nothing says nothing of it: a size outside may be its size, and
    # the sum may be too large; sizes that are all inside are inside without it, too
    is_partial = view.may_be_untreated[rows.course]
    for allowed, low, high, is_sum in (
        (conditions.fraction_size_gy, batch.fraction_size_low, batch.fraction_size_high, False),
        (conditions.scheduled_dose_gy, batch.scheduled_dose_gy, batch.scheduled_dose_gy, True),
    ):
        if allowed is not None:
            # what is not stated is NaN and lies neither inside nor outside
            outside = (low[rows.course] < allowed[0]) | (high[rows.course] > allowed[1])
            is_open = is_partial & (outside | is_sum)
            exclusion[outside & ~is_open] = Exclusion.OTHER_PRESCRIPTION
            unknown[is_open] |= Cause.OTHER_FRACTIONATION
            not_stated = np.isnan(batch.scheduled_dose_gy[rows.course])
            unknown[~outside & ~is_open & not_stated] |= Cause.PRESCRIPTION_UNKNOWN
    return exclusion, unknown


def _number_of_fractions(constraint: Constraint, fewest: Ints, most: Ints) -> tuple[Bools, Bools]:
    """Return where the conditions on the number of fractions are false, and where that is not known.

    It may be any from the fewest to the most; 0: not known.
    """
    outside, inside = np.zeros_like(fewest, dtype=np.bool_), np.ones_like(fewest, dtype=np.bool_)
    if constraint.limit_by_n_fractions is not None:
        has_row = np.zeros_like(outside)
        for n, _ in constraint.limit_by_n_fractions:
            has_row |= (fewest <= n) & (n <= most)
        outside |= ~has_row
        inside &= fewest == most
    if constraint.conditions.n_fractions is not None:
        least, largest = constraint.conditions.n_fractions
        outside |= (most < least) | (fewest > largest)
        inside &= (fewest >= least) & (most <= largest)
    is_known = most > 0
    return np.asarray(outside & is_known), np.asarray(~is_known | ~(outside | inside))


def _limit(constraint: Constraint, n_fractions: Ints) -> Span:
    if constraint.limit_by_n_fractions is None:
        low, high = constraint.limit or (np.nan, np.nan)
        return Span(np.full(n_fractions.shape, low), np.full(n_fractions.shape, high))
    limit = Span(np.full(n_fractions.shape, np.nan), np.full(n_fractions.shape, np.nan))
    for n, (low, high) in constraint.limit_by_n_fractions:
        here = n_fractions == n
        limit.low[here], limit.high[here] = low, high
    return limit


def _turns_that_exist(constraint: Constraint, view: View, rows: Rows) -> Bools:
    exists = np.ones(rows.course.shape, dtype=np.bool_)
    if constraint.scope == "first_course":
        return exists
    unseen = view.batch.has_unseen[rows.case]
    if constraint.scope == "each_course":
        exists[:] = (unseen | (rows.n_courses > 1))[:, None]
    else:
        exists[:, 0] = unseen
    return exists
