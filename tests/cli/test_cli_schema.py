"""What is written fits the JSON Schema that the program prints for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.case_files import four_cases
from cli.runner import CASES, HPC, REPOSITORY, invoke

jsonschema = pytest.importorskip("jsonschema")

EXAMPLES = sorted(CASES.glob("*.toml"))


def schema(kind: str) -> dict[str, Any]:
    outcome = invoke("schema", kind)
    assert outcome.code == 0
    found: dict[str, Any] = json.loads(outcome.out)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def assert_fits(document: dict[str, Any], kind: str) -> None:
    wanted = schema(kind)
    assert document["schema"] == wanted["$id"]
    jsonschema.validate(document, wanted)
    # every key of the document is one of the schema
    assert set(document) <= set(wanted["properties"])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_report(path: Path) -> None:
    assert_fits(json.loads(invoke("check", "--format", "json", path).out), "report")


def test_reports(tmp_path: Path) -> None:
    several = json.loads(invoke("check", "--format", "json", *EXAMPLES).out)
    assert len(several["reports"]) == len(EXAMPLES)
    assert_fits(several, "reports")
    with_error = json.loads(invoke("check", "--format", "json", HPC, four_cases(tmp_path)[2]).out)
    assert with_error["errors"]
    assert_fits(with_error, "reports")


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("budget", ["budget", HPC, "--fractions", "5,10"]),
        ("sensitivity", ["sensitivity", HPC]),
        ("explain", ["explain", HPC, "nieder-2006-lumbar.cumulative"]),
    ],
)
def test_answers(kind: str, arguments: list[str | Path]) -> None:
    outcome = invoke(*arguments, "--format", "json")
    assert outcome.err == ""
    assert_fits(json.loads(outcome.out), kind)


@pytest.mark.parametrize("cohort", ["published-regimens", "generated-2000"])
def test_audit(tmp_path: Path, cohort: str) -> None:
    pytest.importorskip("pyarrow")
    table = REPOSITORY / "data" / "cohorts" / f"{cohort}.csv"
    keep = ["--keep", "source", "--assume-once-daily"] if cohort == "published-regimens" else ["--keep", "site"]
    outcome = invoke("audit", table, *keep, "--out", tmp_path / "out", "--quiet", "--workers", "1")
    assert outcome.code in {0, 3}, outcome.err
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert_fits(summary, "audit")
    # the schema leaves nothing out of a row either
    properties = schema("audit")["$defs"]
    for key, name in (("findings", "FindingCounts"), ("by_year", "YearCounts"), ("worst", "WorstMargin")):
        assert summary[key]
        assert all(set(row) == set(properties[name]["properties"]) for row in summary[key])
    for key, name in (("without_rule", "StructureWithoutRule"), ("noted", "NotedCount")):
        assert all(set(row) == set(properties[name]["properties"]) for row in summary[key])
    assert summary["without_rule"]


def test_a_document_that_does_not_fit_is_refused() -> None:
    report = json.loads(invoke("check", "--format", "json", HPC).out)
    report["findings"][0]["status"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, schema("report"))


@pytest.mark.parametrize("kind", ["report", "reports"])
def test_every_field_of_a_report_is_described(kind: str) -> None:
    wanted = schema(kind)
    silent = [
        (name, field)
        for name, definition in ({"top": wanted} | wanted["$defs"]).items()
        for field, content in definition.get("properties", {}).items()
        if not content.get("description")
    ]
    assert silent == []


def test_false_is_not_said_to_mean_that_a_course_caused_nothing() -> None:
    said = schema("report")["$defs"]["Finding"]["properties"]["caused_by_proposed"]["description"]
    assert "or not violated at all: then nothing is said of what the course does" in said
