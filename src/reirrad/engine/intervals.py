"""Intervals between courses in calendar months, as ranges."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from reirrad.engine.batch import MONTH_PARTS, NO_HIGH, NO_LOW, Batch, Floats, Ints
from reirrad.engine.convert import Span


def months_between(start_days: Ints, end_days: Ints) -> Floats:
    """Return the calendar months from one day to a later one; 0 if it is not later.

    Parameters
    ----------
    start_days, end_days
        Days since 1970-01-01, of one shape.

    Returns
    -------
    array
        m + d/L: m whole calendar months (a missing day of the month is its last), d the days after them, L the days
        of the month step that they are in. It reaches a whole number k exactly where start + k months is reached.

    Examples
    --------
    >>> days = np.array(["2016-01-31", "2016-01-31"], dtype="M8[D]").astype(np.int64)
    >>> months_between(days, np.array(["2016-07-01", "2016-07-31"], dtype="M8[D]").astype(np.int64))
    array([5.03225806, 6.        ])
    """
    start, end = (np.asarray(days).astype("M8[D]") for days in (start_days, end_days))
    whole = (end.astype("M8[M]") - start.astype("M8[M]")).astype(np.int64)
    whole = whole - (_after(start, whole) > end)
    base = _after(start, whole)
    rest = (end - base).astype(np.int64) / (_after(start, whole + 1) - base).astype(np.int64)
    return np.where(end > start, whole + rest, 0.0)


def days_after_months(days: Ints, months: Any) -> Ints:
    """Return the days that lie some calendar months after others; a missing day of the month is its last.

    >>> days_after_months(np.array(["2016-01-31"], dtype="M8[D]").astype(np.int64), 1).astype("M8[D]")
    array(['2016-02-29'], dtype='datetime64[D]')
    """
    return _after(np.asarray(days).astype("M8[D]"), months).astype(np.int64)


def _after(start: npt.NDArray[Any], months: Any) -> npt.NDArray[Any]:
    start_month = start.astype("M8[M]")
    day_of_month = start - start_month.astype("M8[D]")
    month = start_month + months
    last_day = (month + 1).astype("M8[D]") - month.astype("M8[D]") - 1
    days: npt.NDArray[Any] = month.astype("M8[D]") + np.minimum(day_of_month, last_day)
    return days


def interval_between(batch: Batch, earlier: Ints, later: Ints) -> Span:
    """Return the interval from the end of each earlier course to the start of each later one [months].

    Courses of a stated order are as far apart as stated; over courses between them the sum is a lower bound only,
    because the length of those courses is not known.
    """
    low = _dated(batch.end_high[earlier], batch.start_low[later], unbounded=0.0)
    high = _dated(batch.end_low[earlier], batch.start_high[later], unbounded=np.inf)
    order = batch.stated_order[later]
    stated = order >= 0
    if stated.any():
        reached = np.cumsum(batch.months_low)
        sum_low = (reached[later] - reached[earlier]) / MONTH_PARTS
        is_next = order - batch.stated_order[earlier] == 1
        low = np.where(stated, sum_low, low)
        high = np.where(stated, np.where(is_next, batch.months_high[later] / MONTH_PARTS, np.inf), high)
    return Span(low, high)


def _dated(end: Ints, start: Ints, *, unbounded: float) -> Floats:
    is_open = (end <= NO_LOW) | (end >= NO_HIGH) | (start <= NO_LOW) | (start >= NO_HIGH)
    months = months_between(np.where(is_open, 0, end), np.where(is_open, 0, start))
    return np.where(is_open, unbounded, months)


def smallest_intervals(batch: Batch, rows: Ints, certain: npt.NDArray[np.bool_], unseen: npt.NDArray[np.bool_]) -> Span:
    """Return the smallest consecutive interval up to each course of each row [months].

    Parameters
    ----------
    rows
        Courses in order, shape (n_rows, n_courses).
    certain
        Per course of the batch: whether it certainly gives dose. The upper end leaves out those that only may, because
        without them the interval is longer; the course whose turn it is counts.
    unseen
        Per row: an unseen earlier course may lie anywhere, so the interval may be as short as 0.
    """
    n_rows, n_courses = rows.shape
    low = np.full((n_rows, n_courses), np.inf)
    high = np.full((n_rows, n_courses), np.inf)
    so_far = np.full(n_rows, np.inf)
    last_certain = np.full(n_rows, -1, dtype=np.int64)
    for position in range(n_courses):
        course = rows[:, position]
        if position > 0:
            pair = interval_between(batch, rows[:, position - 1], course)
            low[:, position] = np.minimum(low[:, position - 1], pair.low)
        has_earlier = last_certain >= 0
        pair = interval_between(batch, np.where(has_earlier, last_certain, course), course)
        high[:, position] = np.where(has_earlier, np.minimum(so_far, pair.high), so_far)
        is_certain = certain[course]
        so_far = np.where(is_certain, high[:, position], so_far)
        last_certain = np.where(is_certain, course, last_certain)
    low[:, :1] = 0.0  # no pair yet
    low[unseen] = 0.0
    return Span(low, high)
