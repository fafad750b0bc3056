"""Which findings note that an interval is within days of a number of months, constraint by constraint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.asked_blocks import FIRST, PLAN, WAIT, block_of
from engine.house_edition import Fields, house_library
from property.example_cases import case, cord, course
from reirrad import parse_case
from reirrad.engine.evaluate import evaluate
from reirrad.engine.from_cases import prepare
from reirrad.engine.noted import is_near, near_in_time
from reirrad.library import load_library

Raw = dict[str, Any]
#: From 6 months on a quarter has recovered, from 12 on half.
STEPS: Fields = {"limit": 120, "recovery": "steps"}
STEREOTACTIC: Fields = {"conditions": {"technique": ["stereotactic"]}}


def beginning(day: str) -> Raw:
    """Return a case whose plan begins on a day; the first course ends on the 30th of August 2019."""
    return case(["SpinalCord"], FIRST, PLAN | {"start": day, "end": f"{day}/.."})


#: 6 months and 2 days of 31, and 7 months.
NEAR, FAR = beginning("2020-03-02"), beginning("2020-03-30")
ALONE = case(["SpinalCord"], FIRST)


@pytest.mark.parametrize(
    "rule", [WAIT, STEPS, STEPS | {"recovery": "raised"}], ids=["interval", "discounted", "raised"]
)
def test_an_interval_near_a_number_of_months(rule: Fields) -> None:
    assert near_in_time(block_of(rule, NEAR, FAR)).tolist() == [True, False]


@pytest.mark.parametrize("rule", [WAIT, STEPS], ids=["interval", "discounted"])
def test_what_does_not_apply_notes_nothing(rule: Fields) -> None:
    assert near_in_time(block_of(rule | STEREOTACTIC, NEAR)).tolist() == [False]


@pytest.mark.parametrize("rule", [WAIT, STEPS], ids=["interval", "discounted"])
def test_where_rows_could_not_be_read_nothing_is_noted_of_the_rest(rule: Fields) -> None:
    # the dates are near; but no value is printed beside which it would stand
    library = house_library({"mine": rule | {"structures": ["SpinalCord"]}})
    batch = prepare([parse_case(NEAR), parse_case(NEAR)], library).batch
    (block,) = evaluate(replace(batch, has_unread=np.array([True, False])), library, before=False)
    assert near_in_time(block).tolist() == [False, True]


@pytest.mark.parametrize(
    "rule", [WAIT, STEPS, STEPS | {"recovery": "raised"}], ids=["interval", "discounted", "raised"]
)
def test_of_one_course_there_is_no_interval(rule: Fields) -> None:
    assert near_in_time(block_of(rule, ALONE)).tolist() == [False]
    assert near_in_time(block_of(rule, ALONE, NEAR, ALONE)).tolist() == [False, True, False]


def test_what_is_no_sum_and_no_interval_notes_nothing() -> None:
    assert near_in_time(block_of({"limit": 98, "scope": "each_course"}, NEAR)).tolist() == [False]
    # a mean of courses is no sum: it cannot be evaluated
    mean = NEAR | {"course": [item | {"dose": cord(20, metric="Mean[Gy]")} for item in NEAR["course"]]}
    rule = STEPS | {"metric": "Mean[Gy]", "profile": "distribution"}
    assert near_in_time(block_of(rule, mean)).tolist() == [False]


@pytest.mark.parametrize(("months", "expected"), [(0.0, True), (0.2, True), (0.2000001, False), (0.5, False)])
def test_near_is_at_most_a_fifth_of_a_month(months: float, expected: bool) -> None:
    assert is_near(months, 9.0, [0], load_library()) == is_near(-9.0, months, [0], load_library()) == expected


def three(second: Raw, third: Raw) -> Raw:
    return case(["SpinalCord"], FIRST, second, third)


def test_every_interval_to_the_newest_course_counts() -> None:
    # 12 months less 2 days to the third; 3 months from the second: 40/2 + 40 + 40 Gy2 is the most
    second = course("second", "delivered", "2020-05-04", "2020-05-28", "20 Gy / 10", dose=cord(20))
    third = PLAN | {"start": "2020-08-28", "end": "2020-08-28/.."}
    assert near_in_time(block_of(STEPS, three(second, third))).tolist() == [True]
    # 9 months and 3 months
    third |= {"start": "2020-06-15", "end": "2020-06-15/.."}
    assert near_in_time(block_of(STEPS, three(second, third))).tolist() == [False]


def test_a_course_has_no_interval_to_itself() -> None:
    # half has recovered after 0.1 months: 40/2 + 40 is more than 80/2 + 4, and less than 80/2 + 40 Gy2
    second = course("second", "delivered", "2021-05-03", "2021-05-14", "20 Gy / 10", dose=cord(20))
    less = PLAN | {"start": "2023-05-01", "end": "2023-05-01", "schedule": "2 Gy / 1", "dose": cord(2)}
    more = PLAN | {"start": "2023-05-01", "end": "2023-05-12"}
    block = block_of({"limit": 120, "recovery": "days"}, three(second, less), three(second, more))
    assert block.judged.turn.tolist() == [1, 2]
    assert near_in_time(block).tolist() == [False, False]
