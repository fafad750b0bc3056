"""The oracle's conditions, and recovery of the tolerance, against arithmetic done by hand."""

from fractions import Fraction
from typing import Any

import pytest

from reference.hand_cases import case, cord, course, cumulative, finding, status, two_courses, value
from reirrad.selftest.oracle import judge
from reirrad.selftest.oracle.dates import INF

Raw = dict[str, Any]
BINS = [(0, 12, 0), (12, None, "0.5")]


def tolerance(**fields: Any) -> list[Raw]:
    return [cumulative(tolerance_recovery=BINS) | fields]


def with_conditions(**conditions: Any) -> list[Raw]:
    """Return a constraint that 220 Gy2 meets, so that the status tells of the conditions alone."""
    return [cumulative(limit=1000, conditions=conditions)]


def with_schedules(*schedules: str | None) -> Raw:
    """Return two courses of which the second has these schedules, as phases if there are several."""
    judged = two_courses()
    phases: list[Raw] = [{"dose": cord(10)} | ({"schedule": text} if text else {}) for text in schedules]
    second = judged["course"][1]
    del second["schedule"], second["dose"]
    judged["course"][1] = second | (phases[0] if len(phases) == 1 else {"n_phases": len(phases), "phase": phases})
    return judged


def with_distances(first: Any, second: Any, **of_phases: Any) -> Raw:
    judged = two_courses(**of_phases)
    for each, distance in zip(judged["course"], (first, second), strict=True):
        if distance is not None:
            each["dose"]["SpinalCord"]["target_distance_mm"] = distance
    return judged


@pytest.mark.parametrize(
    ("limit", "comparison", "expected", "margin"),
    [
        # half of the tolerance has recovered over 63 months: 150 (1 + 0.5) = 225, and the sum is 220
        (150, "at_most", "met", 5),
        (140, "at_most", "violated", -10),  # 210
        ("146.6", "at_most", "violated", Fraction(-1, 10)),  # 219.9
        (120, "at_least", "met", 40),  # 180
        (160, "at_least", "violated", -20),  # 240
    ],
)
def test_recovery_of_the_tolerance_raises_the_limit(limit: Any, comparison: str, expected: str, margin: Any) -> None:
    constraint = tolerance(limit=limit, comparison=comparison)
    assert value(two_courses(), "x", constraints=constraint) == (220, 220)  # nothing is discounted
    assert status(two_courses(), "x", constraints=constraint) == expected
    assert finding(two_courses(), "x", constraints=constraint)["margin"] == margin


def test_an_exact_hit_of_a_recovered_limit() -> None:
    # 100 (1 + 0.333) is 133.3 exactly
    bins = [(0, None, "0.333")]
    constraint = [cumulative(scope="newest_course", quantity="physical", limit=100, tolerance_recovery=bins)]
    assert finding(two_courses(dose="133.3"), "x", constraints=constraint)["margin"] == 0
    assert status(two_courses(dose="133.3"), "x", constraints=constraint) == "met"
    assert status(two_courses(dose="133.3"), "x", constraints=[constraint[0] | {"comparison": "below"}]) == "violated"
    assert status(two_courses(dose="133.31"), "x", constraints=constraint) == "violated"


@pytest.mark.parametrize(
    ("limit", "expected"),
    # between 5 and 64 months: nothing or a half, so the limit is 220..330, 219..328.5, 146.6..219.9
    [(220, "met"), (219, "not_evaluated"), ("146.6", "violated")],
)
def test_a_tolerance_over_an_unknown_interval_is_a_range(limit: Any, expected: str) -> None:
    assert status(two_courses(start="2010-08/2015-06"), "x", constraints=tolerance(limit=limit)) == expected


def test_a_tolerance_in_no_bin_may_be_doubled() -> None:
    # 63 months are beyond the schedule: the limit is 120..240, 110..220 and 109..218
    def judged(limit: int) -> str:
        return status(two_courses(), "x", constraints=tolerance(limit=limit, tolerance_recovery=[(0, 12, 0)]))

    assert [judged(limit) for limit in (220, 120, 110, 109)] == ["met", "not_evaluated", "not_evaluated", "violated"]


def test_the_tolerance_recovers_over_the_smallest_interval() -> None:
    # 2010, 2015 and two months later: 20 + 20 + 20 Gy2, and nothing recovered at the turn of the third
    doses = [("a", "2010-01-01", "2010-01-31"), ("b", "2015-01-01", "2015-01-31"), ("c", "2015-04-01", "2015-04-10")]
    three = case(*(course(name, "10 Gy / 5", start, end, cord(10)) for name, start, end in doses))
    third = finding(three, "x", constraints=tolerance(limit=50))
    assert (third["status"], third["margin"], third["course_id"]) == ("violated", -10, "c")
    # at the turn of the second 40 of 30 (1 + 0.5) = 45
    assert status(case(*three["course"][:2]), "x", constraints=tolerance(limit=30)) == "met"
    # an unseen course makes the smallest interval 0 or more, so the limit is 30..45, and the first course has a turn
    unseen = case(*three["course"][:2], history="unknown")
    newest = tolerance(limit=30, scope="newest_course")
    assert status(unseen, "x", constraints=newest) == "met"
    assert status(unseen, "x", constraints=tolerance(limit=19, scope="newest_course")) == "not_evaluated"
    assert status(unseen, "x", constraints=tolerance(limit=13, scope="newest_course")) == "violated"  # 13..19.5


def test_a_printed_range_recovers_at_both_ends() -> None:
    # 140..150 becomes 210..225 around 220; 147..150 becomes 220.5..225; 130..146 becomes 195..219
    expected = {(140, 150): "not_evaluated", (147, 150): "met", (130, 146): "violated"}
    for (low, high), status_expected in expected.items():
        assert status(two_courses(), "x", constraints=tolerance(limit=low, limit_high=high)) == status_expected
    rows = tolerance(limit_by_n_fractions={30: (147, 150)})
    assert finding(two_courses(), "x", constraints=rows)["margin"] == Fraction(1, 2)
    with pytest.raises(ValueError, match="one thing"):
        judge(two_courses(), constraints=tolerance(recovery=BINS))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("stereotactic", "met"),
        (["stereotactic"], "met"),
        (("other", "stereotactic"), "met"),
        (["other", "conventional"], "not_applicable"),
    ],
)
def test_techniques(names: Any, expected: str) -> None:
    constraint = with_conditions(technique=names)
    assert status(two_courses(technique="stereotactic"), "x", constraints=constraint) == expected
    assert status(two_courses(), "x", constraints=constraint) == "not_evaluated"


SIZES: list[tuple[tuple[str | None, ...], str]] = [
    (("60 Gy / 30",), "met"),  # 2 Gy, the upper end
    (("28 x 1.8 Gy",), "met"),  # 1.8 Gy, the lower end
    (("50.4 Gy / 28",), "met"),
    (("5040 cGy / 28",), "met"),
    (("50.39 Gy / 28",), "not_applicable"),  # 1.7996
    (("60.01 Gy / 30",), "not_applicable"),  # 2.0003
    (("50.4 Gy / 28", "10 Gy / 5"), "met"),
    (("50.4 Gy / 28", "10 Gy / 4"), "not_applicable"),  # 60.4 Gy in 32 are 1.89 on average, but 2.5 in a phase
    ((None,), "not_evaluated"),
    (("50.4 Gy / 28", None), "not_evaluated"),
    ((None, "10 Gy / 4"), "not_applicable"),  # one phase outside is enough
]


@pytest.mark.parametrize(("schedules", "expected"), SIZES)
def test_fraction_size_of_every_phase(schedules: tuple[str | None, ...], expected: str) -> None:
    for ends in ((1.8, 2), ("1.8", "2")):
        constraint = with_conditions(fraction_size_gy=ends)
        assert status(with_schedules(*schedules), "x", constraints=constraint) == expected


def test_fraction_size_is_the_scheduled_one_to_the_nearest_float() -> None:
    delivered = two_courses(fractions_delivered=10, dose_of="delivered", second="66 Gy / 30")
    # 66 / 30 = 2.2, although 60 Gy were given in 10
    assert status(delivered, "x", constraints=with_conditions(fraction_size_gy=(2.2, 2.2))) == "met"
    # 10 / 3 has no decimal text; the end is that of its nearest float, which is a little more, or the float before it
    thirds = with_schedules("10 Gy / 3")
    for highest, expected in ((10 / 3, "met"), ("3.333333333333333", "not_applicable")):
        constraint = with_conditions(fraction_size_gy=(3, highest))
        assert status(thirds, "x", constraints=constraint) == expected


TOTALS: list[tuple[tuple[str | None, ...], str]] = [
    (("50.4 Gy / 28",), "met"),  # the lower end
    (("60 Gy / 30",), "met"),  # the upper end
    (("50.39 Gy / 28",), "not_applicable"),
    (("6001 cGy / 30",), "not_applicable"),
    (("25.2 Gy / 14", "14 x 1.8 Gy"), "met"),  # 25.2 + 25.2 = 50.4
    (("30 Gy / 10", "15 x 2 Gy"), "met"),  # 60
    (("30 Gy / 10", "30.6 Gy / 17"), "not_applicable"),
    ((None,), "not_evaluated"),
    (("50.4 Gy / 28", None), "not_evaluated"),
    (("70 Gy / 35", None), "not_evaluated"),  # unknown, as the document says, though it can only be more
]


@pytest.mark.parametrize(("schedules", "expected"), TOTALS)
def test_scheduled_dose_of_all_phases(schedules: tuple[str | None, ...], expected: str) -> None:
    constraint = with_conditions(scheduled_dose_gy=(50.4, 60))
    assert status(with_schedules(*schedules), "x", constraints=constraint) == expected


def test_conditions_are_about_the_judged_course() -> None:
    # 50 Gy / 25 first, 60 Gy / 30 second
    per_item = [cumulative(scope="each_course", limit=110, conditions={"scheduled_dose_gy": (60, 60)})]
    assert status(two_courses(), "x", constraints=per_item) == "violated"  # 120 of the second
    per_item[0]["conditions"] = {"scheduled_dose_gy": (50, 50)}
    assert value(two_courses(), "x", constraints=per_item) == (100, 100)
    assert status(two_courses(), "x", constraints=per_item) == "met"
    first = [cumulative(scope="first_course", conditions={"scheduled_dose_gy": (50, 50), "fraction_size_gy": (2, 2)})]
    assert status(two_courses(), "x", constraints=first) == "met"
    # an unseen course is an item of unknown schedule
    unseen = two_courses() | {"prior_radiotherapy": "unknown"}
    assert status(unseen, "x", constraints=per_item) == "not_evaluated"
    assert finding(unseen, "x", constraints=per_item)["course_id"] is None


@pytest.mark.parametrize(
    ("distance", "ends", "expected"),
    [
        (1.5, (1, 2), "met"),
        (1, (1, 2), "met"),  # the start is included
        (2, (1, 2), "not_applicable"),  # the end is not
        (0, (0, 1), "met"),
        (10, (3, None), "met"),
        ("2.999", (3, None), "not_applicable"),
        (None, (0, 3), "not_evaluated"),
    ],
)
def test_target_distance(distance: Any, ends: tuple[Any, Any], expected: str) -> None:
    constraint = with_conditions(target_distance_mm=ends)
    assert status(with_distances(None, distance), "x", constraints=constraint) == expected
    # what another course or another structure states is no matter
    judged = with_distances(1, distance)
    judged["course"][1]["dose"]["SpinalCanal"] = {"Max[Gy]": 60, "target_distance_mm": 1}
    assert status(judged, "x", constraints=constraint) == expected


def test_the_smallest_distance_of_the_phases_counts_and_is_no_dose() -> None:
    judged = with_schedules("20 Gy / 10", "20 Gy / 10", "20 Gy / 10")
    for phase, distance in zip(judged["course"][1]["phase"], (3, 1, None), strict=True):
        if distance is not None:
            phase["dose"]["SpinalCord"]["target_distance_mm"] = distance
    assert status(judged, "x", constraints=with_conditions(target_distance_mm=(0, 2))) == "met"
    assert status(judged, "x", constraints=with_conditions(target_distance_mm=(2, None))) == "not_applicable"
    # without the phase at 1 mm nobody knows whether 3 mm is the smallest
    del judged["course"][1]["phase"][1]["dose"]["SpinalCord"]["target_distance_mm"]
    assert status(judged, "x", constraints=with_conditions(target_distance_mm=(0, 2))) == "not_evaluated"
    assert status(judged, "x", constraints=with_conditions(target_distance_mm=(0, 4))) == "met"
    assert status(judged, "x", constraints=with_conditions(target_distance_mm=(4, None))) == "not_applicable"
    # 3 x 10 (1 + 1/2) Gy2 and 100 before; half of the fractions leave half of the dose and the same distance
    assert value(judged, "x", constraints=[cumulative()]) == (145, 145)
    halved = with_distances(None, 2, dose_of="planned", fractions_delivered=15)
    assert status(halved, "x", constraints=with_conditions(target_distance_mm=(2, 2.5))) == "met"
    only = with_distances(None, 2)
    del only["course"][1]["dose"]["SpinalCord"]["Max[Gy]"]
    assert value(only, "x", constraints=[cumulative(scope="newest_course")]) == (0, INF)


def test_stated_facts_are_judged_where_they_are_stated() -> None:
    fact = cumulative(profile="stated-fact", structures=["SpinalCord", "ThecalSac"], limit=300)
    assert judge(two_courses(), constraints=[fact]) == []
    assert len(judge(two_courses(), constraints=[fact | {"profile": "point-dose"}])) == 1
    # in any course, for this structure
    assert status(with_distances(0, None), "x", constraints=[fact]) == "met"
    assert status(with_distances(None, 3), "x", constraints=[fact]) == "met"
    both = with_distances(1, None) | {"structures": ["SpinalCord", "ThecalSac"]}
    assert [found["structure"] for found in judge(both, constraints=[fact])] == ["SpinalCord"]
    # not for a structure that is only related to a judged one
    related = fact | {"structures": ["ThecalSac"], "applies_to_related": True}
    assert judge(with_distances(1, None), constraints=[related]) == []
    assert len(judge(with_distances(1, None), constraints=[related | {"profile": "point-dose"}])) == 1
    # in any phase
    phased = with_schedules("20 Gy / 10", "20 Gy / 10")
    assert judge(phased, constraints=[fact]) == []
    phased["course"][1]["phase"][1]["dose"]["SpinalCord"]["target_distance_mm"] = 10
    assert status(phased, "x", constraints=[fact]) == "met"
