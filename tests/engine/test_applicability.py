"""Whether a constraint applies at each turn, by hand: inside a condition, outside it, or not known."""

from dataclasses import replace
from math import inf, nan
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.columns_by_hand import batch_of, course
from reirrad.engine.applicability import Applicability, applicability
from reirrad.engine.codes import TECHNIQUES, Cause, Exclusion
from reirrad.engine.convert import Span
from reirrad.engine.orders import Rows
from reirrad.library import load_library
from reirrad.model.rule import Conditions, Constraint

NIEDER = next(item for _, item in load_library().constraints() if item.id == "nieder-2006.cumulative")
CONVENTIONAL, STEREOTACTIC, OTHER = (TECHNIQUES.index(name) for name in ("conventional", "stereotactic", "other"))
Ends = tuple[float, float]
#: The turns of one row that apply, with nothing unknown.
APPLIES = (Exclusion.NONE, Cause(0))


def constraint(limit: Ends | None = (10.0, 20.0), scope: str = "newest_course", **conditions: Any) -> Constraint:
    by_n = conditions.pop("limit_by_n_fractions", None)
    return replace(NIEDER, scope=scope, limit=limit, limit_by_n_fractions=by_n, conditions=Conditions(**conditions))


def turns(
    judged: Constraint,
    *courses: dict[str, Any],
    n_fractions: list[int] | list[tuple[int, int]] | None = None,
    partial: list[bool] | None = None,
    distance: list[Ends] | None = None,
    interval: list[Ends] | None = None,
    has_unseen: bool = False,
) -> Applicability:
    """Return the applicability at each turn of one row of courses, listed last to first in the batch."""
    count = len(courses)
    numbers = [number if isinstance(number, tuple) else (number,) * 2 for number in n_fractions or [10] * count]
    view: Any = SimpleNamespace(
        batch=batch_of(*(course(**columns) for columns in reversed(courses))),
        n_fractions=tuple(np.array(numbers[::-1]).T),
        may_be_untreated=np.array((partial or [False] * count)[::-1]),
        target_distance_mm=span(*(distance or [(0, inf)] * count)[::-1]),
    )
    view.batch.has_unseen[:] = has_unseen
    rows = Rows(np.array([0]), np.arange(count)[::-1][None, :], np.array([True]))
    low, high = span(*(interval or [(0, inf)] * count))
    found = applicability(judged, view, rows, Span(low[None, :], high[None, :]))
    assert (found.exclusion.dtype, found.unknown.dtype, found.exists.dtype) == (np.int64, np.int64, np.bool_)
    assert all(part.shape == (1, count) for part in (*found.limit, found.exclusion, found.unknown, found.exists))
    return found


def span(*ends: Ends) -> Span:
    return Span(np.array([end[0] for end in ends], dtype=float), np.array([end[1] for end in ends], dtype=float))


def words(found: Applicability) -> list[tuple[Exclusion, Cause]]:
    return [
        (Exclusion(out), Cause(unknown))
        for out, unknown in zip(found.exclusion[0].tolist(), found.unknown[0].tolist(), strict=True)
    ]


def test_without_conditions_it_applies() -> None:
    found = turns(constraint(), {}, {}, {}, n_fractions=[0, 1, 5])
    assert words(found) == [APPLIES] * 3
    assert (found.limit.low.tolist(), found.limit.high.tolist()) == ([[10] * 3], [[20] * 3])


#: For [2, 5): below, reaching its beginning, at it, within it, reaching its end, from it on, around.
HALF_OPEN = [
    ((0, 1.9), False), ((0, 2), None), ((2, 2), True), ((2, 4.9), True), ((3, 5), None), ((5, 5), False),
    ((5, inf), False), ((6, 7), False), ((0, inf), None), ((2, inf), None), ((1.9, 5), None),
]  # fmt: skip
#: The same for [2, inf): open above, it holds for what is open above.
OPEN = [((0, 1.9), False), ((0, 2), None), ((2, 2), True), ((2, inf), True), ((1.9, inf), None)]


@pytest.mark.parametrize(("allowed", "cases"), [((2, 5), HALF_OPEN), ((2, inf), OPEN)])
def test_intervals_and_distances_are_half_open(allowed: Ends, cases: list[tuple[Ends, bool | None]]) -> None:
    ranges = [item for item, _ in cases]
    courses: list[dict[str, Any]] = [{} for _ in cases]

    def expected(out: Exclusion, unknown: Cause) -> list[tuple[Exclusion, Cause]]:
        by_answer = {True: APPLIES, False: (out, Cause(0)), None: (Exclusion.NONE, unknown)}
        return [by_answer[answer] for _, answer in cases]

    by_interval = turns(constraint(interval_months=allowed), *courses, interval=ranges)
    assert words(by_interval) == expected(Exclusion.OTHER_INTERVAL, Cause.INTERVAL_CONDITION_UNKNOWN)
    by_distance = turns(constraint(target_distance_mm=allowed), *courses, distance=ranges)
    assert words(by_distance) == expected(Exclusion.OTHER_TARGET_DISTANCE, Cause.TARGET_DISTANCE_UNKNOWN)


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        # within [2, 5), and outside, but a course between would leave less
        ((3, 4), (Exclusion.NONE, Cause.HISTORY_UNKNOWN)),
        ((6, 7), (Exclusion.NONE, Cause.HISTORY_UNKNOWN)),
        ((4, 6), (Exclusion.NONE, Cause.INTERVAL_CONDITION_UNKNOWN | Cause.HISTORY_UNKNOWN)),
        # nothing is shorter than what is too short
        ((1, 1.9), (Exclusion.OTHER_INTERVAL, Cause(0))),
    ],
)
def test_an_unseen_course_leaves_an_interval_open_and_not_the_dates(
    interval: Ends, expected: tuple[Exclusion, Cause]
) -> None:
    found = turns(constraint(interval_months=(2, 5)), {}, {}, interval=[(0, inf), interval], has_unseen=True)
    assert words(found) == [(Exclusion.NONE, Cause.HISTORY_UNKNOWN), expected]


def test_the_number_of_fractions_lies_between_both_ends() -> None:
    found = turns(constraint(n_fractions=(3, 5)), *[{}] * 6, n_fractions=[2, 3, 4, 5, 6, 0])
    out, unknown = (Exclusion.OTHER_N_FRACTIONS, Cause(0)), (Exclusion.NONE, Cause.N_FRACTIONS_UNKNOWN)
    assert words(found) == [out, APPLIES, APPLIES, APPLIES, out, unknown]
    assert (found.limit.low.tolist(), found.limit.high.tolist()) == ([[10] * 6], [[20] * 6])


def test_a_limit_for_each_number_of_fractions() -> None:
    by_n = ((1, (12.0, 14.0)), (5, (25.0, 25.0)))
    out, unknown = (Exclusion.OTHER_N_FRACTIONS, Cause(0)), (Exclusion.NONE, Cause.N_FRACTIONS_UNKNOWN)
    found = turns(constraint(limit=None, limit_by_n_fractions=by_n), *[{}] * 4, n_fractions=[1, 5, 2, 0])
    assert words(found) == [APPLIES, APPLIES, out, unknown]
    np.testing.assert_array_equal(found.limit.low, [[12, 25, nan, nan]])
    np.testing.assert_array_equal(found.limit.high, [[14, 25, nan, nan]])
    # both: a number that has a limit and lies outside the condition, and one within it that has none
    both = turns(
        constraint(limit=None, limit_by_n_fractions=by_n, n_fractions=(2, 5)), *[{}] * 4, n_fractions=[1, 5, 2, 0]
    )
    assert words(both) == [out, APPLIES, out, unknown]


def test_a_number_of_fractions_that_is_a_range() -> None:
    """All of it lies within a condition, or outside, or nothing is known; a limit of its own needs one number."""
    out, unknown = (Exclusion.OTHER_N_FRACTIONS, Cause(0)), (Exclusion.NONE, Cause.N_FRACTIONS_UNKNOWN)
    ranges = [(1, 2), (2, 3), (3, 5), (2, 6), (5, 6), (6, 8)]
    found = turns(constraint(n_fractions=(3, 5)), *[{}] * 6, n_fractions=ranges)
    assert words(found) == [out, unknown, APPLIES, unknown, unknown, out]
    by_n = ((1, (12.0, 14.0)), (5, (25.0, 25.0)))
    ranges = [(1, 1), (1, 2), (2, 4), (4, 5), (1, 5), (6, 7)]
    found = turns(constraint(limit=None, limit_by_n_fractions=by_n), *[{}] * 6, n_fractions=ranges)
    assert words(found) == [APPLIES, unknown, out, unknown, unknown, out]
    np.testing.assert_array_equal(found.limit.low, [[12, *[nan] * 5]])
    np.testing.assert_array_equal(found.limit.high, [[14, *[nan] * 5]])
    # a condition that the whole range meets does not choose one of its limits
    both = constraint(limit=None, limit_by_n_fractions=by_n, n_fractions=(4, 6))
    found = turns(both, *[{}] * 4, n_fractions=[(4, 5), (5, 5), (1, 5), (1, 3)])
    assert words(found) == [unknown, APPLIES, unknown, out]


def test_what_has_no_limit_of_its_own() -> None:
    """A score has points, and a model computes its limit."""
    found = turns(constraint(limit=None), {}, {})
    np.testing.assert_array_equal([*found.limit.low, *found.limit.high], [[nan, nan], [nan, nan]])


def test_techniques() -> None:
    courses = [{"technique": code} for code in (CONVENTIONAL, STEREOTACTIC, OTHER, -1)]
    out, unknown = (Exclusion.OTHER_TECHNIQUE, Cause(0)), (Exclusion.NONE, Cause.TECHNIQUE_UNKNOWN)
    assert words(turns(constraint(technique=("stereotactic",)), *courses)) == [out, APPLIES, out, unknown]
    both = constraint(technique=("other", "conventional"))
    assert words(turns(both, *courses)) == [APPLIES, out, APPLIES, unknown]


def test_what_was_prescribed() -> None:
    """Sizes from 1.8 to 2 Gy: all phases inside, one outside on either side, one not stated."""

    def sizes(low: float, high: float, total: float = 50.0) -> dict[str, Any]:
        return {"fraction_size_low": low, "fraction_size_high": high, "scheduled_dose_gy": total}

    out, unknown = (Exclusion.OTHER_PRESCRIPTION, Cause(0)), (Exclusion.NONE, Cause.PRESCRIPTION_UNKNOWN)
    courses = [
        sizes(1.8, 2), sizes(1.79, 2), sizes(1.8, 2.01), sizes(1.8, 2, nan), sizes(nan, nan, nan), sizes(1, 1.9, nan),
        sizes(1.9, 3, nan),
    ]  # fmt: skip
    found = turns(constraint(fraction_size_gy=(1.8, 2.0)), *courses)
    assert words(found) == [APPLIES, out, out, unknown, unknown, out, out]
    totals = [sizes(2, 2, total) for total in (29.9, 30, 45, 50, 50.1, nan)]
    found = turns(constraint(scheduled_dose_gy=(30.0, 50.0)), *totals)
    assert words(found) == [out, APPLIES, APPLIES, APPLIES, out, unknown]
    both = constraint(fraction_size_gy=(1.8, 2.0), scheduled_dose_gy=(30.0, 50.0))
    found = turns(both, sizes(2, 2, 40), sizes(2, 2, 60), sizes(3, 3, 40), sizes(2, 2, nan))
    assert words(found) == [APPLIES, out, out, unknown]


EVERY: dict[str, Any] = {
    "technique": ("stereotactic",), "n_fractions": (3, 5), "fraction_size_gy": (1.8, 2.0),
    "scheduled_dose_gy": (30.0, 50.0), "interval_months": (0, 6), "target_distance_mm": (0, 2),
}  # fmt: skip


def test_all_that_is_unknown_is_named() -> None:
    """Nothing is stated: six conditions, of which two are about what was prescribed."""
    found = turns(constraint(**EVERY), {}, {}, n_fractions=[0, 0])
    unknown = (
        Cause.TECHNIQUE_UNKNOWN | Cause.N_FRACTIONS_UNKNOWN | Cause.PRESCRIPTION_UNKNOWN
        | Cause.INTERVAL_CONDITION_UNKNOWN | Cause.TARGET_DISTANCE_UNKNOWN
    )  # fmt: skip
    assert words(found) == [(Exclusion.NONE, unknown)] * 2


#: What lies outside a condition, in the order in which the later one is named.
OUTSIDE: list[tuple[Exclusion, dict[str, Any]]] = [
    (Exclusion.OTHER_PRESCRIPTION, {"course": {"fraction_size_low": 3.0, "fraction_size_high": 3.0}}),
    (Exclusion.OTHER_TARGET_DISTANCE, {"distance": (3, 3)}),
    (Exclusion.OTHER_INTERVAL, {"interval": (7, 7)}),
    (Exclusion.OTHER_N_FRACTIONS, {"n_fractions": 7}),
    (Exclusion.OTHER_TECHNIQUE, {"course": {"technique": OTHER}}),
]


@pytest.mark.parametrize("first", range(len(OUTSIDE)))
def test_one_exclusion_is_named(first: int) -> None:
    """Of several the last that is looked at."""
    for last in range(first, len(OUTSIDE)):
        given: dict[str, Any] = {}
        facts: dict[str, Any] = {}
        for _, fact in OUTSIDE[first : last + 1]:
            given |= fact.get("course", {})
            facts |= {key: [value] for key, value in fact.items() if key != "course"}
        found = turns(constraint(**EVERY), given, **({"n_fractions": [0]} | facts))
        assert words(found)[0][0] == OUTSIDE[last][0]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("first_course", [[True, True], [True, True], [True], [True]]),
        # every item, if there are two or may be
        ("each_course", [[True, True], [True, True], [False], [True]]),
        # from the second course on, with an unseen one from the first
        ("newest_course", [[False, True], [True, True], [False], [True]]),
        ("cumulative", [[False, True], [True, True], [False], [True]]),
    ],
)
def test_which_turns_there_are(scope: str, expected: list[list[bool]]) -> None:
    """Two courses, two with an unseen one, one, one with an unseen one."""
    batch = batch_of(
        *(course(case=case) for case in (0, 0, 1, 1, 2, 3)), n_cases=4, has_unseen=[False, True, False, True]
    )
    view: Any = SimpleNamespace(
        batch=batch, n_fractions=(np.full(6, 5),) * 2, may_be_untreated=np.zeros(6, dtype=np.bool_)
    )
    found = []
    for case, courses in (([0, 1], [[0, 1], [2, 3]]), ([2, 3], [[4], [5]])):
        rows = Rows(np.array(case), np.array(courses), np.array([True, True]))
        interval = Span(np.zeros(rows.course.shape), np.zeros(rows.course.shape))
        found += applicability(constraint(scope=scope), view, rows, interval).exists.tolist()
    assert found == expected


def test_what_was_prescribed_to_phases_that_may_not_treat_the_structure() -> None:
    """A size inside may be that of any phase; one outside may be of another phase, as may be a part of the sum."""

    def sizes(low: float, high: float, total: float) -> dict[str, Any]:
        return {"fraction_size_low": low, "fraction_size_high": high, "scheduled_dose_gy": total}

    unknown = (Exclusion.NONE, Cause.OTHER_FRACTIONATION)
    courses = [sizes(1.8, 2, 40), sizes(1.8, 3, 40), sizes(1.8, 2, 60)]
    every = [True] * 3
    assert words(turns(constraint(fraction_size_gy=(1.8, 2.0)), *courses, partial=every)) == [APPLIES, unknown, APPLIES]
    assert words(turns(constraint(scheduled_dose_gy=(30.0, 50.0)), *courses, partial=every)) == [unknown] * 3
    out = (Exclusion.OTHER_PRESCRIPTION, Cause(0))
    some = turns(constraint(scheduled_dose_gy=(30.0, 50.0)), *courses, partial=[False, True, False])
    assert words(some) == [APPLIES, unknown, out]
