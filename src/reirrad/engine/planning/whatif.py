"""The findings of a batch under what is uncertain: alpha/beta, dates, doses, and other published recovery schedules.

Every answer is the decision of the engine on the same courses with one thing changed; columns over all cases at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from reirrad.engine.batch import NO_HIGH, NO_LOW, Batch, Bools, Floats, Ints
from reirrad.engine.codes import Status
from reirrad.engine.decided import Decided
from reirrad.engine.evaluate import Block
from reirrad.engine.judge import Judge
from reirrad.engine.planning.bed_limits import in_2_gy_fractions
from reirrad.engine.planning.changes import NONE, Change, first_change
from reirrad.engine.view import View
from reirrad.library import Library
from reirrad.library.alternatives import AlphaBetaInterval, Alternatives, OtherSchedule
from reirrad.model.metric import MetricKind
from reirrad.model.rule import RaisedTolerance, Undiscounted

STEPS_OF_A_PERCENT = 100
STEPS_OF_A_GRAY = 100
#: An alpha/beta interval is looked at in so many places before a change is drawn together.
_PLACES = 8
_STEPS_OF_DATES = 4096
#: A range of dates is looked at in so many places: a bin of a few months within it comes and goes.
_PLACES_OF_DATES = 64
#: Scaled doses keep so many decimals, so that 30 Gy and 3 % more are 30.9 Gy.
_DECIMALS = 10


@dataclass(frozen=True, slots=True)
class OverAlphaBeta:
    """The statuses of a block over a published interval of alpha/beta; arrays of shape (n_findings,)."""

    interval: AlphaBetaInterval
    status_low: Ints
    status_high: Ints
    survives: Bools
    #: the first alpha/beta with another status [Gy], NaN where there is none, and that status
    flips_at_gy: Floats
    flips_to: Ints


@dataclass(frozen=True, slots=True)
class OverDoses:
    """The statuses of a block with all doses lower and higher."""

    #: by percent: statuses with lower and with higher doses
    shifts: dict[int, tuple[Ints, Ints]]
    lower: Change
    higher: Change

    def survives(self, status: Ints, percent: int) -> Bools:
        """Return which statuses are the same with lower and higher doses."""
        low, high = self.shifts[percent]
        return np.asarray((low == status) & (high == status))


@dataclass(frozen=True, slots=True)
class OverDates:
    """The statuses of a block with every interval at its shortest and its longest, where dates are ranges."""

    is_asked: Bools
    status_shortest: Ints
    status_longest: Ints
    #: the smallest interval with another status than with the shortest [months], NaN where there is none
    flips_at_months: Floats

    def where_asked(self, status: Ints) -> Ints:
        """Return statuses, ``NONE`` where a case states no range."""
        return np.where(self.is_asked, status, NONE)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A block and all that was asked of it."""

    block: Block
    alpha_beta: tuple[OverAlphaBeta, ...]
    dates: OverDates | None
    doses: OverDoses | None
    #: with each other schedule (``None``: with no recovery)
    recovery: tuple[tuple[OtherSchedule | None, Decided], ...]

    @property
    def is_robust(self) -> Bools:
        """Whether a status that was decided survives everything that was asked."""
        status = self.block.status
        robust: Bools = np.isin(status, (Status.MET, Status.VIOLATED))
        for answer in self.alpha_beta:
            robust = robust & answer.survives
        if self.doses is not None:
            for percent in self.doses.shifts:
                robust = robust & self.doses.survives(status, percent)
        return robust


def what_if(block: Block, library: Library, alternatives: Alternatives) -> WhatIf:
    """Return everything that is asked of the findings of a block."""
    intervals = alternatives.alpha_beta_of(block.structure)
    return WhatIf(
        block,
        tuple(found for interval in intervals if (found := over_alpha_beta(block, interval)) is not None),
        over_dates(block),
        over_doses(block, alternatives),
        tuple(_recoveries(block, library, alternatives)),
    )


def _recoveries(
    block: Block, library: Library, alternatives: Alternatives
) -> Iterator[tuple[OtherSchedule | None, Decided]]:
    constraint = block.constraint
    if constraint.scope != "cumulative" or block.judge.impossible():
        return
    if constraint.recovery != "none":
        yield None, with_other_recovery(block, None)
    own = f"{block.loaded.edition.id}.{constraint.recovery}"
    for schedule in alternatives.schedules_of(block.structure, library, own):
        # a limit that is no tolerance is not raised
        if schedule.schedule.acts_on == "prior_dose" or isinstance(block.judge.convention, RaisedTolerance):
            yield schedule, with_other_recovery(block, schedule)


def is_for_the_plain_sum(block: Block) -> bool:
    """Whether a limit is for the sum without recovery: beside a discounted one it would count recovery twice."""
    return isinstance(block.judge.convention, Undiscounted)


def over_alpha_beta(block: Block, interval: AlphaBetaInterval) -> OverAlphaBeta | None:
    """Return the findings over an interval; ``None`` where alpha/beta does not matter to them alone.

    The limit was stated with its own alpha/beta. It stays what it is in 2 Gy fractions: BED of two alpha/beta are not
    compared.
    """
    own = block.judge.conversion.alpha_beta_gy
    if not block.judge.is_converted or own is None or block.constraint.cord_model is not None:
        return None
    judge = in_2_gy_fractions(block.judge, own)
    start, low, high = (round(value * STEPS_OF_A_GRAY) for value in (own, interval.low_gy, interval.high_gy))
    status, n = block.status, len(block.status)

    def at(value: Ints) -> Ints:
        of_cases = np.full(block.judge.view.batch.n_cases, own)
        of_cases[block.judged.case] = value / STEPS_OF_A_GRAY
        found = judge.on(judge.view.with_alpha_beta(of_cases)).judge().decided.status[:, 0]
        # at its own the finding stands: a limit on BED is rounded where it is none in EQD2
        return np.where(value == start, status, found)

    flips = np.full(n, np.nan)
    flips_to = np.full(n, NONE)
    survives = np.ones(n, dtype=np.bool_)
    near = min(max(start, low), high)
    for sign, far in ((-1, low), (1, high)):
        places = np.linspace(near, far, _PLACES).round()
        distances = sorted({distance for place in places if (distance := sign * (int(place) - start)) > 0})
        if not distances:
            continue
        stations = [np.full(n, step) for step in distances]
        change = first_change(lambda steps: at(start + sign * steps), status, stations)  # noqa: B023 (called at once)
        value = np.where(change.step == NONE, np.nan, start + sign * change.step)
        is_nearer = ~(np.abs(flips - start) <= np.abs(value - start)) & ~np.isnan(value)
        flips, flips_to = np.where(is_nearer, value, flips), np.where(is_nearer, change.status, flips_to)
    for place in np.linspace(low, high, _PLACES).round():
        survives &= at(np.full(n, place)) == status
    survives &= np.isnan(flips)
    return OverAlphaBeta(
        interval, at(np.full(n, low)), at(np.full(n, high)), survives, flips / STEPS_OF_A_GRAY, flips_to
    )


def over_doses(block: Block, alternatives: Alternatives) -> OverDoses | None:
    """Return the findings with every dose of every course changed alike; ``None`` where doses do not matter."""
    view = block.judge.view
    if block.constraint.scope == "interval" or view.metric.kind is MetricKind.VOLUME_AT:
        return None
    n, farthest = len(block.status), alternatives.dose_looked_for_up_to_percent

    def at(sign: int) -> Callable[[Ints], Ints]:
        def status_at(steps: Ints) -> Ints:
            factor = np.ones(view.batch.n_cases)
            factor[block.judged.case] = 1 + sign * steps / (100 * STEPS_OF_A_PERCENT)
            return block.judge.on(_scaled(view, factor)).judge().decided.status[:, 0]

        return status_at

    percents = alternatives.dose_uncertainty_percent
    stations = [np.full(n, percent * STEPS_OF_A_PERCENT) for percent in (*percents, farthest)]
    return OverDoses(
        {percent: (at(-1)(steps), at(1)(steps)) for percent, steps in zip(percents, stations, strict=False)},
        lower=first_change(at(-1), block.status, stations),
        higher=first_change(at(1), block.status, stations),
    )


def _scaled(view: View, factor: Floats) -> View:
    of_phases = factor[view.batch.phase_case]
    low, high = (np.round(dose * of_phases, _DECIMALS) for dose in (view.doses.low, view.doses.high))
    changed = view.with_doses(low, high)
    changed.maximum = None if view.maximum is None else _scaled(view.maximum, factor)
    return changed


def over_dates(block: Block) -> OverDates | None:
    """Return the findings with every stated range of dates at its ends; ``None`` where there is none.

    A status that was decided holds for all dates of a range. Of those that were not, the ends say what they may be.
    """
    batch, case = block.judge.view.batch, block.judged.case
    is_asked = has_date_range(batch)[case]
    if not is_asked.any():
        return None
    is_open = is_asked & (block.status == Status.NOT_EVALUATED)
    n = len(case)
    shortest, longest = block.status.copy(), block.status.copy()
    flips = np.full(n, np.nan)
    if is_open.any():

        def at(steps: Ints) -> tuple[Ints, Floats]:
            of_cases = np.zeros(batch.n_cases, dtype=np.int64)
            of_cases[case] = steps
            return _on_dates(block, _dated(batch, of_cases))

        first, _ = at(np.zeros(n, dtype=np.int64))
        last, _ = at(np.full(n, _STEPS_OF_DATES))
        shortest, longest = np.where(is_open, first, shortest), np.where(is_open, last, longest)
        every = _STEPS_OF_DATES // _PLACES_OF_DATES
        stations = [np.full(n, every * place) for place in range(1, _PLACES_OF_DATES + 1)]
        change = first_change(lambda steps: at(steps)[0], first, stations)
        months = at(np.where(change.step == NONE, 0, change.step))[1]
        flips = np.where(is_open & (change.step != NONE), months, np.nan)
    return OverDates(is_asked, shortest, longest, flips)


def _is_bounded(low: Ints, high: Ints) -> Bools:
    return np.asarray((low < high) & (low > NO_LOW) & (high < NO_HIGH))


def has_date_range(batch: Batch) -> Bools:
    """Return which cases state a date as a range with two ends."""
    is_range = _is_bounded(batch.start_low, batch.start_high) | _is_bounded(batch.end_low, batch.end_high)
    found = np.zeros(batch.n_cases, dtype=np.bool_)
    found[batch.course_case[is_range & (batch.stated_order < 0)]] = True
    return found


def _dated(batch: Batch, steps: Ints) -> Batch:
    """Return the batch with one day for each range of dates: step 0 makes intervals shortest, the last one longest."""
    step = steps[batch.course_case]

    def between(low: Ints, high: Ints, part: Ints) -> tuple[Ints, Ints]:
        is_range = _is_bounded(low, high)
        day = low + (high - low) * part // _STEPS_OF_DATES
        return np.where(is_range, day, low), np.where(is_range, day, high)

    start = between(batch.start_low, batch.start_high, step)
    end = between(batch.end_low, batch.end_high, _STEPS_OF_DATES - step)
    return replace(batch, start_low=start[0], start_high=start[1], end_low=end[0], end_high=end[1])


def _on_dates(block: Block, batch: Batch) -> tuple[Ints, Floats]:
    """Return the statuses of a block on other dates, and the smallest interval at the last turn [months]."""
    old = block.judge.view
    view = View(batch, old.library, old.structure, old.metric, old.cases)
    judged = block.judge.on(view).judge()
    months = np.zeros(len(judged.case))
    for index, rows in enumerate(view.rows):
        if rows.n_courses:
            own = judged.rows_index == index
            months[own] = view.intervals(index).low[judged.row[own], -1]
    return judged.decided.status[:, 0], months


def with_other_recovery(block: Block, schedule: OtherSchedule | None) -> Decided:
    """Return what a cumulative constraint would be with another recovery, or with none: a comparison, no verdict."""
    convention = Undiscounted() if schedule is None else schedule.convention
    judge = block.judge
    return Judge(judge.view, judge.constraint, convention, strict=judge.strict).judge().decided
