"""What a derivation says where nothing was computed, and which of several reasons a finding gives."""

from __future__ import annotations

from typing import Any

import pytest

from engine.derivations import TEN, TWENTY, derived, given, two
from engine.house_edition import Fields
from property.example_cases import case, cord, course
from reirrad.engine.codes import Cause, Exclusion, Status, reason_word

Raw = dict[str, Any]
BOTH = two(TEN, TWENTY)
EXCLUDED = [
    (case(["SpinalCord"]), {"limit": 50}, "no course gives dose to SpinalCord"),
    (
        BOTH,
        {"limit": 50, "conditions": {"technique": ["stereotactic"]}},
        "the technique of the course is not one that the constraint is about",
    ),
    (
        BOTH,
        {"limit": 50, "conditions": {"n_fractions": [1, 5]}},
        "the number of fractions of the course is not one that the constraint is about",
    ),
    (
        BOTH,
        {"limit": 50, "conditions": {"interval_months": [0, 24]}},
        "the interval is not one that the constraint is about",
    ),
    (
        BOTH,
        {"limit": 50, "scope": "newest_course", "conditions": {"fraction_size_gy": [1.8, 1.99]}},
        "the prescription of the course is not one that the constraint is about",
    ),
    (
        two(TEN, given("20 Gy / 10", {"SpinalCord": cord(20)["SpinalCord"] | {"target_distance_mm": 2}})),
        {"limit": 50, "scope": "newest_course", "profile": "stated-fact", "conditions": {"target_distance_mm": [0, 2]}},
        "the target is not as near as the constraint is about",
    ),
]


@pytest.mark.parametrize(("raw", "rule", "words"), EXCLUDED)
def test_why_a_constraint_does_not_apply(raw: Raw, rule: Fields, words: str) -> None:
    # a note of the edition says nothing where the constraint does not apply
    assert derived(raw, rule | {"note": "as printed"}) == [f"not applicable: {words}"]


def test_what_cannot_be_computed_has_no_arithmetic() -> None:
    rule = {"limit": 50, "alpha_beta_gy": "not stated", "profile": "incomplete", "note": "as printed"}
    assert derived(BOTH, rule) == [
        "to decide: nothing in the case: the source states no alpha/beta for this limit",
        "note of the edition: as printed",
    ]


LIST_THEM = 'to decide: list every earlier course and write prior_radiotherapy = "complete"'


def test_what_is_not_listed_has_no_arithmetic() -> None:
    nothing = {"schema": "reirrad-case/1", "case_id": "none listed", "structures": ["SpinalCord"]}
    assert derived(nothing, {"limit": 50}) == [
        "the history is not complete: an unseen earlier course may have any dose and date",
        f'{LIST_THEM} (or "none")',
    ]
    unseen = {key: value for key, value in BOTH.items() if not key.startswith("prior")}
    assert derived(unseen, {"limit": 50, "scope": "first_course"}) == [
        "the history is not complete: which course was the first to give dose is not known",
        LIST_THEM,
    ]


def test_too_many_orders_have_no_arithmetic() -> None:
    courses = [course(f"{n}", "delivered", "2010", "2011", "10 Gy / 5", dose=cord(10)) for n in range(7)]
    lines = derived(case(["SpinalCord"], *courses), {"limit": 50})
    assert lines == ["to decide: state the dates so that they prove the order of the courses"]


def test_the_first_of_several_reasons_is_given() -> None:
    both = int(Cause.DOSE_UNKNOWN | Cause.SCHEDULE_UNKNOWN)
    assert reason_word(status=Status.NOT_EVALUATED, causes=both, exclusion=0) == "schedule_unknown"
    assert reason_word(status=Status.NOT_EVALUATED, causes=int(Cause.DOSE_UNKNOWN), exclusion=3) == "dose_unknown"
    exclusion = int(Exclusion.OTHER_TECHNIQUE)
    assert reason_word(status=Status.NOT_APPLICABLE, causes=both, exclusion=exclusion) == "other_technique"
    for status in (Status.MET, Status.VIOLATED):
        assert reason_word(status=status, causes=both, exclusion=exclusion) is None
