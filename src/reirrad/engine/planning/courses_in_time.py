"""Where the courses of a case stand on an axis of time, and a further one that begins on any day between them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import numpy as np

from reirrad.engine.batch import MONTH_PARTS, NO_HIGH, NO_LOW, Batch, Floats, Ints
from reirrad.engine.convert import Span
from reirrad.engine.evaluate import Block
from reirrad.engine.intervals import (
    StatedMonths,
    days_after_months,
    interval_between,
    months_between,
    stated_months,
    with_stated,
)
from reirrad.engine.orders import Rows

_EPOCH = dt.date(1970, 1, 1)
#: How far a line goes after the last course: three years.
MONTHS_AFTER_LAST = 3 * 12


def gaps(batch: Batch, order: Ints) -> Span:
    """Return the interval from each course to the next [months]."""
    return interval_between(batch, order[:-1], order[1:])


@dataclass(frozen=True, slots=True)
class CoursesInTime:
    """The courses that count, in order, and where they stand on the axis."""

    batch: Batch
    rows: Rows
    #: dates are single days: the axis has them
    is_dated: bool
    #: months from the end of the first course to the first day of each, at the shortest; where not dated
    months: Floats

    @classmethod
    def of(cls, block: Block) -> CoursesInTime:
        """Return the courses of a block that has a line."""
        batch, (rows,) = block.judge.view.batch, block.judge.view.rows
        order = rows.course[0]
        is_exact = (batch.start_low == batch.start_high) & (batch.end_low == batch.end_high) & (batch.stated_order < 0)
        months = np.concatenate([[0.0], np.cumsum(gaps(batch, order).low)])
        return cls(batch, rows, bool(is_exact[order].all()), months)

    @property
    def order(self) -> Ints:
        """Indices of the courses, earliest first."""
        return np.asarray(self.rows.course[0])

    def first_day(self, turn: int) -> int:
        """Return the first day of a course."""
        return int(self.batch.start_low[self.order[turn]])

    def anchor(self, turn: int) -> int:
        """Return the last day of a course, or the day that stands for it."""
        course = self.order[turn]
        ends = (int(self.batch.end_low[course]), int(self.batch.end_high[course]))
        return next((end for end in ends if NO_LOW < end < NO_HIGH), 0)

    def days_after(self, turn: int) -> Ints:
        """Return the days after a course on which a further one may begin, counted from its end."""
        anchor = np.array([self.anchor(turn)])
        if turn + 1 == len(self.order):
            return np.arange(int(days_after_months(anchor, MONTHS_AFTER_LAST)[0] - anchor[0]) + 1)
        if self.is_dated:
            return np.arange(max(0, self.first_day(turn + 1) - int(anchor[0])))
        length = float(self.months[turn + 1] - self.months[turn])
        days = np.arange(int(days_after_months(anchor, ceil(length))[0] - anchor[0]))
        return days[months_between(np.full(len(days), anchor[0]), anchor[0] + days) < length]

    def place(self, day: int) -> tuple[float, str]:
        """Return the place of a day on an axis of dates."""
        end = self.anchor(0)
        months = float(months_between(np.array([min(end, day)]), np.array([max(end, day)]))[0])
        return (months if day >= end else -months), (_EPOCH + dt.timedelta(days=day)).isoformat()

    def further(self, turn: int, days: Ints) -> Span:
        """Return the intervals from the courses so far to a further one, shape (n_days, turn + 1)."""
        batch, course = self.batch, int(self.order[turn])
        own = months_between(np.full(len(days), self.anchor(turn)), self.anchor(turn) + days)
        probed = with_further(batch, course, days, own)
        earlier = np.broadcast_to(self.order[: turn + 1], (len(days), turn + 1))
        later = np.broadcast_to((batch.n_courses + np.arange(len(days)))[:, None], earlier.shape)
        interval = interval_between(probed, earlier, later)
        low, high = interval.low.copy(), interval.high.copy()
        low[:, turn], high[:, turn] = own, own
        return Span(low, high)


def with_further(batch: Batch, course: int, days: Ints, months: Floats) -> Batch:
    """Return the columns of dates with a further course so many days after another, once for each day."""

    def moved(end: int) -> Ints:
        return end + days if NO_LOW < end < NO_HIGH else np.full(len(days), end)

    low, high = moved(int(batch.end_low[course])), moved(int(batch.end_high[course]))
    reached, lost, own, may_outlast = stated_months(batch)
    parts = np.round(months * MONTH_PARTS).astype(np.int64)
    stated = int(batch.stated_order[course])
    # never next to another one: the interval to that is set, the others have courses of unknown length between
    order = np.full(len(days), stated + 2 if stated >= 0 else stated)
    added: dict[str, Any] = {
        "start_low": low,
        "start_high": high,
        "end_low": low,
        "end_high": high,
        "stated_order": order,
    }
    added |= {"months_low": parts, "months_high": parts}
    columns: dict[str, Any] = {name: np.append(getattr(batch, name), column) for name, column in added.items()}
    lost_before = np.full(len(days), lost[course] + own[course])
    stated_months_of_all = StatedMonths(
        np.append(reached, reached[course] + parts), np.append(lost, lost_before), own, may_outlast
    )
    return with_stated(replace(batch, **columns), stated_months_of_all)
