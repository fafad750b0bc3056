"""Limits for a number or size of fractions, where a course has another schedule: proved by fewer fractions, or open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.house_edition import DISTRIBUTION, PHYSICAL, house_library
from property.example_cases import FIRST, SECOND, Raw, case, cord, course
from reirrad import check, load_library, parse_case
from reirrad.engine.fractionation import _rows

OPEN, MET = ("not_evaluated", "other_fractionation"), ("met", None)
OF_5_CC = {"SpinalCord": {"D5cc[Gy]": 2, "Max[Gy]": 14}}
FEW = {"conditions": {"n_fractions": [1, 5]}}


def given(schedule: str, dose: Any, metric: str = "Max[Gy]", per_day: int = 2, **more: Any) -> Raw:
    return course(*FIRST, schedule, dose=cord(dose, metric=metric), fractions_per_day=per_day, **more)


def in_phases(*phases: tuple[str, Raw]) -> Raw:
    listed = [{"schedule": schedule, "dose": dose} for schedule, dose in phases]
    return course(*FIRST, None, n_phases=len(listed), phase=listed)


def judged(rule: Raw, *courses: Raw, strict: bool = False) -> tuple[str, str | None]:
    fields = {"scope": "first_course", "limit": None if "limit_by_n_fractions" in rule else 30} | PHYSICAL | rule
    report = check(parse_case(case(["SpinalCord"], *courses)), library=house_library({"only": fields}), strict=strict)
    (item,) = report.findings
    return item.status, item.reason


def rows(**limits: float) -> Raw:
    return {"limit_by_n_fractions": {name.removeprefix("n"): limit for name, limit in limits.items()}}


@pytest.mark.parametrize(
    ("rule", "raw", "expected"),
    [
        # three fractions, two a day: 10 Gy on one day, and 3 x 10 Gy are within 30 Gy, 3 x 10.02 are not
        (rows(n3=30, n5=35), given("15 Gy / 3", 15), MET),
        (rows(n3=30, n5=35), given("15.03 Gy / 3", 15.03), OPEN),
        (rows(n3=30, n5=35) | {"comparison": "below"}, given("15 Gy / 3", 15), MET),
        # five, of which the condition is the last; 5 x 7 Gy
        (rows(n5=35) | FEW, given("17.5 Gy / 5", 17.5), MET),
        # less than 1 Gy a day: 4 x 0.8 Gy
        (rows(n4=3.5), given("1.6 Gy / 4", 1.6), MET),
        # one limit for several numbers counts for the fewest
        (FEW, given("20 Gy / 5", 20), MET),
        ({"conditions": {"n_fractions": [3, 5]}, "limit": [30, 40]}, given("15 Gy / 3", 15), MET),
        ({"conditions": {"n_fractions": [3, 5]}, "limit": [30, 40]}, given("18 Gy / 3", 18), OPEN),
        # the half that was delivered: 10 Gy on one day
        (FEW, given("40 Gy / 4", 20, fractions_delivered=2, dose_of="planned"), MET),
        # 0.5 Gy nine times and 1 Gy once: ten days of 1 Gy are above 9 Gy, whichever phase is first
        (rows(n10=9), in_phases(("1 Gy / 1", cord(1)), ("4.5 Gy / 9", cord(4.5))), OPEN),
        (rows(n10=36), in_phases(("5 Gy / 5", cord(0)), ("10 Gy / 5", cord(10)), ("25 Gy / 5", cord(25))), OPEN),
        # of a phase that may give any dose nothing is proved; a lower limit is met by the other
        (FEW | {"comparison": "at_least", "limit": 5}, in_phases(("6 Gy / 3", cord(6)), ("4 Gy / 2", {})), OPEN),
        # of a metric that is the limit's, not of Max beside it
        (
            rows(n5=30) | {"metric": "D0.1cc[Gy]"},
            course(*FIRST, "30 Gy / 5", dose={"SpinalCord": {"D0.1cc[Gy]": 10, "Max[Gy]": 25}}, fractions_per_day=2),
            MET,
        ),
        # doses to 5 cc of two phases do not add up, and 14 Gy of Max in 2 fractions are 70 Gy in ten
        (
            rows(n10=30) | {"metric": "D5cc[Gy]"},
            in_phases(("14 Gy / 2", OF_5_CC), ("14 Gy / 8", OF_5_CC)),
            OPEN,
        ),
        # volumes are never proved so
        ({"metric": "V20Gy[%]", "limit": 10} | FEW | DISTRIBUTION, given("25 Gy / 5", 5, "V20Gy[%]"), OPEN),
        # no number of fractions is asked for
        ({"metric": "V20Gy[%]", "limit": 10} | DISTRIBUTION, given("25 Gy / 5", 5, "V20Gy[%]"), MET),
        # a size is that of one fraction a day, whatever the number proves
        ({"conditions": {"fraction_size_gy": [1, 3]}}, given("10 Gy / 5", 10), OPEN),
        ({"conditions": {"fraction_size_gy": [1, 3], "n_fractions": [1, 5]}}, given("10 Gy / 5", 10), OPEN),
    ],
)  # fmt: skip
def test_d15_a_limit_holds_where_fewer_and_larger_fractions_are_within_it(
    rule: Raw, raw: Raw, expected: tuple[str, str | None]
) -> None:
    assert judged(rule, raw) == expected


def test_d15_a_phase_out_of_the_field_is_no_fraction_of_the_dose() -> None:
    # 10 Gy in 5 fractions, two a day, are 4 Gy a day at most: 5 x 4 Gy are within 20 Gy, whatever 25 Gy elsewhere are
    out, given_ = {"schedule": "25 Gy / 5", "dose": cord(0)}, {"schedule": "10 Gy / 5", "dose": cord(10)}
    raw = course(*FIRST, None, n_phases=2, phase=[out, given_], fractions_per_day=2)
    assert judged(rows(n5=20, n10=25), raw) == MET
    assert judged(rows(n5=19.9, n10=19.9), raw) == OPEN


def test_d15_a_limit_for_a_number_of_fractions_outside_the_conditions_proves_nothing() -> None:
    # no library has one: it is refused where it is read
    library = house_library({"only": PHYSICAL | {"limit": None, "scope": "first_course"} | rows(n3=30, n10=200)})
    ((_, rule),) = library.constraints()
    assert list(_rows(rule)) == [(3, 30), (10, 200)]
    assert list(_rows(replace(rule, conditions=replace(rule.conditions, n_fractions=(1, 5))))) == [(3, 30)]


def test_d15_a_limit_that_a_model_allows_is_none_for_a_number_of_fractions() -> None:
    (rule,) = (rule for _, rule in load_library().constraints() if rule.cord_model is not None)
    assert list(_rows(rule)) == []


def test_d15_strictly_near_maxima_of_phases_do_not_add_up() -> None:
    both = {"SpinalCord": {"D0.1cc[Gy]": 2, "Max[Gy]": 14}}
    raw = in_phases(("14 Gy / 2", both), ("14 Gy / 8", both))
    rule = rows(n10=30) | {"metric": "D0.1cc[Gy]"}
    assert judged(rule, raw) == MET
    assert judged(rule, raw, strict=True) == OPEN


def test_d15_the_phases_of_other_courses_prove_nothing() -> None:
    """10 Gy in five fractions, two a day, before or after 90 Gy in thirty."""
    few, many = given("10 Gy / 5", 10), course(*SECOND, "90 Gy / 30", dose=cord(90))
    assert judged(FEW, few, many) == MET
    later = course(*SECOND, "10 Gy / 5", dose=cord(10), fractions_per_day=2)
    first = course(*FIRST, "90 Gy / 30", dose=cord(90))
    assert judged(FEW | {"scope": "newest_course"}, first, later) == MET
