"""The accumulated dose of a case over time: after each course, and what counts of it for a further one.

Nothing is computed anew: between courses the engine is asked for the sum and the limit of a further course that gives
nothing and begins on each day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from reirrad import __version__
from reirrad.engine import scopes
from reirrad.engine.applicability import applicability
from reirrad.engine.arguments import check_flags, rules_of, whole_case
from reirrad.engine.batch import Bools, Floats, Ints
from reirrad.engine.check import case_digest, editions_used, finding
from reirrad.engine.codes import Cause, Exclusion
from reirrad.engine.convert import Span
from reirrad.engine.evaluate import Block, evaluate
from reirrad.engine.from_cases import prepare
from reirrad.engine.intervals import months_between
from reirrad.engine.judge import Judge
from reirrad.engine.limits import raised_tolerance
from reirrad.engine.notes import notes_of_choice, unmapped_structures
from reirrad.engine.orders import Rows
from reirrad.engine.planning.courses_in_time import MONTHS_AFTER_LAST, CoursesInTime, gaps
from reirrad.engine.planning.newest import is_of_earlier
from reirrad.engine.scopes import Turns
from reirrad.engine.trace import Trace
from reirrad.library import Library
from reirrad.model.case import Case
from reirrad.model.finding import Finding, InputDigest
from reirrad.model.rule import Conditions, Discounted, RaisedTolerance
from reirrad.model.timeline import LeftOutLine, StructureTimeline, Timeline, TimelineLine, TimelinePoint
from reirrad.model.wording import number_or_none


def timeline(case: Case, *, library: Library | None = None, strict: bool = False) -> Timeline:
    """Return the accumulated dose over time, for every cumulative limit of EQD2 or BED.

    Parameters
    ----------
    case
        The case.
    library
        The rules; the editions of the package by default.
    strict
        As for :func:`reirrad.check`.

    Returns
    -------
    Timeline
        A line for each structure and limit: the sum at each course as it is judged, and between courses and after the
        last one what counts of it for a further course. Where dates are ranges courses follow each other as soon as
        they allow. What cannot be drawn is named as left out.

    Raises
    ------
    CaseError
        If the fields of the case do not agree.
    InputError
        If ``strict`` is neither true nor false.
    """
    check_flags(call="timeline", strict=strict)
    case = whole_case(case, call="timeline")
    rules = rules_of(library, call="timeline")
    blocks = evaluate(prepare([case], rules).batch, rules, strict=strict, before=False)
    lines: dict[str, list[TimelineLine]] = {}
    left_out: list[LeftOutLine] = []
    for block in blocks:
        rule = block.constraint
        if rule.scope != "cumulative" or not block.judge.is_converted or not rule.is_upper:
            continue
        found = finding(Trace(block, 0))
        reason = _reason(block, found)
        if reason is None:
            lines.setdefault(block.structure, []).append(_line(block, found, CoursesInTime.of(block)))
        else:
            left_out.append(LeftOutLine(structure=block.structure, constraint_id=rule.id, reason=reason))
    return Timeline(
        case_id=case.case_id,
        months_after_last_course=MONTHS_AFTER_LAST,
        structures=tuple(StructureTimeline(structure=name, lines=tuple(own)) for name, own in lines.items()),
        left_out=tuple(left_out),
        unmapped_structures=unmapped_structures(case, rules),
        notes=(
            *notes_of_choice(case, rules, strict=strict),
            "a course counts from its first day on; between courses a line is what counts for one that begins then",
            "after the last course a limit is drawn as for a further course that its other conditions admit",
            "where doses or dates are ranges, the line is the larger sum, with every interval at its shortest",
        ),
        editions=editions_used(rules),
        input=InputDigest(sha256=case_digest(case)),
        reirrad_version=__version__,
    )


def _reason(block: Block, found: Finding) -> str | None:
    """Return why there is no line; ``None`` where there is one."""
    judge, view = block.judge, block.judge.view
    if impossible := judge.impossible():
        return Cause(impossible).word
    (rows,) = view.rows
    if view.batch.has_unseen[0]:
        return Cause.HISTORY_UNKNOWN.word
    if rows.n_courses == 0:
        return Exclusion.NO_COURSE.word
    if len(rows.case) > 1 or not rows.is_ordered[0]:
        return Cause.ORDER_UNKNOWN.word
    # one course alone has no finding, and a line: it is what a further one has to reckon with
    if found.status == "not_applicable" and found.reason != Exclusion.FEWER_THAN_TWO_COURSES.word:
        return found.reason
    if not np.isfinite(judge.value(judge.turns(0, rows), rows.course).high).all():
        causes = int(np.bitwise_or.reduce(judge.course_causes()[rows.course[0]]))
        return next((cause.word for cause in Cause if cause & causes), Cause.DOSE_UNKNOWN.word)
    gap = gaps(view.batch, rows.course[0])
    return Cause.INTERVAL_UNKNOWN.word if np.any((gap.low == 0) & np.isinf(gap.high)) else None


def _line(block: Block, found: Finding, course: CoursesInTime) -> TimelineLine:
    rule, convention = block.constraint, block.judge.convention
    schedule = convention.schedule if isinstance(convention, Discounted | RaisedTolerance) else None
    return TimelineLine(
        constraint_id=rule.id,
        edition=block.loaded.edition.id,
        advisory=rule.advisory,
        metric=rule.metric,
        alpha_beta_gy=found.alpha_beta_gy,
        unit=rule.unit,
        comparison=rule.comparison,
        acts_on="nothing" if schedule is None else schedule.acts_on,
        recovery=None if schedule is None else schedule.name,
        status=found.status,
        reason=found.reason,
        course_id=found.course_id,
        not_applicable_to=str(course.batch.course_id[course.order[-1]]) if is_of_earlier(block) else None,
        value_low=found.value_low,
        value_high=found.value_high,
        limit=found.limit,
        limit_high=found.limit_high,
        points=tuple(_points(block.judge, course)),
        source=found.source,
        locator=found.locator,
    )


def _points(judge: Judge, course: CoursesInTime) -> Iterator[TimelinePoint]:
    """Yield the points in order: each course, and what changes until the next one."""
    turns = judge.turns(0, course.rows)
    value = judge.value(turns, course.rows.course)
    applies = applicability(judge.constraint, judge.view, course.rows, turns.interval)
    limit = _limits(judge, applies.limit, turns.interval, (applies.exclusion == 0) & applies.exists)
    for turn, index in enumerate(course.order):
        numbers = tuple(float(ends[0, turn]) for ends in (value.low, value.high, limit.low, limit.high))
        where = course.place(course.first_day(turn)) if course.is_dated else (float(course.months[turn]), None)
        yield _point(where, str(course.batch.course_id[index]), numbers)
        days = course.days_after(turn)
        if not len(days):
            continue
        columns = np.column_stack(_between(judge, course, turns, turn, days))
        changes = np.any(~((columns[1:] == columns[:-1]) | (np.isnan(columns[1:]) & np.isnan(columns[:-1]))), axis=1)
        is_end = turn + 1 == len(course.order)
        for at in np.flatnonzero(np.concatenate([[True], changes]) | (is_end & (days == days[-1]))):
            place: tuple[float, str | None] = course.place(course.anchor(turn) + int(days[at]))
            if not course.is_dated:
                anchor = np.array([course.anchor(turn)])
                place = (float(course.months[turn] + months_between(anchor, anchor + days[at])[0]), None)
            yield _point(place, None, tuple(float(number) for number in columns[at]))


def _point(place: tuple[float, str | None], course_id: str | None, numbers: tuple[float, ...]) -> TimelinePoint:
    low, high, limit_low, limit_high = numbers
    return TimelinePoint(
        months=place[0],
        date=place[1],
        course_id=course_id,
        low=low,
        high=high,
        limit_low=number_or_none(limit_low),
        limit_high=number_or_none(limit_high),
    )


def _between(judge: Judge, course: CoursesInTime, turns: Turns, turn: int, days: Ints) -> tuple[Floats, ...]:
    """Return what counts for a course that begins on each day, and its limit: four columns."""
    interval, n_days = course.further(turn, days), len(days)
    smallest = Span(interval.low[:, -1:], interval.high[:, -1:])
    if turn:
        ends = ((turns.interval.low, smallest.low), (turns.interval.high, smallest.high))
        smallest = Span(*(np.minimum(own[0, turn], last) for own, last in ends))
    recovered: tuple[Span, ...] = ()
    if judge.recovery is not None:
        none = tuple(Span(np.zeros((n_days, n)), np.zeros((n_days, n))) for n in range(turn + 1))
        recovered = (*none, scopes.schedule_range(interval, judge.recovery))

    def with_nothing(every: Span) -> Turns:
        order = course.order[: turn + 1]
        added = [np.tile(np.append(ends[order], 0.0), (n_days, 1)) for ends in (every.low, every.high)]
        return Turns(Span(*added), smallest, np.zeros(n_days, dtype=np.bool_), recovered)

    further = with_nothing(judge.quantities())
    total = scopes.cumulative if judge.recovery is None else scopes.discounted
    low, high = total(further).low[:, -1], total(further).high[:, -1]
    if judge.is_strict_sum:
        low = (
            further.quantity.low.max(axis=1) if judge.recovery is None else scopes.largest_term(further)[:, -1]
        ).copy()
        if turn:  # a single course is no sum
            high = total(with_nothing(judge.on(judge.view.by_maximum).quantities())).high[:, -1]
    # of its conditions only that on the interval is about time
    conditions = Conditions(interval_months=judge.constraint.conditions.interval_months)
    rule = replace(judge.constraint, conditions=conditions)
    rows = Rows(np.zeros(n_days, dtype=np.int64), np.full((n_days, 1), course.order[turn]), np.ones(n_days, np.bool_))
    applies = applicability(rule, judge.view, rows, smallest)
    limit = _limits(judge, applies.limit, smallest, applies.exclusion == 0)
    return low, high, limit.low[:, 0], limit.high[:, 0]


def _limits(judge: Judge, limit: Span, interval: Span, applies: Bools) -> Span:
    """Return limits as they are at intervals; NaN where there is none."""
    if isinstance(judge.convention, RaisedTolerance):
        limit = raised_tolerance(limit, interval, judge.convention.schedule)
    return Span(np.where(applies, limit.low, np.nan), np.where(applies, limit.high, np.nan))
