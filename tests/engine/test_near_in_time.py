"""Which findings note that an interval is within days of a number of months, constraint by constraint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.asked_blocks import FIRST, PLAN, WAIT, block_of
from engine.house_edition import Fields, house_library
from property.example_cases import case, cord
from reirrad import parse_case
from reirrad.engine.evaluate import evaluate
from reirrad.engine.from_cases import prepare
from reirrad.engine.noted import near_in_time

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
