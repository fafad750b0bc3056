"""What is tried next, and the first change, number by number; no loop here is longer than it has to be."""

from collections.abc import Callable

import numpy as np
import pytest

from reirrad.engine.batch import Ints
from reirrad.engine.planning.bracket import Bracket, _root
from reirrad.engine.planning.changes import NONE, Change, first_change


def bracket(met: list[int], beyond: list[int]) -> Bracket:
    return Bracket(met=np.array(met), beyond=np.array(beyond))


def note(one: Bracket, steps: list[int], margin: list[float]) -> None:
    one.note(np.ones(len(steps), dtype=np.bool_), np.array(steps), np.array(margin, dtype=np.float64))


@pytest.mark.parametrize(
    ("points", "values", "root"),
    [
        # (x - 2)(x - 10) from above, from below, and x^2 - 4 at its lowest point, where upwards is taken
        ((20, 15, 12), (180, 65, 20), 10),
        ((-8, -3, 0), (180, 65, 20), 2),
        ((2, 1, 0), (0, -3, -4), 2),
        # a line; three points of one value; x^2 + 1; two that are one; one that is not known, and one without bounds
        ((10, 8, 5), (14, 10, 4), 3),
        ((3, 2, 1), (1, 1, 1), -np.inf),
        ((3, 2, 1), (10, 5, 2), np.nan),
        ((3, 3, 1), (10, 10, 2), np.nan),
        ((3, 2, 1), (np.nan, 5, 2), np.nan),
        ((3, 2, 1), (-np.inf, 5, 2), 1),
    ],
)
def test_the_root_of_a_parabola(points: tuple[float, ...], values: tuple[float, ...], root: float) -> None:
    steps, margins = (np.array([[number] for number in row], dtype=np.float64) for row in (points, values))
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(_root(steps, margins), [root])


def test_it_is_closed_where_every_two_are_one_apart() -> None:
    assert bracket([1, 5], [2, 6]).is_closed() is True
    assert bracket([1, 5], [2, 7]).is_closed() is False


def test_small_numbers_first() -> None:
    # a quarter of what is beyond, but above what is met; where two are one apart the answer
    one = bracket([1, 1, 1, 50, 40, 7], [100_000, 3, 2, 60, 201, 8])
    assert one.candidate().tolist() == [25_000, 2, 1, 51, 50, 7]
    assert one.candidate().tolist() == [25_000, 2, 1, 51, 50, 7]
    # then, as nothing is known of the margins, the middle
    assert one.candidate().tolist() == [50_000, 2, 1, 55, 120, 7]


def test_every_fourth_try_is_the_middle_and_the_others_the_root() -> None:
    # 30 - x, seen at 100, 90 and 80
    one = bracket([1], [100])
    for step in (100, 90, 80):
        note(one, [step], [30.0 - step])
    assert [one.candidate().tolist() for _ in range(9)] == [[25], [25], [30], [50], [30], [30], [30], [50], [30]]
    assert one.candidate().dtype == np.int64


ROOTS = {
    8.5: 15, 9: 11, 10: 11, 11: 11, 11.75: 11, 12: 12, 18.5: 18, 19: 19, 20: 19, 21: 19, 21.5: 19, 22: 15, np.nan: 15,
}  # fmt: skip


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_that_is_near_is_moved_between_the_two(root: float) -> None:
    one = bracket([10, 10], [20, 11])
    for step in (40, 30, 25):
        note(one, [step, step], [root - step] * 2)
    for _ in range(2):
        one.candidate()
    # 10 and 11 are one apart: 10 is the answer, whatever the root is
    assert one.candidate().tolist() == [ROOTS[root], 10]


def test_answers_draw_it_together() -> None:
    one = bracket([1, 1, 1, 4, 1], [10, 10, 2, 5, 3])
    one.narrow(
        np.array([4, 6, 1, 4, 2]), np.array([True, False, False, False, False]), np.array([5.0, -1, -2, -3, -0.5])
    )
    assert one.met.tolist() == [4, 1, 1, 4, 1]
    assert one.beyond.tolist() == [10, 6, 2, 5, 2]
    # only margins that were not met, and of what was open
    none = [np.nan] * 5
    np.testing.assert_array_equal(one._steps, [none, none, [np.nan, 6, np.nan, np.nan, 2]])
    np.testing.assert_array_equal(one._margins, [none, none, [np.nan, -1, np.nan, np.nan, -0.5]])
    one.narrow(np.array([5, 3, 1, 4, 1]), np.array([False] * 5), np.array([-4.0, -0.5, -2, -3, -1]))
    np.testing.assert_array_equal(one._steps[1:], [[np.nan, 6, np.nan, np.nan, np.nan], [5, 3, np.nan, np.nan, 2]])
    note(one, [9] * 5, [-9] * 5)
    note(one, [8] * 5, [-8] * 5)
    np.testing.assert_array_equal(one._steps, [[5, 3, np.nan, np.nan, 2], [9] * 5, [8] * 5])
    np.testing.assert_array_equal(one._margins, [[-4, -0.5, np.nan, np.nan, -0.5], [-9] * 5, [-8] * 5])


Rule = Callable[[int], int]


def change_of(rules: list[Rule], status: list[int], *stations: list[int]) -> tuple[Change, list[list[int]]]:
    """Return the first change of findings with a status by its step, and the steps that were asked for."""
    asked: list[list[int]] = []

    def status_at(steps: Ints) -> Ints:
        asked.append(steps.tolist())
        assert len(asked) < 20, "it goes on for ever"
        assert steps.dtype == np.int64
        return np.array([rule(int(step)) for rule, step in zip(rules, steps, strict=True)])

    return first_change(status_at, np.array(status), [np.array(station) for station in stations]), asked


def test_a_change_is_drawn_together_by_halving() -> None:
    # met up to 11, from 12 on violated; never; at once; at the last station
    rules: list[Rule] = [lambda step: 3 if step >= 12 else 1, lambda _: 1, lambda step: 3 if step else 1]
    rules.append(lambda step: 2 if step >= 20 else 1)
    change, asked = change_of(rules, [1] * 4, [10, 8, 1, 19], [20, 16, 3, 20])
    assert change.step.tolist() == [12, NONE, 1, 20]
    assert change.status.tolist() == [3, NONE, 3, 2]
    assert asked[:2] == [[10, 8, 1, 19], [20, 16, 3, 20]]
    # between 10 and 20: 15, 12, 11; the others are drawn together already. At last where it changed, and step 0
    assert [steps[0] for steps in asked[2:]] == [15, 12, 11, 12]
    assert asked[-1] == [12, 0, 1, 20]
    assert all(step >= 0 for steps in asked for step in steps)


def test_what_changed_at_one_station_is_not_moved_by_a_later_one() -> None:
    # violated from 5 to 9, and from 30 on: the first counts, although the station after it says met
    rules: list[Rule] = [lambda step: 3 if 5 <= step <= 9 or step >= 30 else 1]
    change, asked = change_of(rules, [1], [2], [8], [20], [40])
    assert (change.step.tolist(), change.status.tolist()) == ([5], [3])
    assert asked[4:] == [[5], [3], [4], [5]]


def test_several_changes_are_drawn_together_at_once() -> None:
    rules: list[Rule] = [lambda step: 3 if step >= 7 else 1, lambda step: 1 if step >= 2 else 2, lambda _: 0]
    change, asked = change_of(rules, [1, 2, 0], [16, 4, 16])
    assert change.step.tolist() == [7, 2, NONE]
    assert change.status.tolist() == [3, 1, NONE]
    assert [steps[0] for steps in asked[1:-1]] == [8, 4, 6, 7]


def test_without_a_station_or_a_change_nothing_is_drawn_together() -> None:
    change, asked = change_of([lambda step: 3 if step >= 7 else 1], [1])
    assert (change.step.tolist(), change.status.tolist(), asked) == ([NONE], [NONE], [[0]])
    change, asked = change_of([lambda step: 3 if step >= 7 else 1], [1], [6])
    assert (change.step.tolist(), change.status.tolist(), asked) == ([NONE], [NONE], [[6], [0]])
    assert change.step.dtype == np.int64
