"""Intervals between courses in calendar months, as ranges."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from reirrad.engine.batch import MONTH_PARTS, NO_HIGH, NO_LOW, OPEN_MONTHS, Batch, Bools, Floats, Ints
from reirrad.engine.codes import Cause
from reirrad.engine.convert import Span
from reirrad.quantities import QUANTITIES


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
    start, end = np.asarray(start_days), np.asarray(end_days)
    calendar = _calendar(start, end)
    whole = calendar.month(end) - calendar.month(start)
    whole = whole - (calendar.after(start, whole) > end)
    base = calendar.after(start, whole)
    rest = (end - base) / (calendar.after(start, whole + 1) - base)
    return np.where(end > start, whole + rest, 0.0)


def days_after_months(days: Ints, months: Any) -> Ints:
    """Return the days that lie some calendar months after others; a missing day of the month is its last.

    >>> days_after_months(np.array(["2016-01-31"], dtype="M8[D]").astype(np.int64), 1).astype("M8[D]")
    array(['2016-02-29'], dtype='datetime64[D]')
    """
    days = np.asarray(days)
    calendar = _calendar(days)
    return calendar.after(days, months)


class _Calendar:
    """The months of a span of days, looked up instead of computed for every day."""

    def __init__(self, first_month: int, n_months: int) -> None:
        months = np.arange(first_month, first_month + n_months + 1).astype("M8[M]")
        #: day on which each month begins
        self._begins = months.astype("M8[D]").astype(np.int64)
        self._last_day = np.diff(self._begins) - 1
        self._first_day = int(self._begins[0])
        length = np.diff(self._begins)
        self._month = np.repeat(np.arange(n_months), length)

    def month(self, days: Ints) -> Ints:
        """Return the number of the month of each day."""
        return np.asarray(self._month[days - self._first_day])

    def after(self, days: Ints, months: Any) -> Ints:
        """Return the days some months later."""
        own = self._month[days - self._first_day]
        month = own + months
        day_of_month = np.minimum(days - self._begins[own], self._last_day[month])
        return np.asarray(self._begins[month] + day_of_month)


#: Years around which calendars are kept; dates beyond them get one of their own.
_USUAL_YEARS = 1600, 2500
_EPOCH_YEAR, _MONTHS_OF_A_YEAR = 1970, 12
#: The longest interval that is read.
_MOST_YEARS = int(QUANTITIES["months_since_previous"].high) // _MONTHS_OF_A_YEAR


@cache
def _calendar_of_years(first: int, last: int) -> _Calendar:
    first_month = (first - _EPOCH_YEAR) * _MONTHS_OF_A_YEAR
    return _Calendar(first_month, (last - first) * _MONTHS_OF_A_YEAR)


def _calendar(*days: Ints) -> _Calendar:
    """Return a calendar in which days, and what lies some centuries around them, can be looked up."""
    low = min(int(item.min(initial=0)) for item in days)
    high = max(int(item.max(initial=0)) for item in days)
    years = np.array([low, high]).astype("M8[D]").astype("M8[Y]").astype(np.int64) + _EPOCH_YEAR
    margin = 2 * _MOST_YEARS
    if years[0] - margin >= _USUAL_YEARS[0] and years[1] + margin <= _USUAL_YEARS[1]:
        return _calendar_of_years(*_USUAL_YEARS)
    return _calendar_of_years(int(years[0]) - margin, int(years[1]) + margin)


def interval_between(batch: Batch, earlier: Ints, later: Ints) -> Span:
    """Return the interval from the end of each earlier course to the start of each later one [months].

    Courses of a stated order are as far apart as stated; over courses between them the sum is a lower bound only,
    because the length of those courses is not known. Calendar months do not add up: 6 and 6 may be 3 days less than 12,
    so that something is taken off for a course between that does not take those days itself. Where the next course may
    overlap the earlier one (0 months), the earlier one may end after it: then nothing bounds the interval to those that
    follow.
    """
    low = _dated(batch.end_high[earlier], batch.start_low[later], unbounded=0.0)
    high = _dated(batch.end_low[earlier], batch.start_high[later], unbounded=np.inf)
    order = batch.stated_order[later]
    stated = order >= 0
    if stated.any():
        reached, lost, own, may_outlast = stated_months(batch)
        between = lost[later] - lost[earlier] - own[earlier]
        sum_low = np.maximum(reached[later] - reached[earlier] - np.maximum(between, 0), 0) / MONTH_PARTS
        is_next = order - batch.stated_order[earlier] == 1
        is_known = is_next & (batch.months_high[later] != OPEN_MONTHS)
        low = np.where(stated, np.where(~is_next & may_outlast[earlier], 0.0, sum_low), low)
        high = np.where(stated, np.where(is_known, batch.months_high[later] / MONTH_PARTS, np.inf), high)
    return Span(low, high)


#: Two intervals with nothing between have up to 3 days more in calendar months, one by one, than together: a course
#: whose fractions take four days makes up for them. In parts of a month (3 days of 28), rounded up.
_LOST_PARTS = MONTH_PARTS * 11 // 100
_DAYS_THAT_MAKE_UP = 4


class StatedMonths(NamedTuple):
    """What the stated months of a batch say of each course."""

    #: months up to it, in parts of a month, counted through the whole batch: only differences within a case are told
    reached: Ints
    #: parts of a month that the sum may be too long by, for the courses before it; counted in the same way
    lost: Ints
    #: parts of a month that the course itself adds to those, where intervals on both of its sides are added up
    own: Ints
    #: the next course begins 0 months after it: they may overlap, and it may end after that one
    may_outlast: Bools


#: The same months are added up for every constraint of a batch: they are once.
_STATED: WeakKeyDictionary[Batch, StatedMonths] = WeakKeyDictionary()


def stated_months(batch: Batch) -> StatedMonths:
    """Return what the stated months say, in the stated order, which rows of a table need not have."""
    if batch not in _STATED:
        in_order = np.lexsort((batch.stated_order, batch.course_case))
        months = batch.months_low[in_order]
        reached = np.empty(batch.n_courses, dtype=np.int64)
        reached[in_order] = np.cumsum(months)
        own = _lost_months(batch)
        lost = np.zeros(batch.n_courses, dtype=np.int64)
        lost[in_order[1:]] = np.cumsum(own[in_order])[:-1]
        may_outlast = np.zeros(batch.n_courses, dtype=np.bool_)
        may_outlast[in_order[:-1]] = (months[1:] == 0) & (np.diff(batch.course_case[in_order]) == 0)
        _STATED[batch] = StatedMonths(reached, lost, own, may_outlast)
    return _STATED[batch]


def _lost_months(batch: Batch) -> Ints:
    longest = np.zeros(batch.n_courses, dtype=np.int64)
    np.maximum.at(longest, batch.phase_course, batch.n_fractions)
    may_be_short = longest <= (_DAYS_THAT_MAKE_UP - 1) * batch.fractions_per_day
    return np.where(may_be_short, _LOST_PARTS, 0)


def with_stated(batch: Batch, stated: StatedMonths) -> Batch:
    """Return a batch of which it is known already what the stated months say."""
    _STATED[batch] = stated
    return batch


def _dated(end: Ints, start: Ints, *, unbounded: float) -> Floats:
    is_open = (end <= NO_LOW) | (end >= NO_HIGH) | (start <= NO_LOW) | (start >= NO_HIGH)
    months = months_between(np.where(is_open, 0, end), np.where(is_open, 0, start))
    return np.where(is_open, unbounded, months)


def smallest_intervals(batch: Batch, rows: Ints, certain: npt.NDArray[np.bool_]) -> Span:
    """Return the smallest consecutive interval of the listed courses up to each one of each row [months].

    Parameters
    ----------
    rows
        Courses in order, shape (n_rows, n_courses).
    certain
        Per course of the batch: whether it certainly gives dose. The upper end leaves out those that only may, because
        without them the interval is longer; the course whose turn it is counts.
    """
    n_rows, n_courses = rows.shape
    low = np.full((n_rows, n_courses), np.inf)
    high = np.full((n_rows, n_courses), np.inf)
    so_far = np.full(n_rows, np.inf)
    last_certain = np.full(n_rows, -1)
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
    return Span(low, high)


def with_unseen(listed: Span, unseen: npt.NDArray[np.bool_]) -> Span:
    """Return smallest intervals where an unseen earlier course may lie anywhere: 0 months or more in its rows."""
    return Span(np.where(unseen[:, None], 0.0, listed.low), listed.high)


def why_open(is_open: Bools, unseen: Bools, by_dates: Ints | Cause) -> Ints:
    """Return per turn why what hangs on the smallest interval is open: the dates, the history, or both.

    Parameters
    ----------
    is_open
        Whether it is open by the listed courses alone.
    unseen
        Per row: there may be an unseen course. The first listed course has no other interval than that from it, of
        which no date of a case says anything.
    by_dates
        The cause where the dates leave it open.
    """
    is_by_dates = is_open | ~unseen[:, None]
    is_by_dates[unseen, :1] = False
    return np.asarray(np.where(is_by_dates, by_dates, 0) | np.where(unseen, Cause.HISTORY_UNKNOWN, 0)[:, None])
