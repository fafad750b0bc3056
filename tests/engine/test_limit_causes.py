"""Why a limit could not be evaluated, from the ranges of values and of limits: by hand."""

from math import inf, nan
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.hand_judges import batch_of, first, history, second, third
from reirrad.engine.codes import Cause
from reirrad.engine.convert import Span
from reirrad.engine.limits import interval_causes, recovery_causes, why_tolerance_is_open, with_limit_causes
from reirrad.model.rule import RecoverySchedule, RecoveryStep

Ends = tuple[float, float]
UNKNOWN, RANGE, SOURCE = Cause.DOSE_UNKNOWN, Cause.DOSE_RANGE, Cause.SOURCE_RANGE
HISTORY = Cause.HISTORY_UNKNOWN


#: From 7 to 12 months, and from 24 on.
STEPS = RecoverySchedule(
    id="steps",
    name="steps",
    acts_on="tolerance",
    step=(
        RecoveryStep(from_months=7, to_months=12, recovered_fraction=0.25),
        RecoveryStep(from_months=24, to_months=None, recovered_fraction=0.5),
    ),
    locator="none",
)


def span(ends: Ends) -> Span:
    return Span(*(np.array([end]) for end in ends))


def turn(ends: Ends, first: Ends | None = None) -> Span:
    """Return intervals of one row, of one course or of a second one."""
    both = [end for end in (first, ends) if end is not None]
    return Span(*(np.array([[one[at] for one in both]], dtype=float) for at in (0, 1)))


@pytest.mark.parametrize(
    ("causes", "value", "limit", "expected"),
    [
        # one limit within the range of a value
        (0, (9, 11), (10, 10), RANGE),
        (UNKNOWN, (9, 11), (10, 10), UNKNOWN),
        # no limit: what leaves it out says why
        (0, (9, 11), (nan, nan), 0),
        # a printed range: alone, if the value lies within it whatever it is
        (0, (11, 12), (10, 20), SOURCE),
        (UNKNOWN, (11, 12), (10, 20), SOURCE),
        (UNKNOWN, (11, 20), (10, 20), SOURCE),
        (UNKNOWN, (10, 20), (10, 20), UNKNOWN | SOURCE),
        (UNKNOWN, (11, 21), (10, 20), UNKNOWN | SOURCE),
        (0, (9, 21), (10, 20), SOURCE),
    ],
)
def test_causes_of_limits(causes: int, value: Ends, limit: Ends, expected: int) -> None:
    found = with_limit_causes(np.array([causes]), span(value), span(limit), None)
    assert found.tolist() == [expected]


@pytest.mark.parametrize(
    ("causes", "limit", "interval", "expected"),
    [
        (0, (10, 15), (5, 7), Cause.INTERVAL_UNKNOWN),
        (UNKNOWN, (10, 15), (5, 7), UNKNOWN | Cause.INTERVAL_UNKNOWN),
        # the interval is known, and no step of the schedule is about it; nor is one about any of its days
        (0, (10, 15), (5, 5), Cause.RECOVERY_NOT_STATED),
        (0, (10, 15), (3, 6.9), Cause.RECOVERY_NOT_STATED),
        (0, (10, 15), (12, 20), Cause.RECOVERY_NOT_STATED),
        (0, (10, 15), (13, 23.9), Cause.RECOVERY_NOT_STATED),
        (0, (10, 15), (11.9, 20), Cause.INTERVAL_UNKNOWN),
        (0, (10, 15), (13, 24), Cause.INTERVAL_UNKNOWN),
        (0, (10, 15), (13, inf), Cause.INTERVAL_UNKNOWN),
        # the fraction is known
        (UNKNOWN, (15, 15), (5, 7), UNKNOWN),
        (0, (15, 15), (5, 7), RANGE),
    ],
)
def test_causes_of_raised_tolerances(causes: int, limit: Ends, interval: Ends, expected: int) -> None:
    """A value within the range of a raised tolerance is not within one that a source prints."""
    why = why_tolerance_is_open(turn(interval), np.array([False]), STEPS)[0]
    found = with_limit_causes(np.array([causes]), span((11, 12)), span(limit), why)
    assert found.tolist() == [expected]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        # a quarter from 7 to 12 months, whichever day it is
        ((8, 9), HISTORY),
        ((7, 13), HISTORY | Cause.INTERVAL_UNKNOWN),
        # of 13 months nothing is stated
        ((13, 13), HISTORY | Cause.RECOVERY_NOT_STATED),
    ],
)
def test_causes_of_raised_tolerances_with_an_unseen_course(interval: Ends, expected: Cause) -> None:
    found = why_tolerance_is_open(turn(interval, first=(0, inf)), np.array([True]), STEPS)
    assert found.tolist() == [[HISTORY, expected]]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [((5, 6), True), ((5.9, 9), True), ((6, 9), False), ((1, 5.9), False), ((6, 6), False), ((0, inf), True)],
)
def test_the_points_of_an_interval_are_open_where_it_may_be_on_both_sides(interval: Ends, *, expected: bool) -> None:
    """Points are given below six months."""
    rule: Any = SimpleNamespace(score=SimpleNamespace(interval_below_months=6), scope="score")
    found = interval_causes(rule, turn(interval), turn((nan, nan)), np.array([False]))
    assert found.tolist() == [[Cause.INTERVAL_UNKNOWN * expected]]
    found = interval_causes(rule, turn(interval, first=(0, inf)), turn((nan, nan)), np.array([True]))
    assert found.tolist() == [[HISTORY, HISTORY | Cause.INTERVAL_UNKNOWN * expected]]


@pytest.mark.parametrize(
    ("scope", "interval", "limit", "expected"),
    [
        ("interval", (5, 6), (6, 6), True),
        # it decides on all of its days
        ("interval", (6, 7), (6, 6), False),
        ("interval", (4, 5.9), (6, 6), False),
        # a printed range leaves it open, and no date does
        ("interval", (5, 5), (4, 6), False),
        ("cumulative", (5, 6), (6, 6), False),
    ],
)
def test_an_interval_that_is_compared_is_open_where_a_range_does_not_decide(
    scope: str, interval: Ends, limit: Ends, *, expected: bool
) -> None:
    rule: Any = SimpleNamespace(score=None, scope=scope, comparison="at_least")
    found = interval_causes(rule, turn(interval), turn(limit), np.array([False]))
    assert found.tolist() == [[Cause.INTERVAL_UNKNOWN * expected]]


SURE, VAGUE = second(), second(start="2010-11")
OPEN, KNOWN = (0.0, 1.0), (0.25, 0.25)
NOTHING, DATES, SILENCE = Cause(0), Cause.INTERVAL_UNKNOWN, Cause.RECOVERY_NOT_STATED


@pytest.mark.parametrize(
    ("of_first", "of_second", "expected"),
    [
        # the interval from the first course to the third is known, and that from the second to it
        (KNOWN, KNOWN, NOTHING),
        (OPEN, KNOWN, SILENCE),
        (KNOWN, OPEN, SILENCE),
        (OPEN, OPEN, SILENCE),
    ],
)
def test_recovery_is_open_where_the_source_is_silent(of_first: Ends, of_second: Ends, expected: Cause) -> None:
    assert three_courses(SURE, OPEN, [of_first, of_second]) == [NOTHING, SILENCE, expected]
    # the second course begins in a month: the dates are what is not known
    assert three_courses(VAGUE, OPEN, [of_first, of_second]) == [NOTHING, DATES, expected]


def test_recovery_is_open_for_want_of_dates_and_of_a_source() -> None:
    """The end of the second course is any day of a year: of the first one everything is known but what is recovered."""
    vague = second(end="2010-12-05/2011-12-05")
    assert three_courses(vague, KNOWN, [OPEN, OPEN]) == [NOTHING, NOTHING, DATES | SILENCE]
    assert three_courses(vague, KNOWN, [KNOWN, OPEN]) == [NOTHING, NOTHING, DATES]
    assert three_courses(vague, KNOWN, [OPEN, KNOWN]) == [NOTHING, NOTHING, SILENCE]


def three_courses(middle: Any, until_second: Ends, until_third: list[Ends]) -> list[Cause]:
    """Return the causes with each of three courses as the newest, by what is recovered until it."""
    batch = batch_of(history(first(), middle, third()))

    def fractions(*ends: Ends) -> Span:
        low, high = np.array(ends, dtype=float).reshape(-1, 2).T
        return Span(low[None, :], high[None, :])

    recovered = [fractions(), fractions(until_second), fractions(*until_third)]
    return [Cause(int(one)) for one in recovery_causes(batch, np.array([[0, 1, 2]]), recovered, STEPS)[0]]


def test_of_several_cases_each_has_its_own_causes() -> None:
    """In the first the end of the first course is not known, in the second the source is silent."""
    batch = batch_of(history(first(end="2010"), second()), history(first(), second()))
    course, nothing = np.array([[0, 1], [2, 3]]), Span(np.empty((2, 0)), np.empty((2, 0)))
    is_open = Span(np.zeros((2, 1)), np.ones((2, 1)))
    found = recovery_causes(batch, course, [nothing, is_open], STEPS)
    assert [Cause(int(one)) for one in found[:, 1]] == [Cause.INTERVAL_UNKNOWN, Cause.RECOVERY_NOT_STATED]
