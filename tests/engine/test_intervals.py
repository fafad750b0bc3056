"""Months between two days, against a naive implementation that steps through the calendar."""

import copy
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from property.effort import examples
from property.example_cases import STATED_MONTHS, case, course
from reirrad.engine.batch import NO_HIGH, NO_LOW
from reirrad.engine.codes import Cause
from reirrad.engine.from_cases import prepare
from reirrad.engine.intervals import (
    StatedMonths,
    _calendar_of_years,
    interval_between,
    months_between,
    smallest_intervals,
    stated_months,
    why_open,
    with_stated,
    with_unseen,
)
from reirrad.ingest import parse_case
from reirrad.library import load_library

EPOCH = date(1970, 1, 1)
DAYS = st.dates(date(1895, 1, 1), date(2199, 12, 31))


def clipped(year: int, month: int, day: int) -> date:
    """Return a day of a month, or its last day if it has fewer."""
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def after(start: date, months: int) -> date:
    """Return the day some months later, counted one month at a time."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return clipped(year, month, start.day)


def naive(start: date, end: date) -> Fraction:
    if end <= start:
        return Fraction(0)
    months = 0
    while after(start, months + 1) <= end:
        months += 1
    step, reached = after(start, months + 1) - after(start, months), end - after(start, months)
    return months + Fraction(reached.days, step.days)


def engine(*pairs: tuple[date, date]) -> list[float]:
    days = np.array([[(day - EPOCH).days for day in pair] for pair in pairs], dtype=np.int64)
    return [float(value) for value in months_between(days[:, 0], days[:, 1])]


@examples(300)
@example(start=date(2015, 8, 31), length=182)
@example(start=date(2016, 2, 29), length=366)
@example(start=date(2015, 1, 31), length=-1)
@given(start=DAYS, length=st.integers(-40, 1500))
def test_months_between_agrees_with_counting(start: date, length: int) -> None:
    """T04: one definition, calendar months with end-of-month clipping."""
    end = start + timedelta(days=length)
    expected = naive(start, end)
    (found,) = engine((start, end))
    assert found == pytest.approx(float(expected), rel=1e-15, abs=0)
    # no rounding may lift an interval to a whole number of months that was not reached
    assert (found >= 6) == (expected >= 6) == (end > start and end >= after(start, 6))


@examples(200)
@given(start=DAYS, months=st.integers(0, 240))
def test_a_whole_number_of_months_is_exact_and_the_day_before_is_less(start: date, months: int) -> None:
    end = after(start, months)
    reached, before = engine((start, end), (start, end - timedelta(days=1)))
    assert reached == months
    assert before < months or months == 0


@examples(200)
@given(days=st.lists(DAYS, min_size=3, max_size=3))
def test_later_is_never_nearer(days: list[date]) -> None:
    first, second, third = sorted(days)
    outer, inner, rest = engine((first, third), (first, second), (second, third))
    assert outer >= inner
    # an end of month may make the start of the interval count less, by less than a step of days
    assert outer >= rest - 0.2


@examples(100)
@given(start=DAYS, lengths=st.lists(st.integers(0, 800), min_size=2, max_size=30))
def test_months_between_never_falls_as_the_end_moves_on(start: date, lengths: list[int]) -> None:
    found = engine(*[(start, start + timedelta(days=length)) for length in sorted(lengths)])
    assert found == sorted(found)


@examples(100)
@given(end=DAYS, lengths=st.lists(st.integers(0, 800), min_size=2, max_size=30))
def test_whole_months_never_rise_as_the_start_moves_on(end: date, lengths: list[int]) -> None:
    starts = sorted(end - timedelta(days=length) for length in lengths)
    found = [int(value) for value in engine(*[(start, end) for start in starts])]
    assert found == sorted(found, reverse=True)


BY_HAND = [
    ("2015-08-31", "2016-02-28", 5 + 28 / 29),  # 2016 has a 29 February: clipped to it, and a day short
    ("2015-08-31", "2016-02-29", 6.0),
    ("2014-08-31", "2015-02-28", 6.0),
    ("2015-01-31", "2015-07-01", 5 + 1 / 31),  # 151 days, which month numbers alone would call six months
    ("2015-03-15", "2015-09-14", 5 + 30 / 31),
    ("2015-03-15", "2015-09-15", 6.0),
    ("2012-02-29", "2013-02-28", 12.0),
    ("2015-03-15", "2015-03-15", 0.0),
    ("2015-03-15", "2015-03-01", 0.0),
]


@pytest.mark.parametrize(("start", "end", "months"), BY_HAND)
def test_months_by_hand(start: str, end: str, months: float) -> None:
    assert engine((date.fromisoformat(start), date.fromisoformat(end))) == [pytest.approx(months, abs=1e-15)]


def test_days_outside_the_years_that_cases_have() -> None:
    # no calendar kept for usual years may be asked for them: 1700 and 2500 are no leap years, 1600 is one
    pairs = [
        (date(1, 1, 31), date(1, 2, 28)), (date(1599, 11, 30), date(1600, 2, 29)),
        (date(1700, 2, 1), date(1700, 2, 28)), (date(2500, 2, 28), date(2500, 3, 1)),
        (date(2012, 2, 29), date(9999, 2, 28)), (date(1, 1, 31), date(2012, 1, 31)),
    ]  # fmt: skip
    by_hand = [1.0, 3.0, 27 / 28, 1 / 28, 12.0 * (9999 - 2012), 12.0 * (2012 - 1)]
    assert [engine(pair)[0] for pair in pairs] == by_hand
    # far and usual days together, too
    assert engine(*pairs, (date(2015, 3, 15), date(2015, 9, 15))) == [*by_hand, 6.0]


def test_batches_of_days_are_judged_one_by_one() -> None:
    pairs = [(date.fromisoformat(start), date.fromisoformat(end)) for start, end, _ in BY_HAND]
    assert engine(*pairs) == [engine(pair)[0] for pair in pairs]


def test_stated_months_are_added_in_the_stated_order_wherever_the_courses_stand() -> None:
    # 3 months to the second course and 9 more to the third, which stands before it, as rows of a table may
    batch = prepare([parse_case(STATED_MONTHS)], load_library()).batch
    stated = ("stated_order", "months_low", "months_high")
    turned = replace(batch, **{name: getattr(batch, name)[[2, 1, 0]] for name in stated})
    for columns, order in ((batch, [0, 1, 2]), (turned, [2, 1, 0])):
        reached, lost, _, may_outlast = stated_months(columns)
        assert lost.tolist() == [0, 0, 0]  # ten fractions take longer than what calendar months lose
        assert not may_outlast.any()
        assert reached[order].tolist() == [0, 3_000_000, 12_000_000]
        assert reached.dtype == np.int64
        first, second, third = (np.array([course]) for course in order)
        assert interval_between(columns, second, third) == ([9.0], [9.0])
        # how long the second course lasted is not known
        assert interval_between(columns, first, third) == ([12.0], [np.inf])
    none_lost = np.array([0, 0, 0])
    known = StatedMonths(np.array([0, 1, 2]), none_lost, none_lost, np.array([True, False, False]))
    assert stated_months(with_stated(turned, known)) is known


#: Months stated before the second and the third of three courses, and the shortest from the first to the third.
OVER_TWO = [
    (0, 6.25, 0.0),  # the second one began within the first, which may have ended after it
    (6.25, 0, 6.25),  # the third one began within the second, not before it
    (0, 0, 0.0),
    (1, 6.25, 7.25),
    (0.0000001, 6.25, 0.0),  # less than a millionth of a month is none
]


@pytest.mark.parametrize(("second", "third", "shortest"), OVER_TWO)
@pytest.mark.parametrize("turned", [False, True])
def test_a_course_that_may_overlap_the_next_one_may_end_after_it(
    second: float, third: float, shortest: float, *, turned: bool
) -> None:
    raw = copy.deepcopy(STATED_MONTHS)
    raw["course"][1]["months_since_previous"], raw["course"][2]["months_since_previous"] = second, third
    batch = prepare([parse_case(raw)], load_library()).batch
    order = [2, 1, 0] if turned else [0, 1, 2]
    stated = {name: getattr(batch, name)[order] for name in ("stated_order", "months_low", "months_high")}
    batch = replace(batch, **stated)
    first, last = np.array([order[0]]), np.array([order[2]])
    assert interval_between(batch, first, last) == ([shortest], [np.inf])
    assert interval_between(batch, np.array([order[1]]), last)[0] == [pytest.approx(third, abs=1e-6)]


@pytest.mark.parametrize(
    ("schedule", "per_day", "lost"),
    [("30 Gy / 4", 1, 0), ("30 Gy / 3", 1, 0.11), ("30 Gy / 6", 2, 0.11), ("30 Gy / 7", 2, 0), (None, 1, 0.11)],
)
def test_t04_calendar_months_do_not_add_up(schedule: str | None, per_day: int, lost: float) -> None:
    """From 31 August over 28 February to 28 August are 6 and 6 months, and 11 and 28 of 31 days together."""
    days = [np.array([day], dtype="M8[D]").astype(np.int64) for day in ("2017-08-31", "2018-02-28", "2018-08-28")]
    assert months_between(days[0], days[1]) == months_between(days[1], days[2]) == [6]
    assert months_between(days[0], days[2]) == [11 + 28 / 31]
    assert 12 - (11 + 28 / 31) < 0.11
    raw = copy.deepcopy(STATED_MONTHS)
    raw["course"][1] |= {"schedule": schedule, "fractions_per_day": per_day}
    if schedule is None:
        del raw["course"][1]["schedule"]
    batch = prepare([parse_case(raw)], load_library()).batch
    found = interval_between(batch, np.array([0, 1]), np.array([2, 2]))
    assert found.low.tolist() == [pytest.approx(12 - lost), 9.0]


def test_t04_four_days_make_up_for_what_months_lose() -> None:
    """Wherever the courses lie: a course of four days between, and the sum is not longer than the whole."""
    random = np.random.default_rng(4)
    start = random.integers(10_000, 11_500, 50_000)
    end = start + random.integers(1, 900, 50_000)
    last = end + 3
    later = last + random.integers(1, 900, 50_000)
    summed = months_between(start, end) + months_between(last, later)
    assert np.all(months_between(start, later) - summed > -1e-9)
    assert np.all(months_between(start, end) + months_between(end, later) - months_between(start, later) < 0.11)


def test_a_course_outlasts_none_of_another_case() -> None:
    raw = copy.deepcopy(STATED_MONTHS)
    raw["course"][1]["months_since_previous"] = 0
    batch = prepare([parse_case(raw), parse_case(raw)], load_library()).batch
    assert stated_months(batch).may_outlast.tolist() == [True, False, False] * 2


# 3 and 12 months; without the second course, which lasts one month, 16
THREE = case(
    ["SpinalCord"],
    course("first", "delivered", "2010-01-04", "2010-02-05", "10 Gy / 5"),
    course("second", "delivered", "2010-05-05", "2010-06-05", "10 Gy / 5"),
    course("third", "proposed", "2011-06-05", "2011-07-05", "10 Gy / 5"),
)


@pytest.mark.parametrize(
    ("column", "course_index", "day", "expected"),
    [
        ("end_high", 1, NO_HIGH, (0.0, 12.0)),
        ("end_low", 1, NO_LOW, (12.0, np.inf)),
        ("start_low", 2, NO_LOW, (0.0, 12.0)),
        ("start_high", 2, NO_HIGH, (12.0, np.inf)),
    ],
)
def test_an_open_date_leaves_one_end_open(
    column: str, course_index: int, day: int, expected: tuple[float, float]
) -> None:
    batch = prepare([parse_case(STATED_MONTHS), parse_case(THREE)], load_library()).batch
    days = getattr(batch, column).copy()
    days[3 + course_index] = day
    batch = replace(batch, **{column: days})
    _calendar_of_years.cache_clear()
    # beside a case of stated months: 3, and 9 more
    found = interval_between(batch, np.array([0, 1, 3, 4]), np.array([1, 2, 4, 5]))
    assert found.low.tolist() == [3.0, 9.0, 3.0, expected[0]]
    assert found.high.tolist() == [3.0, 9.0, 3.0, expected[1]]
    # a calendar that reaches an open date would have 100 million days
    assert _calendar_of_years.cache_info().currsize == 1


def test_smallest_intervals_by_hand() -> None:
    batch = prepare([parse_case(THREE)], load_library()).batch
    for certain, high in (
        ([True, True, True], [np.inf, 3, 3]),
        ([True, False, True], [np.inf, 3, 16]),
        ([True, False, False], [np.inf, 3, 16]),
        ([False, True, True], [np.inf, np.inf, 12]),
        ([False, False, True], [np.inf, np.inf, np.inf]),
    ):
        listed = smallest_intervals(batch, np.array([[0, 1, 2]] * 2), np.array(certain))
        assert listed.low.tolist() == [[0, 3, 3]] * 2
        found = with_unseen(listed, np.array([False, True]))
        assert found.low.tolist() == [[0, 3, 3], [0, 0, 0]]
        assert found.high.tolist() == [high, high]
        assert found.low.dtype == found.high.dtype == np.float64


def test_dates_are_asked_for_only_where_the_listed_courses_leave_it_open() -> None:
    """Three rows: nothing unseen, an unseen course, and one with dates that decide nothing either."""
    is_open = np.array([[True, False], [True, False], [True, True]])
    history, dates = Cause.HISTORY_UNKNOWN, Cause.INTERVAL_UNKNOWN
    found = why_open(is_open, np.array([False, True, True]), dates)
    # the first listed course has an interval only from one that is unseen
    assert found.tolist() == [[dates, dates], [history, history], [history, history | dates]]
