"""Courses that may be the newest, or the first, with a limit of their own each: what is printed agrees with itself."""

from fractions import Fraction

import pytest

from engine.exact_hits import Plan
from engine.house_edition import PHYSICAL, house_library
from engine.judged_pairs import found, pair
from engine.test_reasons import changed
from property.example_cases import cord
from reirrad.selftest.constraints import as_oracle_sees
from reirrad.selftest.oracle.findings import judge

BY_FRACTIONS = PHYSICAL | {"limit_by_n_fractions": {"5": 30, "25": 50}, "scope": "newest_course"}


@pytest.mark.parametrize(
    ("doses", "status", "value", "limit", "margin"),
    [
        # 45 of 50 Gy in 25 fractions leaves 5 Gy, 29 of 30 Gy in 5 leaves 1 Gy
        ((4500, 2900), "met", 29.0, 30.0, 1.0),
        ((4950, 2000), "met", 49.5, 50.0, 0.5),
        # 52 Gy is above 50 Gy, and 40 Gy above 30 Gy by more
        ((5200, 4000), "violated", 40.0, 30.0, -10.0),
        ((6500, 3100), "violated", 65.0, 50.0, -15.0),
    ],
)
def test_a_range_over_orders_does_not_contradict_the_limit_of_one(
    doses: tuple[int, int], status: str, value: float, limit: float, margin: float
) -> None:
    """Which of two courses was the newest is not known; each has a limit of its own."""
    raw = pair(Plan(doses[0], 25), Plan(doses[1], 5))
    raw = changed(changed(raw, 1, role="delivered", start=None, end=None), 0, start=None) | {"prior_courses": 2}
    item = found(raw, "house.only", library=house_library({"only": BY_FRACTIONS}))
    assert (item.status, item.value, item.limit, item.margin) == (status, value, limit, margin)
    assert item.course_id is None


def test_a_range_over_first_courses_does_not_contradict_the_limit_of_one() -> None:
    """The first course may have given nothing: then the second was the first."""
    raw = changed(pair(Plan(4500, 25), Plan(2900, 5)), 0, dose=cord([0, 45]))
    item = found(raw, "house.only", library=house_library({"only": BY_FRACTIONS | {"scope": "first_course"}}))
    assert (item.status, item.value, item.limit, item.margin) == ("met", 29.0, 30.0, 1.0)


def test_a_range_over_orders_of_first_courses_belongs_to_the_limit_too() -> None:
    """Nobody knows which of the two was the first: the program and the exact judge print the same range."""
    raw = pair(Plan(4500, 25), Plan(2900, 5))
    raw = changed(changed(raw, 1, role="delivered", start=None, end=None), 0, start=None) | {"prior_courses": 2}
    library = house_library({"only": BY_FRACTIONS | {"scope": "first_course"}})
    item = found(raw, "house.only", library=library)
    assert (item.status, item.value, item.limit, item.margin) == ("met", 29.0, 30.0, 1.0)
    (judged,) = judge(raw, constraints=as_oracle_sees(library))
    assert (judged["value_low"], judged["value_high"], judged["margin"]) == (29, 29, 1)


@pytest.mark.parametrize(("planned_gy", "given", "n_fractions"), [(44.02, 5, 17), (22.3, 9, 28), (60.37, 3, 5)])
def test_the_delivered_part_of_a_planned_dose_is_rounded_once(planned_gy: float, given: int, n_fractions: int) -> None:
    """It is the number nearest to what the planned one means: 22.3 / 28 * 9 in float64 is another one."""
    raw = pair(Plan(4500, 25), Plan(2900, 5))
    raw = changed(
        raw,
        0,
        schedule=f"{planned_gy} Gy / {n_fractions}",
        fractions_delivered=given,
        dose_of="planned",
        dose=cord(planned_gy),
    )
    item = found(
        raw, "house.only", library=house_library({"only": PHYSICAL | {"scope": "first_course", "limit": 1000}})
    )
    assert item.value == float(Fraction(planned_gy) * given / n_fractions)
