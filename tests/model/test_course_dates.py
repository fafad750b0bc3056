"""Days of several courses beside each other, by hand: courses that share days, and a year that is mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from property.example_cases import cord, course
from reirrad.errors import Problem
from reirrad.model.case import Course
from reirrad.model.course_checks import itself
from reirrad.model.course_dates import one_course_a_day, one_lifetime, proposed_is_newest

CORD = {"SpinalCord": {"Max[Gy]": 10.0}}


def courses(*stated: dict[str, Any]) -> dict[int, Course]:
    return {index: Course.model_validate(item) for index, item in enumerate(stated)}


def dated(start: str | None, end: str | None = None) -> dict[int, Course]:
    """Return a course with these dates behind one of 2010."""
    return courses(
        course("a", "delivered", "2010-01-04", "2010-01-08", "10 Gy / 5", dose=CORD),
        course("b", "delivered", start, end, "10 Gy / 5", dose=CORD),
    )


@pytest.mark.parametrize("day", ["2110-01-04", "2109-12-31", "2110-01", "2110", "2020/2150", "2109-06/..", "../2160"])
def test_days_of_one_life_are_no_more_than_a_hundred_years_apart(day: str) -> None:
    # 2110-01 and 2110 may be their first day, an open end may be any
    assert list(one_lifetime(dated(day))) == []


@pytest.mark.parametrize(
    ("start", "end", "key", "given"),
    [
        ("2110-01-05", None, "start", "'2110-01-05'"),
        ("2110-02", None, "start", "'2110-02'"),
        ("2111", None, "start", "'2111'"),
        ("2111/..", None, "start", "'2111/..'"),
        (None, "2110-01-05", "end", "'2110-01-05'"),
        ("2110-01-05", "2110-01-09", "end", "'2110-01-09'"),
    ],
)
def test_a_day_more_than_a_hundred_years_later_is_mistyped(
    start: str | None, end: str | None, key: str, given: str
) -> None:
    assert list(one_lifetime(dated(start, end))) == [
        Problem(
            f"course[2].{key}",
            "it lies more than 1200 months after course[1].start",
            given,
            "days of one life; course[1].start is in 2010",
            "was a digit of a year mistyped?",
        )
    ]


def test_the_first_day_is_the_earliest_that_is_certain() -> None:
    # 1999 may be its last day: the hundred years run from that
    late = course("b", "delivered", "2099-12-31", None, "10 Gy / 5")
    assert list(one_lifetime(courses(course("a", "delivered", "1999", None, "10 Gy / 5"), late))) == []
    (problem,) = one_lifetime(courses(course("a", "delivered", "1998", None, "10 Gy / 5"), late))
    assert (problem.what, problem.allowed) == (
        "it lies more than 1200 months after course[1].start",
        "days of one life; course[1].start is in 1998",
    )
    (problem,) = one_lifetime(courses(late, course("a", "delivered", None, "1998", "10 Gy / 5")))
    assert (problem.where, problem.what) == ("course[1].start", "it lies more than 1200 months after course[2].end")


@pytest.mark.parametrize("day", [None, "../2019", "2019/.."])
def test_without_a_first_and_a_last_day_nothing_is_compared(day: str | None) -> None:
    assert list(one_lifetime(courses(course("a", "delivered", day, None, "10 Gy / 5", dose=CORD)))) == []


def shared(*stated: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(found.where, found.what, found.given, found.allowed) for found in one_course_a_day(courses(*stated))]


def fives(name: str, start: str | None, end: str | None, *names: str) -> dict[str, Any]:
    """Return a course of five fractions to some structures."""
    dose = {structure: cord(10.0)["SpinalCord"] for structure in names or ("SpinalCord",)}
    return course(name, "delivered", start, end, "10 Gy / 5", dose=dose)


def words(structure: str, others: str) -> str:
    return f"the fractions that give dose to {structure} and those of {others} share days"


LATE, FORTNIGHT = ("2010-01-05", "2010-01-12"), ("2010-01-04", "2010-01-17")


@pytest.mark.parametrize(
    ("spans", "others", "days"),
    [
        # ten fractions on nine days, fifteen on fourteen
        ([("2010-01-04", "2010-01-10"), LATE], 'course "a"', "at least 10 days for both; these are 9"),
        ([FORTNIGHT] * 3, 'courses "a", "b"', "at least 15 days for all; these are 14"),
    ],
)
def test_courses_share_days(spans: list[tuple[str, str]], others: str, days: str) -> None:
    found = shared(*(fives(name, *span) for name, span in zip("abc", spans, strict=False)))
    where, start = f"course[{len(spans)}].start", f"'{spans[-1][0]}'"
    assert found == [(where, words("SpinalCord", others), start, days)]


def test_on_a_day_more_they_share_none() -> None:
    assert shared(fives("a", "2010-01-04", "2010-01-10"), fives("b", "2010-01-05", "2010-01-13")) == []


def test_a_course_of_one_day_shares_it() -> None:
    one = course("a", "delivered", "2010-01-04", "2010-01-04", "8 Gy / 1", dose=CORD)
    assert [where for where, *_ in shared(one, one | {"id": "b"})] == ["course[2].start"]


@pytest.mark.parametrize(
    ("start", "end"),
    [(None, "2010-01-05"), ("2010-01-05", None), ("../2010-01-05", "2010-01-06"), ("2010-01-05", "2010-01-06/..")],
)
def test_courses_without_a_first_and_a_last_day_share_none(start: str | None, end: str | None) -> None:
    assert shared(fives("a", "2010-01-04", "2010-01-08"), fives("b", start, end)) == []


def test_courses_that_end_before_they_begin_are_told_elsewhere() -> None:
    assert shared(fives("a", "2010-01-04", "2010-01-08"), fives("b", "2010-01-08", "2010-01-04")) == []


def test_a_pair_is_told_once_whatever_it_treats() -> None:
    both = ("SpinalCord", "Brainstem")
    found = shared(fives("a", "2010-01-04", "2010-01-08", *both), fives("b", "2010-01-04", "2010-01-08", *both))
    assert [what for _, what, _, _ in found] == [words("SpinalCord", 'course "a"')]


def test_behind_a_course_that_does_not_fit_by_itself_others_are_told() -> None:
    # five fractions on three days are told of course b by itself
    b = fives("b", "2010-01-04", "2010-01-06")
    c, d = fives("c", "2011-01-03", "2011-01-07"), fives("d", "2011-01-03", "2011-01-07")
    assert shared(b) == []
    assert [(where, what) for where, what, _, _ in shared(b, c, d)] == [
        ("course[3].start", words("SpinalCord", 'course "c"'))
    ]


def test_structures_that_get_dose_with_another_one_share_its_days() -> None:
    def treated(name: str) -> Iterable[str]:
        return {"ThecalSac": ("ThecalSac", "SpinalCord")}.get(name, (name,))

    stated = courses(fives("a", "2010-01-04", "2010-01-08", "ThecalSac"), fives("b", "2010-01-04", "2010-01-08"))
    assert [found.what for found in one_course_a_day(stated, treated)] == [words("SpinalCord", 'course "a"')]
    assert list(one_course_a_day(stated, itself)) == list(one_course_a_day(stated)) == []


def test_of_two_proposed_courses_one_is_compared() -> None:
    # that there are two is told elsewhere
    first, second = (course(name, "proposed", "2009-01-05", None, "10 Gy / 5") for name in "bc")
    found = list(proposed_is_newest(courses(fives("a", "2010-01-04", "2010-01-08"), first, second)))
    assert [problem.where for problem in found] == ["course[2].start"]
