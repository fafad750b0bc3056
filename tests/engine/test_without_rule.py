"""Structures about whose newest course no limit decides, and advisory limits: both stand beside the verdict."""

from __future__ import annotations

from typing import Any

from engine.house_edition import house_library
from property.example_cases import course
from reirrad import check, parse_case
from reirrad.engine.planning.when import when
from reirrad.ingest.report_contradictions import contradictions

Raw = dict[str, Any]


def raw(*courses: Raw, structures: list[str], earlier: int = 0) -> Raw:
    history = (
        {"prior_radiotherapy": "complete", "prior_courses": earlier} if earlier else {"prior_radiotherapy": "none"}
    )
    head = {"schema": "reirrad-case/1", "case_id": "A", "structures": structures}
    return head | history | {"course": list(courses)}


def plan(schedule: str, name: str = "1", **more: Any) -> Raw:
    doses = {key: value for key, value in more.items() if isinstance(value, dict)}
    rest = {key: value for key, value in more.items() if key not in doses}
    dose = {key: value | {"basis": "plan"} for key, value in doses.items()}
    return {
        "id": name,
        "role": "proposed",
        "modality": "photon",
        "fractions_per_day": 1,
        "schedule": schedule,
        "dose": dose,
    } | rest


def stereotactic(schedule: str) -> Raw:
    esophagus = {"Max[Gy]": 55, "D5cc[Gy]": 50}
    cord = {"SpinalCord": {"Max[Gy]": 10}, "ThecalSac": {"Max[Gy]": 11}, "Esophagus": esophagus}
    return raw(plan(schedule, technique="stereotactic", **cord), structures=[*cord])


def test_o04_it_is_in_the_headline() -> None:
    """O04: 50 Gy to 5 cc of the esophagus in 5 fractions are violated; in 4 no limit of the package is about them."""
    assert check(parse_case(stereotactic("48 Gy / 5"))).verdict == "violated"
    report = check(parse_case(stereotactic("48 Gy / 4")))
    assert report.verdict == "met"
    assert report.headline == "none of 2 evaluated limits exceeded; 1 structure without a rule that decides"
    assert report.structures_without_rule == ("Esophagus",)


def test_two_structures_without_a_rule() -> None:
    case = stereotactic("48 Gy / 4")
    case["structures"].append("Lungs")
    case["course"][0]["dose"]["Lungs"] = {"Max[Gy]": 20, "basis": "plan"}
    report = check(parse_case(case))
    assert "; 2 structures without a rule that decide" in report.headline
    assert report.structures_without_rule == ("Esophagus", "Lungs")


def test_advisory_limits_that_are_exceeded_are_in_the_headline() -> None:
    """The only limit of the bladder is advisory: 80 Gy are above its 65 Gy, and decide nothing."""
    doses = {"Bladder": {"Max[Gy]": 80}, "Brainstem": {"Max[Gy]": 20}}
    report = check(parse_case(raw(plan("78 Gy / 39", technique="conventional", **doses), structures=[*doses])))
    assert report.verdict == "met"
    assert report.headline.startswith("none of ")
    assert "; 1 structure without a rule that decides; 1 advisory limit exceeded" in report.headline


def test_such_reports_are_whole() -> None:
    """What is in the headline and the list does not contradict a verdict that is met."""
    report = check(parse_case(stereotactic("48 Gy / 4")))
    assert list(contradictions(report, near_fraction=0.03)) == []


def brain(**more: Any) -> Raw:
    first = plan("50 Gy / 25", Brain={"Max[Gy]": 50}, technique="conventional", role="delivered")
    first |= {"start": "2018-01-01", "end": "2018-02-14"}
    second = plan("100 Gy / 1", "2", Brain={"Max[Gy]": 100}, **more)
    return raw(first, second, structures=["Brain"], earlier=1)


def test_o04_there_is_no_day_on_which_a_limit_of_a_first_course_allows_another() -> None:
    """O04: the first day after the first course was printed as that from which on 100 Gy are met."""
    found = when(parse_case(brain(technique="conventional")))
    assert found.rows == ()
    assert found.structures_without_rule == ("Brain",)
    told = "structure Brain: no constraint that decides applies to the proposed course on whatever day it begins"
    assert told in found.notes


def test_o04_on_some_days_no_constraint_applies() -> None:
    """Sums to the cord have a limit between 6 and 12 months after the first course only."""
    library = house_library({"only": {"limit": 120, "conditions": {"interval_months": [6, 12]}}})
    cord = {"Max[Gy]": 55}
    first = course(
        "1", "delivered", "2020-04-01", "2020-06-01", "60 Gy / 30", dose={"SpinalCord": cord | {"basis": "plan"}}
    )
    second = plan("60 Gy / 30", "2", SpinalCord=cord, technique="conventional")
    case = raw(first | {"technique": "conventional"}, second, structures=["SpinalCord"], earlier=1)
    found = when(parse_case(case), library=library)
    told = (
        "structure SpinalCord: no constraint that decides applies to the proposed course if it begins "
        "from 2020-06-02 until before 2020-12-01 or from 2021-06-01"
    )
    assert [note for note in found.notes if note.startswith("structure")] == [told]
    (row,) = {row.constraint_id: row for row in found.rows if not row.advisory}.values()
    assert [period.status for period in row.periods] == ["not_applicable", "violated", "not_applicable"]
