"""What stands behind one finding: the courses it used, in order, and the doses they were taken from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reirrad.engine import scopes
from reirrad.engine.batch import Batch
from reirrad.engine.codes import BASES, UNSTATED
from reirrad.engine.convert import Span
from reirrad.engine.evaluate import Block
from reirrad.engine.intervals import days_after_months, interval_between
from reirrad.engine.judge import SUMS
from reirrad.engine.orders import Rows
from reirrad.engine.view import View
from reirrad.model.finding import Accumulation
from reirrad.model.metric import MetricKind
from reirrad.model.rule import RecoverySchedule


@dataclass(frozen=True, slots=True)
class Recovered:
    """An earlier course, its interval to the newest, the fraction recovered, and the next step of the schedule."""

    course: int
    interval: tuple[float, float]
    fraction: tuple[float, float]
    next_fraction: float | None
    days_to_next: int | None


@dataclass(frozen=True)
class Trace:
    """One finding of a block, by its position in it."""

    block: Block
    position: int

    @property
    def view(self) -> View:
        """The view that the finding was judged on."""
        return self.block.judge.view

    @property
    def batch(self) -> Batch:
        """The batch that holds the case."""
        return self.view.batch

    @property
    def scope(self) -> str:
        """The scope of the constraint."""
        return self.block.constraint.scope

    @property
    def case(self) -> int:
        """Index of the case in the batch."""
        return int(self.block.judged.case[self.position])

    @property
    def may_be_of_newest(self) -> bool:
        """Whether the constraint applies, in some order, to the newest course that gives dose to the structure."""
        return bool(self.block.judged.may_be_of_newest[self.position])

    @property
    def rows_index(self) -> int:
        """Which rows of the view hold the order that is reported."""
        return int(self.block.judged.rows_index[self.position])

    @property
    def rows(self) -> Rows:
        """The rows that hold the order that is reported."""
        return self.view.rows[self.rows_index]

    @property
    def row(self) -> int:
        """The row of the order that is reported."""
        return int(self.block.judged.row[self.position])

    @cached_property
    def order(self) -> list[int]:
        """The courses that count, earliest first, up to the one judged as the newest."""
        turn = int(self.block.judged.turn[self.position])
        return [int(course) for course in self.rows.course[self.row, : turn + 1]] if self.rows.n_courses else []

    @cached_property
    def courses(self) -> list[int]:
        """The courses whose quantities the value is made of."""
        if self.scope in SUMS or self.scope == "allowed_bed":
            return self.order
        return [] if self.scope == "interval" else self.order[-1:]

    @property
    def n_orders(self) -> int:
        """How many orders of the courses were evaluated."""
        return int(np.count_nonzero(self.rows.case == self.case))

    def phases(self, course: int) -> range:
        """Return the phases of a course."""
        first, last = np.searchsorted(self.batch.phase_course, [course, course + 1])
        return range(int(first), int(last))

    @cached_property
    def dose_rows(self) -> list[int]:
        """The dose rows behind the value, without repetition."""
        doses = self.view.doses
        rows = [
            int(row)
            for course in self.courses
            for phase in self.phases(course)
            for row in (doses.low_row[phase], doses.high_row[phase])
            if row >= 0
        ]
        return list(dict.fromkeys(rows))

    def dose_label(self, row: int) -> str:
        """Return the metric of a dose row, with its structure where it is another one."""
        name = self.view.library.structures.names[self.batch.dose_structure[row]]
        metric = self.batch.metrics[self.batch.dose_metric[row]]
        return metric.label if name == self.block.structure else f"{metric.label} of {name}"

    @property
    def metric_used(self) -> str | None:
        """The metrics that the value was taken from."""
        return " + ".join(dict.fromkeys(self.dose_label(row) for row in self.dose_rows)) or None

    @property
    def basis(self) -> str | None:
        """Where the doses come from."""
        codes = sorted({int(self.batch.dose_basis[row]) for row in self.dose_rows})
        return " + ".join("not stated" if code == UNSTATED else BASES[code] for code in codes) or None

    @property
    def accumulation(self) -> Accumulation | None:
        """How point doses were summed; only a sum of true maxima is an upper bound."""
        if self.scope not in SUMS or not self.dose_rows:
            return None
        kinds = {self.batch.metrics[self.batch.dose_metric[row]].kind for row in self.dose_rows}
        return "max_sum" if kinds == {MetricKind.MAX} else "metric_sum"

    def quantity(self, course: int) -> Span:
        """Return the quantity of a course, as a range."""
        every = self.block.judge.quantities()
        return Span(every.low[course], every.high[course])

    @property
    def smallest_interval(self) -> tuple[float, float]:
        """The smallest interval at the turn that is reported, of a course that is listed [months]."""
        span = self.view.intervals(self.rows_index)
        turn = len(self.order) - 1
        return float(span.low[self.row, turn]), float(span.high[self.row, turn])

    def interval_to_newest(self, course: int) -> tuple[float, float]:
        """Return the interval from a course to the newest one [months]."""
        return self.interval_between(course, self.order[-1])

    def interval_between(self, earlier: int, later: int) -> tuple[float, float]:
        """Return the interval from a course to a later one [months]."""
        span = interval_between(self.batch, np.array([earlier]), np.array([later]))
        return float(span.low[0]), float(span.high[0])

    @cached_property
    def recovered(self) -> list[Recovered]:
        """Each earlier course with its interval to the newest and the fraction recovered."""
        schedule = self.block.judge.recovery
        if schedule is None or not self.order:
            return []
        newest = len(self.order) - 1
        fraction = scopes.recovered_fractions(self.batch, np.array([self.order]), newest, schedule)
        return [
            self._recovered(course, schedule, (float(fraction.low[0, i]), float(fraction.high[0, i])))
            for i, course in enumerate(self.order[:-1])
        ]

    def _recovered(self, course: int, schedule: RecoverySchedule, fraction: tuple[float, float]) -> Recovered:
        interval = low, high = self.interval_to_newest(course)
        steps = [(step.from_months, step.recovered_fraction) for step in schedule.step if step.from_months > low]
        if low < high or not steps:
            return Recovered(course, interval, fraction, None, None)
        at, next_fraction = min(steps)
        return Recovered(course, interval, fraction, next_fraction, self._days_until(course, at))

    def _days_until(self, course: int, months: float) -> int | None:
        """Return how many days later the newest course would have to begin to lie so many months after a course."""
        end, start = self.batch.end_high[course], self.batch.start_low[self.order[-1]]
        batch, newest = self.batch, self.order[-1]
        # a partial date may give an interval of exactly 0, but no day to count from
        is_dated = end == batch.end_low[course] and start == batch.start_high[newest] and batch.stated_order[newest] < 0
        if not is_dated or months != int(months):
            return None
        return int(days_after_months(np.array([end]), int(months))[0] - start)

    def tolerance_fraction(self, schedule: RecoverySchedule) -> tuple[float, float]:
        """Return the recovered fraction by which a tolerance rises at the turn that is reported."""
        low, high = self.smallest_interval
        fraction = scopes.schedule_range(Span(np.array([low]), np.array([high])), schedule)
        return float(fraction.low[0]), float(fraction.high[0])
