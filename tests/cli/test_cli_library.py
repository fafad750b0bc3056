"""--library, --edition and --strict; the values are computed by hand."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from cli.case_files import MET, changed, write
from cli.runner import assert_refused, invoke, process

LIBRARY = Path(__file__).parent / "library"
OWN = ("--library", str(LIBRARY), "--edition", "recovery-example")
DISCOUNTED, NEAR_MAXIMUM = "recovery-example.cumulative", "recovery-example.near-maximum"
NO_DATES = [('start = "2020-01-13"\nend = "2020-02-07"\n', "")]


def findings(text: str, *options: str) -> dict[str, dict[str, Any]]:
    report = json.loads(invoke("check", "--format", "json", *OWN, *options, "-", stdin=text.encode()).out)
    return {item["constraint_id"]: item for item in report["findings"]}


def months_apart(months: str) -> str:
    return changed(*NO_DATES, ('start = "2022-01-06"\nend = "2022-01-19"', f"months_since_previous = {months}"))


def test_discounted_and_undiscounted_value() -> None:
    # EQD2: 40 (1 + 2/2)/(1 + 2/2) = 40 and 20. From 2020-02-07 to 2022-01-06 are 22 months (2021-12-07) and 30 of 31
    # days; half of the first course is recovered: 40/2 + 20 = 40, without recovery 60
    finding = findings(MET)[DISCOUNTED]
    assert finding["status"] == "met"
    assert finding["value"] == 40.0
    assert finding["undiscounted_value"] == 60.0
    assert finding["margin"] == 10.0
    assert finding["recovery"] == [
        {
            "course_id": "first",
            "interval_months": pytest.approx(22 + 30 / 31, rel=1e-12),
            "fraction": 0.5,
            "next_fraction": None,
            "days_to_next_step": None,
        }
    ]
    assert "sum after recovery: 40 x (1 - 0.5) + 20 = 40 Gy EQD2" in finding["derivation"]
    assert "sum without recovery: 40 + 20 = 60 Gy EQD2" in finding["derivation"]


@pytest.mark.parametrize(
    ("months", "fraction", "following", "value", "status"),
    [
        ("5.999", 0.0, 0.25, 60.0, "violated"),
        ("6", 0.25, 0.5, 50.0, "met"),  # 40 x 0.75 + 20 is exactly the limit; the bin is half-open
        ("11.999", 0.25, 0.5, 50.0, "met"),
        ("12", 0.5, None, 40.0, "met"),
    ],
)
def test_bins_of_recovery(months: str, fraction: float, following: float | None, value: float, status: str) -> None:
    finding = findings(months_apart(months))[DISCOUNTED]
    assert (finding["value"], finding["status"], finding["undiscounted_value"]) == (value, status, 60.0)
    recovered = {"course_id": "first", "interval_months": float(months), "fraction": fraction}
    assert finding["recovery"] == [recovered | {"next_fraction": following, "days_to_next_step": None}]


def test_interval_over_two_bins_leaves_it_open() -> None:
    # 2021-06 to 2022-01-06 or later in the bins [6, 12) and [0, 6): the fraction is 0 to 0.25, the sum 50 to 60
    text = changed(('"2020-01-13"\nend = "2020-02-07"', '"2021-05-01"\nend = "2021-06/2021-08"'))
    finding = findings(text)[DISCOUNTED]
    assert (finding["status"], finding["reason"]) == ("not_evaluated", "interval_unknown")
    assert (finding["value"], finding["value_low"], finding["value_high"]) == (None, 50.0, 60.0)
    assert finding["recovery"][0]["fraction"] == [0.0, 0.25]


def test_shipped_limits_are_not_discounted() -> None:
    # a limit without recovery never meets a discounted sum
    report = json.loads(invoke("check", "--format", "json", "--library", LIBRARY, "-", stdin=MET.encode()).out)
    cumulative = next(item for item in report["findings"] if item["constraint_id"] == "nieder-2006.cumulative")
    assert (cumulative["value"], cumulative["recovery"]) == (120.0, None)
    assert [edition["id"] for edition in report["editions"]][-1] == "recovery-example"
    digest = hashlib.sha256((LIBRARY / "recovery-example.toml").read_bytes()).hexdigest()
    assert report["editions"][-1]["digest"] == f"sha256:{digest}"  # O08


# D0.1cc: 36 Gy / 20 is 36 (1 + 1.8/2) = 68.4 Gy2, 20 Gy / 10 is 40 Gy2: 108.4; Max 80 + 40 = 120 Gy2
BOTH_METRICS = changed(
    ('"Max[Gy]" = 40.0', '"Max[Gy]" = 40.0\n"D0.1cc[Gy]" = 36.0'),
    ('"Max[Gy]" = 20.0', '"Max[Gy]" = 20.0\n"D0.1cc[Gy]" = 20.0'),
)


def test_sum_of_near_maxima_is_compared_and_labelled() -> None:
    finding = findings(BOTH_METRICS)[NEAR_MAXIMUM]
    assert finding["value"] == pytest.approx(108.4, rel=1e-12)
    assert (finding["status"], finding["accumulation"], finding["metric_used"]) == ("met", "metric_sum", "D0.1cc[Gy]")


def test_strict_is_decided_by_the_sum_of_maxima() -> None:
    finding = findings(BOTH_METRICS, "--strict")[NEAR_MAXIMUM]
    assert finding["status"] == "met"
    assert finding["value_low"] == pytest.approx(68.4, rel=1e-12)
    assert (finding["value"], finding["value_high"], finding["margin"]) == (None, 120.0, 0.0)


def test_strict_without_maxima_is_not_evaluated() -> None:
    text = BOTH_METRICS.replace('"Max[Gy]" = 40.0\n', "").replace('"Max[Gy]" = 20.0\n', "")
    assert findings(text)[NEAR_MAXIMUM]["status"] == "met"
    finding = findings(text, "--strict")[NEAR_MAXIMUM]
    assert (finding["status"], finding["value_high"]) == ("not_evaluated", None)
    assert finding["reason"] == "sum_not_proven"


def test_strict_is_said_in_headline_and_notes() -> None:
    # S11
    outcome = invoke("check", *OWN, "--strict", "-", stdin=BOTH_METRICS.encode())
    assert ", strict" in outcome.out.splitlines()[3]
    assert "option: strict" in outcome.out
    assert "strict" not in invoke("check", *OWN, "-", stdin=BOTH_METRICS.encode()).out


def test_one_edition_is_judged_alone_and_named(tmp_path: Path) -> None:
    path = write(tmp_path, "case", MET)
    report = json.loads(invoke("check", "--format", "json", "--edition", "nieder-2006", path).out)
    assert [edition["id"] for edition in report["editions"]] == ["nieder-2006"]
    assert {item["constraint_id"].partition(".")[0] for item in report["findings"]} == {"nieder-2006"}


def test_unknown_edition_is_refused(tmp_path: Path) -> None:
    outcome = process("check", "--edition", "nieder-2007", write(tmp_path, "case", MET))
    assert_refused(outcome, "there is no such edition; given: 'nieder-2007'; allowed: abusaris-2012, ars-2020")


@pytest.mark.parametrize("folder", ["none", "file", "empty"])
def test_library_that_is_no_folder_of_editions(folder: str, tmp_path: Path) -> None:
    case = write(tmp_path, "file", MET)
    (tmp_path / "empty").mkdir()
    message = "there is no edition in it" if folder == "empty" else "this is no folder"
    assert_refused(invoke("check", "--library", tmp_path / folder, case), message)


def spoiled(*changes: tuple[str, str]) -> str:
    return changed(*changes, text=(LIBRARY / "recovery-example.toml").read_text(encoding="utf-8"))


def test_broken_edition_is_refused_with_all_its_problems(tmp_path: Path) -> None:
    # O05, O11: a key with a slip and a convention left out are two problems, both named with their place
    write(
        tmp_path, "a.toml", spoiled(("advisory =", "advisroy ="), ("limit = 50", "limit = -50"), ('"EQD2"', '"EQD3"'))
    )
    outcome = process("check", "--library", tmp_path, "-", stdin=MET.encode())
    assert_refused(
        outcome,
        f"{tmp_path / 'a.toml'}: 4 problems",
        "constraint[1].advisory: it is required",
        "constraint[1].advisroy: the key is not known",
        "constraint[1].limit: this is not a number above 0; given: -50",
        "constraint[1].quantity: this is not one of the allowed words; given: 'EQD3'",
    )


def test_edition_that_contradicts_itself_is_refused_with_all_its_problems(tmp_path: Path) -> None:
    changes = [
        ('structures = ["SpinalCord"]', 'structures = ["Spine"]'),
        ("alpha_beta_gy = 2\n", ""),
        ('recovery = "steps"', 'recovery = "stairs"'),
        ("from_months = 12\n", "from_months = 11\n"),
    ]
    write(tmp_path, "a.toml", spoiled(*changes))
    assert_refused(
        invoke("check", "--library", tmp_path, "-", stdin=MET.encode()),
        "a.toml: 5 problems",
        "constraint[1].structures: this is no structure that is known; given: 'Spine'",
        "constraint[1].alpha_beta_gy: it is required with quantity EQD2",
        "constraint[1].recovery: there is no such recovery schedule in this edition; given: 'stairs'",
        "recovery[1].id: no constraint uses this recovery schedule; given: 'steps'",
        "recovery[1].step[3]: the bin begins before the one above it ends",
    )


def test_shipped_edition_is_never_shadowed(tmp_path: Path) -> None:
    # O08
    write(
        tmp_path,
        "a.toml",
        spoiled(('id = "recovery-example"', 'id = "nieder-2006"')).replace("recovery-ex", "nieder-2006.ex"),
    )
    assert_refused(
        invoke("check", "--library", tmp_path, "-", stdin=MET.encode()), "the id is used already", "nieder-2006"
    )


def test_edition_of_a_suffix_in_capitals_is_judged(tmp_path: Path) -> None:
    # O05: 80 Gy EQD2 is met, 50 of the second file is not; it was left out in silence
    write(tmp_path, "a.toml", spoiled(("limit = 50", "limit = 80")))
    case = write(tmp_path, "case", MET)
    judged = ("check", "--quiet", "--library", tmp_path)
    assert invoke(*judged, "--edition", "recovery-example", case).code == 0
    write(tmp_path, "cord.TOML", spoiled(("limit = 50", "limit = 30")).replace("recovery-example", "own-cord"))
    outcome = invoke(*judged, "--edition", "recovery-example", "--edition", "own-cord", case)
    assert (outcome.code, outcome.err) == (1, "")
