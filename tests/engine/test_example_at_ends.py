"""A worked example where the limit is not within reach, and an interval that conditions allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.house_edition import PHYSICAL, house_library
from reirrad.engine.example import case_at, example_at_limit


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        # between the first two steps and between the last two
        (0.01, (0.01, 0.02)),
        (989.995, (989.99, 990.0)),
        # everything is beyond it, or nothing is
        (0.005, None),
        (990.0, None),
    ],
)
def test_a_limit_between_the_first_and_the_last_step(limit: float, expected: tuple[float, float] | None) -> None:
    library = house_library({"only": PHYSICAL | {"limit": limit, "scope": "newest_course"}})
    ((_, constraint),) = library.constraints()
    found = example_at_limit(constraint, library)
    assert (None if found is None else (found.met.value, found.beyond.value)) == expected


@pytest.mark.parametrize(
    ("interval", "start"),
    [
        # nine months where they are allowed: 274.5 days, and the day after the 275th; 31 January 2020 and 276 days
        (None, "2020-11-02"),
        ((0.0, 12.0), "2020-11-02"),
        ((9.0, 12.0), "2020-11-02"),
        # the end is not included: six months are 183 days, twelve 366; none are the next day
        ((6.0, 9.0), "2020-08-02"),
        ((12.0, 24.0), "2021-02-01"),
        ((0.0, 3.0), "2020-02-01"),
    ],
)
def test_an_interval_that_the_conditions_allow(interval: tuple[float, float] | None, start: str) -> None:
    library = house_library({"only": {"limit": 50}})
    ((_, constraint),) = library.constraints()
    asked = replace(constraint, conditions=replace(constraint.conditions, interval_months=interval))
    assert case_at(asked, 1)["course"][1]["start"] == start
