"""A finding as it is reported, every field of it, with values by hand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from engine.derivations import TEN, TWENTY, delivered, given, two
from engine.house_edition import DISTRIBUTION, EQD2, MONTHS, PHYSICAL, Fields, house_library
from engine.judged_pairs import found
from property.example_cases import FIRST, case, cord, course
from reirrad.library import load_library
from reirrad.model.finding import Finding, RecoveredCourse

Raw = dict[str, Any]
BOTH = two(TEN, TWENTY)
D01 = "D0.1cc[Gy]"


def of(raw: Raw, rule: Fields, structure: str = "SpinalCord", *, strict: bool = False) -> Finding:
    return found(raw, "house.only", structure, library=house_library({"only": rule}), strict=strict)


def some(finding: Finding, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(finding, name) for name in names)


def test_a_sum_with_recovery() -> None:
    # 20 (1 - 0.5) + 40 of 120 Gy2; without recovery 60
    rule: Fields = {"limit": 120, "recovery": "steps", "group": "both", "locator": "table 1", "note": "as printed"}
    expected = Finding(
        constraint_id="house.only",
        edition="house",
        group="both",
        structure="SpinalCord",
        metric="Max[Gy]",
        metric_used="Max[Gy]",
        quantity="BED",
        alpha_beta_gy=2.0,
        scope="cumulative",
        course_id="second",
        course_role="proposed",
        status="met",
        reason=None,
        advisory=False,
        caused_by_proposed=False,
        value=50.0,
        value_low=50.0,
        value_high=50.0,
        limit=120.0,
        limit_high=None,
        comparison="at_most",
        margin=70.0,
        unit="Gy BED",
        near_limit=False,
        accumulation="max_sum",
        undiscounted_value=60.0,
        undiscounted_low=60.0,
        undiscounted_high=60.0,
        recovery=(RecoveredCourse(course_id="first", interval_months=59.0, fraction=0.5),),
        basis="plan",
        source="none doi:none (read: source)",
        locator="table 1",
        derivation=(
            "first: Max[Gy] = 10 Gy (plan), 5 fractions",
            "first: BED = 10 x (1 + 2/2) = 20 Gy2",
            "second: Max[Gy] = 20 Gy (plan), 10 fractions",
            "second: BED = 20 x (1 + 2/2) = 40 Gy2",
            "first: 59 months before, recovered fraction 0.5",
            "sum after recovery: 20 x (1 - 0.5) + 40 = 50 Gy2",
            "sum without recovery: 20 + 40 = 60 Gy2",
            "required <= 120 Gy BED; value 50: met",
            "note of the edition: as printed",
        ),
    )
    assert asdict(of(BOTH, rule)) == asdict(expected)


def test_what_does_not_apply_has_no_numbers() -> None:
    alone = case(["SpinalCord"], course(*FIRST, "10 Gy / 5", dose=cord(10)))
    rule: Fields = {"limit": 120, "recovery": "steps", "advisory": True, "note": "as printed"}
    expected = {
        "constraint_id": "house.only",
        "edition": "house",
        "structure": "SpinalCord",
        "metric": "Max[Gy]",
        "quantity": "BED",
        "alpha_beta_gy": 2.0,
        "scope": "cumulative",
        "status": "not_applicable",
        "reason": "fewer_than_two_courses",
        "advisory": True,
        "limit": 120.0,
        "comparison": "at_most",
        "unit": "Gy BED",
        "near_limit": False,
        # of the only course
        "undiscounted_value": 20.0,
        "undiscounted_low": 20.0,
        "undiscounted_high": 20.0,
        "source": "none doi:none (read: source)",
        "locator": "none",
        "derivation": ("not applicable: fewer than two courses give dose to SpinalCord: it is not re-irradiated",),
    }
    item = asdict(of(alone, rule))
    assert {name: value for name, value in item.items() if value is not None} == expected


def test_the_course_of_a_finding_and_its_role() -> None:
    # 40 Gy2 of the second course is more than 20 Gy2 of the first one; with 40 Gy in 20 it is 80 Gy2
    each: Fields = {"limit": 30, "scope": "each_course"}
    role = ("status", "course_id", "course_role")
    assert some(of(BOTH, each), *role) == ("violated", "second", "proposed")
    assert some(of(delivered(BOTH), each), *role) == ("violated", "second", "delivered")
    assert some(of(two(given("40 Gy / 20", 40), TWENTY), each), *role) == ("violated", "first", "delivered")
    # nothing is listed; the course that is not has no role
    unseen = case(["SpinalCord"], prior_radiotherapy="unknown", prior_courses=None)
    assert some(of(unseen, each), *role) == ("not_evaluated", None, None)


def test_ranges_have_no_single_value() -> None:
    # 4 to 8 months: 0 to 0.25 of 20 Gy2; nothing says where in the range the interval is
    raw = two(TEN, TWENTY | {"start": "2010-06-05/2010-10-05"})
    item = of(raw, {"limit": [50, 57], "recovery": "steps"})
    ends = some(item, "status", "reason", "value", "value_low", "value_high")
    assert ends == ("not_evaluated", "interval_unknown", None, 55.0, 60.0)
    assert some(item, "limit", "limit_high", "margin", "undiscounted_value") == (50.0, 57.0, -10.0, 60.0)
    assert item.recovery == (RecoveredCourse(course_id="first", interval_months=(4.0, 8.0), fraction=(0.0, 0.25)),)
    # a sum that is a range without recovery, too: 17.1 to 20 and 40
    item = of(two(given("10 Gy / 5", [9, 10]), TWENTY), {"limit": 120, "recovery": "steps"})
    assert some(item, "value", "value_low", "value_high", "margin") == (None, 48.55, 50.0, 70.0)
    assert some(item, "undiscounted_value", "undiscounted_low", "undiscounted_high") == (
        None,
        pytest.approx(57.1),
        60.0,
    )
    # and one that nothing bounds: the second course has a near-maximum only
    item = of(two(TEN, given("20 Gy / 10", cord(20, metric=D01))), {"limit": 120, "recovery": "steps"})
    assert some(item, "undiscounted_value", "undiscounted_low", "undiscounted_high") == (None, 60.0, None)


def test_ends_that_are_open() -> None:
    item = of(two(TEN, given("20 Gy / 10", cord(20, metric=D01))), {"limit": 120})
    assert some(item, "status", "reason", "value", "value_low", "value_high", "margin") == (
        "not_evaluated",
        "metric_bound_only",
        None,
        60.0,
        None,
        None,
    )
    # the first course has no dates: it ended at any time before
    dateless = two(TEN | {"start": None, "end": None}, TWENTY)
    (recovered,) = of(dateless, {"limit": 120, "recovery": "steps"}).recovery or ()
    assert recovered == RecoveredCourse(course_id="first", interval_months=(0.0, None), fraction=(0.0, 0.5))


def test_the_next_step_of_a_schedule() -> None:
    # 5 months and 15 days of 31: 0.1 of the schedule with a gap, and 0.3 from 5 September on
    (recovered,) = of(two(TEN, TWENTY | {"start": "2010-07-20"}), {"limit": 120, "recovery": "gap"}).recovery or ()
    assert recovered == RecoveredCourse(
        course_id="first", interval_months=5 + 15 / 31, fraction=0.1, next_fraction=0.3, days_to_next_step=47
    )


def test_what_is_behind_each_scope() -> None:
    names = ("course_id", "metric_used", "basis", "accumulation", "recovery", "unit", "quantity", "alpha_beta_gy")
    both = two(given("10 Gy / 5", cord(10, basis=None)), given("20 Gy / 10", cord(20, basis="estimate")))
    # of a sum both courses, of one course that, of an interval none
    bases = "not stated + estimate"
    for rule, expected in (
        ({"limit": 120}, ("second", "Max[Gy]", bases, "max_sum", None, "Gy BED", "BED", 2.0)),
        ({"limit": 1, "scope": "share"}, ("second", "Max[Gy]", bases, "max_sum", None, "1", "BED", 2.0)),
        (
            EQD2 | {"limit": 120, "scope": "newest_course", "alpha_beta_gy": 2.5},
            ("second", "Max[Gy]", "estimate", None, None, "Gy EQD2", "EQD2", 2.5),
        ),
        (
            PHYSICAL | {"limit": 120, "scope": "first_course"},
            ("first", "Max[Gy]", "not stated", None, None, "Gy", "physical", None),
        ),
        (
            MONTHS | {"limit": 6, "comparison": "at_least"},
            ("second", None, None, None, None, "months", "months", None),
        ),
    ):  # fmt: skip
        assert some(of(both, rule), *names) == expected
    silent = of(both, {"limit": 120, "alpha_beta_gy": "not stated", "profile": "incomplete"})
    assert some(silent, "status", "reason", "alpha_beta_gy") == ("not_evaluated", "alpha_beta_not_stated", None)


def test_doses_of_several_metrics_and_structures() -> None:
    # the cord lies within its canal, whose maximum bounds it
    first = given("10 Gy / 5", cord(9, metric=D01) | cord(12, "SpinalCanal", basis="estimate"))
    raw = two(first, TWENTY, "SpinalCord", "SpinalCanal")
    item = of(raw, PHYSICAL | {"limit": 120})
    assert some(item, "value_low", "value_high", "accumulation") == (29.0, 32.0, "metric_sum")
    assert item.metric_used == f"{D01} + Max[Gy] of SpinalCanal + Max[Gy]"
    assert item.basis == "plan + estimate"
    # of maxima alone, whosesoever
    canal = given("10 Gy / 5", cord(12, "SpinalCanal"))
    assert of(two(canal, TWENTY, "SpinalCord", "SpinalCanal"), PHYSICAL | {"limit": 120}).accumulation == "max_sum"
    # nothing is stated
    nothing = two(given("10 Gy / 5", {}), given("20 Gy / 10", {}))
    assert some(of(nothing, {"limit": 120}), "metric_used", "basis", "accumulation", "value_low") == (
        *(None,) * 3,
        0.0,
    )


def test_a_point_beside_a_volume_is_no_sum() -> None:
    raw = two(TEN, given("10 Gy / 5", {"SpinalCord": {"V20Gy[%]": 12.5, "Max[Gy]": 20, "basis": "plan"}}))
    rule = PHYSICAL | DISTRIBUTION | {"metric": "V20Gy[%]", "scope": "newest_course", "limit": 30}
    item = of(raw, rule)
    assert some(item, "value", "unit", "metric_used", "accumulation", "near_limit") == (
        12.5,
        "%",
        "V20Gy[%]",
        None,
        False,
    )


def test_a_course_that_is_not_listed_has_no_name() -> None:
    raw = BOTH | {"prior_radiotherapy": "unknown"}
    del raw["prior_courses"]
    item = of(raw, {"limit": 50, "scope": "each_course"})
    assert some(item, "status", "reason", "course_id", "value_low", "value_high") == (
        "not_evaluated",
        "history_unknown",
        None,
        0.0,
        None,
    )


# 40 Gy2 of the second course; before it the first alone, of which there is no sum
CAUSES = [
    (BOTH, {"limit": 50}, True),
    (BOTH, {"limit": 60}, False),
    (BOTH, {"limit": 15, "scope": "each_course"}, True),
    (delivered(BOTH), {"limit": 50}, None),
    # 20 Gy2 in a course of the same patient was too much before
    (two(TEN, TWENTY), {"limit": 15, "scope": "first_course"}, False),
    # what is not violated was not turned to it
    (two(TEN, given("20 Gy / 10", cord(20, metric=D01))), {"limit": 120}, False),
    (two(TEN, given("20 Gy / 10", cord(0))), {"limit": 120}, False),
    # with an unseen course, what was before is not known
    (
        {key: value for key, value in BOTH.items() if not key.startswith("prior")},
        {"limit": 50},
        None,
    ),
]


@pytest.mark.parametrize(("raw", "rule", "expected"), CAUSES)
def test_what_the_proposed_course_caused(raw: Raw, rule: Fields, expected: bool | None) -> None:
    assert of(raw, rule).caused_by_proposed is expected


def test_the_first_of_three_courses_is_violated_before_the_last() -> None:
    raw = delivered(BOTH)
    raw["course"].append(course("third", "proposed", "2020-01-06", "2020-01-10", "10 Gy / 5", dose=cord(10)))
    # 60 before, 80 with it
    assert of(raw, {"limit": 50}).caused_by_proposed is False
    assert of(raw, {"limit": 70}).caused_by_proposed is True


@pytest.mark.parametrize(
    ("limit", "is_near"), [(60, True), (61.8, True), (61.9, False), (58.3, True), (58.2, False), (120, False)]
)
def test_near_a_limit_is_three_percent_of_it(limit: float, *, is_near: bool) -> None:
    # 60 Gy2: 1.8 of 61.8 are 2.9 %, 1.9 of 61.9 are 3.1 %; 1.7 of 58.3 are 2.9 %, 1.8 of 58.2 are 3.1 %
    assert of(BOTH, {"limit": limit}).near_limit is is_near


def test_a_source_names_its_doi_and_what_was_read() -> None:
    library = load_library().select(["woolley-2018", "nieder-2006"])
    citation = "Woolley and others 2018; equations read in the code that the first author published."
    model = found(BOTH, "woolley-2018.allowed-bed", library=library)
    assert model.source == f"{citation} doi not stated (read: transcription)"
    assert found(BOTH, "nieder-2006.course", library=library).source.endswith(
        " 2006;66:1446-1449. doi:10.1016/j.ijrobp.2006.07.1383 (read: source)"
    )
