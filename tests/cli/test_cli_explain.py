"""reirrad explain: one constraint with its formulas, the same finding as check, exit codes and refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.case_files import MET, changed
from cli.runner import assert_refused, invoke, process
from golden.golden_cases import GOLDEN
from reirrad import check, load_case
from reirrad.engine.planning.explanation import explain
from reirrad.library import load_library

HPC = str(GOLDEN["hpc_lumbar_2024"])


def explained(*arguments: str, stdin: str = "") -> tuple[int, dict[str, Any]]:
    outcome = invoke("explain", "--format", "json", *arguments, stdin=stdin.encode())
    assert outcome.err == ""
    return outcome.code, json.loads(outcome.out)


def test_worked_example_as_text() -> None:
    outcome = process("explain", HPC, "umich-2019.cauda-equina")
    assert (outcome.code, outcome.err) == (1, "")
    lines = [line.strip() for line in outcome.out.splitlines()]
    for line in (
        "1 adjuvant: first fraction 2014-04-01 to 2014-12-31, last 2014-04-01 to",
        "2014-12-31",
        "BED = D x (1 + (D/n) / (alpha/beta))   [linear-quadratic model]",
        "EQD2 = BED / (1 + 2 / (alpha/beta))   [linear-quadratic model]",
        "1 adjuvant: 22.0333 to unbounded months before, recovered fraction 0.5",
        "sum after recovery: 50 x (1 - 0.5) + 60 = 85 Gy EQD2",
        "required <= 60 Gy EQD2; value 85: violated",
    ):
        assert line in lines
    assert lines[lines.index("CaudaEquina") :][:3] == ["CaudaEquina", "-" * len("CaudaEquina"), "VIOLATED"]
    assert max(map(len, outcome.out.splitlines())) <= 80
    assert "only a public transcription was read" in " ".join(outcome.out.split())


def test_as_json() -> None:
    code, document = explained(HPC, "umich-2019.cauda-equina")
    assert code == 1
    assert list(document) == [
        *("schema", "case_id", "constraint_id", "findings", "notes", "edition", "input", "reirrad_version"),
    ]
    assert (document["schema"], document["edition"]["id"]) == ("reirrad-explain/1", "umich-2019")
    (item,) = document["findings"]
    assert item["courses"][1] == {
        "course_id": "2 re-irradiation",
        "start": ["2016-11-01", None],
        "end": ["2016-11-01", None],
        "months_since_previous": [pytest.approx(22 + 1 / 30), None],
    }
    assert [formula["source"] for formula in item["formulas"]][:2] == ["linear-quadratic model"] * 2
    assert "umich-2019" in item["formulas"][2]["source"]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_finding_is_that_of_check(name: str) -> None:
    case, library = load_case(GOLDEN[name]), load_library()
    for item in check(case).findings:
        again = {one.finding.structure: one for one in explain(case, item.constraint_id, library=library).findings}
        assert again[item.structure].finding == item
        decided = item.status in ("met", "violated")
        assert bool(again[item.structure].courses) >= decided
        assert bool(again[item.structure].formulas) >= (decided and item.quantity != "physical")


def test_twice_a_day_names_the_formula_of_incomplete_repair() -> None:
    _, document = explained(str(GOLDEN["phases_and_twice_daily"]), "nieder-2006.cumulative")
    texts = [formula["text"] for formula in document["findings"][0]["formulas"]]
    assert any(text.startswith("theta = exp(-ln 2 x hours / half-time)") for text in texts)
    assert "BED = D x (1 + (1 + h) x (D/n) / (alpha/beta))" in texts


@pytest.mark.parametrize(
    ("text", "constraint", "code"),
    [
        (MET, "nieder-2006.cumulative", 0),
        (MET, "tg101-2010.spinal-cord.max", 3),  # not applicable: nothing was evaluated
        (MET, "woolley-2018.allowed-bed", 0),  # of whatever profile
        (MET, "ars-2020.spinal-cord", 3),
        (changed(('"Max[Gy]" = 40.0', '"Max[Gy]" = 400.0')), "nieder-2006.cumulative", 1),
        (changed(('prior_radiotherapy = "complete"\nprior_courses = 1\n', "")), "nieder-2006.cumulative", 3),
    ],
)
def test_exit_codes(text: str, constraint: str, code: int) -> None:
    assert explained("-", constraint, stdin=text)[0] == code


def test_refusals(tmp_path: Path) -> None:
    outcome = invoke("explain", HPC, "nieder-2006.cumulativ")
    assert_refused(
        outcome, "library: 1 problem\n  there is no such constraint; given: 'nieder-2006.cumulativ'; did you mean "
    )
    assert "nieder-2006.cumulative" in outcome.err
    assert_refused(
        invoke("explain", HPC, "nieder-2006"),
        "library: 1 problem\n  there is no such constraint",
        "did you mean nieder-2006.",
    )
    assert_refused(invoke("explain", HPC, "zzz"), "given: 'zzz'; see: reirrad rules list")
    assert_refused(
        invoke("explain", HPC, "pieters-2006.men"), "library: 1 problem\n  this is a reference, which is never compared"
    )
    assert_refused(invoke("explain", HPC, "umich-2019.rectum"), "the constraint is about none of them", "Rectum")
    assert_refused(invoke("explain", str(tmp_path / "none.toml"), "umich-2019.rectum"), "none.toml")
    assert_refused(invoke("explain", HPC), "Missing argument 'CONSTRAINT_ID'")
    assert_refused(invoke("explain", "-", "umich-2019.rectum", stdin=b"{"), "standard input")
