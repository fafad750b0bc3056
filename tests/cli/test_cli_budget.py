"""reirrad budget: tables by fraction number, JSON by its schema, exit codes and refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cli.case_files import MET
from cli.runner import assert_refused, invoke, process
from golden.golden_cases import PUBLISHED

LMS = str(PUBLISHED / "leiomyosarcoma_lumbosacral_2021.toml")
HAEMANGIOMA = str(PUBLISHED / "haemangioma_l1_l2.toml")
UNKNOWN = str(PUBLISHED / "liposarcoma_l1_2018.toml")
KEYS = [
    *("structure", "constraint_id", "edition", "n_fractions", "state", "max_total_dose_gy"),
    *("max_dose_per_fraction_gy", "binding", "reason", "source", "locator", "metric", "advisory", "interval_months"),
]


def document(*arguments: str, stdin: str = "") -> tuple[int, dict[str, Any]]:
    outcome = invoke("budget", "--format", "json", *arguments, stdin=stdin.encode())
    assert outcome.err == ""
    return outcome.code, json.loads(outcome.out)


def schema(kind: str) -> Draft202012Validator:
    found = json.loads(invoke("schema", kind).out)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def test_table_of_a_published_case() -> None:
    # 50 Gy EQD2 before: 67 leave 17, in one fraction D (D + 2) / 4 = 17, so 7.30; in 5 fractions 14.10
    outcome = process("budget", LMS, "--edition", "slevin-2021", "--fractions", "1,5", "--intervals", "6")
    assert outcome.err == ""
    lines = outcome.out.splitlines()
    assert "CaudaEquina, 6 months after the last course" in lines
    row = lines.index("  slevin-2021.cauda-equina")
    assert lines[row - 1].split() == ["1", "fraction", "5", "fractions"]
    assert lines[row + 1].split() == ["*7.30", "(7.30)", "*14.10", "(2.82)"]
    assert "  5 fractions: slevin-2021 leaves 14.1 Gy" in lines
    assert max(map(len, lines)) <= 80
    assert outcome.code == 0


def test_json_keeps_to_its_schema() -> None:
    for arguments in ((LMS,), (HAEMANGIOMA, "--technique", "stereotactic"), (UNKNOWN,)):
        _, found = document(*arguments)
        schema("budget").validate(found)
        assert list(found) == [
            *(
                "schema",
                "case_id",
                "rows",
                "unmapped_structures",
                "left_out",
                "unanswered",
                "groups_in_part",
                "notes",
                "editions",
                "input",
                "reirrad_version",
            ),
        ]
        assert all(list(row) == KEYS for row in found["rows"])


def test_a_first_course_by_fraction_number() -> None:
    code, found = document(HAEMANGIOMA, "--technique", "stereotactic", "--fractions", "1,3,5")
    doses = {
        (row["structure"], row["constraint_id"], row["n_fractions"]): row["max_total_dose_gy"] for row in found["rows"]
    }
    # the published limits themselves: below 16, 24 and 32 Gy; up to 12.4 (the low end of 12.4-14), 20.3 and 25.3
    for n, limit in ((1, 15.99), (3, 23.99), (5, 31.99)):
        assert doses["CaudaEquina", "tg101-2010.cauda-equina.max", n] == limit
    for n, limit in ((1, 12.4), (3, 20.3), (5, 25.3)):
        assert doses["SpinalCord_Lum", "hytec-cord-2021.first-course", n] == limit
    assert {row["interval_months"] for row in found["rows"]} == {None}
    assert code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((LMS, "--edition", "slevin-2021", "--intervals", "12"), 0),
        ((LMS, "--edition", "nieder-2006"), 3),  # nothing of it is about the cauda equina
        ((UNKNOWN,), 3),
        (("-", "--edition", "nieder-2006"), 0),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int) -> None:
    assert document(*arguments, stdin=MET)[0] == code


def test_a_structure_that_is_not_known_is_no_answer() -> None:
    text = MET.replace('["SpinalCord"]', '["SpinalCord", "Sp Cord new2"]')
    code, found = document("-", "--edition", "nieder-2006", stdin=text)
    assert (code, found["unmapped_structures"]) == (3, ["Sp Cord new2"])
    assert 'structure "Sp Cord new2" is not known' in invoke("budget", "-", stdin=text.encode()).out


def test_what_has_no_answer_is_no_success() -> None:
    arguments = ("--edition", "nieder-2006", "--edition", "woolley-2018", "-")
    assert document("--when", *arguments, stdin=MET)[0] == 3


def test_no_dose_is_exit_code_1() -> None:
    text = MET.replace('"Max[Gy]" = 40.0', '"Max[Gy]" = 90.0')
    outcome = invoke("budget", "-", "--edition", "nieder-2006", stdin=text.encode())
    assert outcome.code == 1
    # what leaves nothing binds, and no dose that another constraint would leave
    marked = re.findall(r"\*(?!\s*binds)\S+(?: DOSE)?", outcome.out)
    assert marked
    assert set(marked) == {"*NO DOSE"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((LMS, "--fractions", "0"), "'0' is no whole number from 1 to 200"),
        ((LMS, "--fractions", "5,x"), "'x' is no whole number from 1 to 200"),
        ((LMS, "--fractions", "5,5"), "5 stands twice"),
        ((LMS, "--fractions", ""), "'' is no whole number"),
        ((LMS, "--fractions", "1.5"), "'1.5' is no whole number"),
        ((LMS, "--fractions", "1" * 5000), "is no whole number"),
        ((LMS, "--intervals", "-1"), "'-1' is no whole number from 0 to 1200"),
        ((LMS, "--technique", "imrt"), "'imrt' is not one of 'conventional', 'stereotactic', 'other'"),
        ((LMS, "--edition", "none"), "there is no such edition"),
        (("none.toml",), "none.toml"),
        ((), "Missing argument 'CASE'"),
    ],
)
def test_refusals(arguments: tuple[str, ...], message: str) -> None:
    assert_refused(invoke("budget", *arguments), message)


def test_output_file(tmp_path: Path) -> None:
    path = tmp_path / "budget.json"
    assert invoke("budget", LMS, "--format", "json", "--output", path).out == ""
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == "reirrad-budget/1"
    assert_refused(invoke("budget", LMS, "--output", path), "the output exists already")


def test_when() -> None:
    # the first course of the example ends on 7 February 2020
    outcome = process("budget", "--when", "--edition", "nieder-2006", "-", stdin=MET.encode())
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert "  nieder-2006.interval: 2020-08-07" in lines
    assert "    from 2020-02-08 VIOLATED; from 2020-08-07 met" in lines
    code, found = document("--when", "--edition", "nieder-2006", "-", stdin=MET)
    schema("when").validate(found)
    assert (code, found["schema"]) == (0, "reirrad-when/1")
    violated = MET.replace('"Max[Gy]" = 40.0', '"Max[Gy]" = 90.0')
    assert document("--when", "--edition", "nieder-2006", "-", stdin=violated)[0] == 1
    assert_refused(invoke("budget", "--when", LMS), "no course is proposed", "the end must be one day")


@pytest.mark.parametrize("kind", ["case", "report", "budget", "when", "explain"])
def test_schemas(kind: str) -> None:
    assert schema(kind).schema["$id"] == f"reirrad-{kind}/1"


def test_reports_and_explanations_keep_to_their_schemas() -> None:
    hpc = str(PUBLISHED / "hpc_lumbar_2024.toml")
    schema("report").validate(json.loads(invoke("check", "--format", "json", hpc).out))
    schema("explain").validate(
        json.loads(invoke("explain", "--format", "json", hpc, "nieder-2006-lumbar.interval").out)
    )
    assert_refused(invoke("schema", "finding"), "'finding' is not one of")
