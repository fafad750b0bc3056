"""--require-organs: no verdict is met while a structure that is to be judged has no rule that decides about it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cli.case_files import MET, VIOLATED, changed, write
from cli.runner import Outcome, invoke, process
from library.good_edition import GOOD
from property.example_cases import case, cord, course
from reirrad import check, load_library, parse_case
from reirrad.engine.check import check_all

OPTION = "--require-organs"
#: both lungs as one organ: no constraint of the package that a dose point can decide is about them
BARE = "Lungs"
LISTED = ('["SpinalCord"]', f'["SpinalCord", "{BARE}"]')
ECHO = "option: require organs, a structure about which no constraint decides is not evaluated"


def checked(text: str, *options: str) -> tuple[Outcome, dict[str, Any]]:
    outcome = invoke("check", "--format", "json", *options, "-", stdin=text.encode())
    return outcome, json.loads(outcome.out)


def test_structure_without_a_rule_keeps_the_verdict_from_met() -> None:
    # O04
    outcome, report = checked(changed(LISTED))
    assert (outcome.code, report["verdict"], report["structures_without_rule"]) == (0, "met", [BARE])
    assert "require organs" not in outcome.out
    met = report["counts"]["met"]
    assert report["headline"] == f"none of {met} evaluated limits exceeded; 1 structure without a rule that decides"
    outcome, required = checked(changed(LISTED), OPTION)
    assert (outcome.code, required["verdict"], required["structures_without_rule"]) == (3, "not_evaluated", [BARE])
    assert required["headline"] == (
        f"none of {met} evaluated limits exceeded; 1 structure without a rule that decides, "
        "a rule required for every structure"
    )
    assert ECHO in required["notes"]
    assert any(note.startswith(f"structure {BARE}: no constraint that is judged is ") for note in required["notes"])
    assert (required["findings"], required["counts"]) == (report["findings"], report["counts"])


def test_what_is_violated_stays_violated() -> None:
    text = changed(LISTED, text=VIOLATED)
    outcome, report = checked(text, OPTION)
    assert (outcome.code, report["verdict"], report["structures_without_rule"]) == (1, "violated", [BARE])


def test_option_is_repeated_where_every_structure_has_a_rule() -> None:
    # S11
    outcome, report = checked(MET, OPTION)
    assert (outcome.code, report["verdict"], report["structures_without_rule"]) == (0, "met", [])
    assert report["headline"].endswith(" exceeded, a rule required for every structure")
    assert ECHO in report["notes"]


def test_verdict_without_the_proposed_course_is_kept_from_met_too() -> None:
    delivered = MET.replace('role = "proposed"', 'role = "delivered"').replace("prior_courses = 1", "prior_courses = 2")
    more = MET[MET.index('[[course]]\nid = "second"') :]
    for old, new in (("second", "third"), ("2022-01", "2024-01"), ("20 Gy / 10", "2 Gy / 1"), ("= 20.0", "= 0.5")):
        more = more.replace(old, new)
    text = changed(LISTED, ("= 40.0", "= 30.0"), text=f"{delivered}\n{more}")
    _, report = checked(text)
    assert (report["verdict"], report["verdict_without_proposed"]) == ("met", "met")
    _, report = checked(text, OPTION)
    assert (report["verdict"], report["verdict_without_proposed"]) == ("not_evaluated", "not_evaluated")


@pytest.mark.parametrize("form", ["text", "html"])
def test_structure_is_named_before_the_limits(tmp_path: Path, form: str) -> None:
    if form == "html":
        pytest.importorskip("jinja2")
    path = write(tmp_path, "case.toml", changed(LISTED))
    outcome = process("check", "--format", form, OPTION, path)
    assert outcome.code == 3
    assert f"! No limit decides about the newest course that gives dose to: {BARE}" in outcome.out
    flat = " ".join(outcome.out.split())
    assert (
        "No limit that is judged decides about the newest course that gives dose to these; choose editions with one "
        f"that does, or add your own: {BARE}" in flat
    )
    # without the option it is named, too, and the others decide
    without = process("check", "--format", form, path)
    assert without.code == 0
    assert f"! No limit decides about the newest course that gives dose to: {BARE}" in without.out


def test_verdict_and_headline_of_quiet_and_deidentified_answers(tmp_path: Path) -> None:
    path = write(tmp_path, "case.toml", changed(LISTED))
    for option in ("--quiet", "--deidentify"):
        outcome = invoke("check", OPTION, option, path)
        assert outcome.code == 3
        assert "Verdict: NOT EVALUATED" in outcome.out
        assert "1 structure without a rule" in " ".join(outcome.out.split())


def test_narrowed_rules_leave_structures_without_one() -> None:
    text = changed(('["SpinalCord"]', '["SpinalCord", "Rectum"]'))
    outcome, report = checked(text, OPTION, "--edition", "nieder-2006")
    assert (outcome.code, report["structures_without_rule"]) == (3, ["Rectum"])


def test_advisory_rule_is_none(tmp_path: Path) -> None:
    # advisory findings are no part of the verdict: nothing would have been decided about the organ
    advisory = GOOD.replace('"SpinalCord"', f'"{BARE}"').replace("advisory = false", "advisory = true")
    write(tmp_path, "own.toml", advisory)
    # of the technique that they are for: they apply to the newest course
    text = changed(LISTED).replace('technique = "conventional"', 'technique = "stereotactic"')
    outcome, report = checked(text, OPTION, "--library", str(tmp_path))
    assert "not_evaluated" in {item["status"] for item in report["findings"] if item["structure"] == BARE}
    assert [item["structure"] for item in report["findings"] if item["advisory"]].count(BARE) > 1
    assert (outcome.code, report["verdict"], report["structures_without_rule"]) == (3, "not_evaluated", [BARE])
    assert f"structure {BARE}: only advisory constraints are about it" in report["notes"]


def test_rule_that_does_not_apply_is_none() -> None:
    # the distance condition of the group is looked at and proved false: nothing is said of the organ
    text = changed(('["SpinalCord"]', '["SpinalCord", "ThecalSac"]'))
    _, report = checked(text, OPTION)
    about = [item for item in report["findings"] if item["structure"] == "ThecalSac"]
    assert {item["status"] for item in about if not item["advisory"]} == {"not_applicable"}
    assert (report["verdict"], report["structures_without_rule"]) == ("not_evaluated", ["ThecalSac"])
    note = "structure ThecalSac: no constraint that decides applies to its newest course that gives dose"
    assert note in report["notes"]
    assert note in checked(text)[1]["notes"]


BRAIN = case(
    ["Brain"],
    course("first", "delivered", "2019-01-07", "2019-02-15", "54 Gy / 27", dose=cord(55, "Brain")),
    course("second", "proposed", "2019-03-18", "2019-04-26", "60 Gy / 30", dose=cord(62, "Brain")),
)
CONVENTIONAL = course("1", "delivered", "2010-01-04", "2010-01-18", "30 Gy / 10", dose=cord(30, "ThecalSac"))
STEREOTACTIC = course("2", "delivered", "2015-01-05", "2015-01-12", "25 Gy / 5", dose=cord(10, "ThecalSac"))
PLAN = course("3", "proposed", "2015-02-02", "2015-03-20", "60 Gy / 30", dose=cord(60, "ThecalSac"))


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        # a limit of the first course is met, and says nothing of the second, which is what was asked about
        (BRAIN, "Brain"),
        # limits of stereotactic courses are met by the second course, and do not apply to the third
        (case(["ThecalSac"], CONVENTIONAL, STEREOTACTIC | {"technique": "stereotactic"}, PLAN), "ThecalSac"),
    ],
)
def test_rule_about_earlier_courses_is_none(raw: dict[str, Any], name: str) -> None:
    parsed = parse_case(raw)
    report = check(parsed)
    note = (
        f"structure {name}: no constraint that decides applies to its newest course that gives dose; "
        "those that apply to an earlier one say nothing of it"
    )
    assert (report.verdict, note in report.notes) == ("met", True)
    required = check(parsed, require_organs=True)
    assert (required.verdict, required.structures_without_rule) == ("not_evaluated", (name,))
    # the same limits decide about the course before
    earlier = parse_case(case([name], *raw["course"][:-1]))
    assert check(earlier, require_organs=True).verdict == "met"


def test_library_calls_take_it() -> None:
    case = parse_case(tomllib.loads(changed(LISTED)))
    assert check(case).verdict == "met"
    assert check(case, require_organs=True).verdict == "not_evaluated"
    # of several cases in one evaluation, the one that has no such structure stays as it is
    both = check_all([parse_case(tomllib.loads(MET)), case], library=load_library(), require_organs=True)
    assert [(item.verdict, item.structures_without_rule) for item in both] == [("met", ()), ("not_evaluated", (BARE,))]
