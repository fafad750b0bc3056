"""--profile, --edition and --risk of check: what is judged, and that the report says what was left out."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cli.case_files import MET, OPEN, VIOLATED, changed, write
from cli.runner import assert_refused, invoke
from engine.house_edition import house_library
from reirrad import check
from reirrad.errors import LibraryError
from reirrad.ingest.case_file import parse_case_bytes
from reirrad.library import load_library
from report.shown import LIMITS, findings, joined, sections

HEAD = 'schema = "reirrad-profile/1"\nid = "ours"\n'
ALL = len(load_library().editions)
NIEDER = ["nieder-2006.cumulative", "nieder-2006.course", "nieder-2006.interval"]
WOOLLEY = "woolley-2018.allowed-bed"
NEAR = "umich-2019.spinal-cord.near-target"
KIDNEYS = changed(
    ('"Max[Gy]" = 40.0', '"Max[Gy]" = 40.0\n"Mean[Gy]" = 12.0'),
    ('"Max[Gy]" = 20.0', '"Max[Gy]" = 20.0\n"Mean[Gy]" = 6.0'),
).replace("SpinalCord", "Kidneys")


def report(*options: str | Path, case: str = MET) -> dict[str, Any]:
    outcome = invoke("check", "--format", "json", *options, "-", stdin=case.encode())
    assert outcome.messages == ""
    return json.loads(outcome.out)


def judged(found: dict[str, Any]) -> list[str]:
    return [item["constraint_id"] for item in found["findings"]]


def note(found: dict[str, Any], begin: str) -> str:
    (text,) = (text for text in found["notes"] if text.startswith(begin))
    return text


def profile(folder: Path, text: str) -> Path:
    return write(folder, "ours.toml", HEAD + text)


def test_what_is_left_out_by_default_is_counted() -> None:
    found = report()
    assert found["profile"] == "point-dose"
    assert WOOLLEY not in judged(found)
    assert NEAR not in judged(found)
    assert "judged by" not in found["headline"]
    left_out = note(found, "left out: ")
    # a model, an incomplete limit and one that depends on the distance of the target, which the case does not state
    assert left_out == (
        "left out: 3 limits about these structures are outside the profile point-dose: not judged "
        "(ars-2020 1, umich-2019 1, woolley-2018 1)"
    )
    assert found["outside_profile"] == 3


def test_the_default_by_its_name() -> None:
    assert report("--profile", "point-dose") == report()


def test_a_narrowed_choice_is_echoed() -> None:
    found = report("--edition", "nieder-2006")
    assert judged(found) == NIEDER
    assert found["headline"].endswith(f"; judged by 1 of {ALL} editions (nieder-2006) only")
    assert f"option: judged by 1 of {ALL} editions (nieder-2006)" in found["notes"]
    assert [edition["id"] for edition in found["editions"]] == ["nieder-2006"]
    assert note(found, "left out: ").startswith(
        f"left out: {found['outside_profile']} limits about these structures are outside the profile point-dose "
        "and the editions chosen: not judged (ars-2020 1, "
    )
    assert "umich-2019 2, woolley-2018 1)" in note(found, "left out: ")
    assert "nieder-2006" not in note(found, "left out: ").partition("(")[2]


def test_what_is_judged_and_what_is_left_out_is_everything() -> None:
    everything = report("--profile", "all")
    total = len(everything["findings"]) + everything["outside_profile"]
    for options in ([], ["--edition", "nieder-2006"], ["--edition", "woolley-2018"], ["--profile", "distribution"]):
        found = report(*options)
        assert len(found["findings"]) + found["outside_profile"] == total


def test_two_editions_are_echoed_in_the_order_given() -> None:
    found = report("--edition", "umich-2019", "--edition", "nieder-2006")
    assert f"judged by 2 of {ALL} editions (umich-2019, nieder-2006) only" in found["headline"]
    assert [edition["id"] for edition in found["editions"]] == ["nieder-2006", "umich-2019"]
    assert set(judged(found)) == {*NIEDER, "umich-2019.spinal-cord"}


def test_the_text_echoes_the_choice() -> None:
    for options in ([], ["--quiet"]):
        text = invoke("check", "--edition", "nieder-2006", *options, "-", stdin=MET.encode()).out
        headline = joined(sections(text)[""]).partition(" Limits that decide: ")[0]
        assert headline.endswith(f"judged by 1 of {ALL} editions (nieder-2006) only")


def test_a_model_is_a_second_opinion() -> None:
    default, found = report(), report("--edition", "woolley-2018")
    assert WOOLLEY not in judged(default)
    assert "woolley-2018 1" in note(default, "left out: ")
    assert judged(found) == [WOOLLEY]
    assert "woolley-2018" not in note(found, "left out: ")
    assert WOOLLEY not in judged(report("--profile", "all"))


def test_the_risk_changes_the_limit_and_is_echoed() -> None:
    usual = report("--edition", "woolley-2018")
    limits = []
    for risk in ("1", "5", "2.5"):
        found = report("--edition", "woolley-2018", "--risk", risk)
        assert found["headline"].endswith(f", model at a risk of {risk} %")
        (finding,) = found["findings"]
        assert f"at a risk of {risk} %" in " ".join(finding["derivation"])
        limits.append(finding["limit"])
    assert usual["findings"][0]["limit"] == limits[0] < limits[2] < limits[1]
    assert "model" not in usual["headline"]


def test_the_risk_is_noted_beside_the_choice() -> None:
    found = report("--edition", "woolley-2018", "--risk", "5")
    assert f"option: judged by 1 of {ALL} editions (woolley-2018)" in found["notes"]
    assert "option: model at a risk of 5 %, chosen instead of that of its edition" in found["notes"]
    assert not any("risk" in text for text in report("--edition", "woolley-2018")["notes"])


OF_NOTHING = "risk: it is of models, and none is judged; given: 5.0; name an edition that has one: woolley-2018"


@pytest.mark.parametrize("options", [[], ["--edition", "nieder-2006"], ["--profile", "all"]], ids=" ".join)
def test_a_risk_without_a_model_is_refused(options: list[str]) -> None:
    # S11: no answer would repeat it
    assert_refused(invoke("check", "--risk", "5", *options, "-", stdin=MET.encode()), OF_NOTHING)


def test_a_risk_without_a_model_is_refused_by_the_library() -> None:
    # an audit and a script choose without a command line
    library, none = load_library(), house_library({"a": {"limit": 60}})
    for editions in ((), ("nieder-2006",)):
        with pytest.raises(LibraryError) as caught:
            library.select(editions, model_risk_percent=5.0)
        assert str(caught.value) == f"library: 1 problem\n  {OF_NOTHING}"
    with pytest.raises(LibraryError, match=r"risk: it is of models, and none is judged; given: 2; leave it out$"):
        none.select(model_risk_percent=2)


def test_a_risk_that_is_a_fraction_is_its_number() -> None:
    library = load_library().select(["woolley-2018"], model_risk_percent=Fraction(5, 2))
    assert (library.model_risk_percent, type(library.model_risk_percent)) == (2.5, float)
    report = check(parse_case_bytes(MET.encode(), source="met"), library=library)
    assert "option: model at a risk of 2.5 %, chosen instead of that of its edition" in report.notes


def test_a_risk_for_a_model_among_others() -> None:
    found = report("--edition", "nieder-2006", "--edition", "woolley-2018", "--risk", "5")
    assert found["headline"].endswith(" (nieder-2006, woolley-2018) only, model at a risk of 5 %")


@pytest.mark.parametrize(
    ("case", "code", "verdict"),
    [
        (MET, 0, "met"),
        (VIOLATED, 1, "VIOLATED"),
        (OPEN, 3, "NOT EVALUATED"),
        # not of the animals: the interval, the dose of the first course
        (changed(('"2022-01-06"\nend = "2022-01-19"', '"2020-02-08"\nend = "2020-02-21"')), 3, "NOT EVALUATED"),
        (changed(('"40 Gy / 20"', '"60 Gy / 30"'), ("= 40.0", "= 60.0"), ("2020-02-07", "2020-02-21")), 3,
         "NOT EVALUATED"),
        (changed(('"Max[Gy]" = 20.0', '"Max[Gy]" = [20.0, 70.0]'), ('"20 Gy / 10"', '"60 Gy / 30"'),
                 ('"2022-01-19"', '"2022-02-16"')), 3, "NOT EVALUATED"),
    ],
    ids=["met", "violated", "history", "interval", "first-course", "range"],
)  # fmt: skip
def test_a_model_as_text(case: str, code: int, verdict: str) -> None:
    outcome = invoke("check", "--edition", "woolley-2018", "-", stdin=case.encode())
    assert (outcome.code, outcome.messages) == (code, "")
    lines = outcome.out.splitlines()
    assert lines[1] == f"Verdict: {verdict}"
    (item,) = findings(outcome.out)
    assert (item.structure, item.title, item.status, item.source) == ("SpinalCord", WOOLLEY, verdict, "[1]")
    assert max(map(len, lines)) <= 80
    # both courses: what the model allows the second depends on the first
    found = sections(outcome.out)
    text = "\n".join(found["How each value was computed"])
    assert text.index("  first: Max[Gy] = ") < text.index("  first: BED = ") < text.index("  second: Max[Gy] = ")
    assert "  second: BED = " in text
    assert " doi not stated (read: transcription)" in joined(found[LIMITS])
    decided = "  the model allows " in text and "  required <= " in text
    assert decided or code == 3
    open_ = found["What could not be evaluated, and what would decide it"]
    asks = open_[0].startswith(f"  SpinalCord, {WOOLLEY}: ") and open_[1].startswith("    - ")
    assert asks == (code == 3)
    assert ("  Every limit that applies was evaluated." in open_) == (code != 3)


def test_the_derivation_of_a_model() -> None:
    (finding,) = report("--edition", "woolley-2018")["findings"]
    # from 7 February 2020 to 6 January 2022 are 22 months and 30 of 31 days
    assert finding["derivation"][:5] == [
        "first: Max[Gy] = 40 Gy (plan), 20 fractions",
        "first: BED = 40 x (1 + 2/2) = 80 Gy2",
        "second: Max[Gy] = 20 Gy (plan), 10 fractions",
        "second: BED = 20 x (1 + 2/2) = 40 Gy2",
        "first: 22.9677 months before the second course",
    ]
    assert finding["value"] == 40.0
    assert f"required <= {finding['limit']:.4f} Gy BED; value 40: met" in finding["derivation"]


@pytest.mark.parametrize("risk", ["0", "100", "-1", "nan", "inf", "1e999", "100.1", "-0"])
def test_a_risk_that_is_none(risk: str) -> None:
    outcome = invoke("check", "--edition", "woolley-2018", "--risk", risk, "-", stdin=MET.encode())
    assert_refused(outcome, "risk: this is no risk; given: ", "; allowed: a number between 0 and 100 %")


@pytest.mark.parametrize("risk", ["", "five", "5%", "5,5"])
def test_a_risk_that_is_no_number(risk: str) -> None:
    outcome = invoke("check", "--risk", risk, "-", stdin=MET.encode())
    assert_refused(outcome, f"Invalid value for '--risk': '{risk}' is not a valid float.")


def test_the_profile_of_distributions() -> None:
    found = report("--profile", "distribution", case=KIDNEYS)
    assert (found["profile"], found["headline"].endswith("; judged by profile distribution only")) == (
        "distribution",
        True,
    )
    assert "option: judged by profile distribution" in found["notes"]
    assert {item["metric"] for item in found["findings"]} == {
        *("Mean[Gy]", "V12Gy[%]", "V20Gy[%]", "V23Gy[%]", "V28Gy[%]", "CV23Gy[cc]")
    }
    # 12 Gy is below the range of 15 to 18 Gy that the source prints; nothing else is stated
    mean = next(item for item in found["findings"] if item["metric"] == "Mean[Gy]")
    assert (mean["status"], mean["value"]) == ("met", 12.0)
    assert found["verdict"] == "not_evaluated"


def test_what_point_doses_cannot_decide_is_left_out_by_default() -> None:
    found = report(case=KIDNEYS)
    assert (found["findings"], found["outside_profile"], found["verdict"]) == ([], 6, "not_evaluated")


def test_the_profile_of_everything() -> None:
    found = report("--profile", "all")
    assert {"ars-2020.spinal-cord", NEAR, *NIEDER} <= set(judged(found))
    assert found["headline"].endswith("; judged by profile all only")
    open_ = {item["constraint_id"]: item["reason"] for item in found["findings"] if item["status"] == "not_evaluated"}
    assert open_["ars-2020.spinal-cord"] == "alpha_beta_not_stated"
    assert open_[NEAR] == "target_distance_unknown"
    assert found["outside_profile"] == 1
    assert note(found, "left out: ") == (
        "left out: 1 limit about these structures is outside the profile all: not judged (woolley-2018 1)"
    )


def test_a_fact_that_is_stated_is_judged_by_default() -> None:
    case = changed(('"Max[Gy]" = 20.0', '"Max[Gy]" = 20.0\ntarget_distance_mm = 1.0'))
    found = report(case=case)
    assert NEAR in judged(found)
    assert found["outside_profile"] == 2


def test_a_profile_of_ones_own(tmp_path: Path) -> None:
    path = profile(tmp_path, 'editions = ["nieder-2006"]\nreason = "agreed in 2024"\n')
    found = report("--profile", path)
    assert (found["profile"], judged(found)) == ("ours", NIEDER)
    assert found["headline"].endswith(f"; judged by profile ours, 1 of {ALL} editions (nieder-2006) only")
    assert f"option: judged by profile ours, 1 of {ALL} editions (nieder-2006) (agreed in 2024)" in found["notes"]


def test_a_profile_of_constraints(tmp_path: Path) -> None:
    path = profile(tmp_path, f'constraints = ["{NIEDER[0]}", "{WOOLLEY}", "{NEAR}"]\n')
    found = report("--profile", path)
    assert judged(found) == [NIEDER[0], NEAR, WOOLLEY]
    assert found["headline"].endswith("; judged by profile ours only")
    # a constraint that is named is judged where its fact is not stated, too: it is open then
    assert [item["status"] for item in found["findings"]] == ["met", "not_evaluated", "met"]


def test_an_edition_beside_a_profile_that_names_its_own_is_refused(tmp_path: Path) -> None:
    path = profile(tmp_path, 'editions = ["umich-2019"]\n')
    outcome = invoke("check", "--profile", path, "--edition", "nieder-2006", "-", stdin=MET.encode())
    assert_refused(outcome, "profile ours says itself which editions and constraints it judges; given: 'nieder-2006'")


def test_a_part_of_a_group_warns(tmp_path: Path) -> None:
    path = profile(tmp_path, 'constraints = ["nieder-2006.course"]\n')
    outcome = invoke("check", "--profile", path, "-", stdin=MET.encode())
    told = "nieder-2006: its source states these limits only together; not judged: "
    rest = "nieder-2006.cumulative, nieder-2006.interval"
    assert f"warning: SpinalCord, {told}{rest}" in outcome.err
    assert "SpinalCord, nieder-2006: NOT EVALUATED (nieder-2006.course; not all of it was judged)" in joined(
        outcome.out
    )


def test_a_profile_of_a_library_of_ones_own(tmp_path: Path) -> None:
    own = Path(__file__).parent / "library"
    path = profile(tmp_path, 'editions = ["recovery-example"]\n')
    found = report("--library", own, "--profile", path)
    assert {name.partition(".")[0] for name in judged(found)} == {"recovery-example"}
    assert [edition["origin"] for edition in found["editions"]] == ["user"]
    assert_refused(invoke("check", "--profile", path, "-", stdin=MET.encode()), "given: 'recovery-example'")


# every refusal is tested where it is made; here, that it ends the command
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ours.toml: 1 problem\n  the profile names nothing; allowed: editions, constraints, or both"),
        ("colour = 1\nreason = 2\n", "ours.toml: 2 problems\n  colour: the key is not known; allowed: schema, id, "),
        ("editions = \n", "ours.toml: 1 problem\n  this is not TOML: Invalid value (at line 3, column 12)"),
        (
            'editions = ["nieder-2007"]\n',
            "reirrad: profile ours: 1 problem\n  there is no such edition; given: 'nieder-2007'; "
            "allowed: abusaris-2012, ",
        ),
        (
            'constraints = ["x.y"]\n',
            "reirrad: profile ours: 1 problem\n  there is no such constraint; given: 'x.y'; see: reirrad rules list",
        ),
        (
            f'constraints = ["rades-2014.spinal-cord", "{NIEDER[0]}"]\n',
            "reirrad: profile ours: 1 problem\n  this is a reference, which is never compared; "
            "given: 'rades-2014.spinal-cord'; allowed: a limit\n",
        ),
    ],
)
def test_profiles_that_are_refused(tmp_path: Path, text: str, message: str) -> None:
    outcome = invoke("check", "--profile", profile(tmp_path, text), "-", stdin=MET.encode())
    assert_refused(outcome, message)


def test_a_profile_that_is_not_there(tmp_path: Path) -> None:
    for name in ("missing.toml", "everything", "POINT-DOSE"):
        message = (
            f"profile: 1 problem\n  there is no such profile; given: '{name}'; "
            "allowed: point-dose, distribution, all, or a TOML file"
        )
        assert_refused(invoke("check", "--profile", name, "-", stdin=MET.encode()), message)
    assert_refused(invoke("check", "--profile", tmp_path, "-"), f"{tmp_path}: 1 problem\n  this is no file")


def test_a_binary_profile(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_bytes(b"\x89PNG\x00")
    assert_refused(
        invoke("check", "--profile", tmp_path / "ours.toml", "-"), "ours.toml: 1 problem\n  byte 0: this is not UTF-8 "
    )
