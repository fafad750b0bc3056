"""Reports as CSV: what the JSON says of each finding, and no case or refusal that is left out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from cli.case_files import BAD, MET, OPEN, VIOLATED, changed, four_cases, write
from cli.runner import HPC, assert_refused, invoke, process
from golden.golden_cases import GOLDEN

OF_THE_CASE = ["case_id", "verdict", "headline"]
NESTED = {"recovery", "derivation"}
OF_ITS_EDITION = ["edition_digest", "edition_origin"]
AT_THE_END = ["verdict_without_proposed", "unmapped_structures", "notes", "input_sha256", "reirrad_version"]


def rows(text: str) -> list[dict[str, str]]:
    assert "\r" not in text
    return list(csv.DictReader(text.splitlines()))


def as_cell(value: Any) -> str:
    """Return what JSON has as the cell that is expected."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def expected(report: dict[str, Any]) -> list[dict[str, str]]:
    of_the_case = {key: report[key] for key in OF_THE_CASE}
    of_the_case |= {key: "; ".join(report[key]) for key in ("unmapped_structures", "notes")}
    of_the_case |= {"verdict_without_proposed": as_cell(report["verdict_without_proposed"])}
    of_the_case |= {"input_sha256": report["input"]["sha256"], "reirrad_version": report["reirrad_version"]}
    used = {
        item["id"]: {"edition_digest": item["digest"], "edition_origin": item["origin"]} for item in report["editions"]
    }
    return [
        of_the_case | {key: as_cell(item[key]) for key in item if key not in NESTED} | used[item["edition"]]
        for item in report["findings"]
    ]


@pytest.mark.parametrize("name", GOLDEN)
def test_a_row_for_each_finding_as_in_json(name: str) -> None:
    as_json, as_csv = (invoke("check", "--format", form, GOLDEN[name]) for form in ("json", "csv"))
    assert rows(as_csv.out) == expected(json.loads(as_json.out))
    assert (as_csv.code, as_csv.err) == (as_json.code, as_json.err)


def test_columns_have_the_order_of_the_json() -> None:
    finding = json.loads(invoke("check", "--format", "json", HPC).out)["findings"][0]
    header = invoke("check", "--format", "csv", HPC).out.splitlines()[0].split(",")
    assert header == OF_THE_CASE + [key for key in finding if key not in NESTED] + OF_ITS_EDITION + AT_THE_END


def test_cells_by_hand(tmp_path: Path) -> None:
    # 80 + 60 (1 + 2/2) = 200 Gy2, where 135.5 are allowed; the proposed course is why
    outcome = invoke("check", "--edition", "nieder-2006", "--format", "csv", write(tmp_path, "a.toml", VIOLATED))
    (row,) = (row for row in rows(outcome.out) if row["constraint_id"] == "nieder-2006.cumulative")
    assert {key: row[key] for key in ("case_id", "verdict", "status", "value", "limit", "margin", "unit")} == {
        "case_id": "case A",
        "verdict": "violated",
        "status": "violated",
        "value": "200.0",
        "limit": "135.5",
        "margin": "-64.5",
        "unit": "Gy BED",
    }
    assert (row["caused_by_proposed"], row["advisory"], row["reason"], row["limit_high"]) == ("true", "false", "", "")


def test_no_case_is_left_out(tmp_path: Path) -> None:
    paths = four_cases(tmp_path)
    outcome = invoke("check", "--format", "csv", *(paths[code] for code in (0, 1, 2, 3)))
    assert outcome.code == 2
    found = [(row["case_id"], row["verdict"]) for row in rows(outcome.out)]
    assert list(dict.fromkeys(found)) == [
        ("case A", "met"),
        ("case A", "violated"),
        ("case A", "not_evaluated"),
        (str(paths[2]), "refused"),
    ]
    (refused,) = (row for row in rows(outcome.out) if row["verdict"] == "refused")
    assert refused["headline"].startswith("course[1].schedule: ")
    assert refused["headline"] in outcome.err
    assert not any(refused[key] for key in refused if key not in OF_THE_CASE)


def test_each_problem_of_what_was_refused_has_a_row(tmp_path: Path) -> None:
    bad = write(tmp_path, "bad.toml", BAD.replace('"photon"', '"phton"'))
    outcome = invoke("check", "--format", "csv", bad, write(tmp_path, "good.toml", MET))
    told = [row["headline"] for row in rows(outcome.out) if row["verdict"] == "refused"]
    assert sorted(text.split(":")[0] for text in told) == [
        "course[1].modality",
        "course[1].schedule",
        "course[2].modality",
    ]


def test_of_one_case_that_is_refused_there_is_nothing(tmp_path: Path) -> None:
    assert_refused(invoke("check", "--format", "csv", write(tmp_path, "bad.toml", BAD)), "course[1].schedule")


def test_a_case_without_a_finding_has_a_row(tmp_path: Path) -> None:
    # nothing is known of the structure: no finding, and no pass
    text = MET.replace("SpinalCord", "Spleen")
    outcome = invoke("check", "--format", "csv", write(tmp_path, "a.toml", text))
    (row,) = rows(outcome.out)
    assert (row["case_id"], row["verdict"], row["status"], row["constraint_id"]) == ("case A", "not_evaluated", "", "")
    assert outcome.code == 3


def test_what_no_finding_is_about_is_in_every_row(tmp_path: Path) -> None:
    # a name that is not known has no finding, and the day that is stated is in the notes
    text = changed(('["SpinalCord"]', '["SpinalCord", "Smiths organ"]'))
    outcome = invoke("check", "--format", "csv", "--as-of", "2026-01-01", write(tmp_path, "a.toml", text))
    found = rows(outcome.out)
    assert {row["unmapped_structures"] for row in found} == {"Smiths organ"}
    assert all("option: as of 2026-01-01, no edition that is used states an end" in row["notes"] for row in found)
    assert {(row["verdict"], row["verdict_without_proposed"]) for row in found} == {("not_evaluated", "not_evaluated")}


def test_x16_no_cell_is_a_formula(tmp_path: Path) -> None:
    """X16: ids are what whoever wrote the file made of them; numbers stay numbers, negative ones too."""
    names = {"case A": "=HYPERLINK(1)", "first": "@first", "second": "'second"}
    text = VIOLATED
    for old, new in names.items():
        text = changed((f'"{old}"', f'"{new}"'), text=text)
    found = rows(invoke("check", "--format", "csv", write(tmp_path, "a.toml", text)).out)
    assert {row["case_id"] for row in found} == {"'=HYPERLINK(1)"}
    assert {row["course_id"] for row in found} >= {"''second"}
    assert any(float(row["margin"]) < 0 for row in found if row["margin"])
    cells = [cell for row in found for key, cell in row.items() if key != "margin"]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, "a.toml", OPEN)
    one, output = process("check", "--format", "csv", path), tmp_path / "findings.csv"
    assert one.code == process("check", "--format", "csv", "--output", output, path).code == 3
    assert output.read_bytes().decode() == one.out
