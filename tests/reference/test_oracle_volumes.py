"""The oracle's volumes, means and unknown schedules against arithmetic done by hand."""

from fractions import Fraction
from typing import Any

import pytest

from reference.hand_cases import case, course, cumulative, finding, status, two_courses, value
from reirrad.selftest.oracle import judge
from reirrad.selftest.oracle.dates import INF
from reirrad.selftest.oracle.facts import parse_metric

Raw = dict[str, Any]
ONE = Fraction(1)


def newest(metric: str, limit: Any, **fields: Any) -> list[Raw]:
    return [cumulative(scope="newest_course", quantity="physical", metric=metric, limit=limit) | fields]


def stating(first: Raw, second: Raw, **more: Any) -> Raw:
    """Return two courses of 50 Gy / 25 that state these doses of the cord."""
    return case(
        course("a", "50 Gy / 25", "2010-01-01", "2010-02-10", {"SpinalCord": first}),
        course("b", "50 Gy / 25", "2015-01-01", "2015-02-10", {"SpinalCord": second}, **more),
    )


def test_volumes_are_read_by_dose_and_unit() -> None:
    assert parse_metric("V20Gy[%]") == parse_metric("V20.0Gy[%]") == (("volume_percent", ("V", Fraction(20))), ONE)
    assert parse_metric("V12Gy[cc]") == (("volume_cc", ("V", Fraction(12))), ONE)
    assert parse_metric("CV16Gy[cc]") == (("volume_cc", ("CV", Fraction(16))), ONE)


STATED = [
    # 35 % of at most 35 %; 35.1 % of at most 35 %; 20 to 40 % of at most 35 %
    ("V20Gy[%]", 35, "at_most", 35, "met", 0),
    ("V20Gy[%]", "35.1", "at_most", 35, "violated", Fraction(-1, 10)),
    ("V20Gy[%]", [20, 40], "at_most", 35, "not_evaluated", -5),
    ("V12Gy[cc]", 11, "at_most", 10, "violated", -1),
    # a critical volume spared is a lower limit: 25 cc of at least 20 cc
    ("CV16Gy[cc]", 25, "at_least", 20, "met", 5),
    ("CV16Gy[cc]", "19.5", "at_least", 20, "violated", Fraction(-1, 2)),
]


@pytest.mark.parametrize(("metric", "volume", "comparison", "limit", "expected", "margin"), STATED)
def test_a_stated_volume_is_compared_as_stated(
    metric: str, volume: Any, comparison: str, limit: int, expected: str, margin: Any
) -> None:
    judged = stating({"Max[Gy]": 50}, {"Max[Gy]": 50, metric: volume})
    constraint = newest(metric, limit, comparison=comparison)
    assert status(judged, "x", constraints=constraint) == expected
    assert finding(judged, "x", constraints=constraint)["margin"] == margin


def test_nothing_stands_for_a_volume_and_a_percentage_ends_at_100() -> None:
    # Max 10 Gy leaves no volume above 20 Gy, but a volume is known only where it is stated
    judged = stating({"Max[Gy]": 50}, {"Max[Gy]": 10, "V20Gy[cc]": 3, "V12Gy[%]": 4})
    assert value(judged, "x", constraints=newest("V20Gy[%]", 35)) == (0, 100)
    assert status(judged, "x", constraints=newest("V20Gy[%]", 35)) == "not_evaluated"
    assert status(judged, "x", constraints=newest("V20Gy[%]", 100)) == "met"
    assert value(judged, "x", constraints=newest("V12Gy[cc]", 10)) == (0, INF)
    assert finding(judged, "x", constraints=newest("V12Gy[cc]", 10))["margin"] is None
    assert value(judged, "x", constraints=newest("CV16Gy[cc]", 20, comparison="at_least")) == (0, INF)
    # a volume bounds no dose either
    volume_only = stating({"Max[Gy]": 50}, {"V20Gy[%]": 35})
    assert value(volume_only, "x", constraints=newest("Max[Gy]", 50)) == (0, INF)


def test_a_course_is_removed_for_a_volume_by_its_max() -> None:
    both = newest("V20Gy[%]", 35)
    # no volume above 20 Gy is not no dose: the newest course is the first with 0 %, and there are two courses
    assert value(stating({"Max[Gy]": 50}, {"Max[Gy]": 15, "V20Gy[%]": 0}), "x", constraints=both) == (0, 0)
    assert status(stating({"Max[Gy]": 50}, {"Max[Gy]": 15, "V20Gy[%]": 0}), "x", constraints=both) == "met"
    # with 0 % alone Max is unknown, and the course may give dose
    assert status(stating({"Max[Gy]": 50}, {"V20Gy[%]": 0}), "x", constraints=both) == "met"
    # Max 0 removes it, whatever volume is not stated: one course is left
    assert status(stating({"Max[Gy]": 50}, {"Max[Gy]": 0}), "x", constraints=both) == "not_applicable"
    assert status(stating({"Max[Gy]": 0}, {"Max[Gy]": 50, "V20Gy[%]": 0}), "x", constraints=both) == "not_applicable"
    # Max 1 Gy and 0 % surely give dose: the first course is the first one, and the only candidate
    first = newest("V20Gy[%]", 35, scope="first_course")
    judged = stating({"Max[Gy]": 1, "V20Gy[%]": 0}, {"Max[Gy]": 50, "V20Gy[%]": 40})
    assert status(judged, "x", constraints=first) == "met"
    assert finding(judged, "x", constraints=first)["course_id"] == "a"


@pytest.mark.parametrize("scope", ["cumulative", "share"])
def test_volumes_are_not_summed(scope: str) -> None:
    # 0 % and 0 % are below any limit as a sum, and yet 15 + 15 Gy may be above 20 Gy
    judged = stating({"Max[Gy]": 15, "V20Gy[%]": 0}, {"Max[Gy]": 15, "V20Gy[%]": 0})
    assert status(judged, "x", constraints=newest("V20Gy[%]", 35, scope=scope)) == "not_evaluated"


def test_a_volume_of_another_modality_is_unknown() -> None:
    judged = stating({"Max[Gy]": 50}, {"Max[Gy]": 50, "V20Gy[%]": 0}, modality="proton")
    constraint = newest("V20Gy[%]", 35, modalities=["photon"])
    assert value(judged, "x", constraints=constraint) == (0, INF)
    assert status(judged, "x", constraints=constraint) == "not_evaluated"


@pytest.mark.parametrize("quantity", ["bed", "eqd2"])
@pytest.mark.parametrize("metric", ["Mean[Gy]", "Mean[cGy]", "V20Gy[%]", "V12Gy[cc]", "CV16Gy[cc]"])
@pytest.mark.parametrize("scope", ["newest_course", "each_course", "first_course", "cumulative", "share"])
def test_no_bed_of_a_mean_or_a_volume(quantity: str, metric: str, scope: str) -> None:
    doses = {"Max[Gy]": 50, metric: 10}
    # what even no dose at all would meet, and what nothing could meet
    for comparison, limit in (("at_least", 0), ("at_most", 1_000_000), ("below", 0)):
        constraint = newest(metric, limit, scope=scope, quantity=quantity, comparison=comparison)
        assert status(stating(doses, doses), "x", constraints=constraint) == "not_evaluated"
    other = newest(metric, 1, scope=scope, quantity=quantity, conditions={"technique": "stereotactic"})
    conventional = stating(doses, doses, technique="conventional")
    conventional["course"][0]["technique"] = "conventional"
    assert status(conventional, "x", constraints=other) == "not_applicable"


def test_physical_means_and_volumes_of_one_course_are_judged() -> None:
    judged = stating({"Max[Gy]": 50, "Mean[cGy]": 1250}, {"Max[Gy]": 50, "Mean[Gy]": 20})
    assert value(judged, "x", constraints=newest("Mean[Gy]", 20)) == (20, 20)
    assert status(judged, "x", constraints=newest("Mean[Gy]", 20)) == "met"
    assert value(judged, "x", constraints=newest("Mean[Gy]", 20, scope="first_course")) == (12.5, 12.5)
    # Max bounds an unstated mean from above
    assert value(stating({"Max[Gy]": 50}, {"Max[Gy]": 30}), "x", constraints=newest("Mean[Gy]", 30)) == (0, 30)
    assert status(judged, "x", constraints=newest("Mean[Gy]", 20, scope="cumulative")) == "not_evaluated"


def test_a_course_without_a_schedule_has_from_one_to_many_fractions() -> None:
    judged = two_courses()
    del judged["course"][1]["schedule"]
    # 60 Gy in ever more fractions is 60 Gy2, in a single one 60 (1 + 60/2) = 1860; 100 Gy2 before
    assert value(judged, "x", constraints=[cumulative()]) == (160, 1960)
    assert value(judged, "x", constraints=[cumulative(quantity="eqd2")]) == (80, 980)
    assert value(judged, "x", constraints=[cumulative(quantity="physical")]) == (110, 110)
    # several fractions a day are one fraction in all at most
    judged["course"][1]["fractions_per_day"] = 2
    assert value(judged, "x", constraints=[cumulative()]) == (160, 1960)
    few = cumulative(limit=2000, conditions={"n_fractions": (1, 5)})
    assert status(judged, "x", constraints=[few]) == "not_evaluated"
    rows = cumulative(limit_by_n_fractions={30: 2000})
    assert status(judged, "x", constraints=[rows]) == "not_evaluated"
    assert {f["status"] for f in judge(judged, constraints=[cumulative(limit=2000)])} == {"met"}
