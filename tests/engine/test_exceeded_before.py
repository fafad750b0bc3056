"""A limit that a delivered course is beyond: no dose and no day of a further course changes that, and it is said."""

from __future__ import annotations

from typing import Any

import pytest

from engine.house_edition import EQD2, PHYSICAL, Fields, house_library
from property.example_cases import case, cord, course
from reirrad import budget, parse_case
from reirrad.engine.planning.newest import told_of_exceeded
from reirrad.engine.planning.when import when

Raw = dict[str, Any]
FIRST = course("A", "delivered", "2010-01-04", "2010-01-15", "30 Gy / 10", dose=cord(30))
SECOND = course("B", "delivered", "2010-03-01", "2010-03-05", "20 Gy / 5", dose=cord(20))
PLAN = course("C", "proposed", "2024-06-03", "2024-06-03", "8 Gy / 1", dose=cord(4))
THREE = case(["SpinalCord"], FIRST, SECOND, PLAN)
#: 37.5 and 30 Gy EQD2 are 67.5 at course B; half of both, and 6 of course C, are 39.75.
HALF = EQD2 | {"limit": 50, "recovery": "steps"}
TOLD = 'structure SpinalCord: {} exceeded at course "B" already, by what was delivered, {}; '
ITSELF = "the further course by itself is not judged"
DOSE, DAY = "whatever dose is added", "on whatever day the proposed one begins"


def exceeded(notes: tuple[str, ...]) -> list[str]:
    return [note for note in notes if "exceeded at" in note]


@pytest.mark.parametrize("fields", [HALF, PHYSICAL | {"limit": 15, "scope": "newest_course"}], ids=["half", "one"])
def test_no_dose_is_left_for_what_was_delivered(fields: Fields) -> None:
    library = house_library({"mine": fields | {"structures": ["SpinalCord"]}})
    # A and B are within the limit of one course where B has 12 Gy
    raw = case(["SpinalCord"], FIRST | {"dose": cord(12)}, SECOND, PLAN) if fields["limit"] == 15 else THREE
    found = budget(parse_case(raw), n_fractions=[1, 5], library=library)
    assert [row.state for row in found.rows] == ["none", "none"]
    assert exceeded(found.notes) == [TOLD.format("house.mine is", DOSE) + ITSELF]
    moved = when(parse_case(raw), library=library)
    (row,) = moved.rows
    assert row.earliest is None
    assert exceeded(moved.notes) == [TOLD.format("house.mine is", DAY) + ITSELF]


def test_the_first_course_may_be_the_one() -> None:
    # 30 Gy in 3 Gy fractions are 37.5 Gy EQD2
    library = house_library({"mine": EQD2 | {"limit": 35, "scope": "each_course", "structures": ["SpinalCord"]}})
    told = TOLD.format("house.mine is", DOSE).replace('"B"', '"A"') + ITSELF
    assert exceeded(budget(parse_case(THREE), n_fractions=[1], library=library).notes) == [told]


def test_what_the_further_course_is_beyond_itself_is_no_such_limit() -> None:
    # 67.5 Gy are met at 68 and 5.78 more are not, on no day; from 0.01 Gy on they are, where 67.5 are the limit
    for limit, state in ((68, "bounded"), (67.5, "none")):
        library = house_library({"mine": EQD2 | {"limit": limit, "structures": ["SpinalCord"]}})
        (row,) = budget(parse_case(THREE), n_fractions=[1], library=library).rows
        assert row.state == state
        for notes in (
            budget(parse_case(THREE), n_fractions=[1], library=library).notes,
            when(parse_case(THREE), library=library).notes,
        ):
            assert exceeded(notes) == []


def test_limits_and_structures_of_one_course_together() -> None:
    found = [("X", "a", "B"), ("X", "b", "B"), ("X", "a", "B"), ("X", "c", "A"), ("Y", "a", "B")]
    assert list(told_of_exceeded(found, "all the same")) == [
        f'structure X: a, b are exceeded at course "B" already, by what was delivered, all the same; {ITSELF}',
        f'structure X: c is exceeded at course "A" already, by what was delivered, all the same; {ITSELF}',
        f'structure Y: a is exceeded at course "B" already, by what was delivered, all the same; {ITSELF}',
    ]


def test_what_is_met_or_not_applicable_is_not_told() -> None:
    library = house_library({"mine": EQD2 | {"limit": 100, "structures": ["SpinalCord"]}})
    assert exceeded(budget(parse_case(THREE), n_fractions=[1], library=library).notes) == []
    # the limit is on stereotactic courses, as B was: it says nothing of C
    stereotactic = PHYSICAL | {"limit": 15, "scope": "newest_course", "conditions": {"technique": ["stereotactic"]}}
    library = house_library({"mine": stereotactic | {"structures": ["SpinalCord"]}})
    raw = case(["SpinalCord"], FIRST, SECOND | {"technique": "stereotactic"}, PLAN)
    assert exceeded(budget(parse_case(raw), n_fractions=[1], library=library).notes) == []
    assert exceeded(when(parse_case(raw), library=library).notes) == []
