"""What a report takes for granted about days, and says so: nothing proves that they are different ones."""

from __future__ import annotations

from typing import Any

import pytest

from engine.told_notes import notes
from property.example_cases import case, cord, course

Raw = dict[str, Any]
CORD = {"schedule": "10 Gy / 5", "dose": cord(10)}


def days(raw: Raw) -> list[str]:
    return [text for text in notes(raw) if "different days" in text]


def pair(first: tuple[Any, Any], second: tuple[Any, Any], one: Raw = CORD, other: Raw = CORD) -> Raw:
    return case(
        ["SpinalCord", "Heart"],
        course("a", "delivered", *first, **one),
        course("b", "proposed", *second, **other),
    )


NOT_PROVED = ['courses "a", "b": taken as given on different days, which their dates do not prove']
APART = ("2010-01-04", "2010-02-05"), ("2010-02-06", "2010-03-05")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (*APART, []),
        # the last day may be the first one
        (("2010-01-04", "2010-02-05"), ("2010-02-05", "2010-03-05"), NOT_PROVED),
        (("2010-01", "2010-02"), ("2010-03", "2010-04"), []),
        (("2010-01", "2010-03"), ("2010-03", "2010-04"), NOT_PROVED),
        (("2010", "2010"), ("2010", "2010"), NOT_PROVED),
        (("2010-01-04", None), ("2012-02-06", None), NOT_PROVED),
        (("2010-01-04", "2010-01/.."), ("2012-02-06", None), NOT_PROVED),
        ((None, "2010-02-05"), ("2010-02-06", None), []),
        ((None, "2010-02-05"), ("../2010-03-06", None), NOT_PROVED),
    ],
)
def test_d15_two_courses(first: Any, second: Any, expected: list[str]) -> None:
    assert days(pair(first, second)) == expected


@pytest.mark.parametrize(("months", "expected"), [(0, NOT_PROVED), (0.1, []), (6, [])])
def test_months_between_courses(months: float, expected: list[str]) -> None:
    assert days(pair((None, None), (None, None), CORD, CORD | {"months_since_previous": months})) == expected


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        (cord(10, "SpinalCord_Thor"), NOT_PROVED),
        (cord(10, "SpinalCanal"), NOT_PROVED),
        (cord([0, 1]), NOT_PROVED),
        (cord(0), []),
        (cord(10, "Heart"), []),
        ({}, []),
    ],
)
def test_what_gives_no_dose_to_the_same_shares_nothing(dose: Raw, expected: list[str]) -> None:
    structures = ["SpinalCord", "Heart", *dose]
    raw = pair(("2010", "2010"), ("2010", "2010"), CORD, CORD | {"dose": dose})
    assert days(raw | {"structures": list(dict.fromkeys(structures))}) == expected


def test_every_course_that_may_share_days_once() -> None:
    raw = case(
        ["SpinalCord"],
        course("far", "delivered", "2001-01-08", "2001-02-09", **CORD),
        course("c", "delivered", "2010", "2010", **CORD),
        course("a", "delivered", "2010", "2011", **CORD),
        course("b", "proposed", "2011", "2012", **CORD),
    )
    assert days(raw) == ['courses "a", "b", "c": taken as given on different days, which their dates do not prove']


def test_d15_phases_of_a_course() -> None:
    def phases(*doses: Raw) -> Raw:
        table = [{"schedule": "10 Gy / 5", "dose": dose} for dose in doses]
        own = course("a", "proposed", "2010-01-04", "2010-02-05", None, n_phases=len(table), phase=table)
        return case(["SpinalCord", "ThecalSac", "Heart"], own)

    assumed = ['course "a": its phases are taken as given on different days']
    assert days(phases(cord(10), cord(10))) == assumed
    assert days(phases(cord(10), cord(10, "ThecalSac"))) == assumed
    assert days(phases(cord(10), cord(10, "Heart"))) == []
    assert days(phases(cord(10), cord(0))) == []
    assert days(phases(cord(10))) == []


@pytest.mark.parametrize(
    ("second", "third", "names"),
    [(6, 0, '"b", "c"'), (0, 6, '"a", "b"'), (6, 6, ""), (0, 0, '"a", "b", "c"')],
)
def test_months_between_two_courses_are_those_behind_the_earlier_one(second: int, third: int, names: str) -> None:
    raw = case(
        ["SpinalCord"],
        course("a", "delivered", None, None, **CORD),
        course("b", "delivered", None, None, months_since_previous=second, **CORD),
        course("c", "proposed", None, None, months_since_previous=third, **CORD),
    )
    expected = [f"courses {names}: taken as given on different days, which their dates do not prove"] * bool(names)
    assert days(raw) == expected
