"""The JSON of a report: keys and their order, equal bytes for equal input, and agreement with the text."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from golden.golden_cases import GOLDEN, PUBLISHED
from reirrad import check, load_case
from reirrad.ingest import parse_case_bytes
from reirrad.report import report_json, report_text
from report.shown import findings

ADDED = {"headline", "notes", "disagreement", "references", "profile", "structures_without_rule"}
# one line of the contract each
REPORT = [
    *("schema", "case_id", "verdict", "verdict_without_proposed", "findings", "groups", "counts", "outside_profile"),
    *("unmapped_structures", "editions", "input", "reirrad_version"),
]
FINDING = [
    *("constraint_id", "edition", "group", "structure", "metric", "metric_used", "quantity", "alpha_beta_gy"),
    *("scope", "course_id", "course_role"),
    *("status", "reason", "advisory", "caused_by_proposed", "value", "value_low", "value_high", "limit", "limit_high"),
    *("comparison", "margin", "unit", "near_limit", "accumulation", "undiscounted_value"),
    *("undiscounted_low", "undiscounted_high", "recovery", "basis"),
    *("source", "locator", "derivation"),
]
UNITS = {"Gy", "Gy BED", "Gy EQD2", "months", "1", "points"}
ALL = {path.stem: path for path in (*GOLDEN.values(), *PUBLISHED.glob("*.toml"))}
CASES = pytest.mark.parametrize("path", ALL.values(), ids=ALL.keys())


def document(path: Path) -> dict[str, Any]:
    return json.loads(report_json(check(load_case(path))))


@CASES
def test_keys_and_their_order(path: Path) -> None:
    report = document(path)
    assert set(report) >= ADDED
    assert [key for key in report if key not in ADDED] == REPORT
    assert report["schema"] == "reirrad-report/1"
    assert list(report["counts"]) == ["met", "violated", "not_evaluated", "not_applicable"]
    assert list(report["input"]) == ["sha256"]
    assert re.fullmatch("[0-9a-f]{64}", report["input"]["sha256"])
    for finding in report["findings"]:
        assert list(finding) == FINDING
        assert finding["unit"] in UNITS
    for group in report["groups"]:
        assert list(group) == ["group", "structure", "status", "members"]
    for edition in report["editions"]:
        assert list(edition) == ["id", "digest", "origin", "population"]


@CASES
def test_one_finding_for_a_structure_and_constraint(path: Path) -> None:
    findings = document(path)["findings"]
    keys = [(item["structure"], item["constraint_id"]) for item in findings]
    assert len(keys) == len(set(keys))
    for item in findings:
        assert (item["reason"] is None) == (item["status"] in {"met", "violated"})
        is_point = item["value_low"] is not None and item["value_low"] == item["value_high"]
        assert item["value"] == (item["value_low"] if is_point else None)


@CASES
def test_same_input_gives_the_same_bytes(path: Path) -> None:
    # F32, S08
    assert report_json(check(load_case(path))) == report_json(check(load_case(path)))


@CASES
def test_toml_and_json_give_the_same_report(path: Path) -> None:
    content = json.dumps(tomllib.loads(path.read_text(encoding="utf-8"))).encode()
    assert report_json(check(parse_case_bytes(content, source="json"))) == report_json(check(load_case(path)))


@CASES
def test_comments_and_order_of_keys_do_not_matter(path: Path) -> None:
    content = json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), sort_keys=True, indent=3).encode()
    report, other = document(path), json.loads(report_json(check(parse_case_bytes(content, source="json"))))
    assert other["input"] == report["input"]
    assert other["findings"] == report["findings"]


WORDS = {"met": "met", "VIOLATED": "violated", "NOT EVALUATED": "not_evaluated", "not applicable": "not_applicable"}


@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in ALL.items()])
def test_text_and_json_agree(path: Path) -> None:
    # S07
    report, text = check(load_case(path)), report_text(check(load_case(path)))
    (counts,) = re.findall(r"^Limits that decide: (.*)$", text, re.MULTILINE)
    told = {WORDS[part.rpartition(" ")[0]]: int(part.rpartition(" ")[2]) for part in counts.split(", ")}
    assert told == document(path)["counts"]
    # what is said is what is shown
    shown = Counter(WORDS[item.status] for item in findings(text) if " - advisory" not in item.title)
    heads = re.findall(r"^not applicable \((\d+)\)$", text, re.MULTILINE)
    assert dict.fromkeys(told, 0) | shown | {"not_applicable": sum(map(int, heads))} == told
    verdicts = re.findall(r"^(?:Verdict|Without the proposed course): (.*)$", text, re.MULTILINE)
    expected = [report.verdict, report.verdict_without_proposed]
    assert [WORDS[word] for word in verdicts] == [word for word in expected if word is not None]
    assert report.headline in " ".join(text.split())
