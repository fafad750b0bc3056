"""Doses beside the schedule of their phase, at the edges, and courses that are named in a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from property.example_cases import case, course
from reirrad import parse_case
from reirrad.errors import CaseError
from reirrad.model.course_dates import _listed
from reirrad.model.schedule import parse_schedule
from reirrad.model.schedule_checks import is_prescribed_dose

OTHER = 'with basis = "prescription" the dose is that of the schedule'
SLIP = "this is the dose per fraction of the schedule, where the total is wanted"


def of(dose: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a case of one course of 50 Gy in 25 fractions."""
    stated = course("1", "delivered", "2019-01-07", "2019-03-01", "50 Gy / 25", dose={"SpinalCord": dose}) | more
    return case(["SpinalCord"], stated)


def told(dose: dict[str, Any], **more: Any) -> list[str]:
    try:
        parse_case(of(dose, **more))
    except CaseError as error:
        return [problem.what for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("gray", "is_other"),
    [
        *[(50.0, False), (50.005, False), (49.995, False), (50.0051, True), (49.9949, True)],
        *[([49.0, 49.995], False), ([50.005, 51.0], False), ([50.0051, 51.0], True), ([49.0, 49.9949], True)],
    ],
)
def test_a_prescription_is_the_scheduled_dose_to_half_of_a_hundredth(gray: Any, is_other: bool) -> None:
    assert told({"Max[Gy]": gray, "basis": "prescription"}) == [OTHER] * is_other


@pytest.mark.parametrize(
    ("gray", "expected"),
    [("50", True), ("50.005", True), ("49.995", True), ("50.00500000001", False), ("49.9949", False), ("0", False)],
)
def test_whether_a_dose_is_the_prescription(gray: str, expected: bool) -> None:
    (stated,) = parse_case(of({"Max[Gy]": 30.0, "basis": "plan"})).course
    assert is_prescribed_dose(Decimal(gray), parse_schedule("50 Gy / 25"), stated.phases[0]) is expected


def test_a_prescription_is_that_of_the_fractions_which_were_given() -> None:
    # 10 of 25 fractions: 20 of 50 Gy
    more = {"fractions_delivered": 10, "dose_of": "delivered"}
    (stated,) = parse_case(of({"Max[Gy]": 15.0, "basis": "plan"}, **more)).course
    schedule = parse_schedule("50 Gy / 25")
    assert is_prescribed_dose(Decimal("20.005"), schedule, stated.phases[0])
    assert not is_prescribed_dose(Decimal(50), schedule, stated.phases[0])


def test_every_dose_of_a_structure_is_looked_at() -> None:
    # 0 is out of the field; what stands beside it is looked at
    assert told({"Mean[Gy]": 0.0, "D0.1cc[Gy]": 2.0, "Max[Gy]": 40.0, "basis": "plan"}) == [SLIP]
    assert told({"Mean[Gy]": 2.0, "D0.1cc[Gy]": 2.0001, "Max[Gy]": 40.0, "basis": "plan"}) == []


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ("a", 'course "a"'),
        ("ab", 'courses "a", "b"'),
        ("abcd", 'courses "a", "b", "c", "d"'),
        ("abcde", 'courses "a", "b", "c", "d" and 1 more'),
        ("abcdef", 'courses "a", "b", "c", "d" and 2 more'),
    ],
)
def test_few_courses_are_named(names: str, text: str) -> None:
    assert _listed(list(names)) == text
