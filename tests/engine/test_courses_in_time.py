"""The axis of time by itself: days and months counted by hand, and the columns of a course that begins on any day."""

import datetime as dt
from math import inf
from typing import Any

import numpy as np
import pytest

from engine.house_edition import house_library
from property.example_cases import case, cord, course
from reirrad import parse_case
from reirrad.engine.batch import MONTH_PARTS, NO_HIGH, NO_LOW
from reirrad.engine.evaluate import evaluate
from reirrad.engine.from_cases import prepare
from reirrad.engine.intervals import stated_months
from reirrad.engine.planning.courses_in_time import CoursesInTime, gaps, with_further

Raw = dict[str, Any]
LIBRARY = house_library({"mine": {"limit": 500}})
EPOCH = dt.date(1970, 1, 1)


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - EPOCH).days


def given(name: str, start: str | None, end: str | None, dose: float = 20, **more: Any) -> Raw:
    return course(name, "delivered", start, end, more.pop("schedule", "20 Gy / 10"), dose=cord(dose), **more)


def in_time(*courses: Raw) -> CoursesInTime:
    batch = prepare([parse_case(case(["SpinalCord"], *courses))], LIBRARY).batch
    (block,) = evaluate(batch, LIBRARY, before=False)
    return CoursesInTime.of(block)


ONE = given("one", "2020-01-06", "2020-01-31")
TWO = given("two", "2020-03-02", "2020-03-13")
THREE = given("three", "2020-09-21", "2020-10-01")


def test_courses_with_days() -> None:
    # 31 January to 2 March: one month (to 29 February) and 2 of the 31 days to 31 March, which is two; 13 March to
    # 21 September: 6 and 8 of 30
    courses = in_time(TWO, THREE, ONE)
    assert courses.is_dated
    assert courses.order.tolist() == [2, 0, 1]
    assert courses.months.tolist() == [0, 1 + 2 / 31, 1 + 2 / 31 + (6 + 8 / 30)]
    assert gaps(courses.batch, courses.order).low.tolist() == [1 + 2 / 31, 6 + 8 / 30]
    assert [courses.first_day(turn) for turn in range(3)] == [day("2020-01-06"), day("2020-03-02"), day("2020-09-21")]
    assert [courses.anchor(turn) for turn in range(3)] == [day("2020-01-31"), day("2020-03-13"), day("2020-10-01")]
    # 31 days to 2 March, 192 to 21 September, and three years, one of which has a day more, with both their ends
    assert [courses.days_after(turn).tolist() for turn in range(2)] == [list(range(31)), list(range(192))]
    assert courses.days_after(2).tolist() == list(range(365 * 3 + 1))


@pytest.mark.parametrize(
    "other",
    [
        given("two", "2020-03-02", "2020-03"),
        given("two", "2020-02-28/2020-03-02", "2020-03-13"),
        given("two", "2020-03-02", None),
    ],
)
def test_a_range_of_days_is_no_day(other: Raw) -> None:
    assert not in_time(ONE, other).is_dated
    # where a course does not count nobody asks for its days
    assert in_time(ONE, other | {"dose": cord(0)}).is_dated


def test_a_course_that_others_are_counted_from_in_months_is_not_dated() -> None:
    after = given("two", None, None, 0, months_since_previous=7)
    assert not in_time(ONE, after).is_dated
    assert not in_time(ONE, after, given("three", None, None, 0, months_since_previous=7)).is_dated


def test_overlapping_courses_have_no_day_between() -> None:
    overlapping = in_time(ONE, given("two", "2020-01-30", "2020-03-13"))
    assert overlapping.days_after(0).tolist() == []


@pytest.mark.parametrize(
    ("end", "anchor"),
    [
        ("2020-03", "2020-03-02"),
        ("2020-03-13/..", "2020-03-13"),
        ("../2020-03-13", "2020-03-02"),
        (None, "2020-03-02"),
    ],
)
def test_the_first_day_that_a_course_may_end_on_stands_for_its_end(end: str | None, anchor: str) -> None:
    assert in_time(ONE, given("two", "2020-03-02", end)).anchor(1) == day(anchor)


def test_without_any_date_the_axis_begins_with_a_month() -> None:
    alone = in_time(given("one", None, None))
    assert (alone.anchor(0), alone.months.tolist()) == (0, [0])
    # an end that only has a last day
    assert in_time(given("one", None, "../2020-03-13")).anchor(0) == day("2020-03-13")


@pytest.mark.parametrize(
    ("months", "n_days"),
    # 1 January 1970 to 1 August, 212 days; half of August is 15.5 days more, of which the last begins before
    [(7, 212), (7.5, 212 + 16), (0.5, 16), (0, 0)],
)
def test_days_until_a_course_that_is_stated_in_months(months: float, n_days: int) -> None:
    courses = in_time(given("one", None, None), given("two", None, None, months_since_previous=months))
    assert courses.months.tolist() == [0, months]
    assert courses.days_after(0).tolist() == list(range(n_days))
    assert len(courses.days_after(1)) == 365 * 3 + 1 + 1


def test_days_between_later_courses_in_months() -> None:
    courses = in_time(
        given("one", None, None),
        given("two", None, None, months_since_previous=7),
        given("three", None, None, months_since_previous=2.5),
    )
    # January, February and 15.5 of the 31 days of March 1970
    assert courses.days_after(1).tolist() == list(range(31 + 28 + 16))


def test_the_day_on_which_a_course_begins_is_no_day_before_it() -> None:
    # half a month after 1 April is 16 April
    after = given("two", None, None, months_since_previous=0.5)
    assert in_time(given("one", "2021-03-01", "2021-04-01"), after).days_after(0).tolist() == list(range(15))


def test_days_until_a_course_in_months_after_one_of_long_ago() -> None:
    courses = in_time(given("one", "1959-12-01", "1959-12-31"), given("two", None, None, months_since_previous=2))
    # January and February 1960
    assert courses.days_after(0).tolist() == list(range(31 + 29))


def test_days_until_a_course_whose_dates_are_ranges() -> None:
    # the last day of January to the first of March, at the shortest: a month and a day of 31
    courses = in_time(given("one", "2020-01-06", "2020-01-30/2020-01-31"), given("two", "2020-03", "2020-03-13"))
    assert courses.months.tolist() == [0, 1 + 1 / 31]
    # counted from 30 January 1 March is a month and one of 30 days, which is longer
    assert courses.days_after(0).tolist() == list(range(31))


def test_places_on_the_axis() -> None:
    courses = in_time(ONE, TWO)
    assert courses.place(day("2020-01-06")) == (-25 / 31, "2020-01-06")
    assert courses.place(day("2020-03-02")) == (1 + 2 / 31, "2020-03-02")
    # at the end itself it is 0 and not -0, which would be printed
    assert repr(courses.place(day("2020-01-31"))) == "(0.0, '2020-01-31')"


def test_intervals_to_a_further_course() -> None:
    courses, days = in_time(ONE, TWO, THREE), np.array([0, 31, 45])
    # from 31 January and from 13 March to 13 March, 13 April and 27 April; 31 January and two months is 31 March, and
    # three 30 April
    further = courses.further(1, days)
    first = [1 + 13 / 31, 2 + 13 / 30, 2 + 27 / 30]
    own = [0, 1, 1 + 14 / 30]
    assert further.low.tolist() == [list(pair) for pair in zip(first, own, strict=True)]
    assert further.high.tolist() == further.low.tolist()
    assert courses.further(0, np.array([1])).low.tolist() == [[1 / 29]]


def test_intervals_to_a_further_course_in_months() -> None:
    # 1970 has no 29 February: 31 days are a month after 1 January, and 45 half a month of 28 more
    courses = in_time(given("one", None, None), given("two", None, None, months_since_previous=7))
    further = courses.further(1, np.array([0, 31, 45]))
    assert further.low.tolist() == [[7, 0], [8, 1], [8.5, 1.5]]
    # how long the second took is not known
    assert further.high.tolist() == [[inf, 0], [inf, 1], [inf, 1.5]]


def test_intervals_from_ranges() -> None:
    courses = in_time(given("one", "2020-01-06", "2020-01-30/2020-01-31"), given("two", "2020-03-02", None))
    further = courses.further(1, np.array([0, 1]))
    # from 31 January to 2 or 3 March; when the second ends nobody knows, but what is asked is how long after
    assert further.low.tolist() == [[1 + 2 / 31, 0], [1 + 3 / 31, 1 / 31]]
    assert further.high.tolist() == [[inf, 0], [inf, 1 / 31]]


def test_the_columns_of_a_further_course() -> None:
    batch = in_time(ONE, given("two", "2020-03-02", None)).batch
    days, months = np.array([0, 5]), np.array([0.0, 1.5])
    after_one, after_two = (with_further(batch, number, days, months) for number in (0, 1))
    last, first = day("2020-01-31"), day("2020-03-02")
    for name in ("start_low", "start_high", "end_low", "end_high"):
        own = getattr(batch, name).tolist()
        assert getattr(after_one, name).tolist() == [*own, last, last + 5]
        at = [NO_HIGH, NO_HIGH] if name.endswith("high") else [first, first + 5]
        assert getattr(after_two, name).tolist() == [*own, *at]
        assert getattr(after_one, name).dtype == np.int64
    assert after_one.stated_order.tolist() == [-1] * 4
    assert after_one.months_low.tolist() == after_one.months_high.tolist() == [0, 0, 0, 3 * MONTH_PARTS // 2]
    assert after_one.months_low.dtype == after_one.months_high.dtype == np.int64
    undated = with_further(in_time(given("one", None, None)).batch, 0, days, months)
    assert undated.start_low.tolist() == undated.end_low.tolist() == [NO_LOW] * 3
    assert undated.start_high.tolist() == undated.end_high.tolist() == [NO_HIGH] * 3


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_further_course_of_a_stated_order_is_next_to_none(number: int) -> None:
    batch = in_time(
        given("one", None, None),
        given("two", None, None, months_since_previous=7),
        given("three", None, None, months_since_previous=2.5),
    ).batch
    further = with_further(batch, number, np.array([9]), np.array([1.25]))
    assert further.stated_order.tolist() == [0, 1, 2, number + 2]
    reached = np.array([0, 7, 9.5, [0, 7, 9.5][number] + 1.25]) * MONTH_PARTS
    assert stated_months(further).reached.tolist() == reached.tolist()
    assert stated_months(further).reached.dtype == np.int64
    assert stated_months(further).may_outlast.tolist() == [False, False, False]


def test_a_further_course_after_one_that_may_be_short() -> None:
    """Months do not add up over courses of a day: what may be lost is that of all before, the last one included."""
    short = {"schedule": "20 Gy / 1"}
    batch = in_time(given("one", None, None, **short), given("two", None, None, months_since_previous=7, **short)).batch
    own = int(stated_months(batch).own[0])
    assert own > 0
    for number in (0, 1):
        further = with_further(batch, number, np.array([9]), np.array([1.25]))
        assert stated_months(further).lost.tolist() == [0, own, (number + 1) * own]
