"""What planning questions have no answer for, and what they refuse: every word of it, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.house_edition import PHYSICAL, Fields, house_library
from engine.test_budget_rows import ONE, asked
from engine.test_when import planned
from property.example_cases import case, cord
from reirrad import parse_case
from reirrad.engine.planning.asked import one_interval, problems_of_technique, whole_numbers
from reirrad.engine.planning.when import when
from reirrad.errors import InputError, QuantityError
from reirrad.model.budget import Unanswered
from reirrad.model.when import When

NEWEST: Fields = PHYSICAL | {"limit": 20, "scope": "newest_course"}
NONE_APPLIES = "no constraint that decides applies to such a course; that is no dose that is left"


@pytest.mark.parametrize(("given", "expected"), [(None, None), (0, 0), (1200, 1200), (np.int64(12), 12)])
def test_an_interval(given: Any, expected: int | None) -> None:
    found = one_interval(given)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(("given", "shown"), [(-1, "-1"), (1201, "1201"), (1.5, "1.5"), ("12", "'12'"), (True, "True")])
def test_what_is_no_interval(given: Any, shown: str) -> None:
    with pytest.raises(QuantityError) as refused:
        one_interval(given)
    assert str(refused.value) == (
        f"interval_months: this is no interval; given: {shown}; allowed: a whole number from 0 to 1200 months"
    )


def test_the_most_fractions() -> None:
    assert whole_numbers([1, 200]).tolist() == [1, 200]
    with pytest.raises(QuantityError, match=r"n_fractions\[1\]: this is no number of fractions; given: 201; allowed"):
        whole_numbers([200, 201])


def test_a_technique_that_is_not_known() -> None:
    (problem,) = problems_of_technique("imrt")
    assert str(problem) == ("technique: it is not known; given: 'imrt'; allowed: conventional, stereotactic, other")
    assert list(problems_of_technique("other")) == list(problems_of_technique(None)) == []


def test_intervals_from_no_course() -> None:
    with pytest.raises(InputError) as refused:
        asked(case(["SpinalCord"]), {"mine": NEWEST}, intervals_months=[3, 6])
    assert str(refused.value) == (
        "example: 1 problem\n  intervals_months: no course is listed: there is none from which an interval runs; "
        "given: [3, 6]; leave them out"
    )


def silent(fields: Fields, *counts: int, **options: Any) -> tuple[list[tuple[int, int | None]], list[str]]:
    """Return the fraction numbers and intervals without an answer, and the notes about them."""
    found = asked(ONE, {"mine": fields}, *counts, **options)
    assert all(isinstance(item, Unanswered) and item.structure == "SpinalCord" for item in found.unanswered)
    return (
        [(item.n_fractions, item.interval_months) for item in found.unanswered],
        [note for note in found.notes if note.startswith("structure")],
    )


def test_fraction_numbers_without_an_answer() -> None:
    five = NEWEST | {"conditions": {"n_fractions": [5, 5]}}
    assert silent(five, 5) == ([], [])
    assert silent(five, 4) == ([(4, None)], [f"structure SpinalCord: {NONE_APPLIES}"])
    assert silent(five, 5, 1) == ([(1, None)], [f"structure SpinalCord, in 1 fraction: {NONE_APPLIES}"])
    assert silent(five, 2, 5) == ([(2, None)], [f"structure SpinalCord, in 2 fractions: {NONE_APPLIES}"])
    assert silent(five, 5, 4, 3, 6) == (
        [(4, None), (3, None), (6, None)], [f"structure SpinalCord, in 4, 3 and 6 fractions: {NONE_APPLIES}"],
    )  # fmt: skip


def test_intervals_without_an_answer() -> None:
    later = NEWEST | {"conditions": {"interval_months": [6, 12]}}
    assert silent(later, 5, intervals_months=[6, 11]) == ([], [])
    assert silent(later, 5, intervals_months=[1, 12]) == (
        [(5, 1), (5, 12)], [f"structure SpinalCord: {NONE_APPLIES}"],
    )  # fmt: skip
    assert silent(later, 5, 6, intervals_months=[1, 6]) == (
        [(5, 1), (6, 1)], [f"structure SpinalCord, 1 month after the last course: {NONE_APPLIES}"],
    )  # fmt: skip
    assert silent(later, 5, intervals_months=[6, 3, 5, 12]) == (
        [(5, 3), (5, 5), (5, 12)],
        [f"structure SpinalCord, 3, 5 and 12 months after the last course: {NONE_APPLIES}"],
    )
    both = NEWEST | {"conditions": {"interval_months": [6, 12], "n_fractions": [5, 5]}}
    assert silent(both, 5, 6, intervals_months=[3, 6]) == (
        [(5, 3), (6, 3), (6, 6)],
        [
            f"structure SpinalCord, 3 months after the last course: {NONE_APPLIES}",
            f"structure SpinalCord, 6 months after the last course, in 6 fractions: {NONE_APPLIES}",
        ],
    )


def test_an_advisory_limit_is_no_answer() -> None:
    advisory = NEWEST | {"advisory": True}
    assert silent(advisory, 5) == ([(5, None)], [f"structure SpinalCord: {NONE_APPLIES}"])
    found = asked(ONE, {"mine": advisory, "other": NEWEST}, 5)
    assert found.unanswered == ()


def in_time(fields: Fields) -> When:
    """Return what is said of a course after one that ended on 31 August 2019."""
    return when(parse_case(planned()), library=house_library({"mine": fields}))


def told(found: When) -> list[str]:
    return [note for note in found.notes if note.startswith("structure")]


def test_days_about_which_nothing_decides() -> None:
    what = "structure SpinalCord: no constraint that decides applies to the proposed course"
    middle = in_time(PHYSICAL | {"limit": 20, "scope": "newest_course", "conditions": {"interval_months": [6, 12]}})
    assert middle.structures_without_rule == ("SpinalCord",)
    # six months after 31 August 2019 are reached on 29 February 2020
    assert told(middle) == [f"{what} if it begins from 2019-09-01 until before 2020-02-29 or from 2020-08-31"]
    later = in_time(NEWEST | {"conditions": {"interval_months": [6, float("inf")]}})
    assert told(later) == [f"{what} if it begins from 2019-09-01 until before 2020-02-29"]
    never = in_time(NEWEST | {"conditions": {"technique": ["other"]}})
    assert told(never) == [f"{what} on whatever day it begins"]
    assert never.structures_without_rule == ("SpinalCord",)
    always = in_time(NEWEST)
    assert (told(always), always.structures_without_rule) == ([], ())


def test_a_limit_for_a_first_course_is_not_asked_of_what_had_dose() -> None:
    first = PHYSICAL | {"limit": 50, "scope": "first_course"}
    assert in_time(first).rows == ()
    assert [row.constraint_id for row in in_time(NEWEST).rows] == ["house.mine"]
    # of the cord alone: what lies within it may have had none
    raw = planned() | {"structures": ["SpinalCord", "SpinalCord_Lum"]}
    raw["course"][1]["dose"] |= cord(20, "SpinalCord_Lum")
    found = when(parse_case(raw), library=house_library({"mine": first}))
    assert [row.structure for row in found.rows] == ["SpinalCord_Lum"]
    # a dose that may be none, and the smallest that is some
    for dose, rows in (([0, 20], 1), ([0.001, 20], 0)):
        raw = planned()
        raw["course"][0]["dose"] = cord(dose)
        assert len(when(parse_case(raw), library=house_library({"mine": first})).rows) == rows
