"""What must not stand for another thing: a mean for the maximum, one order for all, a modality that is not listed."""

from __future__ import annotations

from typing import Any

import pytest

from engine.house_edition import house_library
from engine.judged_pairs import found
from property.example_cases import FIRST, SECOND, case, cord, course
from reirrad.engine.check import check
from reirrad.errors import CaseError
from reirrad.ingest import parse_case
from reirrad.library import load_library

Raw = dict[str, Any]
TWO = case(
    ["SpinalCord"],
    course(*FIRST, "10 Gy / 5", dose=cord(10)),
    course(*SECOND, "10 Gy / 5", dose=cord(10)),
)

# --- point_maximum ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "metric", ["V20Gy[%]", "CV8Gy[cc]", "Mean[Gy]", "Min[Gy]", "D50%[Gy]", "D2.01%[Gy]", "D1.1cc[Gy]"]
)
def test_d18_a_metric_that_is_no_maximum_does_not_stand_for_it(metric: str) -> None:
    raw = TWO | {"point_maximum": metric}
    with pytest.raises(CaseError) as caught:
        check(parse_case(raw))
    assert [str(problem) for problem in caught.value.problems] == [
        f"point_maximum: the metric does not stand for the maximum; given: '{metric}'; allowed: Max, D..cc of up to "
        "1 cc or D..% of up to 2 %; leave it out, and state the metric under the structure"
    ]


@pytest.mark.parametrize("metric", ["D0.03cc[Gy]", "D1cc[Gy]", "D2%[cGy]", "Max[Gy]"])
def test_a_near_maximum_stands_for_the_maximum(metric: str) -> None:
    assert check(parse_case(TWO | {"point_maximum": metric})).verdict == "met"


# --- intervals between courses of which a rule does not speak ---------------------------------------------------------


def of_modalities(*modalities: str, months: int, doses: tuple[float, ...] = (10, 10, 10)) -> Raw:
    courses = [
        course(str(i), "delivered", None, None, "10 Gy / 5", modality=modality, dose=cord(doses[i]))
        for i, modality in enumerate(modalities)
    ]
    for later in courses[1:]:
        later["months_since_previous"] = months
    return case(["SpinalCord"], *courses)


@pytest.mark.parametrize("modality", ["proton", "unknown", "electron"])
@pytest.mark.parametrize("months", [7, 5])
@pytest.mark.parametrize("which", [0, 1])
def test_d20_an_interval_to_a_course_of_another_modality_is_not_decided(modality: str, months: int, which: int) -> None:
    modalities = ["photon", "photon"]
    modalities[which] = modality
    finding = found(of_modalities(*modalities, months=months), "nieder-2006.interval")
    assert (finding.status, finding.reason) == ("not_evaluated", "modality_not_supported")
    assert (finding.value_low, finding.value_high, finding.margin) == (0, None, -6)
    assert any(line.startswith("to decide: nothing in the case: photon") for line in finding.derivation)


def test_d20_the_turns_before_the_other_modality_are_decided() -> None:
    short = of_modalities("photon", "photon", "proton", months=5)
    assert found(short, "nieder-2006.interval").status == "violated"
    assert found(short, "nieder-2006.interval").value == 5
    long = of_modalities("photon", "photon", "proton", months=7)
    assert found(long, "nieder-2006.interval").status == "not_evaluated"
    # without dose to the structure it is no course of it
    removed = of_modalities("photon", "proton", "photon", months=7, doses=(10, 0, 10))
    assert found(removed, "nieder-2006.interval").value_low == 14


# --- too many orders --------------------------------------------------------------------------------------------------


def seven(names: str, doses: list[float], techniques: list[str]) -> Raw:
    courses = [
        course(name, "delivered", "2010/2020", "2010/2020", "54 Gy / 3", technique=technique, dose=cord(dose))
        for name, dose, technique in zip(names, doses, techniques, strict=True)
    ]
    return case(["SpinalCord"], *courses)


@pytest.mark.parametrize("names", ["abcdefg", "gbcdefa", "bcdefga"])
def test_t03_no_order_of_many_courses_proves_that_a_limit_does_not_apply(names: str) -> None:
    # the one stereotactic course may be the newest: its name must not decide
    library = house_library(
        {
            "a": {"scope": "newest_course", "limit": 30, "quantity": "physical", "alpha_beta_gy": None,
                  "conditions": {"technique": ["stereotactic"]}},
            "b": {"scope": "first_course", "limit": 30, "quantity": "physical", "alpha_beta_gy": None,
                  "conditions": {"technique": ["stereotactic"]}},
        }
    )  # fmt: skip
    raw = seven(names, [60] + [2.5] * 6, ["stereotactic"] + ["conventional"] * 6)
    for name in ("house.a", "house.b"):
        finding = found(raw, name, library=library)
        assert (finding.status, finding.reason) == ("not_evaluated", "order_unknown")
    six = raw | {"course": raw["course"][:6], "prior_courses": 6}
    assert found(six, "house.a", library=library).status == "not_evaluated"


def test_where_the_order_is_proved_many_courses_are_judged() -> None:
    raw = seven("abcdefg", [2.5] * 7, ["conventional"] * 7)
    for year, item in enumerate(raw["course"], start=2010):
        item |= {"start": f"{year}-01-01", "end": f"{year}-02-01"}
    statuses = {item.status for item in check(parse_case(raw), library=load_library()).findings}
    assert "not_evaluated" not in statuses


# --- overlapping courses in months ------------------------------------------------------------------------------------


def chain(second: float, third: float) -> Raw:
    courses = [
        course("a", "delivered", None, None, "40 Gy / 20", dose=cord(40)),
        course("b", "delivered", None, None, "1 Gy / 1", dose=cord(0.5), months_since_previous=second),
        course("c", "proposed", None, None, "10 Gy / 5", dose=cord(10), months_since_previous=third),
    ]
    return case(["SpinalCord"], *courses)


@pytest.mark.parametrize(("second", "status"), [(0, "not_evaluated"), (0.5, "met")])
def test_t05_what_may_overlap_the_next_course_recovers_no_longer_than_is_known(second: float, status: str) -> None:
    # EQD2 of 40, 1/2 x (1 + 0.5/2) / 2 and 10 Gy; a half of the first two is recovered 12 months later
    library = house_library({"a": {"limit": 45, "quantity": "EQD2", "recovery": "steps"}})
    finding = found(chain(second, 12), "house.a", library=library)
    assert finding.status == status
    # where all is met the turn of the second course is the worst: 40 + 0.3125
    assert finding.value_high == (50.15625 if status == "not_evaluated" else 40.3125)
