"""The orders of columns by hand: which rows there are, in which order, and what proves one before another."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from engine.columns_by_hand import Course, batch_of, course
from reirrad.engine.orders import Rows, possible_orders

Found = list[tuple[list[int], list[list[int]], list[bool]]]


def at(start: int, end: int | None = None, *, case: int = 0, **columns: Any) -> Course:
    """Return a course that began between two days, the first one by default."""
    return course(case=case, start_low=start, start_high=start if end is None else end, **columns)


def of(rows: list[Rows]) -> Found:
    for each in rows:
        assert [str(part.dtype) for part in (each.case, each.course, each.is_ordered)] == ["int64", "int64", "bool"]
        assert each.n_courses == each.course.shape[1]
    return [(each.case.tolist(), each.course.tolist(), each.is_ordered.tolist()) for each in rows]


def orders(*courses: Course) -> tuple[list[list[int]], bool]:
    """Return the orders of the courses of one case, and whether they were tried."""
    batch = batch_of(*courses)
    ((case, found, is_ordered),) = of(possible_orders(batch, np.array([True]), np.ones(len(courses), dtype=np.bool_)))
    assert set(case) == {0}
    assert len(set(is_ordered)) == 1
    return found, is_ordered[0]


def test_rows_by_number_of_courses() -> None:
    """Cases 0 and 5 with two courses, 1 not asked for, 2 with one that does not count, 3 with one, 4 with none."""
    batch = batch_of(
        at(20), at(10),
        at(10, case=1), at(20, case=1),
        at(10, case=2),
        at(10, case=3), at(5, case=3),
        at(30, case=5), at(10, case=5), at(20, case=5),
        n_cases=7,
    )  # fmt: skip
    cases = np.array([True, False, True, True, True, True, True])
    courses = np.array([True, True, True, True, False, True, False, True, True, False])
    assert of(possible_orders(batch, cases, courses)) == [
        ([2, 4, 6], [[], [], []], [True] * 3),
        ([3], [[5]], [True]),
        ([0, 5], [[1, 0], [8, 7]], [True, True]),
    ]
    assert of(possible_orders(batch, ~cases, courses)) == [([1], [[2, 3]], [True])]
    assert possible_orders(batch, np.zeros(7, dtype=np.bool_), courses) == []
    # once more: courses are sorted once for a batch
    assert of(possible_orders(batch, cases, ~courses)) == [
        ([0, 4, 6], [[], [], []], [True] * 3),
        ([2, 3, 5], [[4], [6], [9]], [True] * 3),
    ]


def test_what_is_proved_and_what_is_not_side_by_side() -> None:
    """Of three cases the second has two orders: rows of a case stay together, in the order of the cases."""
    batch = batch_of(
        at(10), at(20),
        at(10, 30, case=1, course_id="b"), at(20, case=1, course_id="a"),
        at(20, case=2), at(10, case=2),
        n_cases=3,
    )  # fmt: skip
    everything = np.ones(3, dtype=np.bool_), np.ones(6, dtype=np.bool_)
    # ids decide what is listed first: course 3 is a
    assert of(possible_orders(batch, *everything)) == [([0, 1, 1, 2], [[0, 1], [3, 2], [2, 3], [5, 4]], [True] * 4)]


def test_one_pair_that_is_not_proved_is_enough() -> None:
    late, early = [at(10), at(20), at(30, 40), at(35)], [at(5, 15), at(10), at(20), at(30)]
    assert orders(*late) == ([[0, 1, 2, 3], [0, 1, 3, 2]], True)
    assert orders(*early) == ([[0, 1, 2, 3], [1, 0, 2, 3]], True)
    assert orders(at(10), at(15, 25), at(20), at(30)) == ([[0, 1, 2, 3], [0, 2, 1, 3]], True)


def test_many_rows_of_a_case_stand_in_lexicographic_order() -> None:
    """Two cases of four courses without a date, with another pattern in between: 24 orders each."""
    undated = [course(case=case, course_id=name) for case in (0, 1) for name in "dcba"]
    one = [at(day, case=2) for day in (10, 20, 30)] + [at(25, 35, case=2)]
    undated += [*one, *(course(case=3, course_id=name) for name in "abcd")]
    batch = batch_of(*undated, n_cases=4)
    ((case, found, is_ordered),) = of(possible_orders(batch, np.ones(4, dtype=np.bool_), np.ones(16, dtype=np.bool_)))
    assert case == [0] * 24 + [1] * 24 + [2] * 2 + [3] * 24
    assert all(is_ordered)
    # by id, so that the last in the file is listed first
    assert found[:24] == [list(order) for order in permutations((3, 2, 1, 0))]
    assert found[24:48] == [list(order) for order in permutations((7, 6, 5, 4))]
    assert found[48:50] == [[8, 9, 10, 11], [8, 9, 11, 10]]
    assert found[50:] == [list(order) for order in permutations((12, 13, 14, 15))]


PROPOSED = {"is_proposed": True}


@pytest.mark.parametrize(
    ("courses", "expected"),
    [
        # one day later is proved, the same day is not
        ([at(11), at(10)], [[1, 0]]),
        ([at(10), at(10)], [[0, 1], [1, 0]]),
        ([at(10, 20), at(20, 30)], [[0, 1], [1, 0]]),
        ([at(10, 20), at(21, 30)], [[0, 1]]),
        # what is proposed is last, whatever the dates say
        ([course(**PROPOSED), course()], [[1, 0]]),
        ([at(10, **PROPOSED), at(20)], [[1, 0]]),
        ([at(10, **PROPOSED), at(20), at(15)], [[2, 1, 0]]),
        ([at(10, 30, **PROPOSED), at(20), at(20)], [[1, 2, 0], [2, 1, 0]]),
        # dates between two proposed ones, which no case has, count as others do
        ([at(20, **PROPOSED), at(10, **PROPOSED)], [[1, 0]]),
        # an order that is stated holds, whatever the dates or the proposal say
        ([course(stated_order=1), course(stated_order=0)], [[1, 0]]),
        ([at(10, stated_order=1), at(20, stated_order=0)], [[1, 0]]),
        ([at(10, stated_order=0, **PROPOSED), at(20, stated_order=1)], [[0, 1]]),
    ],
)
def test_what_proves_an_order(courses: list[Course], expected: list[list[int]]) -> None:
    assert orders(*courses) == (expected, True)


def test_seven_courses_are_sorted_by_what_proves_their_order() -> None:
    """With seven, an order that is not found by sorting would not be tried."""
    days = [at(day) for day in (40, 20, 70, 10, 30, 60, 50)]
    assert orders(*days) == ([[3, 1, 4, 0, 6, 5, 2]], True)
    # the proposed one without a date, or with one that is before the others
    for last in (course(**PROPOSED), at(5, **PROPOSED)):
        assert orders(last, *days) == ([[4, 2, 5, 1, 7, 6, 3, 0]], True)
    # a stated order against dates and proposal
    stated = [at(day, stated_order=6 - place, is_proposed=place == 6) for place, day in enumerate(range(7))]
    assert orders(*stated) == ([[6, 5, 4, 3, 2, 1, 0]], True)
    # six in an order that is proved after one that may lie anywhere
    assert orders(*days[:6], course())[1] is False


def test_six_are_tried_and_seven_are_not() -> None:
    found, tried = orders(*(course(course_id=name) for name in "abcdef"))
    assert (found, tried) == ([list(order) for order in permutations(range(6))], True)
    # seven stand as their ids do, and beside them what is proved stays proved
    seven = [course(course_id=name) for name in "gfedcba"]
    assert orders(*seven) == ([[6, 5, 4, 3, 2, 1, 0]], False)
    batch = batch_of(*seven, *(at(70 - day, case=1) for day in range(7)), n_cases=2)
    assert of(possible_orders(batch, np.ones(2, dtype=np.bool_), np.ones(14, dtype=np.bool_))) == [
        ([0, 1], [[6, 5, 4, 3, 2, 1, 0], [13, 12, 11, 10, 9, 8, 7]], [False, True])
    ]
